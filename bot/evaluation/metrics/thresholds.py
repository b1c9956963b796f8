"""Thresholds that a run must meet, as they are written on the command line: measure=value. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.evaluation.metrics.measures import MEASURES, get_measure
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluation.metrics.measures import Figure

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a measure has to reach, or, where less is better, must not exceed."""

    measure: str
    limit: float

    @property
    def higher(self) -> bool:
        """Whether the threshold is a lower limit."""
        return get_measure(self.measure).higher

    def is_met_by(self, value: float) -> bool:
        """Say whether a value is on the right side; NaN is not."""
        return value >= self.limit - ROUNDING if self.higher else value <= self.limit + ROUNDING

    def __str__(self) -> str:
        return f"{self.measure} {'>=' if self.higher else '<='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class MissedThreshold:
    """A threshold that was not met, and the value that missed it; None where it could not be measured."""

    threshold: Threshold
    value: float | None

    def __str__(self) -> str:
        name, limit = self.threshold.measure, f"{self.threshold.limit:g}"
        if self.value is None:
            return f"{name} could not be measured on these questions; its threshold is {limit}"
        side = "below" if self.threshold.higher else "above"
        return f"{name} is {_format_value(self.value, self.threshold)}, {side} its threshold of {limit}"


def parse_thresholds(texts: Sequence[str]) -> tuple[Threshold, ...]:
    """Parse thresholds written as measure=value; raise InputError for one that can't be used, naming what can."""
    found = tuple(_parse_threshold(text) for text in texts)
    for threshold in found:
        if sum(other.measure == threshold.measure for other in found) > 1:
            raise InputError(f"{threshold.measure} has more than one threshold: keep one.")
    return found


def find_missed(figures: Sequence[Figure], thresholds: Sequence[Threshold]) -> tuple[MissedThreshold, ...]:
    """Return the thresholds that these figures miss, in order; what could not be measured misses its own."""
    values = {figure.measure: figure.value for figure in figures}
    return tuple(
        MissedThreshold(threshold, values.get(threshold.measure))
        for threshold in thresholds
        if not threshold.is_met_by(values.get(threshold.measure, math.nan))
    )


def _parse_threshold(text: str) -> Threshold:
    name, equals, written = (part.strip() for part in text.rpartition("="))
    if not (equals and name and written):
        raise InputError(f'"{text}" is not a threshold: write measure=value, such as hit@5=0.9.')
    try:
        known = get_measure(name)
    except KeyError:
        raise InputError(f'"{name}" is not a measure: {_guess(name)}') from None
    try:
        limit = float(written)
    except ValueError:
        limit = math.nan
    top = math.inf if known.unit == "seconds" else 1
    if not (0 <= limit <= top and math.isfinite(limit)):
        wanted = "a number of seconds" if known.unit == "seconds" else "a number from 0 to 1"
        raise InputError(f'"{text}": "{written}" can\'t be a threshold for {name}; it takes {wanted}.')
    return Threshold(name, limit)


def _guess(name: str) -> str:
    close = get_close_matches(name.lower(), MEASURES, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(MEASURES)}."


def _format_value(value: float, threshold: Threshold) -> str:
    """Return a value with three decimals, or as many as it takes to tell it from its threshold."""
    return next((text for digits in range(3, 9) if float(text := f"{value:.{digits}f}") != threshold.limit), f"{value}")
