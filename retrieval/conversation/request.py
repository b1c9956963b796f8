"""What a question may be given as -> an Ask: itself, a text, or a mapping such as a line of JSON. Pure.

The one place that checks the fields of a question; its words are checked by `validate_question` in search/query.py,
limits written as people write them, such as "June 2023", by the front ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError

Askable = Ask | str | Mapping[str, Any]

LIMITS = ("since", "until", "author", "as_of")
"""What a question may be limited to."""
FIELDS = ("question", "history", *LIMITS, "today")
"""What a mapping may say of a question, beside an `id` of its own."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question with its limits as they were written, and the conversation before it, oldest turn first.

    `today` is the day that "last week" counts from, as it was written; empty: the day on which it is answered.
    """

    question: str
    limits: dict[str, str] = field(default_factory=dict)
    history: tuple[Turn, ...] = ()
    today: str = ""


def parse_request(values: Mapping[str, Any]) -> Request:
    """Return the question that a mapping describes; limits that are None count as left out.

    Other fields are ignored unless they look like a misspelt one. Raises InputError that names the field at fault.
    """
    if slips := [f'"{key}" is not a field: did you mean "{near}"?' for key in values if (near := _find_slip(str(key)))]:
        raise InputError(" ".join(slips))
    if not isinstance(values.get("question"), str):
        raise InputError('"question" is missing or not a text.')
    given = {name: values[name] for name in (*LIMITS, "today") if values.get(name) is not None}
    if wrong := [name for name, limit in given.items() if not isinstance(limit, str)]:
        raise InputError(f"{', '.join(wrong)}: must be text.")
    today = given.pop("today", "")
    return Request(values["question"], given, parse_history(values.get("history")), today)


def parse_history(value: Any) -> tuple[Turn, ...]:
    """Return the turns of a conversation, given as Turns or mappings with `question` and `answer`; None is no turn.

    Raises InputError that names the turn and the field at fault.
    """
    if value is None:
        return ()
    if not isinstance(value, Iterable) or isinstance(value, str | Mapping):
        raise InputError('history: must be a list of {"question", "answer"}, oldest first.')
    return tuple(_parse_turn(turn, f"history[{index}]") for index, turn in enumerate(value))


def parse_ask(given: Askable) -> Ask:
    """Return the Ask that is meant; raise InputError for anything that is none.

    A mapping has `question`, and optionally `history`, `today`, and either `where` (a Filter) or any of `since`,
    `until`, `as_of` and `author`; days are dates, or their ISO form. An `id` is ignored.
    """
    if isinstance(given, Ask):
        return given
    if isinstance(given, str):
        return Ask(given)
    if not isinstance(given, Mapping):
        raise InputError('a question is an Ask, a text, or a mapping with a "question".')
    values = {name: value.isoformat()[:10] if isinstance(value, date) else value for name, value in given.items()}
    where = values.pop("where", None)
    request = parse_request(values)
    if unknown := sorted(str(name) for name in values if name not in (*FIELDS, "id")):
        raise InputError(f"unknown: {', '.join(unknown)}; a question has {', '.join((*FIELDS, 'where', 'id'))}.")
    if where is None:
        since, until, as_of = (_parse_day(name, request.limits.get(name)) for name in ("since", "until", "as_of"))
        where = Filter(since, until, request.limits.get("author", ""), as_of)
    elif not isinstance(where, Filter):
        raise InputError(f"where: must be a Filter; or give {', '.join(LIMITS)}.")
    return Ask(request.question, where, request.history, _parse_day("today", request.today))


def _parse_turn(value: Any, position: str) -> Turn:
    if isinstance(value, Turn):
        return value
    if not isinstance(value, Mapping):
        raise InputError(f'{position}: must be an object with "question" and "answer".')
    if {"role", "content"} <= value.keys():
        raise InputError(
            f'{position}: {{"role", "content"}} is not read: write each exchange as {{"question", "answer"}}.'
        )
    if wrong := [f"{position}.{name}" for name in ("question", "answer") if not isinstance(value.get(name), str)]:
        raise InputError(f"{', '.join(wrong)}: missing or not a text.")
    return Turn(value["question"], value["answer"])


def _parse_day(name: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise InputError(f"{name}={value} is not a date: write it like 2023-06-27.") from None


def _find_slip(name: str) -> str:
    """Return the field that a name is a slip of, or nothing; question_id and the like are others' own."""
    if name in (*FIELDS, "id"):
        return ""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.8)
    return near[0] if near and abs(len(near[0]) - len(name)) <= 1 else ""
