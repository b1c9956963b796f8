"""A question for a fact -> quotes of the sentences that state it, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.confidence import THRESHOLD, estimate_confidence
from retrieval.answering.disagreement import add_other_side
from retrieval.answering.extraction import choose_sentences, order_under_titles, rank_sentences
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.recency import keep_asked_edition, lead_with_newest
from retrieval.answering.retractions import withdraw_retracted
from retrieval.answering.scores_in_titles import find_titled_result
from retrieval.conversation.context_dependence import needs_context, varies_plainly
from retrieval.domain import NOT_SAID, Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Hit
    from retrieval.search.query import Query

EXTRACTIVE = "extractive"
"""The answerer that quotes."""
NEAREST_ARTICLES = 3
"""Articles that a refusal names."""
CERTAIN = 0.9
"""A question that may depend on the conversation is taken literally when it is answered with such confidence: on the
golden sets right for 9 of 10 that change the topic, and those that need history are then answered from the same
passage. One that needs context is never taken literally: "Is it a paid service?" would be answered of anything. What
plainly varies the question before is only where the articles do not say what it asks as it was completed."""
MARGIN = 0.05
"""And when its confidence is at most so much below that of the rewritten question."""
WITHOUT_TIME = 0.5
"""What is left of the confidence where a follow-up asks when, and the best sentence holds no time."""


@dataclass(frozen=True, slots=True)
class _ReadSentences:
    """What a text finds: the sentences that may answer, best first, and the confidence in the best."""

    text: str
    query: Query
    hits: Sequence[Hit]
    ranked: Sequence[Candidate]
    confidence: float


def answer_fact(inquiry: Inquiry) -> Answer:
    """Answer a question with the sentences that state it, or refuse.

    A question that may depend on the conversation is answered as it was completed, or literally, as is likelier meant.
    """
    asked = inquiry.asked
    found = _find_sentences(inquiry, asked.question, rewritten=bool(asked.literal))
    leans = found.confidence >= inquiry.threshold and varies_plainly(asked.literal)
    if asked.literal and not needs_context(asked.literal) and not leans:
        literal = _find_sentences(inquiry, asked.literal, rewritten=False)
        found = literal if _is_meant_literally(literal, found) else found
    return _quote(inquiry, found)


def build_refusal(question: str, confidence: float, hits: Sequence[Hit]) -> Answer:
    """Say that the articles do not say, naming the articles that come nearest."""
    nearest = list({hit.article.id: hit.article for hit in hits}.values())[:NEAREST_ARTICLES]
    return Answer(question, NOT_SAID, (), True, confidence, EXTRACTIVE, 0.0, tuple(nearest))


def _is_meant_literally(literal: _ReadSentences, rewritten: _ReadSentences) -> bool:
    """Say whether a question that depends on the conversation is meant without it all the same."""
    return literal.confidence >= max(THRESHOLD, min(CERTAIN, rewritten.confidence - MARGIN))


def _find_sentences(inquiry: Inquiry, text: str, *, rewritten: bool) -> _ReadSentences:
    """Search for a text, and read what is found; where nothing reaches the threshold, with what was quoted already."""
    for already_quoted in dict.fromkeys([inquiry.asked.already_quoted, ""]):
        found = _read(inquiry, text, rewritten=rewritten, already_quoted=already_quoted)
        if found.ranked and found.confidence >= inquiry.threshold:
            break
    return found


def _read(inquiry: Inquiry, text: str, *, rewritten: bool, already_quoted: str) -> _ReadSentences:
    query, hits = inquiry.search(text)
    with inquiry.steps.step("quote"):
        ranked = rank_statements(inquiry, text, already_quoted=already_quoted)
        confidence = _estimate_confidence(query, ranked, inquiry.read_for(text), rewritten=rewritten)
    return _ReadSentences(text, query, hits, ranked, confidence)


def _quote(inquiry: Inquiry, found: _ReadSentences) -> Answer:
    """Return the answer that quotes what was found, or refuse."""
    if not found.ranked or found.confidence < inquiry.threshold:
        return build_refusal(found.text, found.confidence, found.hits)
    with inquiry.steps.step("quote"):
        if titled := find_titled_result(found.query, found.ranked):
            quoted, citations = word_quotes([titled], inquiry.snapshot, under_title=True)
        else:
            chosen = _choose_statements(inquiry, found.query, found.hits, found.ranked)
            quoted, citations = word_quotes(chosen, inquiry.snapshot)
    return Answer(found.text, quoted, citations, False, found.confidence, EXTRACTIVE, 0.0)


def rank_statements(inquiry: Inquiry, text: str, *, already_quoted: str = "") -> list[Candidate]:
    """Return the sentences that state what a text asks, best first."""
    query, hits = inquiry.search(text)
    reader = inquiry.read_for(text)
    return order_under_titles(rank_sentences(query, hits, reader, already_quoted=already_quoted), reader)


def _choose_statements(
    inquiry: Inquiry, query: Query, hits: Sequence[Hit], ranked: Sequence[Candidate]
) -> list[Candidate]:
    """Return the sentences to quote: the newest that settles the question leads, with what others say against it.

    What was taken back goes.
    """

    def read_article(key: str) -> str:
        return inquiry.snapshot.get_article(key).text

    standing = keep_asked_edition(query, withdraw_retracted(query, ranked, hits) or ranked, read_article)
    reader = inquiry.read_for(query.text)
    newest = lead_with_newest(query, standing, hits, reader, read_article)
    return newest or add_other_side(query, choose_sentences(standing), hits, reader)


def _estimate_confidence(query: Query, ranked: Sequence[Candidate], reader: WindowReader, *, rewritten: bool) -> float:
    """Return the confidence in the best sentence."""
    if not ranked:
        return 0.0
    confidence = estimate_confidence(ranked[0].collect_signals(query, reader))
    asks_when = query.answer_type is not None and query.answer_type.name == "time"
    time_missing = rewritten and asks_when and not ranked[0].has_answer_type
    return confidence * WITHOUT_TIME if time_missing else confidence
