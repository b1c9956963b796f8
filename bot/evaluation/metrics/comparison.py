"""Is a run better than another one? Paired differences, their intervals, tests, and a verdict on each measure. Pure.

docs/measures.md describes intervals, tests and verdicts; which questions are compared is left to `pairing`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics.intervals import (
    ROUNDING,
    adjust_p_values,
    compute_bounds,
    compute_p_value,
    draw_resamples,
    draw_swaps,
    is_exhaustive,
)
from bot.evaluation.metrics.measures import get_measure, order_names
from bot.evaluation.metrics.outcome_table import build_table
from bot.evaluation.metrics.pairing import Pair, SettingChange, list_changes, pair_runs
from bot.evaluation.metrics.weighted_statistics import Statistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bot.evaluation.results import Golden, Run

    Numbers = NDArray[np.float64]

BETTER, WORSE, SAME = "better", "worse", "no difference shown"
SIGNIFICANCE = 0.05
LOAD_FACTOR = 1.5
"""How many times longer or shorter seconds must be to get a verdict: on a busy machine, runs of the same program
differed by up to 1.4 for all questions alike, which no test of questions can distinguish from a slower program."""
SLOW_DRAWS = 2_000
"""Draws for intervals, and for the tests of measures that are slow to compute: the area, calibration, and seconds."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in two runs, over the questions that both were asked.

    `name` is the measure's. `difference` is after - before, `low` and `high` bound its 95 % bootstrap interval, `p` is
    how often chance alone makes one as large, `adjusted` the same with regard to how many measures are compared.
    `count` are the questions that count for the measure in either run. `verdict` is "better", "worse" or "no difference
    shown".
    """

    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    verdict: str
    count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against a former one.

    `fixed` and `broken` are the questions that failed before and pass now, and the other way round. `changed` were
    rewritten in between. `settings` is what tells the runs apart, the archive and the program included.
    """

    pairs: tuple[Pair, ...]
    differences: tuple[Difference, ...]
    fixed: tuple[Pair, ...]
    broken: tuple[Pair, ...]
    only_before: tuple[Golden, ...]
    only_after: tuple[Golden, ...]
    changed: tuple[Golden, ...]
    settings: tuple[SettingChange, ...]

    @property
    def better(self) -> tuple[Difference, ...]:
        """The measures that are better."""
        return tuple(each for each in self.differences if each.verdict == BETTER)

    @property
    def worse(self) -> tuple[Difference, ...]:
        """The measures that are worse."""
        return tuple(each for each in self.differences if each.verdict == WORSE)


def compare(before: Run, after: Run, *, draws: int = 10_000, seed: int = 0) -> Comparison:
    """Compare a run with a former one on the questions that both were asked; raise InputError where there are none."""
    questions = pair_runs(before, after)
    pairs = questions.pairs
    fixed = tuple(pair for pair in pairs if pair.before.passed is False and pair.after.passed)
    broken = tuple(pair for pair in pairs if pair.before.passed and pair.after.passed is False)
    return Comparison(
        pairs,
        _measure_differences(pairs, compute_mcnemar(len(fixed), len(broken)), draws, seed),
        fixed,
        broken,
        questions.only_before,
        questions.only_after,
        questions.changed,
        list_changes(before, after),
    )


def compute_mcnemar(fixed: int, broken: int) -> float:
    """Return the p-value of McNemar's test (1947) in its exact form: flips that go either way by a fair coin."""
    flips = fixed + broken
    tail = sum(math.comb(flips, k) for k in range(min(fixed, broken) + 1))
    return min(1.0, float(2 * tail / 2**flips))


