"""The line of an article's text that names its author or its date, where there is one. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.domain import PartialDate, Span
from retrieval.text.dates import format_day, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Article

LONGEST_LINE = 160
"""Characters of a byline."""
LINES = 12
"""Lines at the beginning, and at the end, among which bylines are looked for."""

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_DATE_PART = re.compile(r"[|•·–—]|\b(?:published|updated|posted|on)\b:?", re.IGNORECASE)


def find_byline(article: Article) -> Span | None:
    """Return the line that names the author."""
    name = " ".join(article.author.casefold().split())
    lines = _list_lines(article)
    return next((span for span, line in lines if name and name in " ".join(line.casefold().split())), None)


def find_date_line(article: Article) -> Span | None:
    """Return the line that states when the article was published, as far as that is known."""
    published = article.published
    if published is None:
        return None
    day = "" if isinstance(published, PartialDate) else str(published.day)
    for span, line in _list_lines(article):
        if published.isoformat()[:4] in line and day in line:
            parts = [line, *_DATE_PART.split(line)]
            dates = (parse_date(part.strip(" \t*_()[],.:")) for part in parts if len(part) <= LONGEST_LINE // 4)
            if (day and format_day(published) in line) or published in dates:
                return span
    return None


def _list_lines(article: Article) -> Iterator[tuple[Span, str]]:
    """Yield the short lines at the beginning of the text and those that passages leave out, without white space."""
    first = [Span(*line.span()) for line in islice(_LINE.finditer(article.text), LINES)]
    skipped = [
        Span(skipped.start + line.start(), skipped.start + line.end())
        for skipped in article.skipped
        for line in _LINE.finditer(article.text[skipped.start : skipped.end])
    ]
    for start, end in dict.fromkeys([*skipped, *first]):
        line = article.text[start:end]
        if len(line.strip()) <= LONGEST_LINE:
            yield Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip())), line.strip()
