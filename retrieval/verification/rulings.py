"""What somebody who reads says of claims, a chat model or a cross-encoder, and what that makes of verdicts. Pure.

How claims are compared by their words is verdicts.py's, how a chat model is asked generation's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.verification.verdicts import Verdict

Finding = Literal["supported", "contradicted", "not stated"]

VETOES = frozenset({"link", "order", "long", "empty", "quote", "number", "date"})
"""Reasons that are evidence: whoever judges, what falls by one of them does not stand."""
TRUSTED_SHARE = 0.15
"""Share of a claim's words that the nearest sentence must carry, for a ruling that it stands to count: of 192 true
claims in words of their own one has less, of 144 about another matter 126."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reader says of a claim: a finding, its words that go too far, the passage that shows it (0: none)."""

    finding: Finding
    beyond: str = ""
    passage: int = 0


def apply_rulings(verdicts: Sequence[Verdict], rulings: Mapping[int, Ruling]) -> list[Verdict]:
    """Return the verdicts as a reader's rulings, by the claims' places, change them; vetoes stay."""
    return [_apply(verdict, rulings.get(place)) for place, verdict in enumerate(verdicts)]


def is_vetoed(verdict: Verdict) -> bool:
    """Say whether no ruling can let a claim stand."""
    return verdict.reason in VETOES


def _apply(verdict: Verdict, ruling: Ruling | None) -> Verdict:
    if ruling is None:
        return verdict
    if ruling.finding != "supported":
        return replace(verdict, reason=ruling.finding)
    if is_vetoed(verdict):
        return verdict
    if verdict.share < TRUSTED_SHARE or not verdict.nearest:
        return replace(verdict, reason=verdict.reason or "support")
    return replace(verdict, reason="", rests_on=verdict.rests_on or verdict.nearest)
