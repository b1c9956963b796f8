"""Question -> ranked hits: dense, lexical and sentence evidence, fused on scores. Scoring itself is pure.

A passage's score is

    5 cosine + BM25 + 0.4 pairs + max over its sentences of (10 cosine + 8 coverage)

with cosines of the passage's vector and of the sentences' late vectors, the BM25 of title and text, the summed inverse
document frequencies of neighbouring question terms that are neighbours there as well, and the weighted share of the
question's terms that one sentence contains. Scores are fused, not ranks: rank fusion loses by how much the first one
leads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.domain import Filter, Hit, ScoredSentence
from retrieval.search.first_person import find_author, speaks_for_author
from retrieval.search.query import Abbreviation, analyse_question, validate_question
from retrieval.text.abbreviations import find_long_form, list_abbreviations, list_initials
from retrieval.text.keywords import get_zipf_frequency
from retrieval.text.layout import find_row_contexts, is_heading
from retrieval.text.publication_dates import precedes
from retrieval.text.text_versions import are_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import ArticleInfo, Passage, Sentence
    from retrieval.index import Library, Snapshot, StoredPassage
    from retrieval.search.query import Query, Terms


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
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


WEIGHTS = EvidenceWeights()
CANDIDATES_PER_STORE = 50
"""Candidates from each of the two stores; 100 rank no better."""

DEFINING_PASSAGES = 20
"""Passages with an abbreviation that are looked through for what it stands for."""
OTHER_FORM = 0.5
"""What the words of a long form, or its abbreviation, count for BM25 where the question has the other."""
DEFINES = 20.0
"""What a passage gains that spells an abbreviation out, where that is asked for: the first place."""
LARGE_ARCHIVE = 10_000
"""Passages from which on the archive's own document frequencies tell how rare a word is."""

COPY_SIMILARITY = 0.8
"""Passages that share this part of their distinct terms (Jaccard index) are copies or versions of one text."""


def search(library: Library, question: str, *, k: int = 10, where: Filter | None = None) -> list[Hit]:
    """Return up to k passages that bear on the question, best first; near-identical ones take one place.

    Raises InputError for a question that is empty or longer than 2,000 characters.
    """
    question = validate_question(question)
    vector = library.encoder.encode_question(question)
    return library.read(lambda snapshot: search_snapshot(snapshot, question, vector, k=k, where=where or Filter())[1])


def search_snapshot(
    snapshot: Snapshot, text: str, vector: NDArray[np.float32], *, k: int, where: Filter
) -> tuple[Query, list[Hit]]:
    """Search one snapshot of a library; return the query that the question makes, and its hits.

    `vector` is the question's, of unit length (d,).
    """
    from retrieval.index.lexical import extract_terms

    query = analyse_question(
        text,
        terms=extract_terms,
        document_frequency=snapshot.get_document_frequencies,
        size=snapshot.size,
        frequency=_look_up_frequency if snapshot.size < LARGE_ARCHIVE else lambda _: 0.0,
    )
    spelled_out = _find_long_forms(snapshot, query, where)
    if spelled_out:
        terms = dict.fromkeys(chain.from_iterable((each.term, *each.long_terms) for each in spelled_out), OTHER_FORM)
        query = replace(query, counts=terms | dict(query.counts), abbreviations=tuple(spelled_out))
    defining = set(spelled_out.values()) if query.asks_long_form else set()
    pool = CANDIDATES_PER_STORE
    while True:
        near = snapshot.search_dense(vector, pool, where)
        matching = snapshot.search_lexical(query.counts, pool, where)
        known = dict(matching)
        ids = list(dict.fromkeys([*near, *known]))
        bm25 = known | snapshot.score_bm25(query.counts, [key for key in near if key not in known])
        stored = snapshot.get_passages(ids)
        infos = snapshot.get_article_infos({each.passage.article_id for each in stored.values()})
        titles = {article_id: extract_terms(info.title) for article_id, info in infos.items()}
        speakers = _find_speakers(text, stored.values(), infos)
        titles |= {article: (*titles[article], *extract_terms(named)) for article, named in speakers.items()}
        measured = [(each, infos[each.passage.article_id], bm25.get(key, 0.0)) for key, each in stored.items()]
        scored = score_passages(query, vector, measured, titles=titles, terms=extract_terms)
        if defining:
            scored = [replace(s, score=s.score + DEFINES * (s.stored.passage.id in defining)) for s in scored]
        distinct = drop_copies(sorted(scored, key=lambda each: (-each.score, each.stored.passage.id)), k)
        if len(distinct) == k or (len(near) < pool and len(matching) < pool):
            hits = [build_hit(query, each, rank) for rank, each in enumerate(distinct, 1)]
            return query, [replace(hit, speaker=speakers.get(hit.article.id, "")) for hit in hits]
        pool *= 4  # copies took up the pool


