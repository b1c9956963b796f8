"""The measures, computed from what was asked, found and answered. Pure.

Each question becomes one row of numbers, each measure a function of columns, so that a bootstrap draws rows.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tests.benchmarks.sets import Question, QuestionSet

Table = dict[str, "NDArray[np.float64]"]
DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one question; counts, and 1 or 0 for yes or no."""

    answerable: float
    refused: float
    confidence: float
    located: float
    """Whether the set says where the answer stands."""
    rank: float
    """Rank of the first passage that covers an answer; 0 when none does."""
    contains: float
    """Whether it was answered with a text that contains a gold answer."""
    citations: float
    right: float
    """Citations whose quote overlaps a gold sentence, or stands in a gold article where the set knows no sentences."""
    exact: float
    """Citations whose quote is the article's text at its offsets."""
    golds: float
    """Gold sentences, or gold articles where the set knows no sentences."""
    found: float
    """Those of them that a citation overlaps, or stands in."""
    seconds: float


def row(asked: Question, passages: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], whole: QuestionSet) -> Row:
    """Compare one search and one answer, as the command line prints them, with what is known of the question."""
    cited = answer["citations"]
    ranges = [(each["article_id"], each["start"], each["end"]) for each in cited]
    hits = [_golds(asked, *found) for found in ranges]
    said = _plain(answer["text"])
    return Row(
        answerable=asked.answerable,
        refused=answer["refused"],
        confidence=answer["confidence"],
        located=bool(asked.evidence),
        rank=next((p["rank"] for p in passages if any(gold.within(*_range(p)) for gold in asked.evidence)), 0),
        contains=not answer["refused"] and any(_plain(gold) in said for gold in asked.answers),
        citations=len(cited),
        right=sum(map(bool, hits)),
        exact=sum(
            whole.texts.get(each["article_id"], "")[each["start"] : each["end"]] == each["quote"] for each in cited
        ),
        golds=len(asked.evidence_sentence or asked.evidence_articles),
        found=len(set().union(*hits)),
        seconds=answer["seconds"],
    )


def _golds(asked: Question, article_id: str, start: int, end: int) -> set[object]:
    """Return the gold sentences that a range overlaps; where none are known, the gold article it stands in."""
    if asked.evidence_sentence:
        return {gold for gold in asked.evidence_sentence if gold.overlaps(article_id, start, end)}
    return {gold for gold in asked.evidence_articles if gold == article_id}


def columns(rows: Sequence[Row]) -> Table:
    """Turn rows into columns."""
    values = np.array([astuple(each) for each in rows], dtype=np.float64).reshape(len(rows), -1)
    return {field.name: values[:, place] for place, field in enumerate(fields(Row))}


def interval(measure: Callable[[Table], float], table: Table, *, draws: int = DRAWS) -> tuple[float, float]:
    """Return the bounds that 95 % of bootstrap samples of the questions lie between (percentiles; fixed seed)."""
    count = len(table["answerable"])
    chance = np.random.default_rng(0)
    drawn = [chance.integers(count, size=count) for _ in range(draws)]
    values = [measure({name: column[places] for name, column in table.items()}) for places in drawn]
    low, high = np.nanpercentile(values, [2.5, 97.5]) if not np.isnan(values).all() else (math.nan, math.nan)
    return float(low), float(high)


def hit_at(k: int) -> Callable[[Table], float]:
    """Return the measure: share of the located questions with a passage among the first k that covers the answer."""

    def share(table: Table) -> float:
        ranks = table["rank"][table["located"] == 1]
        return _mean((ranks > 0) & (ranks <= k))

    return share


def reciprocal_rank(table: Table) -> float:
    """Return the mean, over located questions, of 1 / rank of the first passage that covers the answer (MRR@10)."""
    ranks = table["rank"][table["located"] == 1]
    return _mean(np.divide(1, ranks, out=np.zeros_like(ranks), where=ranks > 0))


def contains(table: Table) -> float:
    """Return the share of answerable questions whose answer contains a gold answer."""
    return _mean(table["contains"][table["answerable"] == 1])


def citation_precision(table: Table) -> float:
    """Return the share of all citations of answered answerable questions that are right."""
    kept = _answered(table)
    return _share(table["right"][kept].sum(), table["citations"][kept].sum())


def citation_precision_macro(table: Table) -> float:
    """Return the mean, over answered answerable questions, of the share of their citations that are right."""
    kept = _answered(table) & (table["citations"] > 0)
    return _mean(table["right"][kept] / table["citations"][kept])


def citation_recall(table: Table) -> float:
    """Return the share of answerable questions with a right citation."""
    return _mean(table["right"][table["answerable"] == 1] > 0)


def citation_recall_macro(table: Table) -> float:
    """Return the mean, over answerable questions, of the share of their gold sentences that are cited."""
    kept = (table["answerable"] == 1) & (table["golds"] > 0)
    return _mean(table["found"][kept] / table["golds"][kept])


def exactness(table: Table) -> float:
    """Return the share of citations whose quote is the article's text at its offsets."""
    return _share(table["exact"].sum(), table["citations"].sum())


def area_under_curve(table: Table) -> float:
    """Return how often an answerable question has more confidence than another one; ties count half.

    The rank sum statistic of Mann and Whitney (1947), divided by the number of pairs.
    """
    _, places, counts = np.unique(table["confidence"], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    positive = table["answerable"] == 1
    some, others = int(positive.sum()), int((~positive).sum())
    return _share(ranks[positive].sum() - some * (some + 1) / 2, some * others)


def refusal_precision(table: Table) -> float:
    """Return the share of refused questions that are unanswerable."""
    return _mean(table["answerable"][table["refused"] == 1] == 0) if _has_unanswerable(table) else math.nan


def refusal_recall(table: Table) -> float:
    """Return the share of unanswerable questions that are refused."""
    return _mean(table["refused"][table["answerable"] == 0])


def refusal_f1(table: Table) -> float:
    """Return the harmonic mean of both: 2 right refusals / (refusals + unanswerable questions)."""
    right = ((table["refused"] == 1) & (table["answerable"] == 0)).sum()
    every = (table["refused"] == 1).sum() + (table["answerable"] == 0).sum()
    return _share(2 * right, every) if _has_unanswerable(table) else math.nan


def refused_answerable(table: Table) -> float:
    """Return the share of answerable questions that are refused."""
    return _mean(table["refused"][table["answerable"] == 1])


def _answered(table: Table) -> NDArray[np.bool_]:
    return np.asarray((table["answerable"] == 1) & (table["refused"] == 0))


def _has_unanswerable(table: Table) -> bool:
    return bool((table["answerable"] == 0).any())


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else math.nan


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _range(passage: Mapping[str, Any]) -> tuple[str, int, int]:
    return passage["article_id"], passage["start"], passage["end"]
