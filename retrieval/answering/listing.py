"""A question for several items -> quotes that hold all of them, or None where the articles do not say.

Items stand together, in a list block or in sentences that run on ("First ... He also ..."), or apart, in several
articles on one subject. Where an enumeration begins and ends is found by enumerations.py.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.answering.article_reading import LEAST, read_article
from retrieval.answering.confidence import to_probability
from retrieval.answering.dated_quotes import DatedLines, DatedQuote
from retrieval.answering.enumerations import find_enumerations
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.key_sentences import join_spans, repeats_any
from retrieval.answering.story_reading import estimate_answered, read_story
from retrieval.answering.storyline import find_story
from retrieval.domain import Answer, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.storyline import StoryArticle
    from retrieval.domain import Sentence

MOST_SENTENCES = 12
"""Sentences that are quoted, unless those of one enumeration are more."""
LEAST_ODDS = -5.0
"""Log-odds that a sentence answers below which it is no item, nor said with one."""
NEARNESS, CARRIES, BESIDE, PARAGRAPH, ENUMERATES = 4.0, 0.25, 0.25, 0.5, 1.0
"""What counts beside a sentence's own log-odds: how near its article is to the subject, what it carries, the log-odds
of its better neighbour, the mean of the best three of its paragraph, and that it is of an enumeration.

Of 56 questions for lists by two hands, on small archives, twelve sentences chosen so hold all items for .61, by their
log-odds alone for .48.
"""
BEST_OF_PARAGRAPH = 3

_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Item:
    """A sentence or an enumeration of an article: what is quoted of it, and how likely it is to be asked for."""

    article: StoryArticle
    span: Span
    text: str
    sentences: int
    rating: float


def answer_list(inquiry: Inquiry) -> Answer | None:
    """Answer with the sentences that hold the items, enumerations whole; None below the threshold of confidence."""
    found = find_story(inquiry)
    if not found.articles:
        return None
    articles = read_story(inquiry, found).articles
    surest = max((each.answers for article in articles for each in article.sentences), default=-math.inf)
    told = min(found.confidence, to_probability(surest))
    confidence = max(told, estimate_answered(inquiry))
    if confidence < inquiry.threshold:
        return None
    with inquiry.steps.step("quote"):
        chosen = _choose_items([item for article in articles for item in _list_items(inquiry, article)])
        lines = DatedLines(inquiry.snapshot)
        for article, items in groupby(chosen, key=lambda each: each.article):
            text = inquiry.snapshot.get_article(article.info.id).text
            spans = join_spans(text, [each.span for each in items])
            lines.add_quotes([DatedQuote(article.info, span) for span in spans])
        worded, citations = lines.finish()
    return Answer(inquiry.asked.question, worded, citations, False, confidence, EXTRACTIVE, 0.0) if citations else None


def _choose_items(items: Sequence[_Item]) -> list[_Item]:
    """Return the likeliest items, articles in the order of their best, and none that repeats another."""
    chosen: list[_Item] = []
    for item in sorted(items, key=lambda each: -each.rating):
        if sum(each.sentences for each in chosen) >= MOST_SENTENCES:
            break
        if not repeats_any(item.text, (each.text for each in chosen)):
            chosen.append(item)
    order = list(dict.fromkeys(each.article.info.id for each in chosen))
    return sorted(chosen, key=lambda each: order.index(each.article.info.id))


def _list_items(inquiry: Inquiry, article: StoryArticle) -> Iterator[_Item]:
    """Yield the enumerations of an article, each as likely as its best sentence, and its other sentences."""
    if not article.sentences:
        return
    text, sentences = article.sentences[0].text, article.sentences[0].sentences
    odds = read_article(article.info.title, text, sentences, inquiry.read_for())
    carries = {each.position: each.carries for each in article.sentences}
    usual = sum(carries.values()) / len(carries)
    ratings = [
        NEARNESS * article.nearness + CARRIES * carries.get(n, usual) + odd + around
        for n, (odd, around) in enumerate(zip(odds, _rate_surroundings(text, sentences, odds), strict=True))
    ]
    enumerated: set[int] = set()
    for each in find_enumerations(text, sentences):
        first = each.first if each.announced is None else min(each.first, each.announced)
        places = range(first, each.last + 1)
        enumerated.update(range(each.first, each.last + 1))
        if max(odds[n] for n in places) >= LEAST_ODDS:
            span = Span(min(each.span.start, sentences[first].start), each.span.end)
            yield _Item(
                article,
                span,
                text[span.start : span.end],
                len(places),
                ENUMERATES + max(ratings[first : each.last + 1]),
            )
    for sentence in article.sentences:
        if sentence.position not in enumerated and sentence.answers >= LEAST_ODDS:
            yield _Item(article, sentence.span, sentence.sentence.text, 1, ratings[sentence.position])


def _rate_surroundings(text: str, sentences: Sequence[Sentence], odds: Sequence[float]) -> list[float]:
    """Return what the rest of its paragraph counts for each sentence: items stand together."""
    opens = [
        n == 0 or bool(_PARAGRAPH.search(text, sentences[n - 1].end, sentences[n].start)) for n in range(len(odds))
    ]
    starts = [n for n, each in enumerate(opens) if each]
    rated = []
    for first, end in zip(starts, [*starts[1:], len(odds)], strict=True):
        best = sorted(odds[first:end], reverse=True)[:BEST_OF_PARAGRAPH]
        for n in range(first, end):
            neighbours = [odds[m] for m in (n - 1, n + 1) if first <= m < end]
            rated.append(PARAGRAPH * sum(best) / len(best) + BESIDE * max(neighbours, default=LEAST))
    return rated
