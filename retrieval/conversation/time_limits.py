"""The dates that a question states -> limits of its search."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from retrieval.domain import Filter
    from retrieval.index import Snapshot


class TimeLimits(NamedTuple):
    """The limits of a search with those that a question states, its words without them, and remarks for the reader."""

    where: Filter
    text: str
    remarks: tuple[str, ...] = ()


def find_time_limits(text: str, where: Filter, *, today: date, snapshot: Snapshot) -> TimeLimits:  # noqa: ARG001
    """Return the limits that a question states in addition to those given."""
    return TimeLimits(where, text)
