"""A comparison with a former run, in words: the verdicts, the questions that flipped, other differences. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluation.report.question_cards import identify
from bot.render.blocks import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.evaluation.metrics.comparison import Comparison, Difference
    from bot.evaluation.metrics.pairing import SettingChange
    from bot.evaluation.report.question_cards import QuestionCard

BROKEN, FIXED = "fails now", "passes now"


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """What a comparison shows; `alone` are questions that could not be compared, by the reason."""

    headline: str
    broken: tuple[QuestionCard, ...]
    fixed: tuple[QuestionCard, ...]
    shown: tuple[Difference, ...]
    others: tuple[Difference, ...]
    settings: tuple[SettingChange, ...]
    alone: tuple[tuple[str, tuple[str, ...]], ...]


def describe_flips(comparison: Comparison) -> dict[tuple[str, str], str]:
    """Return how the verdicts of questions changed, by id and question."""
    broken = {identify(pair.after): BROKEN for pair in comparison.broken}
    return broken | {identify(pair.after): FIXED for pair in comparison.fixed}


def build_comparison_view(comparison: Comparison, shown: Sequence[QuestionCard]) -> ComparisonView:
    """Put a comparison into words; `shown` are the questions that are linked to."""
    different = {each.name for each in (*comparison.worse, *comparison.better)}
    alone = {
        "Only in the run before": comparison.only_before,
        "Only in this run": comparison.only_after,
        "Rewritten in between, and not compared": comparison.changed,
    }
    return ComparisonView(
        " ".join(_write_headline(comparison)),
        tuple(question for question in shown if question.flip == BROKEN),
        tuple(question for question in shown if question.flip == FIXED),
        tuple(each for each in comparison.differences if each.name in different),
        tuple(each for each in comparison.differences if each.name not in different),
        comparison.settings,
        tuple((why, tuple(golden.question for golden in each)) for why, each in alone.items() if each),
    )


def _write_headline(comparison: Comparison) -> Iterator[str]:
    better, worse = len(comparison.better), len(comparison.worse)
    yield f"On the {format_count(len(comparison.pairs), 'question')} that both were asked:"
    if not (better or worse):
        yield "no difference shown in any measure."
    else:
        verdicts = [
            f"{verdict} in {format_count(n, 'measure')}" for verdict, n in (("better", better), ("worse", worse)) if n
        ]
        yield f"{' and '.join(verdicts)}, no difference shown in the others."
    broken, fixed = len(comparison.broken), len(comparison.fixed)
    if broken or fixed:
        fails = "fails" if broken == 1 else "fail"
        yield f"{format_count(broken, 'question')} that passed {fails} now, {fixed} the other way."
