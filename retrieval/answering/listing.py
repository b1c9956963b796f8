"""A question for several items -> quotes that hold all of them, or None where one sentence alone answers.

Items may stand in one sentence, in a list block, in sentences that run on ("First ... He also ..."), or in several
articles. Where an enumeration begins and ends is found by enumerations.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.enumerations import find_enumerations, is_coordinated
from retrieval.answering.extraction import READ_PASSAGES, rank_sentences
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import word_quotes
from retrieval.domain import Answer, Sentence
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.answering.enumerations import Enumeration
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Hit, ScoredSentence
    from retrieval.index import Snapshot

ENUMERATION_BONUS = 3.0
"""An enumeration is taken for the answer where none of its sentences scores so much less than the best sentence."""
OTHER_LISTS_WITHIN = 1.0
"""A second enumeration is quoted where its best sentence scores at most so much less than that of the first."""
COORDINATION_BONUS = 1.5
"""What "A, B and C" counts for: who asks for several things is answered where several are named."""
LISTED_WITHIN = 2.0
"""Further sentences are quoted where they score at most so much less than the best: items stand in several places."""
LISTED_COVERAGE = 0.6
"""And hold so much of the question's words, of what the best sentence holds."""
MOST_QUOTES = 4
REPEATED_WORDS = 0.7
"""Sentences that share this part of their topic words name the same items."""


def answer_list(inquiry: Inquiry) -> Answer | None:
    """Answer with the sentences that hold the items, enumerations whole; None below the threshold of confidence."""
    query, hits = inquiry.search()
    with inquiry.steps.step("quote"):
        reader = inquiry.read_for()
        ranked = rank_sentences(query, hits, reader)
        confidence = max((estimate_confidence(each.collect_signals(query, reader)) for each in ranked[:1]), default=0.0)
        if confidence < inquiry.threshold:
            return None
        text, citations = word_quotes(_choose_items(ranked, hits, inquiry.snapshot), inquiry.snapshot)
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _choose_items(ranked: Sequence[Candidate], hits: Sequence[Hit], snapshot: Snapshot) -> list[Candidate]:
    """Return the enumerations that answer; where there are none, the best sentence and those close to it."""
    best = max(ranked, key=lambda each: each.score + COORDINATION_BONUS * is_coordinated(each.scored.sentence.text))
    others = (Candidate(hit, scored, _score(scored)) for hit in hits[:READ_PASSAGES] for scored in hit.sentences)
    close = [
        replace(best, score=_score(best.scored)),
        *sorted((each for each in others if each.scored != best.scored), key=lambda each: -each.score),
    ]
    enumerated = {
        article_id: _list_enumerations(article_id, snapshot)
        for article_id in dict.fromkeys(each.hit.article.id for each in close)
    }
    lists = [
        whole
        for each in close
        if each.score >= close[0].score - ENUMERATION_BONUS
        and each.scored.coverage >= LISTED_COVERAGE * close[0].scored.coverage
        and (whole := _widen(each, *enumerated[each.hit.article.id])) is not each
    ]
    if lists:
        top = max(each.score for each in lists)
        return _drop_repeats(each for each in lists if each.score >= top - OTHER_LISTS_WITHIN)[:MOST_QUOTES]
    first = _widen(close[0], *enumerated[close[0].hit.article.id], loose=True)
    enough = [
        each
        for each in close[1:]
        if each.score >= close[0].score - LISTED_WITHIN
        and each.scored.coverage >= LISTED_COVERAGE * close[0].scored.coverage
        and each.has_answer_type >= close[0].has_answer_type
    ]
    return _drop_repeats([first, *enough])[:MOST_QUOTES]


def _score(scored: ScoredSentence) -> float:
    return scored.score + COORDINATION_BONUS * is_coordinated(scored.sentence.text)


def _list_enumerations(article_id: str, snapshot: Snapshot) -> tuple[str, list[Sentence], list[Enumeration]]:
    text = snapshot.get_article(article_id).text
    sentences = [s for stored in snapshot.get_article_passages(article_id) for s in stored.passage.sentences]
    return text, sentences, find_enumerations(text, sentences)


def _widen(
    candidate: Candidate,
    text: str,
    sentences: Sequence[Sentence],
    enumerations: Iterable[Enumeration],
    *,
    loose: bool = False,
) -> Candidate:
    """Return a candidate whose sentence is the whole enumeration that it announces or belongs to, if it does."""
    sentence = candidate.scored.sentence
    number = next((n for n, each in enumerate(sentences) if each.start == sentence.start), -1)
    found = next((each for each in enumerations if each.loose <= loose and each.holds(number)), None)
    if found is None:
        return candidate
    start = min(found.span.start, sentence.start) if number == found.announced else found.span.start
    whole = Sentence(start, found.span.end, text[start : found.span.end])
    return replace(candidate, scored=replace(candidate.scored, sentence=whole), nearby_answer=None)


def _drop_repeats(candidates: Iterable[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in candidates:
        words = _list_words(candidate)
        known = [_list_words(other) for other in kept]
        if not any(len(words & other) >= REPEATED_WORDS * min(len(words), len(other)) for other in known):
            kept.append(candidate)
    return kept


def _list_words(candidate: Candidate) -> set[str]:
    return {word.key for word in find_topic_words(candidate.scored.sentence.text)} or {candidate.scored.sentence.text}
