"""One side of a comparison -> the sentences that answer for it, best first: it is asked as a question of its own.

A side that states a time is looked for in the articles of that time. Which sentences are quoted is left to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.side_questions import ask_of_side
from retrieval.answering.window_reading import READER_WEIGHT, read_around
from retrieval.text.date_phrases import find_date_phrases, mentions_time
from retrieval.text.english import NUMBERS, REPORTING_VERBS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Sentence

READ_PASSAGES = 8
"""Passages in which each side is looked for, of those found for it, and of those found for the whole question."""
READ_AROUND = 8
"""Best sentences of each side around which the reader reads, with the question worded for that side."""
LEAST_NAMED = 0.4
"""The part of what names a side, by weight, that its passage, with title, author and labels, must hold."""
SPOKEN = 3.0
"""What a sentence gains in what the side itself has written, or what is labelled as the side's."""
SAME_BEGINNING = 5
"""Letters; stems that begin with the same are of one family."""
ENOUGH = 0.1
"""Confidence with which a side is quoted where the question as a whole is answered for certain."""
LEAST_READ = -1.0
"""Log-odds that a sentence answers for its side, and those of the sentences around it, added up: from there on it is
quoted where the question as a whole is answered."""
REPORTED_WITHIN = timedelta(days=2)
"""What happened on a day is told within so many."""
FEWEST_WORDS = 4
"""Words of a sentence that says something."""

_WORDS = re.compile(r"\w[\w’'-]*")
_LATER = re.compile(
    rf"\b(?P<count>\d+|{'|'.join(NUMBERS)}) (?P<unit>day|week)s? (?:later|after(?:wards)?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SideSentence:
    """A sentence that may answer for a side, with its score and the confidence that it does."""

    candidate: Candidate
    score: float
    confidence: float


def rank_for_side(side: str, sides: Sequence[str], inquiry: Inquiry) -> list[SideSentence]:
    """Return the sentences that may answer a comparison for one of its sides, best first.

    A side that states a time is looked for in the articles of that time, and elsewhere where they have nothing.
    """
    text = ask_of_side(inquiry.asked.question, side, sides)
    for since, until, undated in _list_times(side, sides, inquiry):
        limited = inquiry.search_within(replace(inquiry.asked.where, since=since, until=until))
        within = rank_read(" ".join(text.replace(side, undated).split()), limited)
        if within and may_be_quoted(within[0]):
            return within
    return _rank_named(text, side, sides, inquiry)


def may_be_quoted(best: SideSentence) -> bool:
    """Say whether a sentence may answer for its side, where the question as a whole is answered."""
    return best.confidence >= ENOUGH or best.candidate.reads + best.candidate.window_reads >= LEAST_READ


def _list_times(side: str, sides: Sequence[str], inquiry: Inquiry) -> list[tuple[date, date, str]]:
    """Return the days that a side is of, with what it says besides: "on 5 March", "two days later" than another side.

    None where it states no time, or several.
    """
    period = inquiry.snapshot.get_period(inquiry.asked.where)
    if period is None or not (_LATER.search(side) or mentions_time(side)):
        return []
    dates = {each: find_date_phrases(each, period[1], period) for each in sides}
    if later := _LATER.search(side):
        before = [found[0].last for each, found in dates.items() if each != side and found]
        count = later["count"].lower()
        number = NUMBERS.index(count) + 1 if count in NUMBERS else int(count)
        days = timedelta(days=number * (7 if later["unit"].lower() == "week" else 1))
        return [(day + days, day + days + REPORTED_WITHIN, _cut(side, later)) for day in before[:1]]
    if len(dates[side]) != 1 or dates[side][0].relation not in ("in", "as of"):
        return []
    found = dates[side][0]
    is_short = found.last - found.first < REPORTED_WITHIN
    until = found.last + REPORTED_WITHIN if is_short else found.last
    return [(found.first, until, f"{side[: found.start]} {side[found.end :]}")]


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _rank_named(text: str, side: str, sides: Sequence[str], inquiry: Inquiry) -> list[SideSentence]:
    """Return the sentences for a question made of a side, best first, of the passages in or over which it is named."""
    from retrieval.index.lexical import extract_terms

    query, _ = inquiry.search(text)
    others = {term for other in sides if other != side for term in extract_terms(other)}
    others |= _list_reporting_terms()
    own = {t: query.weights[t] for t in extract_terms(side) if t in query.weights and t not in others}
    found = []
    read = rank_read(text, inquiry) if own else []
    labels = {key: _list_labels(key, inquiry) for key in {each.candidate.hit.article.id for each in read}}
    for each in read:
        hit = each.candidate.hit
        labelled = [hit.article.author, *labels[hit.article.id]]
        over = extract_terms(". ".join([hit.article.title, *labelled]))
        if _share(own, {*over, *extract_terms(hit.passage.text)}) >= LEAST_NAMED:
            speaks = _share(own, {*extract_terms(". ".join(labelled))})
            found.append(replace(each, score=each.score + SPOKEN * speaks))
    return sorted(found, key=lambda each: -each.score)


@cache
def _list_reporting_terms() -> frozenset[str]:
    """Return the terms of the verbs that report, which name no side."""
    from retrieval.index.lexical import extract_terms

    return frozenset(term for word in REPORTING_VERBS for term in extract_terms(word))


def _list_labels(article_id: str, inquiry: Inquiry) -> list[str]:
    """Return what labels an article at its beginning: "Evening edition"."""
    opening = inquiry.snapshot.get_article_passages(article_id, most=1)
    return [each.text for stored in opening for each in stored.passage.sentences[:2] if _is_label(each)]


def _share(weights: Mapping[str, float], terms: Collection[str]) -> float:
    """Return the share of the terms that a text has, by weight or by number, whichever is more.

    "Auditor" is had where "audit" is. Of "mending the bridge" the rarer word may be the question's alone.
    """
    beginnings = {term[:SAME_BEGINNING] for term in terms if len(term) >= SAME_BEGINNING}
    had = [weight for term, weight in weights.items() if term in terms or term[:SAME_BEGINNING] in beginnings]
    return max(sum(had) / sum(weights.values()), len(had) / len(weights))


def rank_read(text: str, inquiry: Inquiry, *, of_each: bool = False) -> list[SideSentence]:
    """Return the sentences that may answer a question, best first, as the reader rates them.

    They are of the passages found for it and for the inquiry's own. `of_each` article the best is read, too.
    """
    query, hits = inquiry.search(text)
    found = {each.passage.id: each for each in inquiry.search()[1][:READ_PASSAGES]}
    found |= {each.passage.id: each for each in hits[:READ_PASSAGES]}
    listed = [each for each in list_candidates(query, list(found.values())) if not _is_label(each.scored.sentence)]
    bests = {each.hit.article.id: each for each in reversed(listed)} if of_each else {}
    reader = inquiry.read_for(text)
    read = read_around([*listed[:READ_AROUND], *bests.values()], listed, reader)
    rated = ((each.score + READER_WEIGHT * each.reads, each) for each in read)
    return [
        SideSentence(each, score, estimate_confidence(each.collect_signals(query, reader)))
        for score, each in sorted(rated, key=lambda one: -one[0])
    ]


def _is_label(sentence: Sentence) -> bool:
    """Say whether a sentence is too short to say anything: "Evening edition"."""
    return len(_WORDS.findall(sentence.text)) < FEWEST_WORDS
