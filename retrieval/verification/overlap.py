"""How much of a claim the sentences of the references carry, word by word, and which few carry it together.

A word is carried by itself, by its stem, or by a word close to it in meaning where it stands (cosine of the encoder's
token outputs, the late interaction of late_interaction.py). Whether a claim then stands is left to verifier.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.verification.evidence import places
from retrieval.verification.verbs import meanings, names, verbal

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from retrieval.encoder import Encoder
    from retrieval.verification.claims import Claim
    from retrieval.verification.evidence import Evidence
    from retrieval.verification.features import Wording

SENTENCES = 3
"""Sentences that may carry one claim together."""
COMPARED = 6
"""Sentences that are compared word by word with a claim."""
CITED = 0.1
"""What a sentence's being cited counts, in shares of the claim that it carries."""
HALF = 0.5
"""How much of a word must be carried to count as carried, where it is a question of yes or no."""
CLAUSE = 0.75
"""Share of the clause around the words that a further sentence adds, which it must carry by itself."""
CARRIED = 0.6
"""Share of a claim, by the weight of its words, that must be carried."""
GAP = 3
"""Topic words in a row that nothing carries make a claim fall, however much of the rest is carried."""
SHORT = 3
"""Topic words in a claim up to which one that nothing carries is enough: it is what the claim says of the others."""
LITTLE = 0.4
"""How much of a word must be carried not to count as carried by nothing."""
DONE = 0.4
"""How much of a verb must be carried at least."""
CLOSE, FAR = 0.75, 0.4
"""Cosines of two words in context from which on they mean the same, and below which they have nothing in common."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence with how much of each word of a claim it carries, in [0, 1]; `carried` is their weighted mean."""

    evidence: Evidence
    words: tuple[float, ...]
    carried: float
    cited: bool


def compare(said: Wording, claim: Claim, evidence: Sequence[Evidence], encoder: Encoder) -> list[Compared]:
    """Return the sentences that share most with a claim, best first; the best few are also compared by meaning."""
    found = [_weighed(said, e, _verbatim(said, e), e.reference.number in claim.markers) for e in evidence]
    found.sort(key=_order)
    best, rest = found[:COMPARED], found[COMPARED:]
    if best and best[0].carried < 1.0:
        similar = _similar(said, [each.evidence for each in best], encoder)
        best = [
            _weighed(said, each.evidence, [max(pair) for pair in zip(each.words, close, strict=True)], each.cited)
            for each, close in zip(best, similar, strict=True)
        ]
        best.sort(key=_order)
    return best + rest


def _order(compared: Compared) -> float:
    return -compared.carried - CITED * compared.cited


def _verbatim(said: Wording, evidence: Evidence) -> list[float]:
    stems = evidence.wording.stems | evidence.title.stems
    facts = {
        n
        for fact in said.facts
        if fact.kind != "quote" and places(fact, evidence.wording)
        for n in range(fact.first, fact.last)
    }
    return [float(word.stem in stems or n in facts) for n, word in enumerate(said.words)]


def _weighed(said: Wording, evidence: Evidence, words: Sequence[float], cited: bool) -> Compared:
    return Compared(evidence, tuple(words), _share(said, words), cited)


def _share(said: Wording, words: Sequence[float]) -> float:
    total = sum(word.weight for word in said.words)
    return sum(word.weight * value for word, value in zip(said.words, words, strict=True)) / total


def _similar(said: Wording, evidence: Sequence[Evidence], encoder: Encoder) -> list[list[float]]:
    """Return for each sentence how close each word of the claim comes to one of its words in meaning, in [0, 1]."""
    claim, *others = encoder.encode_tokens([said.text, *(e.wording.text for e in evidence)])
    inside = [
        [n for n, span in enumerate(claim.spans) if word.start <= span.start < span.end <= word.end]
        for word in said.words
    ]
    found = []
    for other in others:
        cosines = (claim.vectors @ other.vectors.T).max(axis=1) if len(other.vectors) else np.zeros(len(claim.spans))
        means = [float(cosines[tokens].mean()) if tokens else 0.0 for tokens in inside]
        found.append([min(max((mean - FAR) / (CLOSE - FAR), 0.0), 1.0) for mean in means])
    return found


def completed(said: Wording, first: Compared, compared: Sequence[Compared]) -> list[Compared]:
    """Add to a sentence those that carry what it does not: further clauses, not single facts."""
    chosen = [first]
    facts = {n for fact in said.facts if fact.kind != "quote" for n in range(fact.first, fact.last)}
    while len(chosen) < SENTENCES:
        covered = [max(values) for values in zip(*(each.words for each in chosen), strict=True)]
        gains = [(_gain(said, facts, covered, each), each) for each in compared if each not in chosen]
        gain, best = max(gains, key=lambda scored: scored[0] + CITED * scored[1].cited, default=(0.0, first))
        if not gain:
            break
        chosen.append(best)
    return chosen


def _gain(said: Wording, facts: Container[int], covered: Sequence[float], other: Compared) -> float:
    """Return the weight of the words that a further sentence adds, 0 where it does not carry the clause they are in."""
    new = [
        n
        for n, word in enumerate(said.words)
        if word.weight and (other.words[n] >= HALF > covered[n] or (n in facts and other.words[n] > covered[n]))
    ]
    told = [n for n in new if n not in facts]
    if not told or len(new) < 2:
        return 0.0
    clause = range(new[0], new[-1] + 1)
    weight = sum(said.words[n].weight for n in clause)
    carried = sum(said.words[n].weight * other.words[n] for n in clause)
    return sum(said.words[n].weight for n in new) if carried >= CLAUSE * weight else 0.0


def carried(said: Wording, chosen: Sequence[Compared]) -> bool:
    """Say whether the chosen sentences together carry enough of a claim, and leave no part of it to nothing."""
    words = [max(values) for values in zip(*(each.words for each in chosen), strict=True)]
    return _share(said, words) >= CARRIED and not _gap(said, words) and not _undone(said, chosen, words)


def _undone(said: Wording, chosen: Sequence[Compared], words: Sequence[float]) -> bool:
    """Say whether nothing carries what a claim says was done."""
    facts = {n for fact in said.facts for n in range(fact.first, fact.last)}
    known = frozenset().union(*(meanings(each.evidence.wording) for each in chosen))
    return any(
        value < DONE and n not in facts and verbal(said, n) and known.isdisjoint(names(said, n))
        for n, value in enumerate(words)
    )


def _gap(said: Wording, words: Sequence[float]) -> bool:
    """Say whether so many topic words in a row are carried by nothing."""
    facts = {n for fact in said.facts for n in range(fact.first, fact.last)}
    most = 1 if sum(bool(word.weight) for word in said.words) <= SHORT else GAP
    missing = 0
    for n, (word, value) in enumerate(zip(said.words, words, strict=True)):
        if not word.weight or n in facts:
            continue
        missing = missing + 1 if value < LITTLE else 0
        if missing >= most:
            return True
    return False
