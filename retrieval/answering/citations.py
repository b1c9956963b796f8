"""Quotes -> numbered citations, and the proof that each is where it says. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.domain import Citation
from retrieval.errors import LibraryDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.domain import ArticleInfo, Span

MARKER = re.compile(r"\[(\d+)\]")
JOINER = "\u2060"
"""A word joiner, which nobody sees: it keeps a `[3]` of an article apart from our markers."""

_FOOTNOTE_OPENS = re.compile(r"\[(?=\s*\d[\d\s,;:–—-]*\])")


def cite(number: int, article: ArticleInfo, text: str, span: Span) -> Citation:
    """Return the citation of a span of the article's text."""
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        author=article.author,
        published=article.published,
        url=article.url,
        source=article.source,
        quote=text[span.start : span.end],
        start=span.start,
        end=span.end,
        updated=article.updated,
        superseded=article.superseded,
    )


def escape_quote(quote: str) -> str:
    """Return an article's words as an answer holds them: all of them on one line, a joiner in `[3]`.

    What a terminal, Markdown or Discord would obey is still in it: each of them escapes what it shows.
    """
    return _FOOTNOTE_OPENS.sub(f"[{JOINER}", " ".join(quote.split()))


def check_citations(text: str, citations: Sequence[Citation], texts: Mapping[str, str]) -> None:
    """Prove an answer: quotes equal their articles' texts, numbers count from 1 in order of use, none is unused.

    `texts` are article texts by id. Raises LibraryDamaged, so that no answer goes out, when something does not hold.
    """
    for citation in citations:
        if texts[citation.article_id][citation.start : citation.end] != citation.quote:
            raise LibraryDamaged(
                f"a quote is not in the article {citation.article_id} at {citation.start}-{citation.end}: "
                "`clippings doctor` says what is out of step"
            )
    used = list(dict.fromkeys(int(number) for number in MARKER.findall(text)))
    if used != [citation.number for citation in citations] or used != list(range(1, len(used) + 1)):
        raise LibraryDamaged(f"the markers {used} of an answer are not those of its citations: please report this")
