"""What tells a claim that passages carry from one that they do not: shares, cosines and counts. Pure.

Each signal means the same on every kind of text. What they weigh together is claim_score.py's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.text.english import HEDGES
from retrieval.verification.alignment import share
from retrieval.verification.evidence import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.verification.alignment import Aligned
    from retrieval.verification.claim_reading import ClaimReading
    from retrieval.verification.evidence import Evidence
    from retrieval.verification.features import Fact, Wording

RUN = 3
"""Words in a row that are copied, not met by chance."""


@dataclass(frozen=True, slots=True)
class ClaimSignals:
    """What speaks for a claim and against it, of the best sentence (`first`) and of all that are chosen (`chosen`)."""

    topic_words: float
    """Logarithm of one more than the claim's topic words: the more there are, the harder they are to carry."""
    chosen_share: float
    """Weighted share of the topic words that the chosen sentences carry, by word, stem or meaning."""
    first_share: float
    """The same of the best sentence."""
    article_share: float
    """Weighted share of the topic words whose stems stand anywhere in the shown parts of the article."""
    cosine: float
    """Weighted mean, over the topic words, of the highest cosine with a word of the chosen sentences (MaxSim)."""
    weakest: float
    """How close the topic word that is carried least comes to one of the chosen sentences'; 1 where it stands there."""
    second_weakest: float
    """The same of the next."""
    copied: float
    """Share of the claim's runs of three words that stand so in a chosen sentence."""
    retold: float
    """Weighted share of the best sentence's topic words that the claim has."""
    names_nowhere: float
    """Names of the claim that stand nowhere in passages, titles or question."""
    names_elsewhere: float
    """Names that do not stand in the chosen sentences, those before them, or the title."""
    hedge_lost: float
    """1 where the best sentence is hedged and the claim is not, else 0."""
    negation_differs: float
    """1 where one of claim and best sentence negates and the other does not, else 0."""
    window_reads: float
    """The reader's log-odds that one of the chosen sentences, among those beside it, carries the claim."""
    sentence_reads: float
    """The same of the best sentence by itself."""


def measure_signals(
    said: Wording,
    chosen: Sequence[Aligned],
    evidence: Sequence[Evidence],
    question: Wording,
    reading: ClaimReading,
) -> ClaimSignals:
    """Return the signals of a claim and the sentences that carry most of it; `evidence` are all that it may rest on."""
    first = chosen[0]
    covered = np.max([each.words for each in chosen], axis=0)
    weighed = [n for n, word in enumerate(said.words) if word.weight]
    closest = np.max([each.cosines or (0.0,) * len(said.words) for each in chosen], axis=0)
    standing = np.max([each.verbatim for each in chosen], axis=0)
    weakest = sorted(1.0 if standing[n] else float(closest[n]) for n in weighed)
    articles = {each.evidence.reference.article.id for each in chosen}
    stems = frozenset().union(*(e.wording.stems for e in evidence if e.reference.article.id in articles))
    near = [text for each in chosen for text in (each.evidence.wording, *each.evidence.before)]
    everywhere = [*(e.wording for e in evidence), *(e.title for e in evidence[:1]), question]
    names = [fact for fact in said.facts if fact.kind == "name" and fact.sure]
    return ClaimSignals(
        topic_words=math.log1p(len(weighed)),
        chosen_share=share(said, covered),
        first_share=first.carried,
        article_share=share(said, [float(word.stem in stems) for word in said.words]),
        cosine=share(said, closest),
        weakest=weakest[0],
        second_weakest=weakest[min(1, len(weakest) - 1)],
        copied=_measure_copied(said, [each.evidence.wording for each in chosen]),
        retold=_measure_retold(first.evidence.wording, said),
        names_nowhere=_count_missing(names, everywhere),
        names_elsewhere=_count_missing(names, [*near, first.evidence.title]),
        hedge_lost=float(bool(first.evidence.wording.keys & HEDGES) and not said.keys & HEDGES),
        negation_differs=float(bool(said.negations) != bool(first.evidence.wording.negations)),
        window_reads=reading.window,
        sentence_reads=reading.sentence,
    )


def _count_missing(facts: Sequence[Fact], texts: Sequence[Wording]) -> float:
    return float(sum(not any(places(fact, text) for text in texts) for fact in facts))


def _measure_copied(said: Wording, texts: Sequence[Wording]) -> float:
    own = set(_runs(said))
    return len(own.intersection(*[{run for text in texts for run in _runs(text)}])) / max(1, len(own))


def _runs(text: Wording) -> Iterator[tuple[str, ...]]:
    stems = [word.stem for word in text.words]
    return zip(*(stems[start:] for start in range(RUN)), strict=False)


def _measure_retold(text: Wording, said: Wording) -> float:
    total = sum(word.weight for word in text.words)
    return sum(word.weight for word in text.words if word.stem in said.stems) / total if total else 0.0
