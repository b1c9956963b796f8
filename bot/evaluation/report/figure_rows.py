"""Which figures a report's cards and tables show, and in which order; the template formats them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.evaluation.metrics.measures import GROUPS, get_measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.evaluation.metrics.comparison import Comparison, Difference
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
SHOWN_BY_TAG = (
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


def list_cards(
    found: Mapping[str, Figure], comparison: Comparison | None
) -> list[tuple[str, Figure, Difference | None]]:
    """Return the headline figures in order, each with its title and its difference from a former run."""
    differences = {each.name: each for each in (comparison.differences if comparison else ())}
    return [(title, found[name], differences.get(name)) for name, title in HEADLINES if name in found]


def group_figures(found: Mapping[str, Figure]) -> list[tuple[str, list[Figure]]]:
    """Return all figures by the title of their group, in the order of the measures."""
    groups = {group: [each for each in found.values() if get_measure(each.measure).group == group] for group in GROUPS}
    return [(_TITLES[group], figures) for group, figures in groups.items() if figures]


def list_tag_rows(
    slices: Mapping[str, Sequence[Figure]], outcomes: Sequence[Outcome]
) -> list[tuple[str, int, list[Figure | None]]]:
    """Return tag, number of questions, and a figure for each of `SLICED` that could be measured; largest tag first."""
    sizes = {tag: sum(tag in outcome.golden.tags for outcome in outcomes) for tag in slices}
    rows = []
    for tag in sorted(slices, key=lambda tag: (-sizes[tag], tag)):
        found = {figure.measure: figure for figure in slices[tag]}
        rows.append((tag, sizes[tag], [found.get(name) for name, _ in SHOWN_BY_TAG]))
    return rows
