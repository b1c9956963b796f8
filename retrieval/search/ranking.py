"""Question -> ranked hits: dense, lexical and sentence evidence, fused on scores. Scoring itself is pure.

A passage's score is

    5 cosine + BM25 + 0.4 pairs + max over its sentences of (10 cosine + 8 coverage)

with cosines of the passage's vector and of the sentences' late vectors, the BM25 of title and text, the summed inverse
document frequencies of neighbouring question terms that stand side by side, and the weighted share of the question's
terms that one sentence holds. Scores are fused, not ranks: rank fusion loses what a clear winner knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.domain import Filter, Hit, ScoredSentence
from retrieval.search.query import analyse, validate_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import ArticleInfo
    from retrieval.index.library import Library, Snapshot, StoredPassage
    from retrieval.search.query import Question, Terms


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts, in units of BM25.

    Measured on 600 questions over 25 encyclopedia articles, hit@1 / hit@5 / MRR@10: passage cosine alone
    .687/.905/.780, BM25 alone .810/.952/.872, both .838/.967/.896, with sentence cosines .853/.973/.906, with coverage
    .872/.978/.915, with pairs .877/.980/.919. Round numbers on a plateau: halving or doubling one costs under .01.
    """

    cosine: float = 5.0
    bm25: float = 1.0
    pairs: float = 0.4
    sentence_cosine: float = 10.0
    coverage: float = 8.0


WEIGHTS = Weights()
POOL = 50
"""Candidates from each of the two stores; 100 rank no better."""

LARGE = 10_000
"""Passages from which on the archive itself tells how rare a word is."""

SAME_TEXT = 0.8
"""Passages that share this part of their distinct terms (Jaccard index) are copies: only the better one is shown."""


def search(library: Library, question: str, *, k: int = 10, where: Filter | None = None) -> list[Hit]:
    """Return up to k passages that bear on the question, best first; near-identical ones take one place.

    Raises InputError for a question that is empty or longer than 2,000 characters.
    """
    limits = where or Filter()
    asked = validate_question(question)
    vector = library.encoder.encode_question(asked)
    return library.read(lambda view: look(view, asked, vector, k=k, where=limits)[1])


def look(
    view: Snapshot, text: str, vector: NDArray[np.float32], *, k: int, where: Filter
) -> tuple[Question, list[Hit]]:
    """Search one view of a library; return the question as it was understood, and the hits.

    `vector` is the question's, of unit length (d,).
    """
    from retrieval.index.lexical import extract_terms

    question = analyse(
        text,
        terms=extract_terms,
        document_frequency=view.get_document_frequencies,
        size=view.size,
        frequency=_english if view.size < LARGE else lambda _: 0.0,
    )
    pool = POOL
    while True:
        near = view.search_dense(vector, pool, where)
        matching = view.search_lexical(question.counts, pool, where)
        ids = list(dict.fromkeys([*near, *(key for key, _ in matching)]))
        bm25 = dict.fromkeys(ids, 0.0) | view.score_bm25(question.counts, ids)
        stored = view.get_passages(ids)
        infos = view.get_article_infos({each.passage.article_id for each in stored.values()})
        titles = {article_id: extract_terms(info.title) for article_id, info in infos.items()}
        found = [
            weigh(question, vector, each, infos[article], bm25[key], title=titles[article], terms=extract_terms)
            for key, each in stored.items()
            for article in [each.passage.article_id]
        ]
        kept = distinct(sorted(found, key=lambda each: (-each.score, each.stored.passage.id)), k)
        if len(kept) == k or (len(near) < pool and len(matching) < pool):
            return question, [hit(question, each, rank) for rank, each in enumerate(kept, 1)]
        pool *= 4  # copies took the places


def _english(word: str) -> float:
    """Return how often a word stands in English texts, per word."""
    from wordfreq import word_frequency

    return float(word_frequency(word, "en", wordlist="small"))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its score; `words` are the terms of its title and, from `text` on, of its sentences."""

    score: float
    stored: StoredPassage
    article: ArticleInfo
    cosine: float
    bm25: float
    words: tuple[str, ...]
    text: int
    sentences: tuple[tuple[float, float, float], ...]  # score, cosine, coverage


def weigh(
    question: Question,
    vector: NDArray[np.float32],
    stored: StoredPassage,
    article: ArticleInfo,
    bm25: float,
    *,
    title: Sequence[str],
    terms: Terms,
) -> Weighed:
    """Score one passage for the question; `title` are the terms of its article's title."""
    cosine = float(stored.vector @ vector)
    said = [terms(sentence.text) for sentence in stored.passage.sentences]
    words = (*title, *chain.from_iterable(said))
    coverages = [question.coverage({*title, *each}) for each in said]
    cosines = (stored.sentence_vectors @ vector).tolist()
    sentences = tuple(
        (WEIGHTS.sentence_cosine * similarity + WEIGHTS.coverage * coverage, similarity, coverage)
        for similarity, coverage in zip(cosines, coverages, strict=True)
    )
    score = (
        WEIGHTS.cosine * cosine
        + WEIGHTS.bm25 * bm25
        + WEIGHTS.pairs * question.pair_weight(words)
        + max((score for score, _, _ in sentences), default=0.0)
    )
    return Weighed(score, stored, article, cosine, bm25, words, len(title), sentences)


def hit(question: Question, weighed: Weighed, rank: int) -> Hit:
    """Return a candidate with all its evidence, at its rank."""
    passage, words = weighed.stored.passage, set(weighed.words)
    return Hit(
        rank=rank,
        score=weighed.score,
        passage=passage,
        article=weighed.article,
        cosine=weighed.cosine,
        bm25=weighed.bm25,
        coverage=question.coverage(words),
        names=question.name_share(words),
        pairs=question.pair_share(weighed.words),
        sentences=tuple(
            ScoredSentence(sentence, *evidence, question.fit(sentence.text))
            for sentence, evidence in zip(passage.sentences, weighed.sentences, strict=True)
        ),
    )


def distinct(found: Iterable[Weighed], k: int) -> list[Weighed]:
    """Return the first k candidates, leaving out those that nearly repeat a better one."""
    kept: list[Weighed] = []
    seen: list[frozenset[str]] = []
    for each in found:
        if len(kept) == k:
            break
        words = frozenset(each.words[each.text :])  # copies go by headlines of their own
        if any(_jaccard(words, other) >= SAME_TEXT for other in seen):
            continue
        seen.append(words)
        kept.append(each)
    return kept


def _jaccard(some: frozenset[str], others: frozenset[str]) -> float:
    union = len(some | others)
    return len(some & others) / union if union else 1.0
