"""A subject -> the articles that tell of it, and what each of their sentences carries of it.

An article tells of a subject when it is near, as a whole, to the articles that search finds first: the fourth report on
a strike need not say "strike" again. How the sentences become an answer is left to the answerers of each kind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.confidence import to_probability
from retrieval.answering.key_sentences import normalize_vector, rate_sentences, repeats_any
from retrieval.search.ranking import search_snapshot
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.key_sentences import KeySentence
    from retrieval.domain import ArticleInfo, Hit
    from retrieval.index import Snapshot
    from retrieval.search.query import Query, Terms

SEARCHED_PASSAGES = 30
"""Passages that are searched for; their articles may tell of the subject."""
READ_PASSAGES = 100
"""Passages of one article that are read; a book is judged by its beginning."""
CORE_ARTICLES = 4
"""Articles found first, whose common centre the others are compared with."""
TELLS_BESIDE = 0.55
"""The part of the nearest article's nearness from which on another tells of the subject, too. On 21 subjects of an
invented paper of 50 articles this finds .86 of the articles that one reader named for them, and .82 of what it finds
was named; the rest mentions the subject. At .5 it is .91 and .70, at .6 .79 and .86."""
TELLS_FROM = 0.75
"""And the nearness from which on it does so at all, where even the nearest is far."""
TELLS_ALONE = 0.72
"""Where the second article is not even so near beside the nearest, the nearest alone tells of the subject."""
ENOUGH_WEIGHT = 9.0
"""The inverse document frequencies of two or three rare words."""


@dataclass(frozen=True, slots=True)
class StoryWeights:
    """What makes an article tell of a subject, and a sentence carry it: cosines and shares in [0, 1]."""

    core: float = 1.0
    subject: float = 0.5
    coverage: float = 0.3
    sentence_cosine: float = 6.0
    sentence_coverage: float = 3.0
    nearness: float = 4.0
    """What the article's nearness counts for each of its sentences: what stands beside the story comes last."""
    again: float = -1.0
    """And what counts against it for each sentence of the article that is chosen already."""


WEIGHTS = StoryWeights()


