"""Fetches the context of quotes from the library, unless an article has changed since the answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from retrieval.errors import ArticleMissing

if TYPE_CHECKING:
    from bot.render import QuoteExcerpt
    from retrieval.domain import Answer, Citation, Passage
    from retrieval.index import Library, Snapshot


def fetch_excerpts(library: Library, answer: Answer) -> dict[int, QuoteExcerpt]:
    """Cut each quote with its surroundings from its article, unless the article has changed in the meantime.

    A citation of an article as a whole has none.
    """
    from bot.render import cut_excerpt

    found = {}
    for citation in filter(lambda each: each.quote, answer.citations):
        with suppress(ArticleMissing):
            article = library.get_article(citation.article_id)
            if article.text[citation.start : citation.end] == citation.quote:
                found[citation.number] = cut_excerpt(
                    article.text, citation.start, citation.end, skipped=article.skipped
                )
    return found


def fetch_passages(library: Library, citation: Citation) -> list[Passage]:
    """Return the passages that contain a quote, and their neighbours; raise ArticleMissing when none contains it.

    Of an article that is cited as a whole, that is the first passage.
    """

    def look(snapshot: Snapshot) -> list[Passage]:
        if snapshot.get_article(citation.article_id).text[citation.start : citation.end] != citation.quote:
            raise ArticleMissing(f"the article {citation.article_id} has changed since the answer: ask again")
        if not citation.quote:
            return [first.passage for first in snapshot.get_article_passages(citation.article_id)[:1]]
        return snapshot.get_passages_around(citation.article_id, citation.start, citation.end)

    return library.read(look)
