"""What an evaluation measures, and the figures of a run: each measure with its interval, for all questions and by tag.

Definitions, formulas and sources are in docs/measures.md. Outcomes become a `table`, `statistics` are computed of it,
`intervals` draws questions from it; comparing runs is `comparison`'s, plots are `curves`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics.curves import ConfidenceBin, TradeoffPoint, compute_reliability, compute_tradeoff
from bot.evaluation.metrics.intervals import compute_bounds, draw_resamples
from bot.evaluation.metrics.outcome_table import build_table
from bot.evaluation.metrics.weighted_statistics import Statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.evaluation.metrics.outcome_table import OutcomeTable
    from bot.evaluation.results import Outcome

__all__ = [
    "GROUPS",
    "MEASURES",
    "ConfidenceBin",
    "Figure",
    "Measure",
    "TradeoffPoint",
    "compute_figures",
    "compute_reliability",
    "compute_slices",
    "compute_tradeoff",
    "get_measure",
]

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


def _share(name: str, title: str, group: str, definition: str, *, higher: bool = True) -> Measure:
    return Measure(name, title, group, higher, "share", definition)


def _score(name: str, title: str, group: str, definition: str, *, higher: bool = True) -> Measure:
    return Measure(name, title, group, higher, "score", definition)


def _retrieval(prefix: str, kind: str, unit: str, wanted: str, whole: str) -> list[Measure]:
    """Return the measures of retrieval, by passage or by article."""
    hits = [
        _share(
            f"{prefix}hit@{k}",
            f"{kind} hit@{k}",
            "retrieval",
            f"Questions with {wanted} {f'among the first {k} {unit}s' if k > 1 else f'in the first {unit}'}.",
        )
        for k in (1, 3, 5, 10)
    ]
    recalls = [
        _share(
            f"{prefix}recall@{k}",
            f"{kind} recall@{k}",
            "retrieval",
            f"How much of {whole} the first {k} {unit}s hold, a question.",
        )
        for k in (5, 10)
    ]
    rank = f"1 / rank of the first {unit} with {wanted}, a question; 0 beyond rank 10."
    gain = f"How far up the {unit}s with {wanted} stand among the first 10, against the best order, a question."
    return [
        *hits,
        *recalls,
        _score(f"{prefix}mrr@10", f"{kind} MRR@10", "retrieval", rank),
        _score(f"{prefix}ndcg@10", f"{kind} nDCG@10", "retrieval", gain),
    ]


_ALL = (
    _share("passed", "Questions passed", "questions", "Questions whose every expectation held."),
    *_retrieval("", "Passage", "passage", "evidence", "the evidence"),
    *_retrieval("article-", "Article", "article", "a gold article", "the gold articles"),
    _share(
        "answer-found",
        "Answer found",
        "answers",
        "Answerable questions whose answer's own words contain an accepted answer.",
    ),
    _score(
        "token-f1",
        "Token F1",
        "answers",
        "How many words the answer and the nearest accepted answer share; long answers score low.",
    ),
    _share(
        "citation-precision",
        "Citation precision",
        "answers",
        "Citations of answers to answerable questions that name a gold sentence.",
    ),
    _share(
        "citation-recall",
        "Citation recall",
        "answers",
        "Answerable questions with a citation that names a gold sentence.",
    ),
    _share(
        "citation-coverage",
        "Citation coverage",
        "answers",
        "How many of a question's gold sentences are cited, on average over answerable questions.",
    ),
    _share("exact-quotes", "Exact quotes", "answers", "Citations whose quote is the article's text at its offsets."),
    _share(
        "grounded-claims", "Grounded claims", "answers", "Claims of the answers that the answer's own citations carry."
    ),
    _share("refusal-precision", "Refusal precision", "refusal", "Refused questions that the articles do not answer."),
    _share(
        "refusal-recall", "Refusal recall", "refusal", "Questions that the articles do not answer that were refused."
    ),
    _score("refusal-f1", "Refusal F1", "refusal", "The harmonic mean of refusal precision and refusal recall."),
    _share(
        "refused-answerable",
        "Answerable but refused",
        "refusal",
        "Answerable questions that were refused.",
        higher=False,
    ),
    _score(
        "confidence-auc",
        "AUC of confidence",
        "refusal",
        "How often an answerable question has more confidence than one that is not.",
    ),
    _score(
        "calibration-error",
        "Calibration error",
        "refusal",
        "How far confidence is from the share of questions that are answerable, on average over ten bins.",
        higher=False,
    ),
    _score(
        "brier",
        "Brier score",
        "refusal",
        "The mean square of how far confidence is from 1, for answerable questions, or else from 0.",
        higher=False,
    ),
    Measure("seconds-p50", "Answer, median", "speed", False, "seconds", "Half of the answers took no longer."),
    Measure("seconds-p95", "Answer, 95 %", "speed", False, "seconds", "95 of 100 answers took no longer."),
)
MEASURES: Mapping[str, Measure] = {each.name: each for each in _ALL}
"""Every measure by name, in the order in which they are shown, but for those of single steps (`measure` knows them)."""


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
    """Return a figure whose interval holds its value, which that of calibration error may not by itself."""
    low, high = compute_bounds(drawn)
    return Figure(name, value, min(low, value), max(high, value), count)
