"""Questions by the file: one JSON object a line in, one JSON object a line out, in order, errors in their places."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from retrieval.domain import Turn
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FIELDS = ("since", "until", "author")
"""What a line may limit its question to."""
KNOWN = ("question", "history", *FIELDS)


@dataclass(frozen=True, slots=True)
class Request:
    """One line's question, what it is limited to, what was said before, and what to echo: its `id`, if it has one."""

    question: str
    limits: dict[str, str] = field(default_factory=dict)
    history: tuple[Turn, ...] = ()
    echo: dict[str, Any] = field(default_factory=dict)


def parse(text: str) -> Request:
    """Read one line; raise InputError when it is no object with a question, or a field has the wrong type."""
    value = _object(text)
    if meant := [f'"{name}" is no field: did you mean "{close[0]}"?' for name in value if (close := _close(name))]:
        raise InputError(" ".join(meant))
    if not isinstance(value.get("question"), str):
        raise InputError('"question" is missing or not a text.')
    limits = {name: value[name] for name in FIELDS if value.get(name) is not None}
    wrong = [name for name, limit in limits.items() if not isinstance(limit, str)]
    if wrong:
        raise InputError(f"{', '.join(wrong)}: must be a text.")
    return Request(value["question"], limits, _history(value.get("history")), _echo(value))


def answers(
    lines: Iterable[str], reply: Callable[[Request], Mapping[str, Any]]
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each line's reply and whether it succeeded; a line that fails yields its `id`, its number and the error."""
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            request = parse(text)
            yield {**request.echo, **reply(request)}, True
        except ClippingsError as error:
            yield {**_echo_of(text), "line": number, "error": str(error)}, False


def _history(value: object) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InputError('history: must be a list of {"question", "answer"}, oldest first.')
    return tuple(_turn(turn, f"history[{at}]") for at, turn in enumerate(value))


def _turn(value: object, where: str) -> Turn:
    if not isinstance(value, dict):
        raise InputError(f'{where}: must be an object with "question" and "answer".')
    if {"role", "content"} <= value.keys():
        raise InputError(
            f'{where}: {{"role", "content"}} is not read: write each exchange as {{"question", "answer"}}.'
        )
    wrong = [f"{where}.{name}" for name in ("question", "answer") if not isinstance(value.get(name), str)]
    if wrong:
        raise InputError(f"{', '.join(wrong)}: missing or not a text.")
    return Turn(value["question"], value["answer"])


def _close(name: str) -> list[str]:
    """Return the field that a name is a slip of, if it is one; question_id and the like are others' own."""
    if name in (*KNOWN, "id"):
        return []
    return [near for near in get_close_matches(name.lower(), KNOWN, n=1, cutoff=0.8) if abs(len(near) - len(name)) <= 1]


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InputError('not a JSON object with a "question".')
    return value


def _echo(value: dict[str, Any]) -> dict[str, Any]:
    return {"id": value["id"]} if "id" in value else {}


def _echo_of(text: str) -> dict[str, Any]:
    try:
        return {"id": None, **_echo(_object(text))}
    except InputError:
        return {"id": None}
