"""A date that could be two days, 03/04/2026, -> the day that the article's language tells, or none. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.reading.fields import find_doubtful_date
from retrieval.text.dates import parse_date
from retrieval.text.day_order import find_day_order, guess_day_order

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.text.dates import DayOrder

_LANGUAGE = ("language", "lang", "inlanguage", "locale")


def settle_date(article: Article, shown: str, order: DayOrder = "") -> tuple[Article, str]:
    """Return an article with the day that its metadata, or the date `shown` in its text, mean.

    That is told by the language that is named, else by the `order` if there is one, else by the text's own language.

    Where nothing tells which of two days it is, the article stays without one, and the date as it is written is
    returned with it.
    """
    name = find_doubtful_date(article.metadata)
    written = article.metadata[name] if name else shown
    if not written:
        return article, ""
    published = parse_date(written, _find_order(article, order))
    if published is None:
        return article, written
    rest = {key: value for key, value in article.metadata.items() if key != name}
    return replace(article, published=published, metadata=rest), ""


def _find_order(article: Article, otherwise: DayOrder) -> DayOrder:
    named = {key.lower(): value for key, value in article.metadata.items() if isinstance(value, str)}
    language = next((named[key] for key in _LANGUAGE if key in named), "")
    return (
        (find_day_order(language) if language else "")
        or otherwise
        or ("" if language else guess_day_order(article.prose))
    )
