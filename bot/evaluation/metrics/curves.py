"""What the plots of confidence show: how far it can be trusted, and what refusing below a threshold costs. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics.weighted_statistics import BINS, assign_bins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.evaluation.results import Outcome


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The questions with a confidence from `low` (inclusive) to `high`: how many, their mean, and the answerable share.

    The last bin includes 1.
    """

    low: float
    high: float
    count: int
    confidence: float
    answerable: float


@dataclass(frozen=True, slots=True)
class TradeoffPoint:
    """What refusing every question with a confidence below `threshold` would do, as shares of either kind."""

    threshold: float
    refused_answerable: float
    answered_unanswerable: float


def compute_reliability(outcomes: Sequence[Outcome], bins: int = BINS) -> tuple[ConfidenceBin, ...]:
    """Return the reliability diagram: bins of equal width in order, without those that are empty."""
    confidence, answerable = _collect_confidence(outcomes)
    places = assign_bins(confidence, bins)
    return tuple(
        ConfidenceBin(
            at / bins, (at + 1) / bins, int(held.sum()), float(confidence[held].mean()), float(answerable[held].mean())
        )
        for at in range(bins)
        if (held := places == at).any()
    )


def compute_tradeoff(outcomes: Sequence[Outcome]) -> tuple[TradeoffPoint, ...]:
    """Return one point for each threshold that changes anything, from refusing nothing to refusing everything.

    Empty where one of the two kinds of question is missing. Refusals that have other reasons than confidence are
    treated as if they had none.
    """
    confidence, answerable = _collect_confidence(outcomes)
    positive, negative = np.sort(confidence[answerable == 1]), np.sort(confidence[answerable == 0])
    if not (positive.size and negative.size):
        return ()
    distinct = np.unique(confidence)
    thresholds = [0.0, *(float(each) for each in distinct[1:]), math.nextafter(float(distinct[-1]), math.inf)]
    return tuple(
        TradeoffPoint(
            threshold,
            float(np.searchsorted(positive, threshold) / positive.size),
            float(1 - np.searchsorted(negative, threshold) / negative.size),
        )
        for threshold in thresholds
    )


def _collect_confidence(outcomes: Sequence[Outcome]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return confidence and answerable (1 or 0) of the questions that were asked and of which it is known."""
    known = [
        (outcome.answer.confidence, outcome.gold.answerable)
        for outcome in outcomes
        if outcome.answer is not None and outcome.gold.answerable is not None
    ]
    pairs = np.array(known, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
