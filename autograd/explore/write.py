"""Write a file atomically."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from uuid import uuid4


def write(path: str | PathLike[str], text: str) -> Path:
    """Write the text to the path. An existing file is replaced only after all of the text is written."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give the page a file name, such as {path / 'explore.html'}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} to: create it first")
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path
