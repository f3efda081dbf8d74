"""Scripts to run and read: ``python -m demos`` runs them all, ``python -m demos NAME`` one, ``--list`` names them.

Each is a script of cells (``# %%``), which VS Code and Jupytext open as a notebook.
"""

import os

from .machinery.show import show

# The matrices here are small: a second thread of BLAS mostly waits for the first, for long where the machine is busy.
# (It is read when NumPy is imported, which nothing above does.)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = ["show"]
