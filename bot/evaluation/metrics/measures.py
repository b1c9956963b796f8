"""What an evaluation measures, and the figures of a run: each measure with its interval, for all questions and by tag.

Definitions, formulas and sources are in docs/measures.md. `outcome_table` turns outcomes into numbers, and
`weighted_statistics` computes the measures from them. Comparing runs is left to `comparison`, plots to `report`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics.intervals import compute_bounds, draw_resamples
from bot.evaluation.metrics.outcome_table import build_table
from bot.evaluation.metrics.weighted_statistics import Statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.evaluation.metrics.outcome_table import OutcomeTable
    from bot.evaluation.results import Outcome

DRAWS = 1_000
"""Bootstrap draws for an interval, the number that Efron and Tibshirani (1993) advise for percentiles."""
GROUPS = ("questions", "retrieval", "answers", "refusal", "speed")
"""The groups of measures, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its name for files and options, its title for people, and what it says in a sentence.

    `higher` says whether more is better. `unit` is "share" or "score", both from 0 to 1, or "seconds".
    """

    name: str
    title: str
    group: str
    higher: bool
    unit: str
    definition: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value and its 95 % bootstrap interval, and how many questions it is measured on.

    `measure` is a name that `measure()` knows.
    """

    measure: str
    value: float
    low: float
    high: float
    count: int


LOWER_IS_BETTER = frozenset({"refused-answerable", "calibration-error", "brier"})
SCORES = frozenset({"token-f1", "refusal-f1", "confidence-auc", "calibration-error", "brier", "mrr@10", "ndcg@10"})
"""Measures from 0 to 1 that are no share of questions, citations or claims."""


def _define(group: str, *measures: tuple[str, str, str]) -> list[Measure]:
    """Return measures of one group from their names, titles and definitions."""
    return [
        Measure(
            name,
            title,
            group,
            higher=group != "speed" and name not in LOWER_IS_BETTER,
            unit="seconds"
            if group == "speed"
            else "score"
            if name in SCORES or "mrr" in name or "ndcg" in name
            else "share",
            definition=definition,
        )
        for name, title, definition in measures
    ]


def _define_retrieval(prefix: str, kind: str, unit: str, wanted: str, whole: str) -> list[Measure]:
    """Return the measures of retrieval, by passage or by article."""
    first = {k: f"among the first {k} {unit}s" if k > 1 else f"in the first {unit}" for k in (1, 3, 5, 10)}
    gain = f"How far up the {unit}s with {wanted} are among the first 10, against the best order, for each question."
    return _define(
        "retrieval",
        *((f"{prefix}hit@{k}", f"{kind} hit@{k}", f"Questions with {wanted} {first[k]}.") for k in first),
        *(
            (f"{prefix}recall@{k}", f"{kind} recall@{k}", f"The share of {whole} {first[k]}, for each question.")
            for k in (5, 10)
        ),
        (
            f"{prefix}mrr@10",
            f"{kind} MRR@10",
            f"1 / rank of the first {unit} with {wanted}, for each question; 0 beyond rank 10.",
        ),
        (f"{prefix}ndcg@10", f"{kind} nDCG@10", gain),
    )


