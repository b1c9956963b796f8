"""The text of an answer made of quotes -> its lines as values: what leads in, the quotes, the articles named. Pure.

It reads back what `retrieval.answering` words: a line an article, each quote with its marker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.citations import MARKER, escape_quote
from retrieval.text.dates import format_dates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.domain import Answer, Citation


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """Quotes of one article; `lead` is what is said before them beside its title and date: "Latest", "Earlier, ..."."""

    quotes: tuple[Citation, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article that is named by its title, without quotes."""

    article: Citation


@dataclass(frozen=True, slots=True)
class WordLine:
    """Words of ours, or of a chat model, perhaps with markers."""

    text: str


Line = QuoteLine | ArticleLine | WordLine


def read_lines(value: Answer) -> list[Line]:
    """Return the lines of an answer; those of a chat model's, which are of any form, as words."""
    if value.model:
        return [WordLine(value.text)]
    known = {citation.number: citation for citation in value.citations}
    lines: list[Line] = []
    for row in value.text.split("\n"):
        read = _read_line(row, known)
        last = lines[-1] if lines else None
        if isinstance(last, QuoteLine) and isinstance(read, QuoteLine) and _goes_on(last, read):
            lines[-1] = QuoteLine((*last.quotes, *read.quotes), last.lead)
        else:
            lines.append(read)
    return _drop_headings(lines, value.citations)


def name_citation(citation: Citation) -> tuple[str, str]:
    """Return how an answer names a citation's article: with its date after the title, and before it."""
    name, dates = escape_quote(citation.title) or citation.article_id, format_dates(citation)
    shown = dates or "undated"
    return (f"{name} ({dates})" if dates else name), f"{shown[0].upper()}{shown[1:]}, {name}"


def _read_line(row: str, known: Mapping[int, Citation]) -> Line:
    cited = [known[int(number)] for number in MARKER.findall(row) if int(number) in known]
    quotes = [f"“{escape_quote(each.quote)}” [{each.number}]" for each in cited if each.quote]
    if quotes and len(quotes) == len(cited) and row.endswith(joined := " ".join(quotes)):
        lead = _read_lead(row.removesuffix(joined), cited[0])
        if lead is not None and len({each.article_id for each in cited}) == 1:
            return QuoteLine(tuple(cited), lead)
    if len(cited) == 1 and row in {f"{form} [{cited[0].number}]" for form in name_citation(cited[0])}:
        return ArticleLine(cited[0])
    return WordLine(row)


def _read_lead(lead: str, citation: Citation) -> str | None:
    """Return what leads in to quotes beside the article's name and date; None for words that nobody here wrote."""
    after, before = name_citation(citation)
    said = lead.strip().removesuffix(":")
    name = escape_quote(citation.title) or citation.article_id
    if said.startswith("Earlier, ") and said.endswith(f", {name}"):
        return said.removesuffix(f", {name}")
    for form in sorted((after, before), key=len, reverse=True):
        if said.endswith(form):
            return said.removesuffix(form).strip().removesuffix(":")
    return said if said in {"", "Columns"} else None


def _goes_on(line: QuoteLine, read: QuoteLine) -> bool:
    """Say whether a line only adds quotes of the article of the one before it."""
    return not read.lead and line.quotes[0].article_id == read.quotes[0].article_id


def _drop_headings(lines: Sequence[Line], citations: Sequence[Citation]) -> list[Line]:
    """Leave out the lines that only name the article of the quotes below them."""
    names = {f"{form}:" for citation in citations for form in name_citation(citation)}
    return [each for each in lines if not (isinstance(each, WordLine) and each.text in names)]


def split_named(text: str, citations: Sequence[Citation]) -> list[str | Citation]:
    """Return a text cut at the articles that it names with their markers: words, and citations of whole articles."""
    forms = {f"{form} [{each.number}]": each for each in citations if not each.quote for form in name_citation(each)}
    found = re.split("|".join(f"({re.escape(form)})" for form in forms), text) if forms else [text]
    return [forms.get(part, part) for part in found if part]
