"""What is kept of an article's text when another one comes: from which day to which it was the present one. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.index.validity import Validity, list_changes
from retrieval.text.publication_dates import get_first_day, get_last_day

if TYPE_CHECKING:
    from datetime import date

    from retrieval.domain import Article, PublicationDate


def says_otherwise(one: Article, other: Article) -> bool:
    """Say whether two texts of an article differ in their words; white space and what is skipped do not count."""
    return (one.title.split(), one.prose.split()) != (other.title.split(), other.prose.split())


def find_beginning(article: Article, before: Article, validity: Validity, *, today: date) -> date:
    """Return the day since which an article says what it says, where it said something else `before`, as it was valid.

    It is the day on which the article says it was changed or published, where that can be; else today.
    """
    stated = max([*list_changes(article.metadata), *map(get_last_day, _list_published(article))], default=None)
    began = _find_began(before, validity)
    return stated if stated and stated <= today and (began is None or began < stated) else today


def make_earlier(article: Article, validity: Validity, until: date) -> tuple[Article, Validity] | None:
    """Return what is kept of a text that was its article's until a day; None where it was so on no day."""
    began = _find_began(article, validity)
    if began and began >= until:
        return None
    kept = replace(article, id=f"{article.id}@{began or 'first'}")
    return kept, Validity(since=validity.since, until=until, version_of=article.id)


def _find_began(article: Article, validity: Validity) -> date | None:
    stated = [*list_changes(article.metadata), *map(get_first_day, _list_published(article))]
    return validity.since or max(stated, default=None)


def _list_published(article: Article) -> list[PublicationDate]:
    return [article.published] if article.published else []
