"""Quotes of several articles -> the text of an answer and its citations: a line for each, with date and title.

That an article has no date is said only beside others that have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.answering.citations import check_citations, cite, escape_quote
from retrieval.answering.key_sentences import separate_spans
from retrieval.domain import Span
from retrieval.text.dates import format_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import ArticleInfo, Citation
    from retrieval.index import Snapshot


@dataclass(frozen=True, slots=True)
class DatedQuote:
    """A part of an article that is to be quoted."""

    article: ArticleInfo
    span: Span


@dataclass(frozen=True, slots=True)
class _AnswerLine:
    """Words of our own, perhaps an article's name, and what follows it."""

    lead: str
    article: ArticleInfo | None = None
    rest: str = ""


class DatedLines:
    """The lines of an answer as they are made, with the citations that they use, numbered through."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.lines: list[_AnswerLine] = []
        self.citations: list[Citation] = []
        self._snapshot = snapshot
        self._texts: dict[str, str] = {}

    def add_line(self, line: str) -> None:
        """Add a line of our own words."""
        self.lines.append(_AnswerLine(line))

    def add_named(self, article: ArticleInfo, rest: str, *, lead: str = "") -> None:
        """Add a line with an article's date and title, and what follows them."""
        self.lines.append(_AnswerLine(lead, article, rest))

    def add_quotes(self, quotes: Sequence[DatedQuote], *, lead: str = "") -> None:
        """Add a line for each run of quotes of one article: date, title, the quotes."""
        for article, run in groupby(quotes, key=lambda quote: quote.article):
            self.add_named(article, f": {' '.join(self._quote(article, [each.span for each in run]))}", lead=lead)

    def add_quote_lines(self, article: ArticleInfo, spans: Sequence[Span]) -> None:
        """Add a line for each part of one article."""
        self.lines.extend(map(_AnswerLine, self._quote(article, spans)))

    def _quote(self, article: ArticleInfo, spans: Sequence[Span]) -> list[str]:
        """Cite each part, less what the one before it holds, and return it as a quote with its marker."""
        worded = []
        for span in separate_spans(self._read(article), spans):
            marker = self._cite(article, span)
            worded.append(f"“{escape_quote(self.citations[-1].quote)}” {marker}")
        return worded

    def cite_article(self, article: ArticleInfo) -> str:
        """Return the marker of an article that is cited as a whole."""
        return self._cite(article, Span(0, 0))

    def _cite(self, article: ArticleInfo, span: Span) -> str:
        self.citations.append(cite(len(self.citations) + 1, article, self._read(article), span))
        return f"[{len(self.citations)}]"

    def _read(self, article: ArticleInfo) -> str:
        if article.id not in self._texts:
            self._texts[article.id] = self._snapshot.get_article(article.id).text
        return self._texts[article.id]

    def finish(self) -> tuple[str, tuple[Citation, ...]]:
        """Return the text and its citations."""
        named = [line.article for line in self.lines if line.article]
        dated = any(each.published for each in named)
        text = "\n".join(
            f"{line.lead}{name_dated(line.article, undated=dated)}{line.rest}" if line.article else line.lead
            for line in self.lines
        )
        check_citations(text, self.citations, self._texts)
        return text, tuple(self.citations)


def name_dated(article: ArticleInfo, *, undated: bool = True) -> str:
    """Return date and title of an article: "4 February 2026, Bridge shut"; perhaps say that it has no date."""
    name = escape_quote(article.title) or article.id
    dates = format_dates(article) or ("undated" if undated else "")
    return f"{dates[0].upper()}{dates[1:]}, {name}" if dates else name
