"""How numbers, dates and verdicts read in a report. Pure."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.evaluation.metrics.measures import Measure

SPACE = "\N{NO-BREAK SPACE}"
"""Between a number and its unit."""


def format_seconds(value: float) -> str:
    """Write a time with two digits that matter: 0.8 ms, 48 ms, 1.3 s, 210 s."""
    for limit, factor, unit in ((0.0001, 1e6, "µs"), (0.9995, 1e3, "ms")):
        if value < limit:
            return f"{_round_to_two_digits(value * factor)}{SPACE}{unit}"
    return f"{_round_to_two_digits(value)}{SPACE}s"


def format_share(value: float) -> str:
    """Write a share in percent, with one decimal: 93.3 %, 100 %."""
    return f"{_trim_zeros(value * 100, 1)}{SPACE}%"


def format_value(measure: Measure, value: float) -> str:
    """Write a measure's value in its unit: 93.3 %, 0.94 or 48 ms."""
    if math.isnan(value):
        return "–"
    return _UNITS[measure.unit](value)


def format_interval(measure: Measure, low: float, high: float) -> str:
    """Write an interval in a measure's unit: 88.1–97.2 %; "" where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    first, second = format_value(measure, low), format_value(measure, high)
    _, space, unit = second.rpartition(SPACE)
    return f"{first.removesuffix(space + unit) if space else first}–{second}"


def format_difference(measure: Measure, value: float) -> str:
    """Write a difference with its sign, of shares in percentage points; 0 has neither."""
    if math.isnan(value):
        return "–"
    if not value:
        return "0"
    size = f"{abs(value):.3f}" if measure.unit == "score" else format_value(measure, abs(value)).replace("%", "pp")
    return f"{'+' if value > 0 else '−'}{size}"


def format_time(at: str) -> str:
    """Write a moment as a person would: 22 November 2026, 01:12 UTC; what is no date, as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def format_p_value(value: float) -> str:
    """Write a p value: three decimals, and never 0."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def format_score(value: float) -> str:
    """Write a score from 0 to 1 with two decimals."""
    return f"{value:.2f}"


def _round_to_two_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _trim_zeros(value: float, places: int) -> str:
    return f"{value:.{places}f}".removesuffix(f".{'0' * places}")


_UNITS: Mapping[str, Callable[[float], str]] = {"share": format_share, "score": format_score, "seconds": format_seconds}
