"""Turns what people type into valid text and filters by date and author. Pure; "today" gets passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Filter
from retrieval.errors import InputError
from retrieval.text import dates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from retrieval.text.dates import DayOrder

LIMITS = ("since", "until", "author", "as_of")
"""What people may limit a search to."""


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which arguments and JSON can contain and no model can encode."""
    return text.encode("utf-8", "replace").decode()


def set_limit(where: Filter, name: str, value: str, today: date, order: DayOrder = "") -> Filter:
    """Return the filter with one of its limits set, or without it when the value is empty.

    The `order` tells which day 03/04/2026 is. Raises InputError for a date that can't be read, and when no day is left
    between the two.
    """
    limits = {each: getattr(where, each) for each in LIMITS}
    if name == "author":
        limits[name] = replace_surrogates(value).strip()
    else:
        read = dates.parse_since if name == "since" else dates.parse_until
        limits[name] = read(value, today, order) if value else None
    for last, said in (("until", "until"), ("as_of", "as of")):
        if limits["since"] and limits[last] and limits["since"] > limits[last]:
            raise InputError(
                f"since {dates.format_day(limits['since'])} is after {said} {dates.format_day(limits[last])}: "
                "no day is between them; swap them."
            )
    return Filter(**limits)


def build_filter(limits: Mapping[str, str | None], today: date, order: DayOrder = "") -> Filter:
    """Return the filter that the limits describe; raise InputError when one can't be used."""
    where = Filter()
    for name in LIMITS:
        where = set_limit(where, name, limits.get(name) or "", today, order)
    return where


def parse_today(value: str, today: date) -> date:
    """Return the day on which a question counts as asked; without a value, today."""
    return dates.parse_until(value, today) if value else today


def describe_filter(where: Filter) -> str:
    """Describe what a search is limited to; an empty text for no limit."""
    said = {
        "since": dates.format_day(where.since),
        "until": dates.format_day(where.until),
        "by": where.author,
        "as of": dates.format_day(where.as_of),
    }
    return ", ".join(f"{name} {value}" for name, value in said.items() if value)
