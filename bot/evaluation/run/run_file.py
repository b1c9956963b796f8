"""Runs as JSON files: what is read back equals what was written, and a file that is none says so in one line."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from bot.evaluation.results import Run
from retrieval.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def serialize_run(run: Run) -> bytes:
    """Write a run as indented JSON in UTF-8, every field by its name."""
    data = _build_adapter().dump_python(run, mode="json")
    # A file's name may hold what is no character.
    return f"{json.dumps(data, ensure_ascii=False, indent=2)}\n".encode("utf-8", "replace")


def read_run(path: Path) -> Run:
    """Read a run that `clippings eval --json` wrote; raise InputError for a file that is none.

    What an earlier version did not know is as good as left out; what a later one adds is refused, since nobody here
    knows what it changes.
    """
    try:
        return _build_adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror}): check the path.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        if first["type"] == "unexpected_keyword_argument":
            what = f"holds {where}, which this version does not know: update clippings, or run the evaluation again"
        else:
            what = f"not a run that `clippings eval --json` wrote ({where}: {first['msg']})"
        raise InputError(f"{path}: {what}.") from None


@cache
def _build_adapter() -> TypeAdapter[Run]:
    return TypeAdapter(with_config(ConfigDict(extra="forbid"))(Run))
