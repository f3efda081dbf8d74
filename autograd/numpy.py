"""What ``import autograd.numpy`` finds: that belongs to another package of this import name."""

raise ImportError(
    "autograd.numpy belongs to HIPS autograd, and the autograd that is installed here is scalar-autograd: Values, and "
    "arrays of Values under NumPy itself (import numpy as np). If HIPS autograd is what you want: pip uninstall "
    "scalar-autograd, then pip install autograd; one environment has room for one of the two"
)
