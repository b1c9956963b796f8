"""The best sentence -> what other sources say against it: a neighbour's other figure, another article's other answer.

Only sources of the same day, or of a day that is not known, disagree: what is newer and older is recency.py's. Cheap
signs in the text come first; a sentence is compared with the question only where one of them is there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates
from retrieval.answering.confidence import THRESHOLD
from retrieval.answering.window_reading import read_whole
from retrieval.domain import Sentence
from retrieval.text.english import NEGATIONS, REPORTING_VERBS
from retrieval.text.figures import are_rival_figures, contradict_in_figures
from retrieval.text.late_patterns import compile_later
from retrieval.text.publication_dates import get_first_day, get_last_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import ArticleInfo, Hit
    from retrieval.search.query import Query

NEAR_SENTENCES = 2
"""Sentences after and before one that gives a figure, among which others may give another."""
OTHER_WITHIN = 4.0
"""Another article's best sentence is considered where it scores at most so much less than the best of all."""
OTHER_COVERAGE = 0.6
"""And holds so much of the question's words, of what the best sentence holds."""
SAME_TIME = 1
"""Days between two articles of which neither supersedes the other."""

_SOURCE = compile_later(
    rf"\baccording to\b|\b(?:{'|'.join(sorted(REPORTING_VERBS))}|counts?|counted|estimates?|estimated|reckons?)\b",
    re.IGNORECASE,
)
_ALTERNATIVES = compile_later(r"\w or (?!not\b|so\b|more\b|less\b|under\b|over\b|two\b)\w", re.IGNORECASE)
_NEGATED = compile_later(rf"\b(?:{'|'.join(sorted(NEGATIONS))})\b|n['’]t\b", re.IGNORECASE)


def add_other_side(
    query: Query, chosen: Sequence[Candidate], hits: Sequence[Hit], reader: WindowReader
) -> list[Candidate]:
    """Return the sentences chosen for a question for a fact, with what other sources say against the best of them."""
    best = chosen[0]
    first = add_rival_figures(best) if query.requires_answer_type else best
    other = _find_other_answer(query, best, [hit for hit in hits if _may_disagree(hit.article, chosen)], reader)
    return [first, *([other] if other else []), *chosen[1:]]


def add_rival_figures(candidate: Candidate) -> Candidate:
    """Return a candidate with the sentences beside it in which other sources give other figures of the same thing."""
    sentences = [each.sentence for each in candidate.hit.sentences]
    if candidate.scored.sentence not in sentences or not _SOURCE.search(candidate.scored.sentence.text):
        return candidate
    first = last = sentences.index(candidate.scored.sentence)
    for n in range(last + 1, min(len(sentences), last + 1 + NEAR_SENTENCES)):
        if _disputes(sentences[n], sentences[first : last + 1]):
            last = n
    for n in range(first - 1, max(-1, first - 1 - NEAR_SENTENCES), -1):
        if _disputes(sentences[n], sentences[first : last + 1]):
            first = n
    return extend_candidate(candidate, sentences[first], sentences[last]) if last > first else candidate


def extend_candidate(candidate: Candidate, first: Sentence, last: Sentence) -> Candidate:
    """Return a candidate that is quoted from one sentence of its passage to another."""
    passage = candidate.hit.passage
    text = passage.text[first.start - passage.start : last.end - passage.start]
    return replace(candidate, scored=replace(candidate.scored, sentence=Sentence(first.start, last.end, text)))


def _disputes(sentence: Sentence, others: Sequence[Sentence]) -> bool:
    return bool(_SOURCE.search(sentence.text)) and any(are_rival_figures(each.text, sentence.text) for each in others)


def _may_disagree(article: ArticleInfo, chosen: Sequence[Candidate]) -> bool:
    """Say whether an article is none of those quoted, and neither older nor newer than the one quoted first."""
    if any(article.id == each.hit.article.id for each in chosen):
        return False
    one, other = article.published, chosen[0].hit.article.published
    if one is None or other is None:
        return True
    apart = max(get_first_day(one) - get_last_day(other), get_first_day(other) - get_last_day(one))
    return apart.days <= SAME_TIME


def _find_other_answer(query: Query, best: Candidate, hits: Sequence[Hit], reader: WindowReader) -> Candidate | None:
    """Return another article's best sentence where it answers differently, and for certain."""
    other = next(iter(list_candidates(query, hits)), None)
    if (
        other is None
        or other.scored.score < best.scored.score - OTHER_WITHIN
        or other.scored.coverage < OTHER_COVERAGE * best.scored.coverage
        or other.has_answer_type < best.has_answer_type
        or not (_ALTERNATIVES.search(query.text) or contradict(best.text, other.text))
    ):
        return None
    (rated,) = read_whole([other], reader)
    return rated if rated.reaches(THRESHOLD, query, reader) else None


def contradict(one: str, other: str) -> bool:
    """Say whether one of two answers denies something and the other does not, or they give other figures."""
    return bool(_NEGATED.search(one)) != bool(_NEGATED.search(other)) or contradict_in_figures(one, other)
