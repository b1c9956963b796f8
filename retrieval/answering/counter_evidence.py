"""What a sentence says -> what other articles say on the same point: withdrawn, newer, different. Pure.

What leads and what is withdrawn among quotes is recency.py's and retractions.py's; here the same rules hold one given
sentence against the hits. Whether other articles do contradict a claim, a model that reads them may judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.answering.candidates import Candidate, list_candidates
from retrieval.answering.disagreement import add_other_side
from retrieval.answering.recency import lead_with_newest
from retrieval.answering.retractions import withdraw_retracted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from retrieval.answering.window_reading import Read
    from retrieval.domain import Hit, Sentence
    from retrieval.search.query import Query

SHARED_TERMS = 0.3
"""Of a claim's terms, the part that another article's sentence holds to speak of the same point; titles count."""
FEWEST_SHARED = 2
MOST = 2
"""Passages on the same point, at most."""


@dataclass(frozen=True, slots=True)
class CounterEvidence:
    """A sentence of another article that takes back, overtakes or differs from a given one."""

    hit: Hit
    sentence: Sentence
    kind: Literal["withdrawn", "newer", "different"]


def find_withdrawal(query: Query, article_id: str, sentence: Sentence, hits: Sequence[Hit]) -> CounterEvidence | None:
    """Return the notice by which another article takes a sentence back."""
    stated = _locate(query, article_id, sentence, hits)
    if stated is None:
        return None
    left = withdraw_retracted(query, [stated], hits)
    if stated in left or not left:
        return None
    return CounterEvidence(left[0].hit, left[0].scored.sentence, "withdrawn")


def find_other_answer(
    query: Query,
    article_id: str,
    sentence: Sentence,
    hits: Sequence[Hit],
    *,
    compare: Callable[[Sequence[str]], Sequence[float]],
    read_windows: Read,
    read: Callable[[str], str],
) -> CounterEvidence | None:
    """Return what another article answers to the question where it is newer than a sentence, or of its day.

    `compare` returns each text's MaxSim with the question, `read_windows` reads windows with it, and `read` returns an
    article's text by its id.
    """
    stated = _locate(query, article_id, sentence, hits)
    if stated is None:
        return None
    if newest := lead_with_newest(query, [stated], hits, compare, read):
        return CounterEvidence(newest[0].hit, newest[0].scored.sentence, "newer")
    for other in add_other_side(query, [stated], hits, read_windows)[1:]:
        return CounterEvidence(other.hit, other.scored.sentence, "different")
    return None


def list_same_point(claim: str, hits: Sequence[Hit], *, without: Collection[str]) -> list[Hit]:
    """Return the passages of other articles, not `without` ids, that speak of what a claim does, closest first."""
    from retrieval.index.lexical import extract_terms

    wanted = {*extract_terms(claim)}
    found: list[tuple[float, Hit]] = []
    for hit in hits:
        if hit.article.id in without:
            continue
        title = {*extract_terms(hit.article.title)}
        shared = max(
            (len(wanted & (title | {*extract_terms(each.sentence.text)})) for each in hit.sentences), default=0
        )
        if shared >= max(FEWEST_SHARED, SHARED_TERMS * len(wanted)):
            found.append((shared, hit))
    return [hit for _, hit in sorted(found, key=lambda scored: -scored[0])][:MOST]


def _locate(query: Query, article_id: str, sentence: Sentence, hits: Sequence[Hit]) -> Candidate | None:
    """Return a sentence of an article as a candidate for an answer, None where no hit holds it."""
    for hit in hits:
        if hit.article.id == article_id and any(each.sentence.start == sentence.start for each in hit.sentences):
            candidates = list_candidates(query, [hit])
            return next((each for each in candidates if each.scored.sentence.start == sentence.start), None)
    return None
