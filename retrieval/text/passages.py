"""Article -> passages and their sentences, with offsets. Pure; knows no model: token spans are measured by a function.

A passage is a run of whole sentences that never crosses a skipped span and, together with the header it is embedded
with, fits the encoder's window. Passages and skipped spans together cover the article, white space aside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from retrieval.domain import Article, Passage, Sentence, Span
from retrieval.text.dates import format_day
from retrieval.text.late_patterns import compile_later
from retrieval.text.layout import find_blocks

if TYPE_CHECKING:
    import re

Measure = Callable[[Sequence[str]], Sequence[Sequence[tuple[int, int]]]]
"""Texts -> the spans of each text's tokens (code points in that text), special tokens left out, never truncated."""

SPECIAL_TOKENS = 2
MAX_HEADER_CHARACTERS = 160
MIN_PASSAGE_TOKENS = 8
SENTENCES_PER_BATCH = 4_096
MAX_TOKEN_CHARACTERS = 100
"""A tokenizer may call a megabyte without spaces one unknown token; it counts once per so many characters."""

LONGEST_STRETCH = 10_000
"""Characters that are split into sentences at once: without white space the splitter takes quadratic time."""
LONGEST_ENDING = 40
"""Characters at the end of a sentence that hold its full stop and what closes after it, or a footnote mark."""

_TERMINAL = compile_later(r"[.!?…:;。！？؟][\"'”’»)\]]*$")
_FOOTNOTES = compile_later(
    r"(?:\[(?:\^?\d+(?:\s*[,;–-]\s*\d+)*|[a-z]|(?:note|nb|n) \d+|citation needed)\]\s*|[¹²³⁰⁴-⁹]+\s*|[†‡]+\s*)+"
)
_EMPHASIS_ENDS = compile_later(r"[*_]{1,3}(?!\S)\s*")
_UNIT_ENDS = compile_later(r"\d\s?(?:\w{1,4}/)?[a-z]\.(?=\s+[^\W\d_a-z])")
_OPENS_LINE = compile_later(r"\n\s*(\[\^?\d+\])$")
_PARAGRAPH = compile_later(r"\n\s*\n")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")  # one unbalanced curly quote would glue all sentences after it together


class _Part(NamedTuple):
    """A sentence, or a part of one that exceeds the budget, with its number of tokens; what `opens` begins a sentence.

    Parts of one sentence share no passage: rejoined, they may have more tokens than their sizes say.
    """

    span: Span
    size: int
    opens: bool = True


def format_header(article: Article) -> str:
    """Return the line that a passage is embedded under: "Title (27 June 2023)", cut short when very long, or ""."""
    title = " ".join(article.title.split())[:MAX_HEADER_CHARACTERS]
    if article.published is None:
        return f"{title}\n" if title else ""
    dated = format_day(article.published)
    return f"{title} ({dated})\n" if title else f"{dated}\n"


def split_article(article: Article, *, measure: Measure, budget: int, window: int) -> tuple[Passage, ...]:
    """Split an article into passages of at most `budget` tokens, each made of whole sentences.

    `window` is the encoder's, in tokens with its special ones; where header and budget together exceed it, the budget
    gives way. A sentence longer than the budget is cut between words, or between tokens where there are none.
    """
    header_size = len(measure([format_header(article)])[0]) if format_header(article) else 0
    budget = max(MIN_PASSAGE_TOKENS, min(budget, window - SPECIAL_TOKENS - header_size))
    passages: list[Passage] = []
    for region in _list_regions(article):
        spans = split_sentences(article.text, region)
        pieces: list[_Part] = []
        for first in range(0, len(spans), SENTENCES_PER_BATCH):  # token spans of a whole book would fill the memory
            pieces += _measure_sentences(article.text, spans[first : first + SENTENCES_PER_BATCH], measure, budget)
        passages.extend(_make_passage(article, run) for run in _pack(article.text, pieces, budget))
    return tuple(passages)


def _list_regions(article: Article) -> Iterator[Span]:
    """Yield what lies between the skipped spans."""
    edges = [Span(0, 0), *sorted(article.skipped), Span(len(article.text), len(article.text))]
    for before, after in pairwise(edges):
        if before.end < after.start:
            yield Span(before.end, after.start)


def split_sentences(text: str, region: Span | None = None) -> list[Span]:
    """Return the sentences of a text or a part of it, white space trimmed; a paragraph break does not end one.

    A heading, a short list item, a row of a table and a line of code are each a sentence. A footnote mark belongs to
    the sentence before it.
    """
    found: list[Span] = []
    for block in find_blocks(text, region):
        span = _trim(text, *block.span)
        if block.unit:
            found.append(span)
        elif span.start < span.end:
            found += _move_marks(text, split_prose(text, block.span))
    return found


def split_prose(text: str, region: Span | None = None) -> list[Span]:
    """Return the sentences of a text or a part of it that is prose alone, as a draft's lines are, short ones too."""
    found: list[Span] = []
    for start, end in _find_boundaries(text, region or Span(0, len(text))):
        span = _trim(text, start, end)
        if span.start == span.end:
            continue
        if found and text[span.start].islower() and not _search_ending(_TERMINAL, text, found[-1]):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return [part for span in found for part in _cut_after_units(text, span)]


