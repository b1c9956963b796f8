"""A question for the gist of an article or of a subject -> the sentences that carry it, quoted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.answering.dated_quotes import DatedLines, DatedQuote
from retrieval.answering.extractive import EXTRACTIVE, build_refusal
from retrieval.answering.headlines import answer_headlines
from retrieval.answering.key_sentences import choose_key_quotes
from retrieval.answering.named_article import find_named_article
from retrieval.answering.story_reading import MOST_ARTICLES, estimate_told, read_story, weigh_answers
from retrieval.answering.storyline import Story, choose_story_sentences, drop_reprints, find_story, read_articles_of
from retrieval.conversation.whole_archive import asks_to_sum_up_all
from retrieval.domain import Answer
from retrieval.text.publication_dates import get_last_day, is_order_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.key_sentences import KeySentence
    from retrieval.answering.storyline import StoryArticle
    from retrieval.domain import ArticleInfo

QUOTES = 12
"""Quotes over several articles, at most."""
FROM_NEWEST = 3
"""Quotes of the newest article at least, which says how things stand."""
TELLS_NEWS = 0.6
"""The part of the nearest article's nearness from which on an article says how things stand."""
CERTAIN = 0.9
"""The confidence in an article that is named."""
ANSWERS, ANSWERS_IN_ARTICLE = 1.0, 0.25
"""What the log-odds count for that a sentence answers the question, of a subject over several articles and of one."""
AGAIN = -0.5
"""What counts against a sentence for each of its article that is chosen already."""


def summarize(inquiry: Inquiry) -> Answer | None:
    """Quote what carries an article, or a subject over several, newest state first; a period is given in headlines."""
    asked = inquiry.asked
    if not asked.subject and asked.where:
        return answer_headlines(inquiry)
    if asks_to_sum_up_all(asked.question):
        return _summarize_all(inquiry)
    found = find_story(inquiry)
    story = read_story(inquiry, found)
    if article := find_named_article(inquiry, story):
        return _summarize_article(inquiry, article)
    confidence = estimate_told(inquiry, found)
    if confidence < inquiry.threshold or not story.articles:
        return build_refusal(asked.question, confidence, story.hits)
    if len(story.articles) == 1:
        return _summarize_article(inquiry, story.articles[0], confidence=confidence)
    return _summarize_story(inquiry, story, confidence)


def _summarize_all(inquiry: Inquiry) -> Answer | None:
    """Quote what carries the articles there are; of more than a story may have, the newest are named."""
    infos = inquiry.snapshot.list_articles(inquiry.asked.where)
    if len(infos) > MOST_ARTICLES:
        return answer_headlines(inquiry)
    articles = drop_reprints(read_articles_of(inquiry, infos))
    if len(articles) == 1:
        return _summarize_article(inquiry, articles[0])
    query, hits = inquiry.search()
    return _summarize_story(inquiry, Story(tuple(articles), CERTAIN, tuple(hits), query), CERTAIN)


def _summarize_article(inquiry: Inquiry, article: StoryArticle, confidence: float = CERTAIN) -> Answer:
    """Quote the sentences that carry an article, in its order, a line each."""
    lines = DatedLines(inquiry.snapshot)
    lines.add_named(article.info, ":")
    lines.add_quote_lines(article.info, choose_key_quotes(weigh_answers(article, ANSWERS_IN_ARTICLE).sentences))
    text, citations = lines.finish()
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _summarize_story(inquiry: Inquiry, story: Story, confidence: float) -> Answer:
    """Quote what several articles tell of a subject: the newest first, then how it came about, oldest first."""
    articles = [weigh_answers(each, ANSWERS) for each in story.articles]
    newest = _find_newest(story)
    chosen = choose_story_sentences(articles, QUOTES, again=AGAIN)
    if newest and sum(info is newest.info for info, _ in chosen) < FROM_NEWEST:
        own = [each for each in articles if each.info is newest.info]
        others = [each for each in articles if each.info is not newest.info]
        chosen = choose_story_sentences(own, FROM_NEWEST)
        chosen += choose_story_sentences(others, QUOTES - len(chosen), again=AGAIN)
    latest = [each for each in chosen if newest and each[0] is newest.info]
    lines = DatedLines(inquiry.snapshot)
    if latest:
        lines.add_quotes(_list_quotes(latest), lead="Latest: ")
        lines.add_line("Before that:")
    lines.add_quotes(_list_quotes([each for each in chosen if each not in latest]))
    text, citations = lines.finish()
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _find_newest(story: Story) -> StoryArticle | None:
    """Return the newest of the articles that are near enough to tell how things stand now.

    None where that is not known: none has a date, or of one there is a month only, and of another a day in it.
    """
    near = [each for each in story.articles if each.nearness >= TELLS_NEWS * story.articles[0].nearness]
    dated = [each for each in near if each.info.published]
    newest = max(dated, key=lambda each: get_last_day(each.info.published or date.min), default=None)
    if newest is None or newest.info.published is None:
        return None
    days = [each.info.published for each in story.articles if each is not newest and each.info.published]
    return newest if all(is_order_known(newest.info.published, day) for day in days) else None


def _list_quotes(chosen: Sequence[tuple[ArticleInfo, KeySentence]]) -> list[DatedQuote]:
    return [DatedQuote(info, sentence.span) for info, sentence in chosen]
