"""How sure we are that the archive answers: several signals, one calibrated probability. Pure.

Every signal is a share or a cosine, so that it means the same in an archive of two articles and of ten thousand.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from one that is only near: for the sentence chosen, and for its passage."""

    alignment: float
    """How closely the question's topic words are met by words of the sentence (see align.py), in [0, 1]."""
    cosine: float
    """Cosine of the question's vector and the sentence's."""
    coverage: float
    """Weighted share of the question's topic words in the sentence or the title."""
    passage_coverage: float
    """The same in the passage."""
    passage_cosine: float
    """Cosine of the question's vector and the passage's."""
    names: float
    """Share of the question's names and numbers in the passage."""
    pairs: float
    """Weighted share of its neighbouring terms that stand side by side in the passage."""
    lacks: float
    """1 where only a number, an amount or a percentage can answer and the sentence has none, else 0."""
    topic_words: float
    """Number of the question's topic words: the more there are, the harder a high share of them is to reach."""


COEFFICIENTS = Signals(0, 0, 0, 0, 0, 0, 0, 0, 0)
INTERCEPT = 0.0
"""Logistic regression, fitted by tests/benchmarks/calibrate.py."""

THRESHOLD = 0.5
"""Below this confidence the archive does not say."""


def confidence(signals: Signals) -> float:
    """Return the probability that the archive answers the question."""
    logit = INTERCEPT + sum(c * s for c, s in zip(astuple(COEFFICIENTS), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-logit))
