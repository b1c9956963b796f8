"""Figures as rows of cards and tables: in words, and where they lie on a track from 0 to 1. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluation.metrics.measures import GROUPS, get_measure
from bot.evaluation.report.number_format import format_difference, format_interval, format_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.evaluation.metrics.comparison import Comparison
    from bot.evaluation.metrics.measures import Figure
    from bot.evaluation.results import Outcome

HEADLINES = (
    ("passed", "Passed"),
    ("hit@5", "Evidence in first 5"),
    ("answer-found", "Answer found"),
    ("citation-precision", "Citation precision"),
    ("exact-quotes", "Exact quotes"),
    ("grounded-claims", "Grounded claims"),
    ("refusal-f1", "Refusal F1"),
    ("confidence-auc", "AUC of confidence"),
    ("calibration-error", "Calibration error"),
    ("seconds-p50", "Median time"),
)
SLICED = (
    ("passed", "Passed"),
    ("hit@5", "Hit@5"),
    ("answer-found", "Answer found"),
    ("citation-precision", "Citation precision"),
    ("refusal-f1", "Refusal F1"),
    ("seconds-p50", "Median time"),
)
_TITLES = {
    "questions": "Questions",
    "retrieval": "Retrieval",
    "answers": "Answers",
    "refusal": "Refusing and confidence",
    "speed": "Time",
}


@dataclass(frozen=True, slots=True)
class TrackSpan:
    """An interval on a track, in percent of its width: where it begins, how wide it is, where the value stands."""

    left: float
    width: float
    at: float


@dataclass(frozen=True, slots=True)
class FigureChange:
    """How a measure differs from a former run; `difference` is empty where it does not."""

    verdict: str
    difference: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in words; `span` is None for times, which have no upper end."""

    name: str
    title: str
    definition: str
    value: str
    interval: str
    count: int
    span: TrackSpan | None
    change: FigureChange | None = None


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """The measures of one kind."""

    title: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag with a cell for each of `SLICED`, None where that could not be measured."""

    tag: str
    count: int
    cells: tuple[FigureRow | None, ...]


def build_cards(found: Mapping[str, Figure], comparison: Comparison | None) -> tuple[FigureRow, ...]:
    """Return the headline figures, in order, without those that could not be measured."""
    changes = {
        each.name: FigureChange(
            each.verdict, format_difference(get_measure(each.name), each.difference) if each.difference else ""
        )
        for each in (comparison.differences if comparison else ())
    }
    return tuple(_build_row(found[name], title, changes.get(name)) for name, title in HEADLINES if name in found)


def build_groups(found: Mapping[str, Figure]) -> tuple[MeasureGroup, ...]:
    """Return all figures by kind, in the order of the measures."""
    kinds = {kind: [each for each in found.values() if get_measure(each.measure).group == kind] for kind in GROUPS}
    return tuple(MeasureGroup(_TITLES[kind], tuple(map(_build_row, each))) for kind, each in kinds.items() if each)


def build_tag_rows(slices: Mapping[str, Sequence[Figure]], outcomes: Sequence[Outcome]) -> tuple[TagRow, ...]:
    """Return a row for each tag, those with most questions first."""
    sizes = {tag: sum(tag in outcome.golden.tags for outcome in outcomes) for tag in slices}
    rows = []
    for tag in sorted(slices, key=lambda tag: (-sizes[tag], tag)):
        found = {figure.measure: figure for figure in slices[tag]}
        rows.append(
            TagRow(tag, sizes[tag], tuple(_build_row(found[name]) if name in found else None for name, _ in SLICED))
        )
    return tuple(rows)


def _build_row(figure: Figure, title: str = "", change: FigureChange | None = None) -> FigureRow:
    kind = get_measure(figure.measure)
    span = TrackSpan(*(round(100 * x, 2) for x in (figure.low, figure.high - figure.low, figure.value)))
    return FigureRow(
        kind.name,
        title or kind.title,
        kind.definition,
        format_value(kind, figure.value),
        format_interval(kind, figure.low, figure.high),
        figure.count,
        None if kind.unit == "seconds" else span,
        change,
    )
