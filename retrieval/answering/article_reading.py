"""An article's sentences -> how well each answers the question, by the reader. Pure, but for the reading passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Span
from retrieval.encoder import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Sentence

AT_ONCE = 3
"""Sentences that a window is read for; the one before and the one after them are read with them."""
MOST_READ = 60
"""Sentences of an article that are read, from its beginning."""
LEAST = -6.0
"""Log-odds below which a sentence just does not answer: how surely, says nothing more."""


def read_article(title: str, text: str, sentences: Sequence[Sentence], reader: WindowReader) -> list[float]:
    """Return the log-odds, `LEAST` or more, that each sentence of an article answers; `LEAST` of what is not read."""
    count = min(len(sentences), MOST_READ)
    starts = range(0, count, AT_ONCE)
    bounds = [(max(0, start - 1), min(count, start + AT_ONCE + 1)) for start in starts]
    readings = reader.read([_open_window(title, text, sentences[first:end]) for first, end in bounds])
    odds = [
        odd
        for start, (first, _), reading in zip(starts, bounds, readings, strict=True)
        for odd in reading.sentences[start - first : start - first + AT_ONCE]
    ]
    return [max(LEAST, odd) for odd in odds[:count]] + [LEAST] * (len(sentences) - count)


def _open_window(title: str, text: str, sentences: Sequence[Sentence]) -> Window:
    start, end = sentences[0].start, sentences[-1].end
    return Window(title, text[start:end], tuple(Span(each.start - start, each.end - start) for each in sentences))
