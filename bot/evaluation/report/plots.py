"""The plots of a report: what the search finds, how far to trust confidence, what refusing costs, how long it takes.

Each returns a `Plot`, with the same said in words, or None where nothing was measured. What the numbers mean is for
`measures`; how a figure becomes part of a page for `svg`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluation.report.number_format import SPACE, format_share
from bot.evaluation.report.number_format import format_seconds as timed
from bot.evaluation.report.svg import ACCENT, INK, LINE, MUTED, PAPER, SECOND, render_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Drawing

    from bot.evaluation.metrics.curves import ConfidenceBin, TradeoffPoint
    from bot.evaluation.metrics.measures import Figure
    from bot.evaluation.results import Outcome

SIZE = (5.0, 3.1)
"""Inches of 72 points; on a phone a point is somewhat less than a CSS pixel."""
CUTOFFS = (1, 3, 5, 10)
SHOWN_STEPS = 5
"""Steps that the plot of times shows, those that take longest; more lines could not be distinguished."""

_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.5), (6, 2, 1.5, 2), (3, 1.5))


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with its title, and what to make of it in one sentence."""

    title: str
    caption: str
    svg: Markup


def plot_hits(figures: Mapping[str, Figure]) -> Plot | None:
    """Draw how often the first k passages hold the evidence, and how often they are of the right article."""
    series = {
        "the passage": [(k, figures[f"hit@{k}"]) for k in CUTOFFS if f"hit@{k}" in figures],
        "the article": [(k, figures[f"article-hit@{k}"]) for k in CUTOFFS if f"article-hit@{k}" in figures],
    }
    if not any(series.values()):
        return None
    drawing, axes = _create_axes()
    styles = ((ACCENT, "o", ACCENT, ()), (SECOND, "s", PAPER, _DASHES[1]))
    for shift, (name, points), (colour, marker, face, dashes) in zip(
        (-0.06, 0.06), series.items(), styles, strict=True
    ):
        if not points:
            continue
        at = [CUTOFFS.index(k) + shift for k, _ in points]
        values = [figure.value for _, figure in points]
        below = [max(0.0, figure.value - figure.low) for _, figure in points]
        above = [max(0.0, figure.high - figure.value) for _, figure in points]
        axes.errorbar(at, values, yerr=[below, above], fmt="none", color=colour, elinewidth=1.2, capsize=3, alpha=0.6)
        (line,) = axes.plot(at, values, color=colour, marker=marker, mfc=face, ms=5.5, lw=1.6, label=name, zorder=3)
        if dashes:
            line.set_dashes(dashes)
    axes.set_xticks(range(len(CUTOFFS)), [str(k) for k in CUTOFFS])
    axes.set_xlim(-0.3, len(CUTOFFS) - 0.7)
    axes.set_xlabel("first k passages")
    _format_share_axis(axes)
    _add_legend(axes)
    said = "; ".join(
        f"{name} among the first {k}: {format_share(figure.value)}"
        for name, points in series.items()
        for k, figure in points
    )
    return Plot(
        "Found by the search",
        "How often the first k passages hold the evidence, and how often one is of the right article, with "
        "95\u00a0% intervals.",
        render_inline(drawing, "hits", f"Found by the search. {said}."),
    )


def plot_reliability(bins: Sequence[ConfidenceBin]) -> Plot | None:
    """Draw how often questions of a confidence have an answer: on the diagonal, confidence is a probability."""
    filled = [each for each in bins if each.count]
    if not filled:
        return None
    drawing, axes = _create_axes()
    axes.plot([0, 1], [0, 1], color=MUTED, lw=1, dashes=(4, 3))
    most = max(each.count for each in filled)
    widths = [each.high - each.low for each in filled]
    axes.bar(
        [each.low for each in filled],
        [0.22 * each.count / most for each in filled],
        widths,
        align="edge",
        color=LINE,
        edgecolor=PAPER,
        lw=1,
    )
    confidences, shares = [each.confidence for each in filled], [each.answerable for each in filled]
    sizes = [14 + 110 * each.count / most for each in filled]
    axes.plot(confidences, shares, color=ACCENT, lw=1, alpha=0.4)
    axes.scatter(confidences, shares, s=sizes, color=ACCENT, edgecolor=PAPER, lw=1, zorder=3)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("confidence")
    _format_as_percent(axes.xaxis)
    _format_share_axis(axes)
    said = "; ".join(
        f"{format_share(each.answerable)} of {each.count} at {format_share(each.confidence)}" for each in filled
    )
    return Plot(
        "Confidence",
        "Share of the questions with an answer in the articles, by confidence. On the dashed line, confidence is "
        "a probability; below it, it is too high. Size and bars: how many questions.",
        render_inline(drawing, "reliability", f"Share that has an answer, by confidence: {said}."),
    )


