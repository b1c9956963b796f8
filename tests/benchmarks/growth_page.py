"""What growth.py measured -> a table, a plot and a page for the docs, every number of them from the measurement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.benchmarks import report
from tests.benchmarks.peers.systems import NEEDS, TITLES
from tests.benchmarks.peers.tables import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    Point = Mapping[str, Any]

COLOURS = {"clippings": "#e0703a", "tutorial": "#4a8fd6", "bm25": "#4aa56a", "txtai": "#9b70d6"}
"""Of middle lightness: they are read on white and on black."""
GREY = "#868686"
COLUMNS: Sequence[tuple[str, Callable[[Point], str]]] = (
    ("passages", lambda p: f"{p['passages']:,}"),
    ("system", lambda p: TITLES[p["system"]]),
    ("ingest", lambda p: f"{number(p['ingest_seconds'])} s"),
    ("its processor", lambda p: f"{number(p['ingest_processor'])} s"),
    ("of it start-up", lambda p: f"{number(p['start_seconds'])} s"),
    ("a second", lambda p: number(rate(p))),
    ("first search", lambda p: f"{number(p['cold_seconds'])} s"),
    ("median", lambda p: f"{number(1_000 * p['search_p50'])} ms"),
    ("95 %", lambda p: f"{number(1_000 * p['search_p95'])} ms"),
    ("memory: ingest", lambda p: f"{number(p['ingest_megabytes'])} MB"),
    ("searching", lambda p: f"{number(p['searching_megabytes'])} MB"),
    ("disk", lambda p: f"{number(p['disk_megabytes'])} MB"),
    ("hit@1", lambda p: _figure(p, "hit@1")),
    ("hit@5", lambda p: _figure(p, "hit@5")),
)
PANELS: Sequence[tuple[str, Sequence[tuple[str, float, str]]]] = (
    ("ingest, whole process (s)", [("ingest_seconds", 1, "-")]),
    ("a warm search (ms): median, dotted 95 %", [("search_p50", 1_000, "-"), ("search_p95", 1_000, ":")]),
    ("memory at most (MB): ingest, dotted searching", [("ingest_megabytes", 1, "-"), ("searching_megabytes", 1, ":")]),
    ("index on disk (MB)", [("disk_megabytes", 1, "-")]),
)
PAGE = """# How it grows

Measured on {date} on {machine}, by `python -m tests.benchmarks.growth`, which writes this page and its plot.

![Ingest time, search time, memory and disk at {sizes} passages, for {systems}]({plot})

{said}

{table}
{stopped}
## Method

- The archives are made from a grammar (`tests/benchmarks/briefs.py`): news briefs of one sentence and some 34 tokens,
  each about one event at one institution, such as the maritime library in Alderbrook. No two briefs share one, but
  there are only {houses} kinds of institutions in {places} towns: the larger the archive, the more briefs are similar.
- Each brief is an article of its own, and so is one passage of every system: passages of Clippings hold whole sentences
  of one article, chunks of the others up to 1,000 characters of one. Passages of news are longer and take longer to
  encode, in every system that encodes them: some 220 tokens in place of 34.
- The {questions} questions are about the first {questions} briefs, and the same at every size: a larger archive holds
  the smaller one. Every second one paraphrases its institution, such as the dockyard for the shipyard. A search hits
  when the passage holds the answer.
- Each system ingests in a process of its own and searches in another, with the same model in all of them but BM25.
  "Ingest" is the whole process, "its processor" the time that both cores spent on it, which other work on the machine
  changes least; "start-up" the whole process with one sentence, which for Clippings includes the export of the
  model that only the first ingest on a machine makes. "First search" is the time from the start of a process to its
  first ranking. Median and 95 % are of searches after ten that were not timed. Memory is the process's peak; disk is
  what the index takes, the model left out.
