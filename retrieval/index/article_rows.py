"""Articles as rows of the catalog, and back: whole, or as what a list says of them. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from retrieval.domain import Article, ArticleInfo, Span
from retrieval.index.day_numbers import read_day_number, to_day_number
from retrieval.text.publication_dates import parse_iso_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import PublicationDate
    from retrieval.index.validity import Validity

ARTICLE_COLUMNS = "id, text, title, author, published, url, source, metadata, skipped"
"""In the order of `unpack_article`."""
INFO_COLUMNS = "id, title, author, published, url, source, passages, characters"
"""In the order of `unpack_info`, which takes version_of, since and until after them."""


def pack_article(article: Article, content_hash: str, passages: int, validity: Validity) -> tuple[Any, ...]:
    """Return the row of an article of so many passages, in the order of the table."""
    return (
        article.id,
        content_hash,
        article.title,
        article.author,
        format_published(article),
        to_day_number(article.published),
        article.url,
        article.source,
        passages,
        len(article.text),
        json.dumps(dict(article.metadata), default=str),
        json.dumps(article.skipped),
        article.text,
        validity.version_of or None,
        to_day_number(validity.since),
        to_day_number(validity.until),
    )


def unpack_article(row: Sequence[Any]) -> Article:
    """Return the article of a row of ARTICLE_COLUMNS."""
    key, text, title, author, published, url, source, metadata, skipped = row
    spans = tuple(Span(*pair) for pair in json.loads(skipped))
    return Article(key, text, title, author, _parse_published(published), url, source, json.loads(metadata), spans)


def unpack_info(row: Sequence[Any]) -> ArticleInfo:
    """Return what a list says of the article of a row: of INFO_COLUMNS, and version_of, since and until."""
    key, title, author, published, url, source, passages, characters, version_of, since, until = row
    days = read_day_number(since), read_day_number(until)
    return ArticleInfo(
        key, title, author, _parse_published(published), url, source, passages, characters, version_of or "", *days
    )


def format_published(article: Article) -> str | None:
    """Return when an article was published as its row says it."""
    return article.published.isoformat() if article.published else None


def _parse_published(text: str | None) -> PublicationDate | None:
    return parse_iso_date(text) if text else None
