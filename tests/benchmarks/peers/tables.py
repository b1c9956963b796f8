"""Results -> tables in Markdown: quality, comparisons, speed and size, answers. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.evaluation.metrics.measures import get_measure
from tests.benchmarks import report
from tests.benchmarks.peers.systems import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.evaluation.metrics.comparison import Difference
    from bot.evaluation.metrics.measures import Figure
    from bot.evaluation.metrics.thresholds import Threshold
    from tests.benchmarks.peers.measuring import Measured
    from tests.benchmarks.peers.scoring import Scored

BASELINE = "tutorial"


def render_quality(systems: Sequence[Scored]) -> str:
    """Return the measures of retrieval of each system, with their intervals."""
    names = dict.fromkeys(figure.measure for each in systems for figure in each.figures)
    columns = [{figure.measure: _interval(figure) for figure in each.figures} for each in systems]
    rows = [[name, *(column.get(name, "") for column in columns)] for name in names]
    return report.render_table([["retrieval", *_titles(each.measured for each in systems)], *rows])


def render_comparisons(found: Mapping[str, Sequence[Difference]]) -> str:
    """Return, for each peer, whether our retrieval is better, and by how much."""
    names = dict.fromkeys(each.name for differences in found.values() for each in differences)
    cells = {(peer, each.name): _difference(each) for peer, differences in found.items() for each in differences}
    rows = [[name, *(cells.get((peer, name), "") for peer in found)] for name in names]
    return report.render_table([["Clippings compared with", *(TITLES[peer] for peer in found)], *rows])


def render_speed(systems: Sequence[Measured]) -> str:
    """Return time, memory and disk of each system, with its ratio to the tutorial's in the same run."""
    baseline = next((each for each in systems if each.system == BASELINE), None)
    rows = [[name, *(_cell(each, baseline, unit, value) for each in systems)] for name, unit, value in ROWS]
    return report.render_table([["speed and size", *_titles(systems)], *rows])


def render_answers(figures: Sequence[Figure], bars: Sequence[Threshold]) -> str:
    """Return what Clippings' answers are worth."""
    limits = {bar.measure: bar for bar in bars}
    rows = [
        [each.measure, _interval(each, get_measure(each.measure).unit), str(each.count), *_verdict(each, limits)]
        for each in figures
    ]
    return report.render_table([["Clippings' answers", "value (95 % interval)", "questions", "bar", ""], *rows])


ROWS: Sequence[tuple[str, str, Callable[[Measured], float]]] = (
    ("passages", "", lambda each: each.passages),
    ("ingest, whole process", "s", lambda each: each.ingest_seconds),
    ("  its processor time", "s", lambda each: each.ingest_processor),
    ("  start-up, one sentence", "s", lambda each: each.start_seconds),
    ("passages a second", "/s", lambda each: each.passage_rate),
    ("characters a second", "/s", lambda each: each.character_rate),
    ("  the same, net of start-up", "/s", lambda each: each.net_character_rate),
    ("memory of ingest at most", "MB", lambda each: each.ingest_megabytes),
    ("index on disk", "MB", lambda each: each.disk_megabytes),
    ("first ranking of a new process", "s", lambda each: each.cold_seconds),
    ("a warm search, median", "ms", lambda each: 1_000 * each.quantile(0.5)),
    ("  95 % within", "ms", lambda each: 1_000 * each.quantile(0.95)),
    ("memory of searching at most", "MB", lambda each: each.searching_megabytes),
)


def number(value: float) -> str:
    """Write a number with three digits that mean something."""
    if math.isnan(value):
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _cell(each: Measured, baseline: Measured | None, unit: str, value: Callable[[Measured], float]) -> str:
    shown = f"{number(value(each))} {unit}".strip()
    if baseline is None or baseline is each or not unit:
        return shown
    return f"{shown} ({number(value(each) / value(baseline))} x)"


def _interval(figure: Figure, unit: str = "score") -> str:
    if unit == "seconds":
        value, low, high = (f"{1_000 * each:.0f}" for each in (figure.value, figure.low, figure.high))
        return f"{value} ms ({low} to {high})"
    return f"{_score(figure.value)} ({_score(figure.low)} to {_score(figure.high)})"


def _difference(each: Difference) -> str:
    return f"{each.verdict} ({each.difference:+.3f}, {each.low:+.3f} to {each.high:+.3f})"


def _score(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)


def _verdict(figure: Figure, limits: Mapping[str, Threshold]) -> list[str]:
    bar = limits.get(figure.measure)
    return [str(bar), "met" if bar.is_met_by(figure.value) else "MISSED"] if bar else ["", ""]


def _titles(systems: Iterable[Measured]) -> list[str]:
    return [TITLES[each.system] for each in systems]
