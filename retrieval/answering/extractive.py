"""A question in its possible meanings -> the extractive answer: quotes from one snapshot of a library, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.confidence import THRESHOLD, estimate_confidence
from retrieval.answering.extraction import choose_sentences, rank_sentences
from retrieval.answering.quote_wording import word_quotes
from retrieval.conversation.context_dependence import asks_for_more, needs_context
from retrieval.domain import NOT_SAID, Answer
from retrieval.search.late_interaction import compute_maxsim, spread_weights
from retrieval.search.ranking import search_snapshot
from retrieval.timing import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.answering.extraction import Candidate
    from retrieval.domain import Filter, Hit, Turn
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot
    from retrieval.search.query import Query

EXTRACTIVE = "extractive"
"""The answerer that quotes."""
NEAREST_ARTICLES = 3
"""Articles that a refusal names."""
HITS = 10
"""Passages that are searched for."""

CERTAIN = 0.9
"""A question that may depend on the conversation is taken literally when it is answered with such confidence: on the
golden sets right for 9 of 10 that change the topic, and those that need history are then answered from the same
passage. One that needs context is taken literally only when the conversation makes a refusal of it, too: that is so for
4 of 6 that need context after a question about something else, and for none of 69 that need history."""
MARGIN = 0.05
"""And when its confidence is at most so much below that of the rewritten question."""
WITHOUT_TIME = 0.5
"""What is left of the confidence where a follow-up asks when, and no sentence holds a time."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A way that a question may be meant: literally, or rewritten from the conversation.

    `already_quoted` is an answer whose sentences are not wanted again.
    """

    text: str
    vector: NDArray[np.float32]
    rewritten: bool = False
    already_quoted: str = ""


def interpret_question(
    question: str, rewritten: str, history: Sequence[Turn], encoder: Encoder
) -> list[Interpretation]:
    """Return a question's literal interpretation, and then the rewritten one, where that is another question."""
    already_quoted = history[-1].answer if history and asks_for_more(question) else ""
    return [
        Interpretation(text, encoder.encode_question(text), text != question, already_quoted)
        for text in dict.fromkeys([question, rewritten])
    ]


def answer_likeliest(
    snapshot: Snapshot,
    interpretations: Sequence[Interpretation],
    encoder: Encoder,
    *,
    where: Filter,
    threshold: float | None,
    k: int = HITS,
    steps: Steps | None = None,
) -> tuple[list[Hit], Answer]:
    """Answer each interpretation of a question; return up to k hits and the answer of the one that is likely meant.

    The seconds of "search" and "quote" are added to `steps`.
    """
    steps = Steps() if steps is None else steps
    limit = THRESHOLD if threshold is None else threshold
    literal, *rewritten = (
        _extract_answer(snapshot, each, encoder, where=where, threshold=limit, k=k, steps=steps)
        for each in interpretations
    )
    return rewritten[0] if rewritten and not _is_meant_literally(literal[1], rewritten[0][1]) else literal


def build_refusal(question: str, confidence: float, hits: Sequence[Hit]) -> Answer:
    """Say that the articles do not say, naming the articles that come nearest."""
    nearest = list({hit.article.id: hit.article for hit in hits}.values())[:NEAREST_ARTICLES]
    return Answer(question, NOT_SAID, (), True, confidence, EXTRACTIVE, 0.0, tuple(nearest))


def build_comparison(query: Query, encoder: Encoder) -> Callable[[Sequence[str]], list[float]]:
    """Return the function from texts to the MaxSim of each with the question, in [0, 1]."""

    def compare(texts: Sequence[str]) -> list[float]:
        from retrieval.index.lexical import extract_terms

        asked, *offered = encoder.encode_tokens([query.text, *texts])
        weights = spread_weights(query.text, asked.spans, query.weights, terms=extract_terms)
        return [compute_maxsim(asked.vectors, weights, text.vectors) for text in offered]

    return compare


def _is_meant_literally(literal: Answer, rewritten: Answer) -> bool:
    """Say whether a question that depends on the conversation is meant without it all the same."""
    if needs_context(literal.question):
        return literal.confidence >= CERTAIN and rewritten.confidence < THRESHOLD
    return literal.confidence >= max(THRESHOLD, min(CERTAIN, rewritten.confidence - MARGIN))


def _extract_answer(
    snapshot: Snapshot,
    meant: Interpretation,
    encoder: Encoder,
    *,
    where: Filter,
    threshold: float,
    k: int,
    steps: Steps,
) -> tuple[list[Hit], Answer]:
    """Search a snapshot; return up to k hits, and the answer that quotes them or refuses.

    What was quoted already is quoted again when nothing else reaches the threshold.
    """
    with steps.step("search"):
        query, hits = search_snapshot(snapshot, meant.text, meant.vector, k=k, where=where)
    with steps.step("quote"):
        for already_quoted in dict.fromkeys([meant.already_quoted, ""]):
            ranked = rank_sentences(query, hits, build_comparison(query, encoder), already_quoted=already_quoted)
            confidence = _estimate_confidence(query, ranked, rewritten=meant.rewritten)
            if ranked and confidence >= threshold:
                text, citations = word_quotes(choose_sentences(ranked), snapshot)
                return hits, Answer(meant.text, text, citations, False, confidence, EXTRACTIVE, 0.0)
        return hits, build_refusal(meant.text, confidence, hits)


def _estimate_confidence(query: Query, ranked: Sequence[Candidate], *, rewritten: bool) -> float:
    """Return the confidence in the best sentence."""
    if not ranked:
        return 0.0
    confidence = estimate_confidence(ranked[0].collect_signals(query))
    asks_when = query.answer_type is not None and query.answer_type.name == "time"
    time_missing = rewritten and asks_when and not any(c.has_answer_type for c in ranked)
    return confidence * WITHOUT_TIME if time_missing else confidence
