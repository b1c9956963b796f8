"""Article -> passages and their sentences, with offsets. Pure; knows no model: token spans are measured by a function.

A passage is a run of whole sentences that never crosses a skipped span and, together with the header it is embedded
with, fits the encoder's window. Passages and skipped spans together cover the article, white space aside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from retrieval.domain import Article, Passage, Sentence, Span

Measure = Callable[[Sequence[str]], list[list[Span]]]
"""Texts -> the spans of each text's tokens (code points in that text), special tokens left out, never truncated."""

SPECIAL_TOKENS = 2
HEADER_CHARACTERS = 160
SMALLEST_BUDGET = 8

_TERMINAL = re.compile(r"[.!?…:;。！？؟][\"'”’»)\]]*$")
_PARAGRAPH = re.compile(r"\n\s*\n")


def header(article: Article) -> str:
    """Return the line that a passage is embedded under: "Title (27 June 2023)", cut short when very long, or ""."""
    title = " ".join(article.title.split())[:HEADER_CHARACTERS]
    if article.published is None:
        return f"{title}\n" if title else ""
    dated = f"{article.published.day} {article.published:%B %Y}"
    return f"{title} ({dated})\n" if title else f"{dated}\n"


def split(article: Article, *, measure: Measure, budget: int, window: int) -> tuple[Passage, ...]:
    """Split an article into passages of at most `budget` tokens, each made of whole sentences.

    `window` is the encoder's, in tokens with its special ones; where header and budget together exceed it, the budget
    gives way. A sentence longer than the budget is cut between words, or between tokens where there are none.
    """
    head = len(measure([header(article)])[0]) if header(article) else 0
    budget = max(SMALLEST_BUDGET, min(budget, window - SPECIAL_TOKENS - head))
    passages: list[Passage] = []
    for region in _regions(article):
        sentences = _sentences(article.text, region)
        spans = measure([article.text[s.start : s.end] for s in sentences])
        pieces = [piece for s, tokens in zip(sentences, spans, strict=True) for piece in _fit(s, tokens, budget)]
        passages.extend(_passage(article, run) for run in _pack(article.text, pieces, budget))
    return tuple(passages)


def _regions(article: Article) -> Iterator[Span]:
    """Yield what lies between the skipped spans."""
    edges = [Span(0, 0), *sorted(article.skipped), Span(len(article.text), len(article.text))]
    for before, after in pairwise(edges):
        if before.end < after.start:
            yield Span(before.end, after.start)


def _sentences(text: str, region: Span) -> list[Span]:
    """Return the region's sentences, white space trimmed; a paragraph break inside a sentence does not end it."""
    import sentencex  # noqa: PLC0415 - compiled module, only needed while ingesting

    found: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries("en", text[region.start : region.end]):
        span = _trimmed(text, region.start + boundary["start_index"], region.start + boundary["end_index"])
        if span.start == span.end:
            continue
        if found and text[span.start].islower() and not _TERMINAL.search(text, found[-1].start, found[-1].end):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _fit(sentence: Span, tokens: Sequence[Span], budget: int) -> Iterator[tuple[Span, int]]:
    """Yield the sentence with its number of tokens, or, where it exceeds the budget, its pieces with theirs."""
    first = 0
    while len(tokens) - first > budget:
        last = first + budget
        cut = last
        while cut > first + budget // 2 and tokens[cut].start == tokens[cut - 1].end:
            cut -= 1  # tokens that touch are parts of one word
        if cut == first + budget // 2:
            cut = last
        yield Span(sentence.start + (tokens[first].start if first else 0), sentence.start + tokens[cut - 1].end), cut - first
        first = cut
    yield Span(sentence.start + (tokens[first].start if first else 0), sentence.end), len(tokens) - first


def _pack(text: str, pieces: Sequence[tuple[Span, int]], budget: int) -> Iterator[list[Span]]:
    """Fill passages sentence by sentence; prefer to end one at a paragraph's end once it is half full."""
    run: list[Span] = []
    used = 0
    for index, (span, size) in enumerate(pieces):
        paragraph_ended = run and _PARAGRAPH.search(text, run[-1].end, span.start)
        if run and (used + size > budget or (paragraph_ended and used + _paragraph(text, pieces, index) > budget)):
            yield run
            run, used = [], 0
        run.append(span)
        used += size
    if run:
        yield run


def _paragraph(text: str, pieces: Sequence[tuple[Span, int]], first: int) -> int:
    """Return the number of tokens of the paragraph that begins with piece `first`."""
    total = pieces[first][1]
    for (before, _), (after, size) in pairwise(pieces[first:]):
        if _PARAGRAPH.search(text, before.end, after.start):
            break
        total += size
    return total


def _passage(article: Article, spans: Sequence[Span]) -> Passage:
    start, end = spans[0].start, spans[-1].end
    text = article.text[start:end]
    identity = f"{article.id}\0{start}\0{end}\0{text}"
    return Passage(
        id=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        article_id=article.id,
        start=start,
        end=end,
        text=text,
        sentences=tuple(Sentence(s.start, s.end, article.text[s.start : s.end]) for s in spans),
    )
