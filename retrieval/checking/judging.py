"""Verdicts by the words -> verdicts by a reader: one call judges all claims of an answer, one more mends what fell.

Without a reader, and where it fails or can't be believed, the words decide. What the reader is asked and how its reply
is read is generation's, what follows for the answer's text verification's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.generation.claim_checks import ClaimCheck, Rulings, read_repair, render_repair
from retrieval.text.keywords import WORD
from retrieval.verification.claim_context import hangs
from retrieval.verification.rulings import TRUSTED_SHARE, apply_rulings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from retrieval.domain import Reference
    from retrieval.verification.rulings import Ruling
    from retrieval.verification.verdicts import Verdict

    Complete = Callable[[str], str]
    """A prompt -> a model's reply; raises ChatModelError."""
    VerifyClaims = Callable[[str], Sequence[Verdict]]
    """A text -> the verdicts on its claims by the words."""

NEAR_COPY = 0.8
"""Share of a second wording that a sentence must carry: nobody judges it again but the words."""
BEYOND_MENDING = frozenset({"empty", "link", "order", "long", "context"})
"""Reasons of claims that are not given back to be reworded."""


class JudgeFailed(Exception):
    """A reader gave no rulings that can be used; the message goes on from its name."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts as a reader ruled; its rulings by the claims' places, and which claims answer, None where it is silent.

    `calls` is how often the reader was asked.
    """

    verdicts: Sequence[Verdict]
    rulings: Mapping[int, Ruling]
    answering: frozenset[int] | None
    calls: int


def judge_claims(
    question: str,
    verdicts: Sequence[Verdict],
    references: Sequence[Reference],
    complete: Complete,
    *,
    beside: Mapping[int, Collection[int]] | None = None,
) -> Judged:
    """Ask a reader about all claims at once, a second time for those that its reply leaves out.

    Shown are the references that claims cite or rest on, and those `beside` them, numbers by place. Raises JudgeFailed
    where its replies can't be used, ChatModelError where it does not reply.
    """
    places = [n for n, verdict in enumerate(verdicts) if verdict.reason not in BEYOND_MENDING]
    if not places:
        return Judged(verdicts, {}, None, 0)
    asked = _Asked(question, verdicts, references, beside or {}, complete)
    first, second = asked.rule(places), None
    if missing := [n for n in places if n not in first.found]:
        second = asked.rule(missing)
    found = {**(second.found if second else {}), **first.found}
    if not found:
        raise JudgeFailed("did not reply in the form that it was asked for")
    answering = first.answering if first.found or second is None else second.answering
    return Judged(apply_rulings(verdicts, found), found, answering, 2 if second else 1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a reader is asked about."""

    question: str
    verdicts: Sequence[Verdict]
    references: Sequence[Reference]
    beside: Mapping[int, Collection[int]]
    complete: Complete

    def rule(self, places: Sequence[int]) -> Rulings:
        """Return the reader's rulings on the claims at these places, by their places."""
        numbers = {number for n in places for number in self.beside.get(n, ())}
        shown = choose_passages([self.verdicts[n] for n in places], self.references, numbers)
        check = ClaimCheck(self.question, tuple(self.verdicts[n].claim.text for n in places), shown)
        rulings = check.read(self.complete(check.render()))
        if not rulings.believable:
            raise JudgeFailed("confirms what no article says")
        named = None if rulings.answering is None else frozenset(places[n] for n in rulings.answering)
        return Rulings({places[n]: ruling for n, ruling in rulings.found.items()}, named)


def choose_passages(
    verdicts: Sequence[Verdict], references: Sequence[Reference], others: Collection[int] = ()
) -> tuple[Reference, ...]:
    """Return the passages that claims cite or rest on, and others by number, as they are numbered."""
    cited = {number for verdict in verdicts for number in verdict.claim.markers}
    near = {e.reference.number for verdict in verdicts for e in (*verdict.rests_on, *verdict.nearest)}
    return tuple(reference for reference in references if reference.number in {*cited, *near, *others})


def mend_claims(
    question: str, judged: Judged, references: Sequence[Reference], complete: Complete, verify: VerifyClaims
) -> list[Verdict]:
    """Have the claims that fell said closer to the passages' words, once; keep the verdicts on what is no better.

    A second wording stands where the words carry nearly all of it. Raises ChatModelError where nobody replies.
    """
    verdicts = list(judged.verdicts)
    fallen = {
        n: verdict
        for n, verdict in enumerate(verdicts)
        if not verdict.stands and verdict.reason not in BEYOND_MENDING and verdict.share >= TRUSTED_SHARE
    }
    if not fallen:
        return verdicts
    beyond = {n: judged.rulings[n].beyond if n in judged.rulings else "" for n in fallen}
    prompt = render_repair(
        question,
        {n + 1: (verdict.claim.text, beyond[n]) for n, verdict in fallen.items()},
        choose_passages(
            [*fallen.values()], references, {judged.rulings[n].passage for n in fallen if n in judged.rulings}
        ),
    )
    for number, text in read_repair(complete(prompt), [n + 1 for n in fallen]).items():
        place = number - 1
        found = verify(text)
        if len(found) == 1 and _is_mended(found[0], fallen[place], beyond[place], verdicts):
            claim = replace(found[0].claim, lead=fallen[place].claim.lead)
            verdicts[place] = replace(found[0], claim=claim, repaired=True)
    return verdicts


def _is_mended(new: Verdict, old: Verdict, beyond: str, others: Sequence[Verdict]) -> bool:
    """Say whether a second wording stands by itself, says something new, and without what went too far."""
    words = _fold(new.claim.text)
    said = [_fold(each.claim.text) for each in (old, *(other for other in others if other.stands))]
    return (
        new.stands
        and new.share >= NEAR_COPY
        and not hangs(new.claim.text)
        and words not in said
        and not (beyond and f" {_fold(beyond)} " in f" {words} ")
    )


def _fold(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))
