"""Writing a file all at once: who reads it finds the old one or the new one, and never a part."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from secrets import token_hex


def write(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of the file, even if the process is killed or the power fails on the way.

    It is written to a new file in the same directory, forced to the disk, and renamed. A kill in between may leave that
    new file behind, whose name begins with a dot and ends in ``.part``.
    """
    path = Path(os.path.realpath(path))  # a link goes on pointing to where it points
    part = path.with_name(f".{path.name}.{token_hex(8)}.part")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(file, "wb") as stream:
            if path.exists():
                os.chmod(part, stat.S_IMODE(path.stat().st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    """Force the new name to the disk too, where directories can be opened."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
