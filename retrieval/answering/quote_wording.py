"""Chosen sentences -> the text of an answer and its citations: a line an article, each quote with its marker."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.answering.citations import check_citations, cite, escape_quote
from retrieval.answering.extraction import widen_quote
from retrieval.answering.rebuttals import LOOK_AHEAD, find_inseparable
from retrieval.answering.scores_in_titles import find_title
from retrieval.domain import Citation, Span
from retrieval.text.dates import format_dates, say_when
from retrieval.text.layout import announces, find_announced_end, find_tables, may_hold_cells
from retrieval.text.publication_dates import precedes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.domain import ArticleInfo, Passage, Sentence
    from retrieval.index import Snapshot


NEIGHBOURS = LOOK_AHEAD
"""Sentences to either side that may belong to a quote."""


def word_quotes(
    chosen: Sequence[Candidate], snapshot: Snapshot, *, under_title: bool = False
) -> tuple[str, tuple[Citation, ...]]:
    """Return the text that quotes the sentences, and its citations; each line names an article and its date.

    `under_title` quotes the title of the first one's article before it, where its text has it.
    """
    lines, citations, texts = [], list[Citation](), dict[str, str]()
    lead = chosen[0].hit.article
    for article_id, group in groupby(_group_by_article(chosen), key=lambda c: c.hit.article.id):
        candidates = list(group)
        article = candidates[0].hit.article
        text = texts[article_id] = snapshot.get_article(article_id).text
        quotes = []
        spans = _merge_spans(_find_quote_span(candidate, text, snapshot) for candidate in candidates)
        title = find_title(text, article.title) if under_title and not citations else None
        for span in [title, *spans] if title else spans:
            citations.append(cite(len(citations) + 1, article, texts[article_id], span))
            quotes.append(f"“{escape_quote(citations[-1].quote)}” [{len(citations)}]")
        is_older = precedes(article.published, lead.published)
        lines.append(f"{name_article(article, is_older=is_older)}: {' '.join(quotes)}")
        quoted = {citation.start for citation in citations if citation.article_id == article_id}
        for header in _find_headers(text, quoted):
            citations.append(cite(len(citations) + 1, article, text, header))
            lines.append(f"Columns: “{escape_quote(citations[-1].quote)}” [{len(citations)}]")
    worded = "\n".join(lines)
    check_citations(worded, citations, texts)
    return worded, tuple(citations)


def _find_headers(text: str, quoted: set[int]) -> list[Span]:
    """Return the lines that name the columns of tables whose rows, known by their starts, are quoted without them."""
    tables = find_tables(text) if any(may_hold_cells(text, start) for start in quoted) else []
    rows = {row.start: table.header for table in tables for row in table.rows if table.header}
    return [
        header for header in dict.fromkeys(rows[start] for start in quoted & rows.keys()) if header.start not in quoted
    ]


def _group_by_article(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Keep an article's sentences together, articles in the order of their best sentence."""
    order = {c.hit.article.id: n for n, c in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda c: order[c.hit.article.id])


def _find_quote_span(candidate: Candidate, text: str, snapshot: Snapshot) -> Span:
    """Return what is quoted: the sentence, up to the neighbour that gives the time or place, or that alone."""
    sentences = filter(
        None, (candidate.nearby_answer, None if candidate.answered_beside else candidate.scored.sentence)
    )
    spans = [_widen_quote(candidate.hit.passage, sentence, text, snapshot) for sentence in sentences]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _widen_quote(passage: Passage, sentence: Sentence, text: str, snapshot: Snapshot) -> Span:
    """Return the sentence with those that it can't be understood without, and those that deny or rate it."""
    around = _list_sentences_around(passage, sentence, snapshot)
    place = max((n for n, each in enumerate(around) if each.start <= sentence.start), default=0)
    first, last = find_inseparable(text, around, place)
    start, end = widen_quote(around[first], around[:first]).start, max(around[last].end, sentence.end)
    return Span(start, find_announced_end(text, end) if announces(text[start:end]) else end)


def _list_sentences_around(passage: Passage, sentence: Sentence, snapshot: Snapshot) -> Sequence[Sentence]:
    """Return the sentences of a passage, with those of its neighbours where the sentence is near an end of it."""
    place = sum(each.start < sentence.start for each in passage.sentences)
    if NEIGHBOURS <= place < len(passage.sentences) - NEIGHBOURS:
        return passage.sentences
    around = snapshot.get_passages_around(passage.article_id, passage.start, passage.end)
    return [each for near in around for each in near.sentences]


def _merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans with overlapping ones made one, in the order of their first parts."""
    merged: list[Span] = []
    for span in spans:
        overlapping = [other for other in merged if other.start < span.end and span.start < other.end]
        if not overlapping:
            merged.append(span)
            continue
        parts = [span, *overlapping]
        merged[merged.index(overlapping[0])] = Span(min(s.start for s in parts), max(s.end for s in parts))
        merged = [s for s in merged if s not in overlapping[1:]]
    return merged


def name_article(article: ArticleInfo, *, is_older: bool = False) -> str:
    """Name an article and its date; with the date first where it is older than the one before it."""
    name, dates = escape_quote(article.title) or article.id, format_dates(article)
    if is_older and article.published:
        return f"Earlier, {say_when(article.published)}, {name}"
    return f"{name} ({dates})" if dates else name
