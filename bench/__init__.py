"""The engine side by side with its peers: ``python -m bench`` lists the suites and runs them.

engines.py names the engines, lean.py is a peer of our own, dag.py and moons.py are the programs that all of them run,
timing.py holds the clock, figures.py says what was measured and what was hoped for, and a suite (eager.py) puts these
together. How to read what comes out: docs/performance.md.
"""
