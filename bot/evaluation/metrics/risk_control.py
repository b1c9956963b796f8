"""The smallest threshold of confidence that keeps wrong answers to questions at a stated rate. Pure.

Conformal risk control: A. N. Angelopoulos, S. Bates, A. Fisch, L. Lei and T. Schuster, "Conformal Risk Control",
arXiv:2208.02814 (2022), ICLR 2024. With a loss of at most 1 that falls as the threshold rises, and n questions like
those to come (exchangeable), the smallest threshold t with

    n / (n + 1) * R(t) + 1 / (n + 1) <= rate,    R(t): the mean loss of the n questions

keeps the expected loss of the next question at `rate` or below. The loss here is 1 where a question gets a wrong
answer, else 0, refusals included: that falls as the threshold rises. The share of wrong ones *among answers* need not,
since its denominator falls too, so that the guarantee does not hold for it; it is only reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = 100
"""Thresholds are tried in steps of 1 / STEPS: finer ones would fit the questions, and can't be read."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a question gets: an answer where the threshold is at most `confidence`, and above that a second one.

    The second is of those that are given whatever the confidence, such as a count of the catalog's. An answer is right
    or wrong; None stands for none.
    """

    confidence: float
    right: bool | None
    right_above: bool | None = None

    def answer_at(self, threshold: float) -> bool | None:
        """Return whether the answer at a threshold is right, None where there is none."""
        return self.right if self.confidence >= threshold else self.right_above


def count_needed(rate: float) -> int:
    """Return how many questions are needed for a rate, even if no answer is wrong: 1 / (n + 1) <= rate."""
    return ceil(1 / _exactly(rate)) - 1


def count_allowed(questions: int, rate: float) -> int:
    """Return how many wrong answers the formula allows of n questions; below 0 where they are too few.

    n / (n + 1) * wrong / n + 1 / (n + 1) <= rate is wrong <= rate * (n + 1) - 1.
    """
    return floor(_exactly(rate) * (questions + 1)) - 1


def count_wrong(trials: Sequence[Trial], threshold: float) -> int:
    """Return how many questions get a wrong answer at a threshold."""
    return sum(trial.answer_at(threshold) is False for trial in trials)


def find_smallest_threshold(trials: Sequence[Trial], allowed: int) -> float | None:
    """Return the smallest threshold from which on no more answers are wrong than allowed.

    None where there is none, or at which nothing would be answered.
    """
    found = None
    for step in range(STEPS, -1, -1):
        threshold = step / STEPS
        if count_wrong(trials, threshold) > allowed:
            break
        found = threshold
    return found if found is not None and any(t.answer_at(found) is not None for t in trials) else None


def _exactly(rate: float) -> Fraction:
    """Return a rate as it is written: .1 is a tenth, not the nearest sum of powers of two."""
    return Fraction(repr(float(rate)))
