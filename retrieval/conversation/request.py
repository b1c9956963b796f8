"""What a question may be given as -> an Ask: itself, a text, or a mapping such as a line of JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError

Askable = Ask | str | Mapping[str, Any]

FIELDS = ("question", "history", "where", "since", "until", "author", "id")


def ask_of(given: Askable) -> Ask:
    """Return the Ask that is meant; raise InputError for anything that is none.

    A mapping has `question`, and optionally `history` (turns, or mappings with `question` and `answer`), and either
    `where` (a Filter) or any of `since`, `until` (dates, or their ISO form) and `author`.
    """
    if isinstance(given, Ask):
        return given
    if isinstance(given, str):
        return Ask(given)
    if not isinstance(given, Mapping) or not isinstance(given.get("question"), str):
        raise InputError('a question is an Ask, a text, or a mapping with a "question".')
    if unknown := sorted(str(name) for name in given if name not in FIELDS):
        raise InputError(f"unknown: {', '.join(unknown)}; a question has {', '.join(FIELDS)}.")
    return Ask(given["question"], _where(given), tuple(_turns(given.get("history") or ())))


def _where(given: Mapping[str, Any]) -> Filter:
    if isinstance(where := given.get("where"), Filter):
        return where
    if where is not None:
        raise InputError("where: must be a Filter; or give since, until and author.")
    author = given.get("author") or ""
    if not isinstance(author, str):
        raise InputError("author: must be a text.")
    return Filter(_day(given, "since"), _day(given, "until"), author)


def _day(given: Mapping[str, Any], name: str) -> date | None:
    value = given.get(name)
    if not value or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(f"{name}={value} is no date: write it as in 2023-06-27.") from None


def _turns(history: Any) -> Iterable[Turn]:
    if not isinstance(history, Iterable) or isinstance(history, str | Mapping):
        raise InputError('history: must be a list of {"question", "answer"}.')
    for turn in history:
        if isinstance(turn, Turn):
            yield turn
            continue
        said = turn if isinstance(turn, Mapping) else {}
        question, answer = said.get("question"), said.get("answer")
        if not isinstance(question, str) or not isinstance(answer, str):
            raise InputError('history: must be a list of {"question", "answer"}, both texts.')
        yield Turn(question, answer)
