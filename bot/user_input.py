"""Turns what people type into valid text and filters by date and author. Pure; "today" gets passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Filter
from retrieval.errors import InputError
from retrieval.text import dates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LIMITS = ("since", "until", "author")


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which arguments and JSON can contain and no model can encode."""
    return text.encode("utf-8", "replace").decode()


def set_limit(where: Filter, name: str, value: str, today: date) -> Filter:
    """Return the filter with one of its limits set, or without it when the value is empty.

    Raises InputError for a date that can't be read, and when no day is left between the two.
    """
    limits = {each: getattr(where, each) for each in LIMITS}
    if name == "author":
        limits[name] = replace_surrogates(value).strip()
    else:
        read = {"since": dates.parse_since, "until": dates.parse_until}[name]
        limits[name] = read(value, today) if value else None
    if limits["since"] and limits["until"] and limits["since"] > limits["until"]:
        raise InputError(
            f"since {dates.format_day(limits['since'])} is after until {dates.format_day(limits['until'])}: "
            "no day is between them; swap them."
        )
    return Filter(**limits)


def build_filter(limits: Mapping[str, str | None], today: date) -> Filter:
    """Return the filter that `since`, `until` and `author` describe; raise InputError when one can't be used."""
    where = Filter()
    for name in LIMITS:
        where = set_limit(where, name, limits.get(name) or "", today)
    return where


def describe_filter(where: Filter) -> str:
    """Describe what a search is limited to; an empty text for no limit."""
    said = {"since": dates.format_day(where.since), "until": dates.format_day(where.until), "by": where.author}
    return ", ".join(f"{name} {value}" for name, value in said.items() if value)
