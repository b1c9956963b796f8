"""A story -> the same as it is read for the question: each sentence with the odds that it answers.

How much the odds count for is left to the answerers of each kind.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.article_reading import LEAST, read_article
from retrieval.answering.confidence import estimate_confidence, to_probability
from retrieval.answering.extraction import rank_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.storyline import Story, StoryArticle

MOST_ARTICLES = 12
"""Articles of a story that are read, the nearest ones."""
TITLES = 4
"""And those whose titles are compared with the subject."""
TELLS_NEAR, TELLS_WITHIN = 0.85, 3.0
"""The part of the nearest article's nearness from which on another tells of the subject, too, and, of one that is not
so near, how far below the best sentence of all its best one may be, in log-odds that it answers.

Of 165 quotes of 14 timelines from reference texts this leaves out 16 of the 27 that do not belong there, and one of the
84 that do. The items of a list may stand anywhere, and how things stand now in an article that is far.
"""
TITLE_COSINE, TITLE_INTERCEPT = 14.0, -6.5
"""Log-odds that the archive tells of a subject, by the cosine of the nearest title: half of 42 subjects have one from
.48 on in their own small archive, one of a hundred from .46 on in another."""


def read_story(inquiry: Inquiry, story: Story) -> Story:
    """Return a story with each sentence's log-odds that it answers the question."""
    with inquiry.steps.step("quote"):
        return replace(story, articles=tuple(_read(inquiry, each) for each in story.articles[:MOST_ARTICLES]))


def drop_beside(articles: Sequence[StoryArticle]) -> list[StoryArticle]:
    """Leave out articles that are not as near as the nearest and of which no sentence answers as well as of another."""
    bests = [max((sentence.answers for sentence in each.sentences), default=LEAST) for each in articles]
    near = TELLS_NEAR * max((each.nearness for each in articles), default=0.0)
    sure = max(bests, default=LEAST) - TELLS_WITHIN
    return [each for each, best in zip(articles, bests, strict=True) if each.nearness >= near or best >= sure]


def estimate_answered(inquiry: Inquiry) -> float:
    """Return the confidence in the sentence that answers the question best, of those that search finds."""
    query, hits = inquiry.search()
    reader = inquiry.read_for()
    best = rank_sentences(query, hits, reader)[:1]
    return max((estimate_confidence(each.collect_signals(query, reader)) for each in best), default=0.0)


def estimate_told(inquiry: Inquiry, story: Story) -> float:
    """Return the confidence that the archive tells of a subject.

    Of what a title is near to, or a sentence answers, it tells, though the subject may be called something else.
    """
    if story.confidence >= inquiry.threshold or not story.articles:
        return story.confidence
    subject = inquiry.read_for(inquiry.asked.subject)
    near = max(subject.compare(each.info.title) for each in story.articles[:TITLES])
    entitled = to_probability(TITLE_COSINE * near + TITLE_INTERCEPT)
    return max(story.confidence, entitled, estimate_answered(inquiry))


def weigh_answers(article: StoryArticle, weight: float) -> StoryArticle:
    """Return an article whose sentences carry more by a weight of the log-odds that they answer the question."""
    weighed = (replace(each, carries=each.carries + weight * each.answers) for each in article.sentences)
    return replace(article, sentences=tuple(weighed))


def _read(inquiry: Inquiry, article: StoryArticle) -> StoryArticle:
    if not article.sentences:
        return article
    first = article.sentences[0]
    odds = read_article(article.info.title, first.text, first.sentences, inquiry.read_for())
    return replace(article, sentences=tuple(replace(each, answers=odds[each.position]) for each in article.sentences))
