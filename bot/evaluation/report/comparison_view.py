"""A comparison with a former run, in words: the verdicts, the questions that flipped, what differs beside. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluation.metrics.measures import measure
from bot.evaluation.report.number_format import difference, number, probability
from bot.evaluation.report.question_cards import key
from bot.render.blocks import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.evaluation.metrics.comparison import Change, Comparison, Difference
    from bot.evaluation.report.question_cards import Question

BROKEN, FIXED = "fails now", "passes now"


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure in two runs, in words."""

    title: str
    before: str
    after: str
    difference: str
    interval: str
    p: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Versus:
    """What a comparison shows; `alone` are questions that could not be compared, by the reason."""

    headline: str
    broken: tuple[Question, ...]
    fixed: tuple[Question, ...]
    shown: tuple[Compared, ...]
    others: tuple[Compared, ...]
    settings: tuple[Change, ...]
    alone: tuple[tuple[str, tuple[str, ...]], ...]


def flips(comparison: Comparison) -> dict[tuple[str, str], str]:
    """Return how the verdicts of questions changed, by id and question."""
    broken = {key(pair.after): BROKEN for pair in comparison.broken}
    return broken | {key(pair.after): FIXED for pair in comparison.fixed}


def versus(comparison: Comparison, shown: Sequence[Question]) -> Versus:
    """Put a comparison into words; `shown` are the questions that are linked to."""
    rows = [(each, _compared(each)) for each in comparison.differences]
    different = {each.name for each in (*comparison.worse, *comparison.better)}
    alone = {
        "Only in the run before": comparison.only_before,
        "Only in this run": comparison.only_after,
        "Rewritten in between, and not compared": comparison.changed,
    }
    return Versus(
        " ".join(_headline(comparison)),
        tuple(question for question in shown if question.flip == BROKEN),
        tuple(question for question in shown if question.flip == FIXED),
        tuple(row for each, row in rows if each.name in different),
        tuple(row for each, row in rows if each.name not in different),
        comparison.settings,
        tuple((why, tuple(golden.question for golden in each)) for why, each in alone.items() if each),
    )


def _headline(comparison: Comparison) -> Iterator[str]:
    better, worse = len(comparison.better), len(comparison.worse)
    yield f"On the {counted(len(comparison.pairs), 'question')} that both were asked:"
    if not (better or worse):
        yield "no difference shown in any measure."
    else:
        verdicts = [
            f"{verdict} in {counted(n, 'measure')}" for verdict, n in (("better", better), ("worse", worse)) if n
        ]
        yield f"{' and '.join(verdicts)}, no difference shown in the others."
    broken, fixed = len(comparison.broken), len(comparison.fixed)
    if broken or fixed:
        fails = "fails" if broken == 1 else "fail"
        yield f"{counted(broken, 'question')} that passed {fails} now, {fixed} the other way."


def _compared(each: Difference) -> Compared:
    kind = measure(each.name)
    return Compared(
        kind.title,
        number(kind, each.before),
        number(kind, each.after),
        difference(kind, each.difference),
        f"{difference(kind, each.low)} to {difference(kind, each.high)}",
        probability(each.adjusted),
        each.verdict,
    )