@dataclass(frozen=True, slots=True, eq=False)
class StoryArticle:
    """An article that tells of a subject: how near it is, and its sentences, rated for the subject, in their order."""

    info: ArticleInfo
    nearness: float
    sentences: tuple[KeySentence, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that tell of a subject, nearest first, and the confidence that there are any.

    `hits` are the passages that search found, for a refusal to name the nearest.
    """

    articles: tuple[StoryArticle, ...]
    confidence: float
    hits: tuple[Hit, ...]
    query: Query


def find_story(inquiry: Inquiry) -> Story:
    """Return the story of what a question is about, within its limits.

    Its subject is a guess: where the archive does not tell of it, the story is that of the whole question.
    """
    asked = inquiry.asked
    story = _search_story(inquiry, asked.subject) if asked.subject else None
    if story and story.confidence >= inquiry.threshold:
        return story
    whole = _search_story(inquiry, asked.question)
    return story if story and story.confidence >= whole.confidence else whole


def _search_story(inquiry: Inquiry, subject: str) -> Story:
    from retrieval.index.lexical import extract_terms

    where = inquiry.asked.where
    with inquiry.steps.step("search"):
        vector = inquiry.encoder.encode_question(subject)
        query, hits = search_snapshot(inquiry.snapshot, subject, vector, k=SEARCHED_PASSAGES, where=where)
        found = hits
        if where.since or where.until:  # the period may hold only the end of the story
            always = replace(where, since=None, until=None)
            _, found = search_snapshot(inquiry.snapshot, subject, vector, k=SEARCHED_PASSAGES, where=always)
    with inquiry.steps.step("quote"):
        infos = {hit.article.id: hit.article for hit in [*found, *hits]}
        read = [_read(inquiry.snapshot, info, query, vector, extract_terms) for info in infos.values()]
        readings = [reading for reading in read if reading.sentences]
        near = _measure_nearness(readings, vector) if readings else []
        least = _find_least_nearness(near)
        within = {hit.article.id for hit in hits}
        telling = sorted(
            (
                (nearness, reading)
                for nearness, reading in zip(near, readings, strict=True)
                if nearness >= least and reading.info.id in within
            ),
            key=lambda pair: -pair[0],
        )
        articles = [
            StoryArticle(
                reading.info,
                nearness,
                tuple(_rate_for_subject(each, query, vector, extract_terms) for each in reading.sentences),
            )
            for nearness, reading in telling
        ]
        confidence = _estimate_confidence(query, readings) if articles else 0.0  # none of the period
        return Story(tuple(drop_reprints(articles)), confidence, tuple(hits), query)


def read_articles_of(inquiry: Inquiry, infos: Iterable[ArticleInfo]) -> list[StoryArticle]:
    """Return articles that are chosen otherwise, with their sentences rated for what they carry of each."""
    from retrieval.index.lexical import extract_terms

    snapshot, articles = inquiry.snapshot, list[StoryArticle]()
    for info in infos:
        passages = snapshot.get_article_passages(info.id)[:READ_PASSAGES]
        rated = rate_sentences(snapshot.get_article(info.id), passages, terms=extract_terms)
        articles.append(StoryArticle(info, 1.0, tuple(rated)))
    return articles


@dataclass(frozen=True, slots=True)
class _Reading:
    """A candidate: its sentences, the centre (d,) of its passages' vectors, and what of the subject it holds."""

    info: ArticleInfo
    sentences: tuple[KeySentence, ...]
    centre: NDArray[np.float32]
    coverage: float
    title_coverage: float
    cosine: float
    names: bool


def _read(snapshot: Snapshot, info: ArticleInfo, query: Query, vector: NDArray[np.float32], terms: Terms) -> _Reading:
    article, passages = snapshot.get_article(info.id), snapshot.get_article_passages(info.id)[:READ_PASSAGES]
    sentences = tuple(rate_sentences(article, passages, terms=terms))
    centre = normalize_vector(
        sum((np.sqrt(len(each.passage.text)) * each.vector for each in passages), np.zeros_like(vector))
    )
    title = set(terms(info.title))
    held = title.union(*(terms(each.passage.text) for each in passages))
    cosine = max((float(each.vector @ vector) for each in sentences), default=0.0)
    return _Reading(
        info,
        sentences,
        centre,
        coverage=query.measure_coverage(held),
        title_coverage=query.measure_coverage(title),
        cosine=cosine,
        names=bool(query.names) and query.names <= held,
    )


def _measure_nearness(readings: Sequence[_Reading], vector: NDArray[np.float32]) -> list[float]:
    """Return how near each candidate is to the subject's core; the first one is what search found first."""
    first = [float(reading.centre @ readings[0].centre) + reading.cosine + reading.coverage / 2 for reading in readings]
    best = sorted(range(len(readings)), key=lambda n: -first[n])[:CORE_ARTICLES]
    core = normalize_vector(sum((max(0.0, first[n]) * readings[n].centre for n in best), np.zeros_like(vector)))
    return [
        WEIGHTS.core * float(reading.centre @ core)
        + WEIGHTS.subject * float(reading.centre @ vector)
        + WEIGHTS.coverage * reading.coverage
        for reading in readings
    ]


def _find_least_nearness(near: Sequence[float]) -> float:
    """Return the nearness from which on an article tells of the subject."""
    first, second = [*sorted(near, reverse=True), 0.0, 0.0][:2]
    return first if second < TELLS_ALONE * first else max(TELLS_FROM, TELLS_BESIDE * first)


def _rate_for_subject(each: KeySentence, query: Query, vector: NDArray[np.float32], terms: Terms) -> KeySentence:
    wanted = WEIGHTS.sentence_cosine * float(each.vector @ vector)
    wanted += WEIGHTS.sentence_coverage * query.measure_coverage(terms(each.sentence.text))
    return replace(each, carries=each.carries + wanted)


def _estimate_confidence(query: Query, readings: Sequence[_Reading]) -> float:
    """Return the probability that the archive tells of a subject, from the candidate that is likeliest to.

    Of a long subject, held words that weigh `ENOUGH_WEIGHT` together count as all of it.
    """
    much = max(1.0, sum(query.weights.values()) / ENOUGH_WEIGHT)
    logit = max(
        4.0 * min(1.0, each.coverage * much) + 14.0 * each.cosine + 1.5 * each.title_coverage + 1.2 * each.names - 9.5
        for each in readings
    )
    return to_probability(logit)


def choose_story_sentences(
    articles: Sequence[StoryArticle], count: int, *, again: float = WEIGHTS.again
) -> list[tuple[ArticleInfo, KeySentence]]:
    """Choose up to `count` sentences that carry most, of near articles before far ones, and of many before few.

    None repeats another. They are ordered by date, undated ones last, and by their place in the article.
    """
    left = [(number, sentence) for number, article in enumerate(articles) for sentence in article.sentences]
    chosen: list[tuple[int, KeySentence]] = []
    counts = Counter[int]()

    def rate(offer: tuple[int, KeySentence]) -> float:
        number, sentence = offer
        return sentence.carries + WEIGHTS.nearness * articles[number].nearness + again * counts[number]

    while left and len(chosen) < count:
        best = max(left, key=rate)
        left.remove(best)
        if not repeats_any(best[1].sentence.text, [sentence.sentence.text for _, sentence in chosen]):
            chosen.append(best)
            counts[best[0]] += 1
    dated = [(_get_last_day(articles[number].info), number, s.position, s) for number, s in chosen]
    return [(articles[number].info, s) for _, number, _, s in sorted(dated, key=lambda found: found[:3])]


def drop_reprints(articles: Sequence[StoryArticle]) -> list[StoryArticle]:
    """Leave out articles of which every sentence stands in an earlier one, in the order given."""
    kept: list[StoryArticle] = []
    for article in sorted(articles, key=lambda each: _get_last_day(each.info)):
        said = {each.sentence.text for each in article.sentences}
        if not any(said <= {each.sentence.text for each in other.sentences} for other in kept):
            kept.append(article)
    return [article for article in articles if article in kept]


def _get_last_day(info: ArticleInfo) -> date:
    """Return the day by which an article was published; what has no date comes last."""
    return get_last_day(info.published or date.max)
