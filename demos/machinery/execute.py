"""Run a notebook and keep its outputs: ``python -m demos.machinery.execute demos/first_steps.ipynb``.

With a second path the result goes there, and the notebook stays as it is. It runs in an empty folder, so that what it
writes is left nowhere; and what would differ from run to run (times, random ids) is left out.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


def execute(source: Path, target: Path) -> None:
    """Run the notebook at ``source``, and write it with its outputs to ``target``."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(source, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            book, timeout=120, resources={"metadata": {"path": folder}}, record_timing=False, kernel_name="python3"
        ).execute()
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for i, cell in enumerate(book.cells):
        cell.id, cell.metadata = f"cell-{i}", {}
    nbformat.write(book, target)


if __name__ == "__main__":
    source, *rest = map(Path, sys.argv[1:])
    execute(source, rest[0] if rest else source)
