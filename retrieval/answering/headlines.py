"""A question for what is new or happened in a period -> its articles with dates, and a quote that carries each."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from retrieval.answering.dated_quotes import DatedLines, DatedQuote, name_dated
from retrieval.answering.extractive import EXTRACTIVE, NEAREST_ARTICLES, build_refusal
from retrieval.answering.storyline import drop_reprints, find_story, read_articles_of
from retrieval.conversation.time_limits import NO_ARTICLE
from retrieval.domain import Answer, Filter
from retrieval.text.dates import format_day, format_period
from retrieval.text.publication_dates import get_first_day, get_last_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.storyline import StoryArticle
    from retrieval.domain import ArticleInfo

QUOTED = 7
"""Articles that are quoted; of a busier period the others are named."""
NAMED = 10
"""Others that are named; the rest is counted."""
READ = 40
"""Articles of a period that are read; reprints among them are left out."""
NEWEST_DAYS = timedelta(days=6)
"""Before the newest article: what counts as new where the question states no period."""
CERTAIN = 0.95
"""The confidence in what the catalog says of a period."""

_WANTS_NEWEST = re.compile(r"\b(?:new|newest|news|latest|recent|recently|lately|update[ds]?|now)\b", re.IGNORECASE)


def answer_headlines(inquiry: Inquiry) -> Answer | None:
    """Name the articles of the period that a question states, or else of the newest week, with a quote of each."""
    asked = inquiry.asked
    if asked.subject:
        return _answer_on_subject(inquiry)
    infos = [info for info in inquiry.snapshot.list_articles(asked.where) if info.published]
    if not infos or any(remark.startswith(NO_ARTICLE) for remark in asked.remarks):
        return _refuse_period(inquiry)
    notice = ""
    if not _states_period(asked.where):
        since, until = _find_newest_days(infos)
        infos = [info for info in infos if _is_within(info, since, until)]
        notice = f"The newest articles: {format_period(since, until)}."
    infos = _order_by_date(inquiry, infos)
    articles = drop_reprints(read_articles_of(inquiry, infos[:READ]))
    return _word_headlines(inquiry, articles, CERTAIN, notice, unread=len(infos[READ:]))


def _find_newest_days(infos: Sequence[ArticleInfo]) -> tuple[date, date]:
    """Return the days of the newest articles: a week, or the month or year that the newest is of."""
    newest = max((info.published for info in infos if info.published), key=get_first_day)
    until = get_last_day(newest)
    return min(get_first_day(newest), until - NEWEST_DAYS), until


def _is_within(info: ArticleInfo, since: date, until: date) -> bool:
    published = info.published
    return published is not None and since <= get_first_day(published) and get_last_day(published) <= until


def _answer_on_subject(inquiry: Inquiry) -> Answer:
    """Name the articles of the period that tell of a subject."""
    asked = inquiry.asked
    story = find_story(inquiry)
    articles = [article for article in story.articles if article.info.published]
    if not story.hits:
        return _refuse_period(inquiry)
    if not articles or story.confidence < inquiry.threshold:
        return build_refusal(asked.question, story.confidence, story.hits)
    infos = _order_by_date(inquiry, [article.info for article in articles])
    ordered = sorted(articles, key=lambda article: infos.index(article.info))
    return _word_headlines(inquiry, ordered, story.confidence, "")


def _order_by_date(inquiry: Inquiry, infos: Sequence[ArticleInfo]) -> list[ArticleInfo]:
    """Put the newest first where what is new is asked for, else the oldest."""
    newest_first = bool(_WANTS_NEWEST.search(inquiry.asked.question)) or not _states_period(inquiry.asked.where)
    return sorted(infos, key=lambda info: get_last_day(info.published or date.min), reverse=newest_first)


def _word_headlines(
    inquiry: Inquiry, articles: Sequence[StoryArticle], confidence: float, notice: str, *, unread: int = 0
) -> Answer:
    """Quote the first articles, name the next, and count the rest, with those that were not read."""
    lines = DatedLines(inquiry.snapshot)
    for article in articles[:QUOTED]:
        best = max(article.sentences, key=lambda each: each.carries, default=None)
        if best:
            lines.add_quotes([DatedQuote(article.info, best.span)])
        else:
            lines.add_named(article.info, f" {lines.cite_article(article.info)}")
    if others := articles[QUOTED:]:
        named = [f"{name_dated(each.info)} {lines.cite_article(each.info)}" for each in others[:NAMED]]
        left = len(others[NAMED:]) + unread
        rest = f"; and {left} more" if left else ""
        lines.add_line(f"Also: {'; '.join(named)}{rest}.")
    text, citations = lines.finish()
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0, notice=notice)


def _refuse_period(inquiry: Inquiry) -> Answer:
    """Say that no article is of the period, and name those that are nearest to it in time."""
    asked = inquiry.asked
    where = asked.where
    others = inquiry.snapshot.list_articles(replace(where, since=None, until=None))
    near = sorted((info for info in others if info.published), key=lambda info: _measure_distance(info, where))
    said = f"No article is dated {_format_limits(where)}." if _states_period(where) else ""
    refusal = build_refusal(asked.question, 1 - CERTAIN, ())
    return replace(refusal, notice=said, nearest=tuple(near[:NEAREST_ARTICLES]))


def _format_limits(where: Filter) -> str:
    if where.since and where.until:
        return format_period(where.since, where.until)
    return f"since {format_day(where.since)}" if where.since else f"until {format_day(where.until)}"


def _states_period(where: Filter) -> bool:
    return bool(where.since or where.until)


def _measure_distance(info: ArticleInfo, where: Filter) -> timedelta:
    """Return how long before or after a period an article was published; zero where it may have been within it."""
    published = info.published or date.min
    first, last = get_first_day(published), get_last_day(published)
    if where.since and last < where.since:
        return where.since - last
    return first - where.until if where.until and first > where.until else timedelta(0)
