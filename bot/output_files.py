"""Writes the files that people ask for, as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from retrieval.errors import InputError


def create_file(name: str, text: str) -> Path:
    """Write a new file, whole or not at all; raise InputError when there is one already, or it can't be written."""
    try:
        path = Path(name).expanduser()
        draft = path.with_name(f".{path.name[:40]}.{uuid4().hex[:8]}")
        try:
            with draft.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _publish(draft, path)
        finally:
            with suppress(OSError, ValueError):
                draft.unlink()
    except FileExistsError:
        raise InputError(f"{name} exists already: choose another name, or move it away first.") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{name} can't be written ({reason}): choose another place.") from None
    return path


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
        raise InputError(f"{path} can't be written: you have no permission.")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file as a whole: who reads it meanwhile sees the old one, and so does everyone when writing fails.

    Raises InputError when it fails.
    """
    try:
        _replace(path.absolute(), content)
    except OSError as error:
        raise InputError(f"{path} can't be written ({error.strerror}): name another file.") from None


def _publish(draft: Path, path: Path) -> None:
    """Give a complete file its name, unless something else has it."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links; between the look and the move another file could be lost.
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        draft.rename(path)


def _replace(whole: Path, content: bytes) -> None:
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
