"""Lookups in one library, in the calling thread: an answer with its evidence, a quote in its passage."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import excerpts
from bot.front_end_errors import ClosingError
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answerer import Answerer
    from retrieval.domain import Answer, Ask, Citation, Filter
    from retrieval.index import Library

HITS = 10
"""Passages that are kept with an answer."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its origin, which is kept beside it.

    `hits` are (article id, start, end, score) of the passages that were ranked best, `generation` is the library's.
    """

    answer: Answer
    library: str
    generation: int
    hits: tuple[tuple[str, int, int, float], ...]


@dataclass(frozen=True, slots=True)
class QuoteContext:
    """A quote within its passage: `before`, the quote and `after` are the passage's text; "" where there is none.

    `previous` and `following` are the passages beside it.
    """

    citation: Citation
    before: str
    after: str
    previous: str
    following: str


def find_quote_context(library: Library, citation: Citation) -> QuoteContext:
    """Return a quote with its passage's text around it, and the passages before and after."""
    passages = excerpts.fetch_passages(library, citation)
    start, end = citation.start, citation.end
    holding = [each for each in passages if each.start < end and each.end > start]
    return QuoteContext(
        citation,
        before=holding[0].text[: max(start - holding[0].start, 0)] if holding else "",
        after=holding[-1].text[end - holding[-1].start :] if holding and end < holding[-1].end else "",
        previous=next((each.text for each in reversed(passages) if each.end <= start), ""),
        following=next((each.text for each in passages if each.start >= end), ""),
    )


def collect_answer(answerer: Answerer, ask: Ask, tell: Callable[[str], None], stopped: Callable[[], bool]) -> Answer:
    """Return the answer at the end of a draft; `tell` gets its pieces."""
    if stopped():
        raise ClosingError()
    pieces = answerer.stream(ask)
    try:
        for piece in pieces:
            if not isinstance(piece, str):
                return piece
            if stopped():
                raise ClosingError()
            tell(piece)
    finally:
        if isinstance(pieces, Generator):
            pieces.close()
    raise RuntimeError("the draft ended without an answer")


def find_evidence(library: Library, question: str, where: Filter) -> tuple[tuple[str, int, int, float], ...]:
    """Return the positions of the best passages for a question; none where they were removed in the meantime."""
    from retrieval.search.ranking import search

    try:
        hits = search(library, question, k=HITS, where=where)
    except ClippingsError:
        return ()
    return tuple((hit.passage.article_id, hit.passage.start, hit.passage.end, hit.score) for hit in hits)
