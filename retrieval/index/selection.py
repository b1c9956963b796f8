"""Which articles of a catalog a question may be answered from: a filter, made exact, and as a condition in SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.domain import PartialDate
from retrieval.index.day_numbers import to_day_number
from retrieval.index.validity import list_changed_after, list_not_current
from retrieval.text.letters import fold_letters

if TYPE_CHECKING:
    import sqlite3

    from retrieval.domain import Filter

LISTED = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter, made exact: days as yyyymmdd, whole names (None: any author), and ids of articles that are left out."""

    since: int | None = None
    until: int | None = None
    authors: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != EVERYTHING

    @property
    def narrows(self) -> bool:
        """Whether it may leave few articles; otherwise it admits all but those that are left out."""
        return bool(replace(self, left_out=()))


EVERYTHING = Selection()
"""Admits what there is, earlier texts of articles included."""


def select(sql: sqlite3.Connection, where: Filter) -> Selection | None:
    """Make a filter exact; None when no author's name contains the wanted part."""
    authors = None
    if where.author:
        part = fold_letters(where.author).casefold()
        names = sql.execute("SELECT DISTINCT author FROM articles")
        authors = tuple(sorted(name for (name,) in names if part in fold_letters(name).casefold()))
        if not authors:
            return None
    until = min(filter(None, (where.until, where.as_of)), default=None)
    left_out = list_not_current(sql, where.as_of)
    left_out += list_changed_after(sql, where.as_of) if where.as_of else ()
    left_out += tuple(key for key, _ in _list_astride(sql, where.since)) if where.since else ()
    return Selection(to_day_number(where.since), to_day_number(until), authors, left_out)


def find_period(sql: sqlite3.Connection, selection: Selection) -> tuple[date, date] | None:
    """Return the first and the last day that a selected article may be of; None where none has a date."""
    condition, values = build_condition(selection)
    query = f"SELECT MIN(day), MAX(day) FROM articles WHERE {condition}"
    oldest, newest = sql.execute(query, values).fetchone()
    if not oldest:
        return None
    first = date.fromisoformat(str(oldest))
    begun = [published.first for _, published in _list_astride(sql, first, selection)]
    return min([first, *begun]), date.fromisoformat(str(newest))


def build_condition(selection: Selection) -> tuple[str, list[Any]]:
    """Return a selection as a condition on articles; those without a date meet no date."""
    parts, values = ["1"], list[Any]()
    if selection.since is not None:
        parts.append("day >= ?")
        values.append(selection.since)
    if selection.until is not None:
        parts.append("day <= ?")
        values.append(selection.until)
    if selection.authors is not None:
        parts.append(f"author {LISTED}")
        values.append(json.dumps(selection.authors))
    if selection.left_out:
        parts.append(f"articles.id NOT {LISTED}")
        values.append(json.dumps(selection.left_out))
    return " AND ".join(parts), values


def build_passage_condition(selection: Selection) -> tuple[str, list[Any]]:
    """Return a selection of articles as a condition on their passages."""
    if selection.narrows:
        condition, values = build_condition(selection)
        return f"EXISTS (SELECT 1 FROM articles WHERE articles.id = article_id AND {condition})", values
    return f"article_id NOT {LISTED}", [json.dumps(selection.left_out)]


def _list_astride(
    sql: sqlite3.Connection, day: date, selection: Selection = EVERYTHING
) -> list[tuple[str, PartialDate]]:
    """Return the selected articles of a month or a year that begins before a day and does not end before it."""
    condition, values = build_condition(selection)
    over = PartialDate(day.isoformat()[:7]), PartialDate(day.isoformat()[:4])
    rows = sql.execute(
        f"SELECT id, published FROM articles WHERE day IN (?, ?) AND length(published) < 10 AND {condition}",
        (*map(to_day_number, over), *values),
    )
    return [(key, each) for key, text in rows if (each := PartialDate(text)).first < day]