def _find_long_forms(snapshot: Snapshot, query: Query, where: Filter) -> dict[Abbreviation, str]:
    """Return the abbreviations in a question, and those of its names, each with the passage that spells it out."""
    from retrieval.index.lexical import extract_terms

    found: dict[Abbreviation, str] = {}
    for short, name in [*((short, "") for short in list_abbreviations(query.text)), *list_initials(query.text)]:
        terms = extract_terms(short)
        if len(terms) != 1 or not snapshot.get_document_frequencies(terms)[terms[0]]:
            continue
        near = snapshot.search_lexical([*terms, *extract_terms(name)], DEFINING_PASSAGES, where)
        for key, each in snapshot.get_passages([key for key, _ in near]).items():
            if span := find_long_form(short, each.passage.text):
                long_form = each.passage.text[span.start : span.end]
                found[Abbreviation(short, long_form, terms[0], extract_terms(long_form))] = key
                break
    return found


def _find_speakers(text: str, stored: Iterable[StoredPassage], infos: Mapping[str, ArticleInfo]) -> dict[str, str]:
    """Return the articles that speak in the first person for an author whom the question names, with how it does."""
    names = {author: find_author(text, author) for author in {info.author for info in infos.values()}}
    named = {article: names[info.author] for article, info in infos.items() if names[info.author]}
    if not named:
        return {}
    texts: dict[str, list[str]] = {}
    for each in stored:
        texts.setdefault(each.passage.article_id, []).append(each.passage.text)
    return {article: name for article, name in named.items() if speaks_for_author("\n".join(texts[article]))}


