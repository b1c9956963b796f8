"""The sentences for the parts of a question, and for it as a whole -> each part's best one, and the best of all. Pure.

A part by itself has few words, and may leave out what the others say; what a sentence scores for the part and for the
whole question is added up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.side_search import SideSentence

PART_WEIGHT = 2.0
"""What a sentence's score for a part counts for beside that for the whole: of 40 comparisons the four best then hold
.75 of what is to be compared, with 1 .71, and the others all the same."""


@dataclass(frozen=True, slots=True)
class JointChoice:
    """The best sentence of each part, None where all of its own are another's, and all others, best first."""

    firsts: tuple[SideSentence | None, ...]
    others: tuple[SideSentence, ...]


def choose_jointly(ranked: Sequence[Sequence[SideSentence]], whole: Sequence[SideSentence]) -> JointChoice:
    """Choose among the sentences that were ranked for each part of a question, and for the `whole` of it."""
    of_whole = {each.candidate.place: each for each in whole}
    rated = [[_add_up(each, of_whole.get(each.candidate.place)) for each in part] for part in ranked]
    firsts: list[SideSentence | None] = []
    taken = set[tuple[str, int]]()
    for part in rated:
        best = max((each for each in part if each.candidate.place not in taken), key=_get_score, default=None)
        firsts.append(best)
        if best:
            taken.add(best.candidate.place)
    others: dict[tuple[str, int], SideSentence] = {}
    for each in sorted([*whole, *(each for part in rated for each in part)], key=_get_score, reverse=True):
        if each.candidate.place not in taken:
            others.setdefault(each.candidate.place, each)
    return JointChoice(tuple(firsts), tuple(others.values()))


def _add_up(of_part: SideSentence, of_whole: SideSentence | None) -> SideSentence:
    score = PART_WEIGHT * of_part.score + (of_whole.score if of_whole else 0.0)
    confidence = max(of_part.confidence, of_whole.confidence if of_whole else 0.0)
    return replace(of_part, score=score, confidence=confidence)


def _get_score(sentence: SideSentence) -> float:
    return sentence.score
