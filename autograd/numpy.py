"""Explain that ``autograd.numpy`` belongs to another package with the same import name."""

raise ImportError(
    "autograd.numpy belongs to HIPS autograd, but the installed autograd is scalar-autograd. It supports Values, and "
    "arrays of Values with NumPy itself (import numpy as np). If you want HIPS autograd: pip uninstall "
    "scalar-autograd, then pip install autograd; only one of the two can be installed in an environment"
)
