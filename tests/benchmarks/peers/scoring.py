"""What was found -> outcomes, figures and paired comparisons, by the measures of `bot.evaluation`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.evaluation.metrics.comparison import compare
from bot.evaluation.metrics.measures import compute_figures, get_measure
from bot.evaluation.results import Golden, Outcome, Retrieved, Run
from tests.benchmarks.halves import assign_halves, find_half

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.evaluation.metrics.comparison import Difference
    from bot.evaluation.metrics.measures import Figure
    from tests.benchmarks.peers.measuring import Measured
    from tests.benchmarks.peers.systems import Found
    from tests.benchmarks.sets import Question, QuestionSet


@dataclass(frozen=True, slots=True)
class Scored:
    """A system's outcomes and what its retrieval is worth."""

    measured: Measured
    outcomes: tuple[Outcome, ...]
    figures: tuple[Figure, ...]


def score_run(measured: Measured, whole: QuestionSet, asked: Sequence[Question], which: str = "all") -> Scored:
    """Hold what a system found against what is known of the questions, or of those in one half of the set."""
    every = [make_retrieval_outcome(each, found) for each, found in zip(asked, measured.found, strict=True)]
    outcomes = tuple(select_half(whole, every, which))
    return Scored(measured, outcomes, compute_figures(outcomes))


def make_retrieval_outcome(asked: Question, found: Sequence[Found]) -> Outcome:
    """Return the outcome of a search alone: nothing is expected of an answer, for there is none."""
    ranks = enumerate(found, 1)
    passages = tuple(Retrieved(rank, 1 / rank, key, "", start, end, "") for rank, (key, start, end) in ranks)
    golden = Golden(asked.golden.id, asked.golden.question, tags=asked.golden.tags)
    return Outcome(golden, replace(asked.gold, answerable=None, answers=()), None, passages)


def compare_retrieval(peer: Scored, ours: Scored) -> tuple[Difference, ...]:
    """Compare our retrieval with a peer's, question by question."""
    before, after = (Run("", "", "", 0, 0, 0, {}, 10, each.outcomes) for each in (peer, ours))
    return tuple(each for each in compare(before, after).differences if get_measure(each.name).group == "retrieval")


def select_half(whole: QuestionSet, outcomes: Iterable[Outcome], which: str) -> list[Outcome]:
    """Return the outcomes of the questions in one half of a set, or in both with "all"."""
    assigned = assign_halves(whole.texts)
    return [
        each
        for each in outcomes
        if which == "all"
        or find_half(each.gold, each.retrieved[0].article_id if each.retrieved else "", assigned) == which
    ]
