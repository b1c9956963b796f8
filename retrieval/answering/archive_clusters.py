"""Articles without titles -> their topics: clusters of articles that are near in meaning, named by their own words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.archive_topics import TOPICS, ArchiveTopic
from retrieval.text.english import MONTH_PATTERN, WEEKDAY_PATTERN
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo
    from retrieval.text.keywords import TopicWord

ARTICLES_READ = 1_000
"""Articles that are compared, evenly over the archive where it has more: a second's work."""
PASSAGES_READ = 2
"""First passages of an article that are compared."""
ARTICLES_A_CLUSTER = 5
"""Articles that a cluster has on average, at least."""
ROUNDS = 30
"""Rounds of k-means at most; most archives settle in ten."""
WORDS = 3
"""Words that name a cluster."""
FEWEST, SHARE = 2, 0.15
"""Articles of a cluster that are a topic, and that hold a word which names it; and the share of those, at least."""
PRIOR = 0.5
"""Articles with and without a word that are taken as seen inside a cluster and outside, beside those that are."""

_WORD = re.compile(r"[^\W\d_]{3,}(?:[-'’&][^\W\d_]+)*")
_ADDRESS = re.compile(r"\w+://\S+|www\.\S+")
_TIME = re.compile(rf"(?:{MONTH_PATTERN}|{WEEKDAY_PATTERN})", re.IGNORECASE)


def find_clusters(infos: Sequence[ArticleInfo], inquiry: Inquiry) -> list[ArchiveTopic]:
    """Return the topics of articles by their vectors, those with most articles first, their articles nearest first."""
    step = -(-len(infos) // ARTICLES_READ)
    vectors, words, read = list["NDArray[np.float32]"](), list[dict[str, "TopicWord"]](), list["ArticleInfo"]()
    for info in infos[:: max(step, 1)]:
        if passages := inquiry.snapshot.get_article_passages(info.id, most=PASSAGES_READ):
            vectors.append(np.mean([each.vector for each in passages], axis=0))
            words.append(_list_words(" ".join(each.passage.text for each in passages)))
            read.append(info)
    if len(read) < ARTICLES_A_CLUSTER:
        return []
    units = np.stack(vectors)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    centres = _cluster(units, min(TOPICS, max(2, len(read) // ARTICLES_A_CLUSTER)))
    nearness = np.einsum("ij,kj->ik", units, centres)
    nearest = nearness.argmax(axis=1)
    topics = list[ArchiveTopic]()
    for number in range(len(centres)):
        inside = np.flatnonzero(nearest == number)
        named = _name_cluster([words[n] for n in inside], [words[n] for n in np.flatnonzero(nearest != number)])
        if len(inside) >= FEWEST and named:
            ranked = inside[np.argsort(-nearness[inside, number], kind="stable")]
            topics.append(ArchiveTopic(named, tuple(read[n] for n in ranked)))
    return sorted(topics, key=lambda topic: -len(topic.articles))


def _cluster(units: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """Return the unit centres (k, d) of k-means by cosine; it starts from vectors that are far from each other."""
    chosen = [int(np.einsum("ij,j->i", units, units.mean(axis=0)).argmax())]
    while len(chosen) < number:
        nearest = np.einsum("ij,kj->ik", units, units[chosen]).max(axis=1)
        chosen.append(int(nearest.argmin()))
    centres = units[chosen]
    before = np.full(len(units), -1)
    for _ in range(ROUNDS):
        nearest = np.einsum("ij,kj->ik", units, centres).argmax(axis=1)
        if (nearest == before).all():
            break
        before = nearest
        held = [units[nearest == n].sum(axis=0) for n in range(number) if (nearest == n).any()]
        centres = np.stack(held)
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        number = len(centres)
    return centres


def _list_words(text: str) -> dict[str, TopicWord]:
    """Return the terms that may name a topic, each with the first word that has it."""
    from retrieval.index.lexical import extract_terms

    found: dict[str, TopicWord] = {}
    for word in find_topic_words(_ADDRESS.sub(" ", text)):
        if _WORD.fullmatch(word.text) and not _TIME.fullmatch(word.text):
            for term in extract_terms(word.text)[:1]:
                found.setdefault(term, word)
    return found


def _name_cluster(
    inside: Sequence[Mapping[str, TopicWord]], outside: Sequence[Mapping[str, TopicWord]]
) -> tuple[str, ...]:
    """Return the words that mark some articles against others: by the z-score of their log-odds, and their weight."""
    within = Counter(term for words in inside for term in words)
    beyond = Counter(term for words in outside for term in words)
    forms, weights = defaultdict[str, Counter[str]](Counter), dict[str, float]()
    for term, word in (each for words in inside for each in words.items()):
        forms[term][word.text] += 1
        weights[term] = min(word.weight, weights.get(term, word.weight))
    fewest = max(FEWEST, SHARE * len(inside))
    scores = {
        term: weights[term] ** 0.5 * _compare_odds(count, len(inside), beyond[term], len(outside))
        for term, count in within.items()
        if count >= fewest
    }
    best = sorted(scores, key=lambda term: (-scores[term], term))[:WORDS]
    return tuple(forms[term].most_common(1)[0][0] for term in best if scores[term] > 0)


def _compare_odds(inside: int, of_inside: int, outside: int, of_outside: int) -> float:
    """Return the z-score of the log-odds of a word inside and outside (Monroe et al. 2008)."""
    cells = np.array([inside, of_inside - inside, outside, of_outside - outside]) + PRIOR
    odds = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
    return float(odds / np.sqrt((1 / cells).sum()))
