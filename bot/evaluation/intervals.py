"""Draws of questions, and what they say: intervals, and how likely chance alone makes a difference.

A draw is a row of weights, how often each question is in it, so that every measure is computed for many at once.
Random numbers come from a seed: the same outcomes give the same intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

CHUNK = 500
"""Draws at once: with 1,000 questions their weights take 4 MB."""
CERTAINTY = 0.95


def resampled(questions: int, draws: int, seed: int) -> Iterator[Numbers]:
    """Yield chunks of bootstrap draws: as many questions as there are, with replacement."""
    chance = np.random.default_rng(seed)
    for count in _chunks(draws):
        drawn = chance.integers(questions, size=(count, questions)) + questions * np.arange(count)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=count * questions)
        yield weights.reshape(count, questions).astype(np.float64)


def swapped(questions: int, draws: int, seed: int) -> Iterator[Numbers]:
    """Yield chunks of draws in which each question's two outcomes are swapped (1) or not (0), by chance.

    Where there are no more than `draws` ways of swapping, each of them comes once.
    """
    if exhaustive(questions, draws):
        yield (np.arange(2**questions)[:, None] >> np.arange(questions) & 1).astype(np.float64)
        return
    chance = np.random.default_rng(seed)
    for count in _chunks(draws):
        yield chance.integers(2, size=(count, questions)).astype(np.float64)


def exhaustive(questions: int, draws: int) -> bool:
    """Say whether `swapped` goes through every way of swapping."""
    return questions < 63 and 2**questions <= draws


def bounds(values: Numbers) -> tuple[float, float]:
    """Return what the middle 95 % of drawn values lie between; draws without a value are left out."""
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, [(1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2]) if known.size else (np.nan, np.nan)
    return float(low), float(high)


def holm(chances: Sequence[float]) -> list[float]:
    """Adjust the p-values of several tests, so that any false alarm among them is as rare as in one (Holm 1979)."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    adjusted, least = [1.0] * len(chances), 0.0
    for place, at in enumerate(order):
        least = max(least, min(1.0, (len(chances) - place) * chances[at]))
        adjusted[at] = least
    return adjusted


def _chunks(draws: int) -> Iterator[int]:
    for start in range(0, draws, CHUNK):
        yield min(CHUNK, draws - start)
