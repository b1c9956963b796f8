"""How much of a claim the sentences of the references carry, word by word, and which few carry it together.

A word is carried by itself, by its stem, or by a word close to it in meaning where it stands (cosine of the encoder's
token outputs). Whether a claim then stands is left to verdicts.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.verification.evidence import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.encoder import Encoder, TokenVectors
    from retrieval.verification.claims import Claim
    from retrieval.verification.evidence import Evidence
    from retrieval.verification.features import Word, Wording

SENTENCES = 3
"""Sentences that may carry one claim together."""
COMPARED = 6
"""Sentences that are compared word by word with a claim."""
CITED = 0.1
"""What a sentence's being cited counts, in shares of the claim that it carries."""
GAIN = 0.08
"""Share of a claim that a further sentence must add."""
CLOSE, FAR = 0.75, 0.4
"""Cosines of two words in context from which on they mean the same, and below which they have nothing in common."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence with how much of each word of a claim it carries, in [0, 1]; `carried` is their weighted mean.

    `verbatim` says which words stand in it or its title, `cosines` how close each word comes to one of its own, and
    `cosine` how close the two are as wholes: 0 where they were not compared by meaning.
    """

    evidence: Evidence
    words: tuple[float, ...]
    verbatim: tuple[float, ...]
    carried: float
    cited: bool
    cosines: tuple[float, ...] = ()
    cosine: float = 0.0


def align(said: Wording, claim: Claim, evidence: Sequence[Evidence], encoder: Encoder) -> list[Aligned]:
    """Return the sentences that share most with a claim, best first; the best few are also compared by meaning."""
    found = [_weigh(said, e, _find_verbatim(said, e), e.reference.number in claim.markers) for e in evidence]
    found.sort(key=_order)
    best, rest = found[:COMPARED], found[COMPARED:]
    if not best:
        return []
    vectors, *others = encoder.encode_tokens([said.text, *(each.evidence.wording.text for each in best)])
    inside = [_find_tokens(word, vectors) for word in said.words]
    best = [_compare(said, each, vectors, inside, other) for each, other in zip(best, others, strict=True)]
    return sorted(best, key=_order) + rest


def complete(said: Wording, first: Aligned, aligned: Sequence[Aligned]) -> list[Aligned]:
    """Add to a sentence those that carry most of what it does not."""
    chosen, covered = [first], np.array(first.words)
    while len(chosen) < SENTENCES:
        gains = [share(said, np.maximum(covered, each.words)) - share(said, covered) for each in aligned]
        best = int(np.argmax(gains))
        if gains[best] < GAIN:
            break
        chosen.append(aligned[best])
        covered = np.maximum(covered, aligned[best].words)
    return chosen


def share(said: Wording, words: Sequence[float] | np.ndarray) -> float:
    """Return the mean of what is carried of a claim's words, by their weights."""
    total = sum(word.weight for word in said.words)
    return (
        float(sum(word.weight * value for word, value in zip(said.words, words, strict=True)) / total) if total else 0.0
    )


def _order(aligned: Aligned) -> float:
    return -aligned.carried - CITED * aligned.cited


def _weigh(said: Wording, evidence: Evidence, words: Sequence[float], cited: bool) -> Aligned:
    return Aligned(evidence, tuple(words), tuple(words), share(said, words), cited)


def _find_verbatim(said: Wording, evidence: Evidence) -> list[float]:
    stems = evidence.wording.stems | evidence.title.stems
    facts = {
        n
        for fact in said.facts
        if fact.kind != "quote" and places(fact, evidence.wording)
        for n in range(fact.first, fact.last)
    }
    return [float(word.stem in stems or n in facts) for n, word in enumerate(said.words)]


def _find_tokens(word: Word, vectors: TokenVectors) -> list[int]:
    return [n for n, span in enumerate(vectors.spans) if word.start <= span.start < span.end <= word.end]


def _compare(
    said: Wording, aligned: Aligned, claim: TokenVectors, inside: Sequence[Sequence[int]], other: TokenVectors
) -> Aligned:
    """Return a sentence with how close each word of the claim comes to one of its words in meaning."""
    if not len(other.vectors) or not len(claim.vectors):
        return aligned
    highest = (claim.vectors @ other.vectors.T).max(axis=1)
    cosines = [float(highest[tokens].mean()) if tokens else 0.0 for tokens in inside]
    words = [
        max(exact, min(max((cosine - FAR) / (CLOSE - FAR), 0.0), 1.0))
        for exact, cosine in zip(aligned.verbatim, cosines, strict=True)
    ]
    whole, other_whole = claim.vectors.mean(axis=0), other.vectors.mean(axis=0)
    lengths = float(np.linalg.norm(whole) * np.linalg.norm(other_whole))
    cosine = float(whole @ other_whole) / lengths if lengths else 0.0
    return replace(aligned, words=tuple(words), carried=share(said, words), cosines=tuple(cosines), cosine=cosine)
