"""Articles that are new -> the stories that they tell, each with the sentences that carry most of it.

Which articles tell of the same is storyline.py's to say. Which are new is left to the front end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.inquiry import Inquiry
from retrieval.answering.storyline import choose_story_sentences, drop_reprints, find_story, read_articles_of
from retrieval.domain import Understanding
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import ArticleInfo
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot

MOST_ARTICLES = 60
"""New articles that are grouped into stories; the others are counted."""
QUOTES = 2
"""Sentences of a story."""


@dataclass(frozen=True, slots=True)
class NewsStory:
    """New articles that tell of the same, newest first, and quotes of them with the article of each."""

    articles: tuple[ArticleInfo, ...]
    quotes: tuple[tuple[ArticleInfo, str], ...]


def group_stories(snapshot: Snapshot, encoder: Encoder, infos: Sequence[ArticleInfo]) -> list[NewsStory]:
    """Return the stories of new articles, those of several articles first, then the newest; reprints are left out."""
    left = {info.id: info for info in _sort(infos)}
    stories = []
    for first in list(left.values())[:MOST_ARTICLES]:
        if first.id not in left:
            continue
        subject = first.title or first.id
        inquiry = Inquiry(Understanding(subject, subject=subject), snapshot, encoder)
        near = [each.info.id for each in find_story(inquiry).articles]
        own = [left.pop(each) for each in dict.fromkeys([first.id, *near]) if each in left]
        stories.append(_quote(inquiry, own))
    return sorted(stories, key=lambda each: -len(each.articles))


def _quote(inquiry: Inquiry, infos: list[ArticleInfo]) -> NewsStory:
    told = drop_reprints(read_articles_of(inquiry, infos))
    quotes = tuple(
        (info, each.text[each.span.start : each.span.end]) for info, each in choose_story_sentences(told, QUOTES)
    )
    return NewsStory(tuple(_sort(each.info for each in told)), quotes)


def _sort(infos: Iterable[ArticleInfo]) -> list[ArticleInfo]:
    """Return articles, newest first, those without a date last."""
    return sorted(infos, key=lambda each: (each.published is None, -_number(each), each.title))


def _number(info: ArticleInfo) -> int:
    return get_last_day(info.published).toordinal() if info.published else 0
