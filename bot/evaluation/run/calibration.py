"""Golden questions -> the library's own threshold: asks them at several thresholds, chooses one, and keeps it.

The formula is in metrics/risk_control.py; who asks is passed in. What an answer is worth is what the golden file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.evaluation.metrics.risk_control import (
    STEPS,
    Trial,
    count_allowed,
    count_needed,
    find_smallest_threshold,
)
from bot.evaluation.results import UNSEARCHED
from bot.render.blocks import format_count
from retrieval.answering.confidence import THRESHOLD, identify_fit
from retrieval.errors import InputError
from retrieval.index.own_threshold import OwnThreshold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.evaluation.results import Golden, Outcome


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold that was chosen, and what came of each question at it; `unanswerable` counts such questions."""

    own: OwnThreshold
    outcomes: Sequence[Outcome]
    unanswerable: int


def require_enough(questions: Sequence[Golden], rate: float) -> None:
    """Raise InputError when there are too few questions with expectations for a rate."""
    known, needed = sum(each.expects for each in questions), count_needed(rate)
    if known < needed:
        raise InputError(
            f"an error rate of {format_rate(rate)} needs at least {format_count(needed, 'golden question')} with "
            f"expectations, and here {'is' if known == 1 else 'are'} {known}: nothing was written."
        )


def calibrate(ask: Callable[[float], Sequence[Outcome]], *, rate: float, fingerprint: str) -> Calibration:
    """Choose the threshold with golden questions; `ask` asks them all at a threshold.

    They are asked at the thresholds 0 and 1, which tells which confidence each answer has and what is answered all the
    same. Some answers change in kind in between, so that they are asked once more at the threshold that follows; where
    more answers are wrong than the formula allows, the place above it where they are not is bisected. Raises InputError
    when a question can't be asked, or no threshold keeps the rate.
    """
    trials = [_judge_both(*pair) for pair in zip(_ask(ask, 0.0), _ask(ask, 1.0), strict=True)]
    allowed = count_allowed(len(trials), rate)
    expected = find_smallest_threshold(trials, allowed)
    chosen = None if expected is None else _ask_from(ask, round(expected * STEPS), allowed)
    if chosen is None or all(judge_answer(each) is None for each in chosen[1]):
        raise InputError(
            f"no threshold keeps wrong answers at {format_rate(rate)} of the questions while anything is answered: "
            "nothing was written. Allow a higher --error-rate, or see in a report what is answered wrongly."
        )
    threshold, outcomes = chosen
    verdicts = [judge_answer(each) for each in outcomes if each.golden.expects]
    answered, wrong = len(verdicts) - verdicts.count(None), verdicts.count(False)
    fit, today = identify_fit(), date.today().isoformat()
    own = OwnThreshold(threshold, rate, len(trials), answered, wrong, fingerprint, fit, today)
    return Calibration(own, outcomes, sum(each.gold.answerable is False for each in outcomes))


def _ask_from(
    ask: Callable[[float], Sequence[Outcome]], start: int, allowed: int
) -> tuple[float, Sequence[Outcome]] | None:
    """Return the lowest threshold from a step on with no more wrong answers than allowed, and what came of it."""
    step, low, high, found = start, start - 1, STEPS + 1, None
    while step < high:
        outcomes = ask(step / STEPS)
        if sum(judge_answer(each) is False for each in outcomes if each.golden.expects) <= allowed:
            high, found = step, (step / STEPS, outcomes)
        else:
            low = step
        step = (low + high + 1) // 2
    return found


def judge_answer(outcome: Outcome) -> bool | None:
    """Return whether the answer is right, None where there is none: a refusal, a question back, small talk."""
    answer = outcome.answer
    if answer is None or answer.refused or answer.kind in UNSEARCHED:
        return None
    return bool(outcome.passed)


def describe_calibration(found: Calibration, library: str, *, is_overridden: bool) -> Iterator[str]:
    """Yield in plain words what was chosen, what it keeps, and what it does not."""
    own = found.own
    share = f" ({format_rate(own.wrong / own.answered)} of the answers)" if own.wrong else ""
    yield (
        f"The library {library} has its own threshold now: it answers from a confidence of {own.threshold:g} on "
        f"(default {THRESHOLD:g})."
    )
    yield (
        f"Of {format_count(own.questions, 'golden question')} it then answers {own.answered}, {own.wrong} of them "
        f"wrongly{share}."
    )
    yield (
        f"Stated rate: on average at most {format_rate(own.error_rate)} of all questions like these get a wrong "
        "answer, refused ones counted as not wrong. It is not the share of wrong ones among the answers."
    )
    if not found.unanswerable:
        yield (
            "None of the questions is one that the articles do not answer: if people ask such questions, add some "
            "(`refuses: true`) and calibrate again."
        )
    if is_overridden:
        yield "CLIPPINGS_THRESHOLD is set, and comes before the library's own."


def format_rate(rate: float) -> str:
    """Write a share as a percentage, as in 10 % or 2.5 %."""
    return f"{100 * rate:.3g} %"


def _ask(ask: Callable[[float], Sequence[Outcome]], threshold: float) -> list[Outcome]:
    """Ask at a threshold; return the outcomes of the questions with expectations."""
    outcomes = [each for each in ask(threshold) if each.golden.expects]
    if error := next((each.error for each in outcomes if each.error), ""):
        raise InputError(f"a question could not be asked ({error.rstrip('.')}): nothing was written.")
    return outcomes


def _judge_both(at_zero: Outcome, at_one: Outcome) -> Trial:
    """Return what a question gets, from what it got with every answer allowed and with hardly any."""
    confidence = at_zero.answer.confidence if at_zero.answer else 0.0
    return Trial(confidence, judge_answer(at_zero), judge_answer(at_one))
