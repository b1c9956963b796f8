"""Small JSON files beside an index, each with a checksum of itself: written whole or not at all, known when garbled."""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHECK = "check"
"""The checksum's name; a file without it, as earlier versions wrote it, is taken as it is."""


def write_small_file(path: Path, values: Mapping[str, Any]) -> None:
    """Write a file with its checksum, at once or not at all; raise OSError when it can't be written."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({**values, CHECK: _sum_up(values)}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read_small_file(path: Path) -> dict[str, Any]:
    """Return what was written, without the checksum; raise OSError, or ValueError when it is not what was written."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("it holds no object")  # noqa: TRY004 - of a file, not of a caller
    if CHECK in found and found.pop(CHECK) != _sum_up(found):
        raise ValueError("it is not what was written")
    return found


def _sum_up(values: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(values, sort_keys=True).encode())