def _find_boundaries(text: str, region: Span) -> Iterator[Span]:
    """Yield the sentences as the splitter sees them, stretch by stretch; the last one of a stretch begins the next."""
    import sentencex

    start = region.start
    while start < region.end:
        end = min(start + LONGEST_STRETCH, region.end)
        found = sentencex.get_sentence_boundaries("en", text[start:end].translate(_STRAIGHT))
        spans = [Span(start + each["start_index"], start + each["end_index"]) for each in found]
        if end < region.end and spans[-1].start > start:
            end = spans.pop().start
        yield from spans
        start = end


def _search_ending(pattern: re.Pattern[str], text: str, span: Span) -> re.Match[str] | None:
    """Search the end of a sentence alone: one that grows piece by piece is looked at for every piece."""
    return pattern.search(text, max(span.start, span.end - LONGEST_ENDING), span.end)


def _cut_after_units(text: str, span: Span) -> Iterator[Span]:
    """Yield a sentence in parts where it holds a unit with a full stop, which looks like an initial: "75 km/h. He"."""
    start = span.start
    for unit in _UNIT_ENDS.finditer(text, span.start, span.end):
        yield Span(start, unit.end())
        start = _trim(text, unit.end(), span.end).start
    yield Span(start, span.end)


def _move_marks(text: str, spans: Sequence[Span]) -> list[Span]:
    """Give footnote marks that open a sentence to the one before it on the line; one that opens a line opens a note.

    So are the asterisks or underscores that end what is emphasised.
    """
    moved: list[Span] = []
    for span in spans:
        start = span.start
        if moved and (opens := _search_ending(_OPENS_LINE, text, moved[-1])):
            moved[-1], start = _trim(text, moved[-1].start, opens.start()), opens.start(1)
        elif moved and (marks := _find_marks(text, moved[-1].end, span)):
            start = marks.end()
            moved[-1] = _trim(text, moved[-1].start, start)
        if start < span.end:
            moved.append(Span(start, span.end))
    return moved


def _find_marks(text: str, before: int, span: Span) -> re.Match[str] | None:
    """Return the marks that open a sentence and belong to the one that ends at `before`."""
    if span.start == before:
        return _EMPHASIS_ENDS.match(text, *span) or _FOOTNOTES.match(text, *span)
    return None if "\n" in text[before : span.start] else _FOOTNOTES.match(text, *span)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _measure_sentences(text: str, spans: Sequence[Span], measure: Measure, budget: int) -> Iterator[_Part]:
    """Yield the spans, too long ones in parts, which are measured again: cutting may change the tokens."""
    for span, found in zip(spans, measure([text[s.start : s.end] for s in spans]), strict=True):
        tokens = _locate_tokens(span, found)
        if len(tokens) <= budget:
            yield _Part(span, len(tokens))
        else:
            pieces = _measure_sentences(text, list(_cut(text, span, tokens, budget)), measure, budget)
            yield from (piece._replace(opens=piece.span.start == span.start) for piece in pieces)


def _locate_tokens(span: Span, found: Sequence[tuple[int, int]]) -> list[Span]:
    """Return where the tokens are in the article, very long ones in parts."""
    return [
        Span(span.start + start, span.start + min(start + MAX_TOKEN_CHARACTERS, token_end))
        for token_start, token_end in found
        for start in range(token_start, token_end, MAX_TOKEN_CHARACTERS)
    ]


def _cut(text: str, span: Span, tokens: Sequence[Span], budget: int) -> Iterator[Span]:
    """Yield pieces of at most `budget` tokens; characters that are part of no token stay with what is before them."""
    first, start = 0, span.start
    while len(tokens) - first > budget:
        first = _find_cut(text, tokens, first + budget // 2, first + budget)
        yield _trim(text, start, tokens[first].start)
        start = tokens[first].start
    yield Span(start, span.end)


def _find_cut(text: str, tokens: Sequence[Span], earliest: int, latest: int) -> int:
    """Return the last index in (earliest, latest] that follows white space, or else the end of a word."""
    cuts = range(latest, earliest, -1)
    spaced = (cut for cut in cuts if tokens[cut].start > tokens[cut - 1].end)
    ended = (cut for cut in cuts if not text[tokens[cut].start - 1 : tokens[cut].start + 1].isalnum())
    return next(spaced, next(ended, latest))


def _pack(text: str, pieces: Sequence[_Part], budget: int) -> Iterator[list[Span]]:
    """Fill passages sentence by sentence; a paragraph that would not fit whole begins a passage of its own."""
    run: list[Span] = []
    used = 0
    for paragraph in _group_paragraphs(text, pieces):
        if run and used + sum(piece.size for piece in paragraph) > budget:
            yield run
            run, used = [], 0
        for piece in paragraph:
            if run and (used + piece.size > budget or not piece.opens):
                yield run
                run, used = [], 0
            run.append(piece.span)
            used += piece.size
    if run:
        yield run


def _group_paragraphs(text: str, pieces: Sequence[_Part]) -> Iterator[list[_Part]]:
    paragraph: list[_Part] = []
    for piece in pieces:
        if paragraph and _PARAGRAPH.search(text, paragraph[-1].span.end, piece.span.start):
            yield paragraph
            paragraph = []
        paragraph.append(piece)
    if paragraph:
        yield paragraph


def _make_passage(article: Article, spans: Sequence[Span]) -> Passage:
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
