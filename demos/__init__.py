"""Scripts to run and read: ``python -m demos`` runs them all, ``python -m demos NAME`` one, ``--list`` names them.

Each is a script of cells (``# %%``) that VS Code and Jupytext open as a notebook.
"""

from .machinery.show import show

__all__ = ["show"]
