"""Confidence that the archive answers: several signals, one calibrated probability. Pure.

Every signal is a share or a cosine, so that it means the same in an archive of two articles and of ten thousand.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields
from operator import attrgetter

from retrieval.encoder.sentence_reader import FOR_QUESTIONS


@dataclass(frozen=True, slots=True)
class Signals:
    """What distinguishes an answered question from a near miss: for the sentence chosen, and for its passage."""

    reads: float
    """The reader's log-odds that the sentence answers (see window_reading.py)."""
    window_reads: float
    """The same of the sentence with those beside it."""
    cosine: float
    """Cosine of the question's vector and the sentence's in its passage."""
    own_cosine: float
    """The same of the sentence by itself."""
    passage_coverage: float
    """Weighted share of the question's topic words in the passage or the title."""
    answer_type_missing: float
    """1 where only a number, an amount or a percentage can answer and the sentence has none, else 0."""
    topic_words: float
    """Number of the question's topic words: the more there are, the harder a high share of them is to reach. Counted up
    to MANY_WORDS only."""


MANY_WORDS = 12
"""99 % of the questions that the coefficients were fitted to have fewer; on their line alone, a question of a hundred
words about anything at all would be answered."""

COEFFICIENTS = Signals(
    reads=0.15,
    window_reads=0.43,
    cosine=1.31,
    own_cosine=2.42,
    passage_coverage=1.56,
    answer_type_missing=-3.00,
    topic_words=0.19,
)
INTERCEPT = -2.66
"""Logistic regression by tests/benchmarks/calibrate.py on three kinds of text that count alike, the articles of
squad-open that the reader was not trained on, clapnq-open and mtragun-open, and, for half of one each, on the questions
to small archives that it was not trained on and those for facts about the seeds and the three invented papers. The
intercept is .13 below the fitted one: of squad-open's unanswerable questions more are refused so. The passage's cosine
and the sentence's share of the words add nothing beside these; the sentence's own cosine adds .015 to the area under
the curve of clapnq-open."""

THRESHOLD = 0.60
"""Below this confidence the archive does not say: from .58 to .68 the F1 of refusals rises by .06 on squad-open and .04
on clapnq-open, and .05 more of the answerable questions to small archives are refused."""
TINY = 1e-9

_list_values = attrgetter(*(each.name for each in fields(Signals)))


def identify_fit() -> str:
    """Return a name of how the confidence is made: another one where a coefficient or the reader has changed."""
    return hashlib.sha256(repr((COEFFICIENTS, INTERCEPT, FOR_QUESTIONS.sha256)).encode()).hexdigest()[:12]


def estimate_confidence(signals: Signals) -> float:
    """Return the probability that the archive answers the question."""
    logit = INTERCEPT + sum(c * s for c, s in zip(_list_values(COEFFICIENTS), _list_values(signals), strict=True))
    return to_probability(logit)


def to_probability(log_odds: float) -> float:
    """Return the probability of log-odds; infinite ones are certain."""
    return (1 + math.tanh(log_odds / 2)) / 2  # the logistic function, in a form that can't overflow


def to_log_odds(probability: float) -> float:
    """Return the log-odds of a probability; those of certainty are finite."""
    bounded = min(max(probability, TINY), 1 - TINY)
    return math.log(bounded / (1 - bounded))
