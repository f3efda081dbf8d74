"""From a script to a page: its cells run one by one, and what they print and show is kept."""
