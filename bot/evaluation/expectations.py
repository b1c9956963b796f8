"""What a golden question expects, held against an answer: one check an expectation. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.evaluation.values import Check, Golden
    from retrieval.domain import Answer


def checks(golden: Golden, answer: Answer) -> tuple[Check, ...]:
    """Return a check for each expectation, in the order of the fields."""
    raise NotImplementedError
