"""Confidence that the archive answers: several signals, one calibrated probability. Pure.

Every signal is a share or a cosine, so that it means the same in an archive of two articles and of ten thousand.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """What distinguishes an answered question from a near miss: for the sentence chosen, and for its passage."""

    maxsim: float
    """How closely words of the sentence match the question's topic words (see late_interaction.py), in [0, 1]."""
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
    """Weighted share of its neighbouring terms that are neighbours in the passage."""
    answer_type_missing: float
    """1 where only a number, an amount or a percentage can answer and the sentence has none, else 0."""
    topic_words: float
    """Number of the question's topic words: the more there are, the harder a high share of them is to reach. Counted up
    to MANY_WORDS only."""


MANY_WORDS = 12
"""99 % of the questions that the coefficients were fitted to have fewer; on their line alone, a question of a hundred
words about anything at all would be answered."""

COEFFICIENTS = Signals(
    maxsim=9.26,
    cosine=9.34,
    coverage=-1.40,
    passage_coverage=3.30,
    passage_cosine=-5.47,
    names=0.94,
    pairs=1.34,
    answer_type_missing=-3.00,
    topic_words=0.19,
)
INTERCEPT = -10.96
"""Logistic regression on 427 questions about 13 of the 25 articles of squad-open (Wikipedia; SQuAD 2.0), a third
without an answer; made by tests/benchmarks/calibrate.py. On the other 12 articles the area under the curve is .914.
The cosine of the passage counts against: given a sentence that fits, a passage that is like the question as a whole and
yet not in its words is near the topic rather than an answer."""

THRESHOLD = 0.56
"""Below this confidence the archive does not say: the best F1 of refusals, with 12 % of the answerable refused at most;
on the 12 articles that were not fitted, F1 .798 with 12.6 % refused."""


def estimate_confidence(signals: Signals) -> float:
    """Return the probability that the archive answers the question."""
    logit = INTERCEPT + sum(c * s for c, s in zip(astuple(COEFFICIENTS), astuple(signals), strict=True))
    return (1 + math.tanh(logit / 2)) / 2  # the logistic function, in a form that can't overflow
