"""A program's runs, read as one formula that can be changed: its places, their steps, and what they are called."""
