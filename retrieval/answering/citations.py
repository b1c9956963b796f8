"""Quotes -> numbered citations, and the proof that each is where it says. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.domain import Citation
from retrieval.errors import LibraryDamaged
from retrieval.text.sanitizing import sanitize_model_output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.domain import Article, ArticleInfo, Span

MARKER = re.compile(r"\[(\d+)\]")


def cite(number: int, article: ArticleInfo | Article, text: str, span: Span) -> Citation:
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
    )


def escape_quote(quote: str) -> str:
    """Return a quote as it is shown in an answer: on one line, without markup, its own footnote marks unlike ours."""
    return MARKER.sub(r"(\1)", " ".join(sanitize_model_output(quote).split()))


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