def plot_tradeoff(points: Sequence[TradeoffPoint], threshold: float | None = None) -> Plot | None:
    """Draw what a threshold of confidence would cost: answers withheld on one side, answers made up on the other.

    `threshold` is the one that the run was made with, where it is known.
    """
    if not points:
        return None
    ordered = sorted(points, key=lambda point: point.threshold)
    # The last point refuses everything, and so do all thresholds above it.
    thresholds = [*(point.threshold for point in ordered), 1.0]
    refused = [point.refused_answerable for point in (*ordered, ordered[-1])]
    answered = [point.answered_unanswerable for point in (*ordered, ordered[-1])]
    drawing, axes = _create_axes()
    axes.step(thresholds, refused, where="post", color=ACCENT, lw=1.8, label="wrongly refused")
    (line,) = axes.step(thresholds, answered, where="post", color=SECOND, lw=1.8, label="wrongly answered")
    line.set_dashes(_DASHES[1])
    if threshold is not None:
        axes.axvline(threshold, color=MUTED, lw=1, dashes=(1.5, 2), label="as it was")
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("threshold of confidence")
    _format_as_percent(axes.xaxis)
    _format_share_axis(axes)
    _add_legend(axes)
    best = min(ordered, key=lambda point: point.refused_answerable + point.answered_unanswerable)
    least = (
        f"Least of both together below {format_share(best.threshold)}: "
        f"{format_share(best.refused_answerable)} wrongly refused, "
        f"{format_share(best.answered_unanswerable)} wrongly answered."
    )
    return Plot(
        "Refusing",
        "If everything below a threshold were refused: answerable questions refused, and unanswerable ones answered. "
        + least,
        render_inline(drawing, "tradeoff", f"Refusals by threshold of confidence. {least}"),
    )


def plot_times(outcomes: Sequence[Outcome]) -> Plot | None:
    """Draw the share of questions that each step has done within a time, on a logarithmic scale."""
    steps: dict[str, list[float]] = {}
    for outcome in outcomes:
        for step, taken in outcome.seconds.items():
            if taken > 0:
                steps.setdefault(step, []).append(taken)
    if not steps:
        return None
    longest = sorted(steps, key=lambda step: (step != "answer", -sum(steps[step]) / len(steps[step]), step))[
        :SHOWN_STEPS
    ]
    drawing, axes = _create_axes()
    axes.set_xscale("log")
    colours = (ACCENT, INK, MUTED, SECOND, MUTED)
    for step, colour, dashes in zip(longest, colours, _DASHES, strict=False):
        done = sorted(steps[step])
        shares = [0.0, *((place + 1) / len(done) for place in range(len(done)))]
        width = 2.0 if step == longest[0] else 1.3
        (line,) = axes.step([done[0], *done], shares, where="post", color=colour, lw=width, label=_simplify_name(step))
        if dashes:
            line.set_dashes(dashes)
    _set_time_ticks(axes)
    axes.set_xlabel("time")
    _format_share_axis(axes)
    _add_legend(axes)
    said = "; ".join(
        f"{_simplify_name(step)}: half within {timed(sorted(steps[step])[len(steps[step]) // 2])}" for step in longest
    )
    return Plot(
        "Time",
        "Share of the questions that a step has done within a time.",
        render_inline(drawing, "times", f"Time by step. {said}."),
    )


def _create_axes() -> tuple[Drawing, Axes]:
    """Return an empty drawing in the page's colours."""
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing(figsize=SIZE, layout="constrained")
    axes = drawing.add_subplot()
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set(color=LINE, linewidth=1)
    axes.tick_params(colors=MUTED, labelsize=11, length=0, pad=5, which="both")
    axes.grid(visible=True, axis="y", color=LINE, lw=0.8)
    axes.xaxis.label.set(color=MUTED, fontsize=11)
    return drawing, axes


def _format_share_axis(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(-0.03, 1.04)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[2.5, 5, 10]))
    _format_as_percent(axes.yaxis)


def _format_as_percent(axis: Axis) -> None:
    axis.set_major_formatter(lambda value, _: f"{value * 100:.0f}{SPACE}%")


def _set_time_ticks(axes: Axes) -> None:
    """Put ticks at decades, and where they are fewer than two in sight, between them as well."""
    from matplotlib.ticker import NullFormatter, NullLocator

    low, high = axes.get_xlim()
    marks = [digit * 10.0**power for power in range(-7, 6) for digit in (1, 2, 5)]
    inside = [mark for mark in marks if low <= mark <= high]
    decades = inside[::3] if len(inside) > 7 else inside
    axes.set_xticks(decades, [timed(mark).replace(".0", "") for mark in decades])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _add_legend(axes: Axes) -> None:
    """Name the lines above the drawing, where they cannot lie on one, in as many columns as fit beside each other."""
    lines, names = axes.get_legend_handles_labels()
    for columns in (3, 2, 1):
        legend = axes.figure.legend(
            lines,
            names,
            loc="outside upper left",
            ncols=columns,
            frameon=False,
            fontsize=11,
            labelcolor=INK,
            handlelength=2.2,
            columnspacing=1.4,
            borderpad=0,
            borderaxespad=0.1,
        )
        if columns == 1 or legend.get_window_extent().width <= axes.figure.bbox.width:
            return
        legend.remove()


def _simplify_name(step: str) -> str:
    """Name a step in letters that every font has, none of them the sign for formulas: a run may come from anywhere."""
    return step.encode("ascii", "replace").decode().replace("$", "")[:30]
