"""When articles were published, as far as that is known: what precedes what where one has a month only. Pure.

Lists are in the order of `get_last_day`, so that "March 2026" comes with the last of March. What an answer says of two
articles goes by `precedes`: that one is of March and the other of the 20th is no order.
"""

from __future__ import annotations

from datetime import date

from retrieval.domain import PartialDate, PublicationDate


def parse_iso_date(text: str) -> PublicationDate:
    """Return the day, month or year of a text in ISO 8601, as `isoformat` writes it; or ValueError."""
    return date.fromisoformat(text) if len(text) > len("2026-03") else PartialDate(text)


def get_first_day(published: PublicationDate) -> date:
    """Return the day before which it was not published."""
    return published.first if isinstance(published, PartialDate) else published


def get_last_day(published: PublicationDate) -> date:
    """Return the day by which it was published."""
    return published.last if isinstance(published, PartialDate) else published


def precedes(one: PublicationDate | None, other: PublicationDate | None) -> bool:
    """Say whether one was certainly published on an earlier day than the other; what has no date has no order."""
    return one is not None and other is not None and get_last_day(one) < get_first_day(other)


def is_order_known(one: PublicationDate, other: PublicationDate) -> bool:
    """Say whether it is known which of two was published first, or that both were on one day."""
    return _is_same_day(one, other) or precedes(one, other) or precedes(other, one)


def _is_same_day(one: PublicationDate, other: PublicationDate) -> bool:
    return one == other and not isinstance(one, PartialDate)