- What all but the encoding takes, at any size within minutes, is measured by `python -m tests.benchmarks.growth_bars`:
  [benchmarks.md](benchmarks.md#growth-beside-encoding).
- Torch's threads wait busily: beside other work a search that encodes its question with torch (tutorial chain, txtai)
  takes many times as long as it would on a machine of its own.
"""


def draw(points: Sequence[Point], to: Path) -> None:
    """Draw four small plots, each with both axes logarithmic, without a background."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    done = [point for point in points if "stopped" not in point]
    settings: Any = {"svg.hashsalt": "growth", "font.size": 9, "text.color": GREY, "axes.labelcolor": GREY}
    settings |= {"axes.edgecolor": GREY, "xtick.color": GREY, "ytick.color": GREY}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(8, 6), layout="constrained")
        for axes, (title, lines) in zip(figure.subplots(2, 2, sharex=True).flat, PANELS, strict=True):
            for system in NEEDS:
                for name, factor, style in lines:
                    _line(axes, [point for point in done if point["system"] == system], name, factor, style)
            _dress(axes, title, sorted({point["passages"] for point in done}))
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
        figure.supxlabel("passages", fontsize=9)
        figure.savefig(to, format="svg", transparent=True, metadata={"Date": None})


def _line(axes: Axes, points: Sequence[Point], name: str, factor: float, style: str) -> None:
    if points:
        system = points[0]["system"]
        label = TITLES[system] if style == "-" else None
        sizes, values = [each["passages"] for each in points], [factor * each[name] for each in points]
        axes.plot(sizes, values, style, marker="o", markersize=4, color=COLOURS[system], label=label)


def _dress(axes: Axes, title: str, sizes: Sequence[int]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set(xscale="log", yscale="log")
    axes.set_title(title, fontsize=9, color=GREY)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(LogLocator(10, subs=(1,) if _wide(axes) else (1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(color=GREY, alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _wide(axes: Axes) -> bool:
    low, high = axes.get_ylim()
    return math.log10(high / low) > 2


def render_table(points: Sequence[Point]) -> str:
    """Return a row for each system at each size."""
    rows = [[cell(point) for _, cell in COLUMNS] for point in points if "stopped" not in point]
    return report.render_table([[name for name, _ in COLUMNS], *rows])


def page(results: Mapping[str, Any], plot: str) -> str:
    """Return the page."""
    from tests.benchmarks.briefs import HOUSES, PLACES

    points: Sequence[Point] = results["points"]
    stopped = "".join(
        f"\nAt {p['briefs']:,} passages {TITLES[p['system']]} did not come to its end: {p['stopped']}.\n"
        for p in points
        if "stopped" in p
    )
    return PAGE.format(
        date=results["machine"]["date"],
        machine=report.describe_run(results["machine"]),
        sizes=_and([f"{size:,}" for size in dict.fromkeys(p["briefs"] for p in points)]),
        systems=_and([TITLES[system] for system in dict.fromkeys(p["system"] for p in points)]),
        plot=plot,
        said=said(points),
        table=render_table(points),
        stopped=stopped,
        houses=len(HOUSES),
        places=len(PLACES),
        questions=results["questions"],
    )


def said(points: Sequence[Point]) -> str:
    """Say in words what became of each system from the smallest archive to the largest."""
    lines = []
    for system in NEEDS:
        own = [point for point in points if point["system"] == system and "stopped" not in point]
        if len(own) > 1 and not math.isnan(rate(own[0]) + rate(own[-1])):
            lines.append(
                f"- {TITLES[system]}, from {own[0]['passages']:,} to {own[-1]['passages']:,} passages: "
                f"{number(rate(own[0]))} to {number(rate(own[-1]))} passages ingested a second, "
                f"{number(1_000 * own[0]['search_p50'])} to {number(1_000 * own[-1]['search_p50'])} ms a search."
            )
    return "\n".join(lines)


def rate(point: Point) -> float:
    """Return the passages ingested a second, start-up left out; NaN where that took as long as all the rest."""
    net = point["ingest_seconds"] - point["start_seconds"]
    return float(point["passages"] / net) if net > 0 else math.nan


def _figure(point: Point, name: str) -> str:
    found = next((each for each in point.get("retrieval", ()) if each["measure"] == name), None)
    return f"{found['value']:.3f}".replace("0.", ".", 1) if found else "-"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
