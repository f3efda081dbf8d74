"""This project side by side with its peers: ``python -m bench`` lists the suites and runs them.

What is computed stands in problems.py, moons.py and dag.py; who computes it in by_hand.py, with_autograd.py,
with_torch.py, with_jax.py, with_casadi.py, and for what runs on Values in engines.py and lean.py. A suite (eager.py,
job.py, written_out.py, irregular.py, tracing.py, calls.py, growth.py) puts these together. timing.py holds the clock,
fresh.py starts processes, agreement.py looks that all compute the same, figures.py says what was measured and what was
hoped for, picture.py draws it. How to read what comes out: docs/performance.md.
"""
