"""Outcomes -> a table of numbers, a row for each question, from which measures and tests are computed. Pure.

Most measures are shares: a sum of parts over a sum of wholes, one of each a question (an average has wholes of 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics.retrieval_metrics import compute_retrieval_metrics
from bot.evaluation.metrics.token_overlap import compute_token_f1, contains_accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.evaluation.results import Gold, Outcome
    from retrieval.domain import Answer, Citation

    Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Columns of n numbers, NaN where a question does not count.

    `shares` holds (part, whole) by measure, of shape (n, 2). `answerable` is 1 or 0. `seconds` are by step.
    """

    shares: Mapping[str, Numbers]
    confidence: Numbers
    answerable: Numbers
    seconds: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.answerable)

    def take(self, places: Sequence[int]) -> OutcomeTable:
        """Return the rows at these places."""
        return OutcomeTable(
            {name: column[places] for name, column in self.shares.items()},
            self.confidence[places],
            self.answerable[places],
            {name: column[places] for name, column in self.seconds.items()},
        )


def build_table(outcomes: Sequence[Outcome]) -> OutcomeTable:
    """Put what came of each question into a row."""
    rows = [
        {name: (part, whole) for name, part, whole in _yield_shares(outcome)} | {n: (v, 1.0) for n, v in ranks.items()}
        for outcome, ranks in zip(outcomes, compute_retrieval_metrics(outcomes), strict=True)
    ]
    steps = dict.fromkeys(step for outcome in outcomes for step in outcome.seconds)
    return OutcomeTable(
        {
            name: _make_column([row.get(name, (math.nan,) * 2) for row in rows])
            for name in dict.fromkeys(name for row in rows for name in row)
        },
        _make_column([math.nan if each.answer is None else each.answer.confidence for each in outcomes]),
        _make_column([math.nan if each.gold.answerable is None else each.gold.answerable for each in outcomes]),
        {step: _make_column([outcome.seconds.get(step, math.nan) for outcome in outcomes]) for step in steps},
    )


def _make_column(values: Sequence[object]) -> Numbers:
    return np.array(values, dtype=np.float64)


def _yield_shares(outcome: Outcome) -> Iterator[tuple[str, float, float]]:
    """Yield measure, part and whole, for the measures that the question counts for, except those of retrieval."""
    if outcome.passed is not None:
        yield "passed", outcome.passed, 1
    if outcome.answer is not None:
        yield from _yield_answer_shares(outcome, outcome.answer)
    if outcome.gold.answerable is not None:
        yield from _yield_refusal_shares(outcome, answerable=outcome.gold.answerable)
    if outcome.gold.answerable:
        yield from _yield_gold_shares(
            outcome.gold, None if outcome.answer is None or outcome.answer.refused else outcome.answer
        )


def _yield_answer_shares(outcome: Outcome, answer: Answer) -> Iterator[tuple[str, float, float]]:
    """Yield what an answer is measured by whether or not anything is known of a right one."""
    if outcome.excerpts:
        yield "exact-quotes", sum(each.exact for each in outcome.excerpts), len(outcome.excerpts)
    if outcome.claims is not None and outcome.claims.made:
        yield "grounded-claims", outcome.claims.carried, outcome.claims.made
    if outcome.gold.answerable is not None:
        yield "brier", (answer.confidence - outcome.gold.answerable) ** 2, 1


def _yield_refusal_shares(outcome: Outcome, *, answerable: bool) -> Iterator[tuple[str, float, float]]:
    refused = outcome.answer is not None and outcome.answer.refused
    right = refused and not answerable
    if refused:
        yield "refusal-precision", right, 1
    if not answerable:
        yield "refusal-recall", right, 1
    elif outcome.answer is not None:
        yield "refused-answerable", refused, 1
    yield "refusal-f1", 2 * right, refused + (not answerable)


def _yield_gold_shares(gold: Gold, answer: Answer | None) -> Iterator[tuple[str, float, float]]:
    """Yield what the answer to an answerable question is measured by; None where it was refused, or failed."""
    if gold.answers:
        yield "answer-found", answer is not None and contains_accepted(gold.answers, answer), 1
        yield "token-f1", 0.0 if answer is None else compute_token_f1(gold.answers, answer), 1
    wanted = len(gold.sentences or gold.articles)
    if not wanted:
        return
    named = [_find_named_gold(gold, citation) for citation in answer.citations] if answer else []
    if named:
        yield "citation-precision", sum(map(bool, named)), len(named)
    yield "citation-recall", any(named), 1
    yield "citation-coverage", len(set().union(*named)) / wanted, 1


def _find_named_gold(gold: Gold, citation: Citation) -> set[int]:
    """Return which gold sentences a citation overlaps; where none are known, which gold articles it is from."""
    if gold.sentences:
        cited = citation.article_id, citation.start, citation.end
        return {at for at, places in enumerate(gold.sentences) if any(place.overlaps(*cited) for place in places)}
    return {at for at, ids in enumerate(gold.articles) if citation.article_id in ids}
