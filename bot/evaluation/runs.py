"""Runs as JSON files: what is read back equals what was written, and a file that is none says so in one line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from bot.evaluation.values import Run
from retrieval.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def dumps(run: Run) -> bytes:
    """Write a run as indented JSON in UTF-8, every field by its name."""
    return _adapter().dump_json(run, indent=2) + b"\n"


def read(path: Path) -> Run:
    """Read a run that `clippings eval --json` wrote; raise InputError for a file that is none."""
    try:
        return _adapter().validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise InputError(f"{path}: not a run that `clippings eval --json` wrote ({where}: {first['msg']}).") from None


@cache
def _adapter() -> TypeAdapter[Run]:
    return TypeAdapter(Run)
