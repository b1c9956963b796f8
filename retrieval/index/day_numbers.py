"""Days as integers, which every store can compare: yyyymmdd. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from retrieval.domain import PublicationDate


def to_day_number(published: PublicationDate | None) -> int | None:
    """Return a date as the integer yyyymmdd; a month or year as its last day."""
    if published is None:
        return None
    day = get_last_day(published)
    return day.year * 10_000 + day.month * 100 + day.day


def read_day_number(number: int | None) -> date | None:
    """Return the day of a number."""
    return date.fromisoformat(str(number)) if number else None