def _measure_differences(pairs: Sequence[Pair], passed: float, draws: int, seed: int) -> tuple[Difference, ...]:
    """Measure a table whose first half is the former run and whose second half the other, drawing rows by weights."""
    table = build_table([*(pair.before for pair in pairs), *(pair.after for pair in pairs)])
    statistics = Statistics(table, tails=False)
    once = np.ones((len(pairs), 1))
    before, after = (statistics(weights) for weights in _stack_weights(once, 0 * once))
    values = {
        name: (float(before[name][0]), float(after[name][0]))
        for name in order_names(before)
        if math.isfinite(before[name][0]) and math.isfinite(after[name][0])
    }
    resamples = _resample_differences(statistics, len(pairs), min(draws, SLOW_DRAWS), seed)
    swaps = _swap_differences(statistics, len(pairs), draws, seed)
    chances = {
        name: passed
        if name == "passed"
        else compute_p_value(now - was, swaps[name], sampled=not is_exhaustive(len(pairs), draws))
        for name, (was, now) in values.items()
    }
    # A measure that no swap changes has p = 1 whatever the runs: it adds no chance of a false alarm (Tarone 1990).
    moved = [name for name in chances if not (np.abs(swaps[name]) <= ROUNDING).all()]
    adjusted = dict.fromkeys(chances, 1.0) | dict(
        zip(moved, adjust_p_values([chances[name] for name in moved]), strict=True)
    )
    counts = {name: int(rows.reshape(2, -1).any(axis=0).sum()) for name, rows in statistics.find_counted().items()}
    return tuple(
        _assign_verdict(
            Difference(
                name,
                was,
                now,
                now - was,
                *compute_bounds(resamples[name]),
                chances[name],
                adjusted[name],
                SAME,
                counts[name],
            )
        )
        for name, (was, now) in values.items()
    )


def _assign_verdict(difference: Difference) -> Difference:
    """Give a difference its verdict, and an interval that contains it."""
    low, high = min(difference.low, difference.difference), max(difference.high, difference.difference)
    verdict = SAME
    if difference.adjusted < SIGNIFICANCE and (low > 0 or high < 0) and not _may_be_load(difference):
        verdict = BETTER if (difference.difference > 0) == get_measure(difference.name).higher else WORSE
    return replace(difference, low=low, high=high, verdict=verdict)


def _may_be_load(difference: Difference) -> bool:
    """Say whether seconds differ by no more than what else the machine did may explain."""
    if get_measure(difference.name).unit != "seconds":
        return False
    less, more = sorted((difference.before, difference.after))
    return more < LOAD_FACTOR * less


def _resample_differences(statistics: Statistics, questions: int, draws: int, seed: int) -> dict[str, Numbers]:
    """Return the differences of each measure when questions are drawn."""
    sides = (_stack_weights(drawn, 0 * drawn) for drawn in draw_resamples(questions, draws, seed))
    return _join([_subtract(statistics(was), statistics(now)) for was, now in sides])


def _swap_differences(statistics: Statistics, questions: int, draws: int, seed: int) -> dict[str, Numbers]:
    """Return the differences of each measure when outcomes are swapped, of slow ones for fewer draws."""
    chunks: list[dict[str, Numbers]] = []
    left = draws if is_exhaustive(questions, draws) else SLOW_DRAWS
    for drawn in draw_swaps(questions, draws, seed):
        was, now = _stack_weights(1 - drawn, drawn)
        chunks.append(_subtract(statistics.compute_shares(was), statistics.compute_shares(now)))
        if left > 0:
            chunks.append(_subtract(statistics.compute_others(was), statistics.compute_others(now)))
        left -= drawn.shape[1]
    return _join(chunks)


def _subtract(was: Mapping[str, Numbers], now: Mapping[str, Numbers]) -> dict[str, Numbers]:
    return {name: now[name] - was[name] for name in now}


def _join(chunks: Sequence[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    names = dict.fromkeys(name for chunk in chunks for name in chunk)
    return {name: np.concatenate([chunk[name] for chunk in chunks if name in chunk]) for name in names}


def _stack_weights(own: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Return the weights of the former and of the later run: of a run's own outcomes, and of the other run's."""
    return np.vstack([own, other]), np.vstack([other, own])
