"""Hits -> the sentences that answer, without a language model. Chooses and widens quotes; quote_wording.py words them.

A sentence is scored by its own evidence (see ranking.py), by that of its passage, by whether it holds the expected type
of answer, and, among the best few, by late interaction with the question (see late_interaction.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.citations import escape_quote
from retrieval.answering.confidence import MANY_WORDS, Signals
from retrieval.text.english import DEMONSTRATIVES, POSSESSIVE_DETERMINERS, SUBJECT_PRONOUNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Hit, ScoredSentence, Sentence
    from retrieval.search.query import Query

READ_PASSAGES = 5
"""Passages whose sentences are considered."""
COMPARED_SENTENCES = 3
"""Sentences that are also compared token by token, which costs a pass of the encoder each."""
COMPARED_WITHIN = 2.5
"""A sentence whose score is so much below the best one's is not compared: on 900 questions none of them would have
won."""
QUOTED_SENTENCES = 3
"""Sentences quoted in one answer, at most."""

PASSAGE_WEIGHT = 0.1
ANSWER_TYPE_WEIGHT = 2.0
MAXSIM_WEIGHT = 8.0
REPETITION_PENALTY = 4.0
"""What a sentence that was quoted just before loses where the question asks for something else."""
QUOTED_WITHIN = 1.5
"""A further sentence is quoted when its score is at most so much below the best one's."""
NEARBY_SENTENCES = 2
"""Sentences to either side among which the time or place of what a sentence says may be given."""
REPEATED_WORDS = 0.7
"""Sentences that share this part of their words say the same."""

_REFERS_BACK = re.compile(
    r"[\"“‘'(]*(?:(?:But|And|So|Yet|Then|However|Also|In addition|Furthermore|Moreover|Therefore|Instead|Meanwhile|"
    r"As a result|For this reason|In response|For example|For instance)\b,? ?)*"
    rf"(?:{'|'.join(sorted(SUBJECT_PRONOUNS | POSSESSIVE_DETERMINERS | DEMONSTRATIVES))}|such|both|"
    r"the latter|the former|there)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its hit, its score, and its late interaction with the question (see late_interaction.py).

    `nearby_answer` is a neighbouring sentence that gives the time or place asked for, where the sentence itself does
    not.
    """

    hit: Hit
    scored: ScoredSentence
    score: float
    nearby_answer: Sentence | None = None
    maxsim: float = 0.0

    @property
    def has_answer_type(self) -> bool:
        """Whether the sentence or its neighbour holds the expected type of answer."""
        return bool(self.scored.answer_type_match or self.nearby_answer)

    def collect_signals(self, query: Query) -> Signals:
        """Return what this sentence says about whether the archive answers the question."""
        return Signals(
            maxsim=self.maxsim,
            cosine=self.scored.cosine,
            coverage=self.scored.coverage,
            passage_coverage=self.hit.coverage,
            passage_cosine=self.hit.cosine,
            names=self.hit.names,
            pairs=self.hit.pairs,
            answer_type_missing=float(query.requires_answer_type and not self.scored.answer_type_match),
            topic_words=min(len(query.weights), MANY_WORDS),
        )


def rank_sentences(
    query: Query, hits: Sequence[Hit], compare: Callable[[Sequence[str]], Sequence[float]], *, already_quoted: str = ""
) -> list[Candidate]:
    """Return the best sentences of the best hits, best first; `compare` returns each text's MaxSim in [0, 1].

    Sentences that were `already_quoted` in an answer that was not enough come later.
    """
    candidates = (
        _score_sentence(query, hit, index, already_quoted)
        for hit in hits[:READ_PASSAGES]
        for index in range(len(hit.sentences))
    )
    ranked = sorted(candidates, key=lambda c: -c.score)
    best = [c for c in ranked[:COMPARED_SENTENCES] if c.score >= ranked[0].score - COMPARED_WITHIN]
    similarities = compare([f"{c.hit.article.title}. {c.scored.sentence.text}".lstrip(". ") for c in best])
    compared = (
        replace(c, score=c.score + MAXSIM_WEIGHT * similarity, maxsim=similarity)
        for c, similarity in zip(best, similarities, strict=True)
    )
    return sorted(compared, key=lambda c: -c.score)


def _score_sentence(query: Query, hit: Hit, index: int, already_quoted: str) -> Candidate:
    scored = hit.sentences[index]
    passage_score = hit.score - max(each.score for each in hit.sentences)
    nearby = _find_nearby_answer(query, hit, index)
    type_match = max(scored.answer_type_match, nearby.answer_type_match / 2 if nearby else 0.0)
    score = scored.score + ANSWER_TYPE_WEIGHT * type_match + PASSAGE_WEIGHT * passage_score
    if already_quoted and escape_quote(scored.sentence.text) in already_quoted:
        score -= REPETITION_PENALTY
    return Candidate(hit, scored, score, nearby.sentence if nearby else None)


def _find_nearby_answer(query: Query, hit: Hit, index: int) -> ScoredSentence | None:
    """Return the neighbour that best gives the time or place, if better than the sentence; of equals the later one."""
    if query.answer_type is None or not query.answer_type.may_be_nearby:
        return None
    near = [index + step for distance in range(1, NEARBY_SENTENCES + 1) for step in (distance, -distance)]
    neighbours = [hit.sentences[n] for n in near if 0 <= n < len(hit.sentences)]
    best = max(neighbours, key=lambda each: each.answer_type_match, default=None)
    return best if best and best.answer_type_match > hit.sentences[index].answer_type_match else None


def choose_sentences(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Choose one to three sentences: the best, and those that come close and say something else.

    Where the best holds the expected type of answer, others must hold it, too. A sentence is left out where the
    neighbour that gives its time or place comes close by itself.
    """
    close = [
        c
        for c in ranked
        if c.score >= ranked[0].score - QUOTED_WITHIN and c.has_answer_type >= ranked[0].has_answer_type
    ]
    by_themselves = {c.scored.sentence for c in close}
    chosen: list[Candidate] = []
    for candidate in close:
        replaced = candidate.nearby_answer in by_themselves
        if len(chosen) < QUOTED_SENTENCES and not replaced and not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _repeats(one: Candidate, other: Candidate) -> bool:
    words = [set(_WORDS.findall(c.scored.sentence.text.lower())) for c in (one, other)]
    return len(words[0] & words[1]) >= REPEATED_WORDS * min(map(len, words))


def refers_back(sentence: str) -> bool:
    """Say whether a sentence opens with a word that refers to one before it, such as "He said" or "But it"."""
    return bool(_REFERS_BACK.match(sentence))


def widen_quote(sentence: Sentence, before: Sequence[Sentence]) -> Sentence:
    """Return the sentence that a quote must begin with to be understood: one before "He said", else itself.

    `before` are the sentences before it in the article, nearest last.
    """
    first = sentence
    for previous in reversed(before[-2:]):
        if not refers_back(first.text):
            break
        first = previous
    return first