def _look_up_frequency(word: str) -> float:
    """Return how often a word occurs in English texts, per word."""
    frequency = get_zipf_frequency(word)
    return 10 ** (frequency - 9) if frequency else 0.0


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A candidate with its score, and the terms of its title and of each of its sentences."""

    score: float
    stored: StoredPassage
    article: ArticleInfo
    cosine: float
    bm25: float
    title: Sequence[str]
    terms: Sequence[Sequence[str]]
    sentences: tuple[tuple[float, float, float], ...]  # score, cosine, coverage
    contexts: Sequence[str | None]

    @property
    def words(self) -> Iterator[str]:
        """The terms of the title and the sentences, in their order."""
        return chain(self.title, *self.terms)


def score_passages(
    query: Query,
    vector: NDArray[np.float32],
    candidates: Iterable[tuple[StoredPassage, ArticleInfo, float]],
    *,
    titles: Mapping[str, Sequence[str]],
    terms: Terms,
) -> list[ScoredPassage]:
    """Score passages, each with its article and its BM25, for a query; `titles` are the terms of the articles' titles.

    A sentence covers the topic words that it, its title and what it needs to be understood hold.
    """
    topic, titled = query.weights.keys(), {article: query.weights.keys() & title for article, title in titles.items()}
    needed = [topic & pair for pair in query.pairs]
    shares: dict[frozenset[str], float] = {}  # most sentences hold one of a few sets of topic words

    def measure(held: Set[str]) -> float:
        key = frozenset(held)
        if key not in shares:
            shares[key] = query.measure_coverage(key)
        return shares[key]

    scored = []
    for stored, article, bm25 in candidates:
        passage, in_title = stored.passage, titled[article.id]
        found = [terms(sentence.text) for sentence in passage.sentences]
        if query.abbreviations:
            found = [query.add_other_forms(each) for each in found]
        contexts = _find_contexts(passage)
        cosines = (stored.sentence_vectors @ vector).tolist()
        sentences, covered = [], set(in_title)
        for sentence, each, context, cosine in zip(passage.sentences, found, contexts, cosines, strict=True):
            held = topic & each
            covered |= held
            held |= in_title
            if context:
                held |= topic & terms(context)
            silent = context is None or is_heading(sentence.text)
            coverage = measure(held) if held and not silent else 0.0
            sentences.append((WEIGHTS.sentence_cosine * cosine + WEIGHTS.coverage * coverage, cosine, coverage))
        title, cosine = titles[article.id], float(stored.vector @ vector)
        may_pair = any(pair <= covered for pair in needed)
        score = (
            WEIGHTS.cosine * cosine
            + WEIGHTS.bm25 * bm25
            + (WEIGHTS.pairs * query.sum_pair_weights(chain(title, *found)) if may_pair else 0.0)
            + max((score for score, _, _ in sentences), default=0.0)
        )
        scored.append(ScoredPassage(score, stored, article, cosine, bm25, title, found, tuple(sentences), contexts))
    return scored


def _match_answer_type(query: Query, sentence: Sentence, context: str | None) -> float:
    """Return how well a sentence offers the expected type; a number in a table has its unit in the header, or none."""
    if context and query.requires_answer_type and any(character.isdigit() for character in sentence.text):
        return 1.0
    return query.match_answer_type(sentence.text)


def _find_contexts(passage: Passage) -> Sequence[str | None]:
    """Return what each sentence needs to be understood, as a row of a table does; "" for most, None for headers."""
    found = find_row_contexts(passage.text)
    if not found:
        return ("",) * len(passage.sentences)
    return tuple(found.get(sentence.start - passage.start, "") for sentence in passage.sentences)


def build_hit(query: Query, scored: ScoredPassage, rank: int) -> Hit:
    """Return a candidate with all its evidence, at its rank."""
    passage, words = scored.stored.passage, set(scored.words)
    return Hit(
        rank=rank,
        score=scored.score,
        passage=passage,
        article=scored.article,
        cosine=scored.cosine,
        bm25=scored.bm25,
        coverage=query.measure_coverage(words),
        names=query.measure_name_share(words),
        pairs=query.measure_pair_share(list(scored.words)),
        sentences=tuple(
            ScoredSentence(sentence, *evidence, _match_answer_type(query, sentence, context), context or "")
            for sentence, evidence, context in zip(passage.sentences, scored.sentences, scored.contexts, strict=True)
        ),
    )


def drop_copies(scored: Iterable[ScoredPassage], k: int) -> list[ScoredPassage]:
    """Return the first k candidates, each text once: in the place of its best copy, the one that was published first.

    Texts that differ in a number, a name, a date or a negation are versions, no copies.
    """
    distinct: list[ScoredPassage] = []
    seen: list[frozenset[str]] = []
    quotable: dict[str, int] = {}
    for candidate in scored:
        original = None
        if candidate.article.published:  # what has no date precedes nothing
            sentences = candidate.stored.passage.sentences
            original = next((quotable[each.text] for each in sentences if each.text in quotable), None)
        if original is None and len(distinct) == k:
            continue
        words = frozenset(chain.from_iterable(candidate.terms))  # copies often have headlines of their own
        places = range(len(distinct)) if original is None else (original, *range(len(distinct)))
        copied = next((n for n in places if _is_copy(candidate, words, distinct[n], seen[n])), None)
        if copied is None and len(distinct) < k:
            quotable.setdefault(_get_best_sentence(candidate), len(distinct))
            seen.append(words)
            distinct.append(candidate)
        elif copied is not None and copied == original and _precedes(candidate, distinct[copied]):
            distinct[copied] = replace(candidate, score=distinct[copied].score)
    return distinct


def _is_copy(one: ScoredPassage, words: frozenset[str], other: ScoredPassage, others: frozenset[str]) -> bool:
    if _compute_jaccard(words, others) < COPY_SIMILARITY:
        return False
    texts = ([sentence.text for sentence in each.stored.passage.sentences] for each in (one, other))
    return not are_versions(*texts)


def _get_best_sentence(candidate: ScoredPassage) -> str:
    best = max(range(len(candidate.sentences)), key=lambda n: candidate.sentences[n], default=None)
    return "" if best is None else candidate.stored.passage.sentences[best].text


def _precedes(one: ScoredPassage, other: ScoredPassage) -> bool:
    """Say whether a passage was certainly published before another, or has a date and the other none."""
    published = one.article.published
    return published is not None and precedes(published, other.article.published or date.max)


def _compute_jaccard(some: frozenset[str], others: frozenset[str]) -> float:
    common, total = len(some & others), len(some) + len(others)
    return common / (total - common) if total else 1.0
