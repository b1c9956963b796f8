"""Draws of questions, and what they say: intervals, and how likely chance alone makes a difference.

A draw is a column of weights, how often each question is in it, so that every measure is computed for many at once.
Random numbers come from a seed: the same outcomes give the same intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

DRAWS_AT_ONCE = 250
"""Draws at once: with 1,000 questions their weights take 2 MB, which stays in a processor's cache."""
CONFIDENCE_LEVEL = 0.95
ROUNDING = 1e-12
"""Sums in another order differ by less; differences that people can see are larger."""


def draw_resamples(questions: int, draws: int, seed: int) -> Iterator[Numbers]:
    """Yield chunks of bootstrap draws, of shape (questions, draws): as many as there are, with replacement."""
    chance = np.random.default_rng(seed)
    for count in _split_draws(draws):
        drawn = count * chance.integers(questions, size=(questions, count)) + np.arange(count)
        weights = np.bincount(drawn.ravel(), minlength=questions * count)
        yield weights.reshape(questions, count).astype(np.float64)


def draw_swaps(questions: int, draws: int, seed: int) -> Iterator[Numbers]:
    """Yield chunks of draws in which each question's two outcomes are swapped (1) or not (0), by a fair coin.

    Where there are fewer than `draws` ways of swapping, each of them comes once.
    """
    if is_exhaustive(questions, draws):
        yield (np.arange(2**questions) >> np.arange(questions)[:, None] & 1).astype(np.float64)
        return
    chance = np.random.default_rng(seed)
    for count in _split_draws(draws):
        yield chance.integers(2, size=(questions, count)).astype(np.float64)


def is_exhaustive(questions: int, draws: int) -> bool:
    """Say whether there are fewer ways of swapping than draws."""
    return bool(2**questions < draws)


def compute_bounds(values: Numbers) -> tuple[float, float]:
    """Return what the middle 95 % of drawn values lie between; draws without a value are left out."""
    known = values[np.isfinite(values)]
    low, high = (
        np.quantile(known, [(1 - CONFIDENCE_LEVEL) / 2, (1 + CONFIDENCE_LEVEL) / 2]) if known.size else (np.nan, np.nan)
    )
    return float(low), float(high)


def compute_p_value(observed: float, drawn: Numbers, *, sampled: bool) -> float:
    """Return how often swapping makes a difference as large as the observed one, in either direction.

    Of sampled draws, the observed one is counted as one more, so that no p-value is 0 (Davison and Hinkley 1997). A
    draw without a value counts as large.
    """
    as_large = int((~(np.abs(drawn) < abs(observed) - ROUNDING)).sum())
    return (as_large + sampled) / (len(drawn) + sampled)


def adjust_p_values(chances: Sequence[float]) -> list[float]:
    """Adjust the p-values of several tests, so that any false alarm among them is as rare as in one (Holm 1979)."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    adjusted, least = [1.0] * len(chances), 0.0
    for place, at in enumerate(order):
        least = max(least, min(1.0, (len(chances) - place) * chances[at]))
        adjusted[at] = least
    return adjusted


def _split_draws(draws: int) -> Iterator[int]:
    for start in range(0, draws, DRAWS_AT_ONCE):
        yield min(DRAWS_AT_ONCE, draws - start)
