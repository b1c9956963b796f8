"""Values <-> JSON, as they are kept: what is read back equals what was stored. Pure.

Fields that a later version adds are passed over, fields that an earlier one did not have get their defaults.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from bot.discord.entities import GuildSettings, Question
from retrieval.domain import Answer, ArticleInfo, Citation, Filter, Turn, Usage

Value = TypeVar("Value")


def dumps(value: object) -> str:
    """Write a value, frozen ones by the names of their fields."""
    return json.dumps(value, default=_plain)


def question(text: str) -> Question:
    """Read a question."""
    data = json.loads(text)
    where = _dated(data["where"], "since", "until")
    return _made(
        Question,
        data
        | {
            "where": _made(Filter, where),
            "history": tuple(_made(Turn, turn) for turn in data["history"]),
            "role_ids": tuple(data["role_ids"]),
        },
    )


def answer(text: str) -> Answer:
    """Read an answer."""
    data = json.loads(text)
    return _made(
        Answer,
        data
        | {
            "citations": tuple(_made(Citation, _dated(each, "published")) for each in data["citations"]),
            "nearest": tuple(_made(ArticleInfo, _dated(each, "published")) for each in data["nearest"]),
            "usage": _made(Usage, data["usage"]) if data["usage"] else None,
            "left_out": tuple(data["left_out"]),
        },
    )


def hits(text: str) -> tuple[tuple[str, int, int, float], ...]:
    """Read where the best passages stand."""
    return tuple((article, start, end, score) for article, start, end, score in json.loads(text))


def guild_settings(text: str) -> GuildSettings:
    """Read what the managers of a server have chosen."""
    data = json.loads(text)
    return _made(
        GuildSettings, {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    )


def _made(kind: type[Value], data: Mapping[str, Any]) -> Value:
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in data.items() if name in known})


def _dated(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**data, **{name: date.fromisoformat(data[name]) for name in names if data[name]}}


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} can't be stored")