_ALL = (
    *_define("questions", ("passed", "Questions passed", "Questions that met every expectation.")),
    *_define_retrieval("", "Passage", "passage", "evidence", "the evidence"),
    *_define_retrieval("article-", "Article", "article", "a gold article", "the gold articles"),
    *_define(
        "answers",
        ("answer-found", "Answer found", "Answerable questions whose answer contains an accepted answer."),
        (
            "token-f1",
            "Token F1",
            "Words that the answer and the nearest accepted answer share; long answers score low.",
        ),
        ("citation-precision", "Citation precision", "Citations that name a gold sentence, of answerable questions."),
        ("citation-recall", "Citation recall", "Answerable questions with a citation of a gold sentence."),
        ("citation-coverage", "Citation coverage", "The share of a question's gold sentences that are cited."),
        ("exact-quotes", "Exact quotes", "Citations whose quote is the article's text at its offsets."),
        ("grounded-claims", "Grounded claims", "Claims of answers that the answer's own citations support."),
    ),
    *_define(
        "refusal",
        ("refusal-precision", "Refusal precision", "Refused questions that the articles do not answer."),
        ("refusal-recall", "Refusal recall", "Questions that the articles do not answer that were refused."),
        ("refusal-f1", "Refusal F1", "The harmonic mean of refusal precision and refusal recall."),
        ("refused-answerable", "Answerable but refused", "Answerable questions that were refused."),
        (
            "confidence-auc",
            "AUC of confidence",
            "How often an answerable question has more confidence than one that is not.",
        ),
        (
            "calibration-error",
            "Calibration error",
            "How far confidence is from the share of questions that are answerable, on average over ten bins.",
        ),
        (
            "brier",
            "Brier score",
            "The mean square of the distance of confidence from 1 for answerable questions, from 0 for others.",
        ),
    ),
    *_define(
        "speed",
        ("seconds-p50", "Answer, median", "Half of the answers took no longer."),
        ("seconds-p95", "Answer, 95 %", "95 of 100 answers took no longer."),
    ),
)
MEASURES: Mapping[str, Measure] = {each.name: each for each in _ALL}
"""Every measure by name, in the order in which they are shown; `get_measure` also knows those of single steps."""


def get_measure(name: str) -> Measure:
    """Return the measure of this name, also that of a step such as "seconds-p50:search"; raise KeyError otherwise."""
    kind, colon, step = name.partition(":")
    if not colon:
        return MEASURES[name]
    whole = MEASURES[kind]
    if whole.group != "speed" or not step:
        raise KeyError(name)
    return Measure(
        name,
        f"{step[0].upper()}{step[1:]}, {whole.title.partition(', ')[2]}",
        whole.group,
        whole.higher,
        whole.unit,
        whole.definition.replace("answers took", f"times, the step “{step}” took"),
    )


def compute_figures(outcomes: Sequence[Outcome], *, draws: int = DRAWS, seed: int = 0) -> tuple[Figure, ...]:
    """Return the measures that can be measured on these outcomes, in order, each with its interval."""
    return _compute_figures(build_table(outcomes), draws, seed)


def compute_slices(outcomes: Sequence[Outcome], *, draws: int = DRAWS, seed: int = 0) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of each tag's questions, by tag in the order of first use; a question may have several."""
    whole, places = build_table(outcomes), dict[str, list[int]]()
    for place, outcome in enumerate(outcomes):
        for tag in dict.fromkeys(outcome.golden.tags):
            places.setdefault(tag, []).append(place)
    return {tag: _compute_figures(whole.take(tagged), draws, seed) for tag, tagged in places.items()}


def order_names(names: Iterable[str]) -> list[str]:
    """Return names of measures in the order in which they are shown, those of steps last."""
    found = dict.fromkeys(names)
    return [*(name for name in MEASURES if name in found), *(name for name in found if name not in MEASURES)]


def _compute_figures(table: OutcomeTable, draws: int, seed: int) -> tuple[Figure, ...]:
    statistics = Statistics(table)
    values = {name: float(value[0]) for name, value in statistics(np.ones((len(table), 1))).items()}
    chunks = [statistics(weights) for weights in draw_resamples(len(table), draws, seed)] if len(table) else []
    counted = statistics.find_counted()
    return tuple(
        _build_figure(name, values[name], np.concatenate([chunk[name] for chunk in chunks]), int(counted[name].sum()))
        for name in order_names(values)
        if math.isfinite(values[name])
    )


def _build_figure(name: str, value: float, drawn: NDArray[np.float64], count: int) -> Figure:
    """Return a figure whose interval contains its value, which that of calibration error may not by itself."""
    low, high = compute_bounds(drawn)
    return Figure(name, value, min(low, value), max(high, value), count)
