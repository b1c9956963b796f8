"""Measures of a table under weights: how often each question is drawn. What draws them is left to `intervals`. Pure.

`weights` has the shape (draws, questions); each statistic returns one value a draw, NaN where it is not defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.evaluation.table import Table

    Numbers = NDArray[np.float64]

BINS = 10
"""Bins of confidence, of equal width."""


class Statistic(Protocol):
    """A measure of some table."""

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which questions count for it, of shape (questions,)."""

    def __call__(self, weights: Numbers) -> Numbers:
        """Return its value under each draw."""


def statistics(table: Table) -> dict[str, Statistic]:
    """Return the measures that the table has numbers for, by name."""
    found: dict[str, Statistic] = {name: Share(column) for name, column in table.shares.items()}
    if not (table.answerable == 0).any():
        # Where every question is answerable no refusal can be right, which says nothing of the refusals.
        found.pop("refusal-precision", None)
        found.pop("refusal-f1", None)
    judged = np.isfinite(table.confidence) & np.isfinite(table.answerable)
    found["confidence-auc"] = Area(table.confidence, table.answerable, judged)
    found["calibration-error"] = Calibration(table.confidence, table.answerable, judged)
    for step, seconds in table.seconds.items():
        suffix = "" if step == "answer" else f":{step}"
        found[f"seconds-p50{suffix}"] = Quantile(seconds, 0.5)
        found[f"seconds-p95{suffix}"] = Quantile(seconds, 0.95)
    return found


def bin_of(confidence: Numbers, bins: int = BINS) -> NDArray[np.intp]:
    """Return the bin of each confidence, from 0; each holds its lower bound, the last holds 1 as well."""
    return np.clip((confidence * bins).astype(np.intp), 0, bins - 1)


class Share:
    """The sum of parts over the sum of wholes."""

    def __init__(self, column: Numbers) -> None:
        self.counted = np.isfinite(column[:, 1])
        self._parts, self._wholes = np.where(self.counted, column.T, 0.0)

    def __call__(self, weights: Numbers) -> Numbers:
        """Return its value under each draw."""
        return _divided(weights @ self._parts, weights @ self._wholes)


@dataclass(frozen=True, slots=True)
class Area:
    """How often an answerable question has more confidence than another one; ties count half.

    The rank sum statistic of Mann and Whitney (1947), divided by the number of pairs.
    """

    confidence: Numbers
    answerable: Numbers
    counted: NDArray[np.bool_]

    def __call__(self, weights: Numbers) -> Numbers:
        """Return its value under each draw."""
        order = np.flatnonzero(self.counted)[np.argsort(self.confidence[self.counted], kind="stable")]
        if not order.size:
            return np.full(len(weights), np.nan)
        starts = np.flatnonzero(np.diff(self.confidence[order], prepend=-np.inf))
        drawn = weights[:, order]
        positive = np.add.reduceat(drawn * self.answerable[order], starts, axis=1)
        negative = np.add.reduceat(drawn, starts, axis=1) - positive
        below = np.cumsum(negative, axis=1) - negative / 2
        return _divided((positive * below).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error: how far confidence is from the share that is answerable, a bin, on average.

    Naeini, Cooper and Hauskrecht (2015); Guo et al. (2017).
    """

    confidence: Numbers
    answerable: Numbers
    counted: NDArray[np.bool_]

    def __call__(self, weights: Numbers) -> Numbers:
        """Return its value under each draw."""
        gap = np.where(self.counted, self.confidence - self.answerable, 0.0)
        bins = bin_of(np.where(self.counted, self.confidence, 0.0))
        apart = np.zeros((len(gap), BINS))
        apart[np.arange(len(gap)), bins] = gap
        return _divided(np.abs(weights @ apart).sum(axis=1), weights @ self.counted.astype(np.float64))


class Quantile:
    """A quantile, interpolated linearly between the two values that it lies between, as NumPy does."""

    def __init__(self, values: Numbers, share: float) -> None:
        self.counted = np.isfinite(values)
        self._order = np.flatnonzero(self.counted)[np.argsort(values[self.counted], kind="stable")]
        self._values, self._share = values[self._order], share

    def __call__(self, weights: Numbers) -> Numbers:
        """Return its value under each draw."""
        if not self._order.size:
            return np.full(len(weights), np.nan)
        drawn = np.cumsum(weights[:, self._order], axis=1)
        place = np.maximum(drawn[:, -1] - 1, 0) * self._share
        below, above = self._at(drawn, np.floor(place)), self._at(drawn, np.ceil(place))
        values = below + (above - below) * (place - np.floor(place))
        return np.asarray(np.where(drawn[:, -1] > 0, values, np.nan))

    def _at(self, drawn: Numbers, place: Numbers) -> Numbers:
        """Return the drawn value at a place, from 0."""
        found = (drawn <= place[:, None]).sum(axis=1)
        return np.asarray(self._values[np.minimum(found, len(self._values) - 1)])


def _divided(part: Numbers, whole: Numbers) -> Numbers:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole != 0))
