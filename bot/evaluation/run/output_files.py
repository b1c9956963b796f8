"""Files that an evaluation writes: checked before the first question, and there as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from retrieval.errors import InputError


def check_writable(path: Path) -> None:
    """Raise InputError when a file can't be written there; nothing is left behind by looking."""
    if str(path) == "-":
        raise InputError("- is no file: name one to write.")
    folder = path.absolute().parent
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a file to write.")
    if not folder.is_dir():
        raise InputError(f"{path}: there is no folder {folder}: make it, or name another.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise InputError(f"{path} can't be written: you have no right to.")


def write(path: Path, content: bytes) -> None:
    """Write a file as a whole: who reads it meanwhile sees the old one, and so does everyone when writing fails.

    Raises InputError when it fails.
    """
    try:
        _write(path.absolute(), content)
    except OSError as error:
        raise InputError(f"{path} can't be written ({error.strerror}): name another file.") from None


def _write(whole: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{whole.name}-", dir=whole.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # A file made by mkstemp is its owner's alone; what is written here may be read like any other.
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(whole.stat().st_mode & 0o777 if whole.exists() else 0o666 & ~umask)
        part.replace(whole)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
