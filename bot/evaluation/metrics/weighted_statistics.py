"""Measures of a table under weights: how often each question is drawn. Drawing is left to `intervals`. Pure.

`weights` has the shape (questions, draws), so that questions are put in order by moving whole rows; each measure is one
value a draw, NaN where it is not defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bot.evaluation.metrics.outcome_table import OutcomeTable

    Numbers = NDArray[np.float64]
    Truths = NDArray[np.bool_]

BINS = 10
"""Bins of confidence, of equal width."""
QUANTILES = ("p50", "p95")


@dataclass(frozen=True, slots=True)
class Statistics:
    """The measures of one table; `tails` says whether they include the 95 % quantiles of seconds."""

    table: OutcomeTable
    tails: bool = True

    def __call__(self, weights: Numbers) -> dict[str, Numbers]:
        """Return each measure by name, of shape (draws,)."""
        return {**self.compute_shares(weights), **self.compute_others(weights)}

    def compute_shares(self, weights: Numbers) -> dict[str, Numbers]:
        """Return those that are sums over sums: one product of matrices for all."""
        return compute_shares({name: self.table.shares[name] for name in self._shares}, weights)

    def compute_others(self, weights: Numbers) -> dict[str, Numbers]:
        """Return those that need the questions in order, which takes ten times as long."""
        judged = self._judged
        confidence, answerable = self.table.confidence[judged], self.table.answerable[judged]
        return {
            "confidence-auc": compute_auc(confidence, answerable, weights[judged]),
            "calibration-error": compute_calibration_error(confidence, answerable, weights[judged]),
            **dict(self._compute_seconds(weights)),
        }

    def find_counted(self) -> dict[str, Truths]:
        """Return which questions count for each measure, of shape (questions,)."""
        return {
            **{name: np.isfinite(self.table.shares[name][:, 1]) for name in self._shares},
            "confidence-auc": self._judged,
            "calibration-error": self._judged,
            **{
                f"seconds-{quantile}{_name_step(step)}": np.isfinite(seconds)
                for step, seconds in self.table.seconds.items()
                for quantile in QUANTILES[: 1 + self.tails]
            },
        }

    @property
    def _judged(self) -> Truths:
        return np.isfinite(self.table.confidence) & np.isfinite(self.table.answerable)

    @property
    def _shares(self) -> list[str]:
        """The shares that say something: where every question is answerable, no refusal can be right."""
        unanswerable = bool((self.table.answerable == 0).any())
        return [name for name in self.table.shares if unanswerable or name not in {"refusal-precision", "refusal-f1"}]

    def _compute_seconds(self, weights: Numbers) -> Iterator[tuple[str, Numbers]]:
        for step, seconds in self.table.seconds.items():
            timed = np.isfinite(seconds)
            wanted = QUANTILES[: 1 + self.tails]
            found = compute_quantiles(seconds[timed], [int(each[1:]) / 100 for each in wanted], weights[timed])
            yield from zip((f"seconds-{each}{_name_step(step)}" for each in wanted), found, strict=True)


def compute_shares(columns: dict[str, Numbers], weights: Numbers) -> dict[str, Numbers]:
    """Return the sum of parts over the sum of wholes, of each of the columns of shape (questions, 2)."""
    if not columns:
        return {}
    sums = _sum_columns(np.nan_to_num(np.hstack(list(columns.values()))), weights)
    return dict(zip(columns, _divide(sums[0::2], sums[1::2]), strict=True))


def compute_auc(confidence: Numbers, answerable: Numbers, weights: Numbers) -> Numbers:
    """Return how often an answerable question has more confidence than another one; ties count half.

    The rank sum statistic of Mann and Whitney (1947), divided by the number of pairs; the same as scikit-learn's
    `roc_auc_score`, which takes a hundred times as long, as it knows one draw at a time.
    """
    if not confidence.size:
        return np.full(weights.shape[1], np.nan)
    order = np.argsort(confidence, kind="stable")
    starts = np.flatnonzero(np.diff(confidence[order], prepend=-np.inf))
    drawn = weights[order]
    positive = np.add.reduceat(drawn * answerable[order][:, None], starts, axis=0)
    negative = np.add.reduceat(drawn, starts, axis=0) - positive
    below = np.cumsum(negative, axis=0) - negative / 2
    return _divide((positive * below).sum(axis=0), positive.sum(axis=0) * negative.sum(axis=0))


def compute_calibration_error(confidence: Numbers, answerable: Numbers, weights: Numbers) -> Numbers:
    """Return the expected calibration error: the mean, over bins, of the gap between confidence and answerable share.

    Naeini, Cooper and Hauskrecht (2015); Guo et al. (2017).
    """
    gaps = np.zeros((len(confidence), BINS))
    gaps[np.arange(len(confidence)), assign_bins(confidence)] = confidence - answerable
    return _divide(np.abs(_sum_columns(gaps, weights)).sum(axis=0), weights.sum(axis=0))


def compute_quantiles(values: Numbers, wanted: Sequence[float], weights: Numbers) -> list[Numbers]:
    """Return quantiles, interpolated linearly between the two values that they lie between, as NumPy does."""
    if not values.size:
        return [np.full(weights.shape[1], np.nan) for _ in wanted]
    order = np.argsort(values, kind="stable")
    drawn, ascending = np.cumsum(weights[order], axis=0), values[order]
    count = drawn[-1]

    def at(place: Numbers) -> Numbers:
        return np.asarray(ascending[np.minimum((drawn <= place).sum(axis=0), len(ascending) - 1)])

    def quantile(share: float) -> Numbers:
        place = np.maximum(count - 1, 0) * share
        below, above = at(np.floor(place)), at(np.ceil(place))
        return np.asarray(np.where(count > 0, below + (above - below) * (place - np.floor(place)), np.nan))

    return [quantile(share) for share in wanted]


def assign_bins(confidence: Numbers, bins: int = BINS) -> NDArray[np.intp]:
    """Return the bin of each confidence, from 0; each holds its lower bound, the last holds 1 as well."""
    return np.clip((confidence * bins).astype(np.intp), 0, bins - 1)


def _name_step(step: str) -> str:
    return "" if step == "answer" else f":{step}"


def _sum_columns(columns: Numbers, weights: Numbers) -> Numbers:
    """Return the weighted sums of columns of shape (questions, m), of shape (m, draws)."""
    # Not `columns.T @ weights`, whose threads wait for one another: 1,000 pairs, 250 draws and 54 columns took them
    # 100 ms on two busy cores, and this 20 ms.
    return np.asarray(np.einsum("qm,qd->md", columns, weights))


def _divide(part: Numbers, whole: Numbers) -> Numbers:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0))
