"""Hits -> the sentences that answer, without a language model. Chooses and widens quotes; extractive.py words them.

A sentence is weighed by its own evidence (see ranking.py), by that of its passage, by whether it holds the kind of
answer asked for, and, among the best few, by how closely it meets the question word by word (see late_interaction.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.citations import quotable
from retrieval.answering.confidence import MANY_WORDS, Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Hit, ScoredSentence, Sentence
    from retrieval.search.query import Question

HITS = 5
"""Passages whose sentences are considered."""
ALIGNED = 3
"""Sentences that are also compared word by word, which costs a pass of the encoder each."""
REACH = 2.5
"""A sentence that weighs so much less than the best is not compared: on 900 questions none of them would have won."""
AT_MOST = 3
"""Sentences quoted in one answer."""

PASSAGE_WEIGHT = 0.1
KIND_WEIGHT = 2.0
ALIGNMENT_WEIGHT = 8.0
TOLD_WEIGHT = 4.0
"""What a sentence that was quoted just before weighs less where something else is asked for."""
CLOSE = 1.5
"""A further sentence is quoted when it weighs at most this much less than the best."""
NEAR = 2
"""Sentences to either side among which the time or place of what a sentence tells may be given."""
SAME = 0.7
"""Sentences that share this part of their words say the same."""

_LEANS = re.compile(
    r"[\"“‘'(]*(?:(?:But|And|So|Yet|Then|However|Also|In addition|Furthermore|Moreover|Therefore|Instead|Meanwhile|"
    r"As a result|For this reason|In response|For example|For instance)\b,? ?)*"
    r"(?:he|she|it|they|his|her|their|its|this|these|those|that|such|both|the latter|the former|there)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its hit, what it weighs, and how closely it meets the question word by word.

    `companion` is a sentence near by that gives the time or place asked for, where the sentence itself does not.
    """

    hit: Hit
    scored: ScoredSentence
    weight: float
    companion: Sentence | None = None
    alignment: float = 0.0

    @property
    def holds_kind(self) -> bool:
        """Whether the sentence or its companion holds the kind of answer asked for."""
        return bool(self.scored.fit or self.companion)

    def signals(self, question: Question) -> Signals:
        """Return what this sentence says about whether the archive answers the question."""
        return Signals(
            alignment=self.alignment,
            cosine=self.scored.cosine,
            coverage=self.scored.coverage,
            passage_coverage=self.hit.coverage,
            passage_cosine=self.hit.cosine,
            names=self.hit.names,
            pairs=self.hit.pairs,
            lacks=float(question.strict and not self.scored.fit),
            topic_words=min(len(question.weights), MANY_WORDS),
        )


def candidates(
    question: Question, hits: Sequence[Hit], align: Callable[[Sequence[str]], Sequence[float]], *, told: str = ""
) -> list[Candidate]:
    """Return the best sentences of the best hits, best first; `align` returns each text's alignment in [0, 1].

    Where something else than what was `told` is asked for, sentences that stand in that come later.
    """
    every = (_weighed(question, hit, place, told) for hit in hits[:HITS] for place in range(len(hit.sentences)))
    rough = sorted(every, key=lambda c: -c.weight)
    best = [c for c in rough[:ALIGNED] if c.weight >= rough[0].weight - REACH]
    alignments = align([f"{c.hit.article.title}. {c.scored.sentence.text}".lstrip(". ") for c in best])
    exact = (
        replace(c, weight=c.weight + ALIGNMENT_WEIGHT * alignment, alignment=alignment)
        for c, alignment in zip(best, alignments, strict=True)
    )
    return sorted(exact, key=lambda c: -c.weight)


def _weighed(question: Question, hit: Hit, place: int, told: str) -> Candidate:
    scored = hit.sentences[place]
    rest = hit.score - max(each.score for each in hit.sentences)
    companion = _companion(question, hit, place)
    kind = KIND_WEIGHT * max(scored.fit, companion.fit / 2 if companion else 0.0)
    weight = scored.score + kind + PASSAGE_WEIGHT * rest
    if told and quotable(scored.sentence.text) in told:
        weight -= TOLD_WEIGHT
    return Candidate(hit, scored, weight, companion.sentence if companion else None)


def _companion(question: Question, hit: Hit, place: int) -> ScoredSentence | None:
    """Return the sentence near by that best gives the time or place, if better than this; of equals the later one."""
    if question.kind is None or not question.kind.circumstance:
        return None
    near = [place + step for distance in range(1, NEAR + 1) for step in (distance, -distance)]
    beside = [hit.sentences[n] for n in near if 0 <= n < len(hit.sentences)]
    best = max(beside, key=lambda each: each.fit, default=None)
    return best if best and best.fit > hit.sentences[place].fit else None


def choose(best: Sequence[Candidate]) -> list[Candidate]:
    """Choose one to three sentences: the best, and those that come close and say something else.

    Where the best holds the kind of answer asked for, others must hold it, too. A sentence whose companion comes close
    by itself is left out for it.
    """
    close = [c for c in best if c.weight >= best[0].weight - CLOSE and c.holds_kind >= best[0].holds_kind]
    themselves = {c.scored.sentence for c in close}
    chosen: list[Candidate] = []
    for candidate in close:
        replaced = candidate.companion in themselves
        if len(chosen) < AT_MOST and not replaced and not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _same(one: Candidate, other: Candidate) -> bool:
    words = [set(_WORDS.findall(c.scored.sentence.text.lower())) for c in (one, other)]
    return len(words[0] & words[1]) >= SAME * min(map(len, words))


def leans(sentence: str) -> bool:
    """Say whether a sentence opens with a word that points back, such as "He said" or "But it"."""
    return bool(_LEANS.match(sentence))


def widen(sentence: Sentence, before: Sequence[Sentence]) -> Sentence:
    """Return the sentence that a quote must begin with to be understood: one before "He said", else itself.

    `before` are the sentences that stand before it in the article, nearest last.
    """
    first = sentence
    for previous in reversed(before[-2:]):
        if not leans(first.text):
            break
        first = previous
    return first
