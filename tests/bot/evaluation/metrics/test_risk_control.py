import random

import pytest

from bot.evaluation.metrics.risk_control import (
    Trial,
    count_allowed,
    count_needed,
    count_wrong,
    find_smallest_threshold,
)


@pytest.mark.parametrize(("rate", "needed"), [(0.5, 1), (0.1, 9), (0.15, 6), (0.05, 19), (0.01, 99), (0.3, 3)])
def test_so_many_questions_are_needed_even_if_no_answer_is_wrong(rate: float, needed: int) -> None:
    assert count_needed(rate) == needed
    assert count_allowed(needed, rate) == 0
    assert count_allowed(needed - 1, rate) < 0


@pytest.mark.parametrize("questions", [9, 19, 29, 126, 1000])
@pytest.mark.parametrize("rate", [0.1, 0.07, 0.25])
def test_as_many_wrong_answers_are_allowed_as_the_bound_admits(questions: int, rate: float) -> None:
    allowed = count_allowed(questions, rate)
    admitted = [w for w in range(questions) if (w + 1) / (questions + 1) <= rate + 1e-12]

    assert allowed == max(admitted, default=-1)


def test_the_threshold_is_the_smallest_that_allows_no_more_wrong_answers() -> None:
    trials = [Trial(0.2, right=False), Trial(0.45, right=False), Trial(0.7, right=False), Trial(0.9, right=True)]

    assert [find_smallest_threshold(trials, allowed) for allowed in (3, 2, 1, 0)] == [0.0, 0.21, 0.46, 0.71]


def test_a_threshold_at_which_nothing_is_answered_is_none() -> None:
    assert find_smallest_threshold([Trial(0.8, right=False), Trial(0.3, right=True)], 0) is None
    assert find_smallest_threshold([Trial(0.8, right=True)], -1) is None


def test_what_is_answered_whatever_the_confidence_counts_at_every_threshold() -> None:
    trials = [Trial(0.0, right=False, right_above=False), Trial(0.5, right=True)]

    assert count_wrong(trials, 0.0) == count_wrong(trials, 1.0) == 1
    assert find_smallest_threshold(trials, 0) is None


def test_where_a_second_answer_is_wrong_higher_thresholds_do_not_hide_it() -> None:
    trials = [Trial(0.5, right=True, right_above=False), Trial(0.3, right=False), Trial(0.4, right=True)]

    assert [count_wrong(trials, each) for each in (0.2, 0.35, 0.6)] == [1, 0, 1]
    assert find_smallest_threshold(trials, 0) is None
    assert find_smallest_threshold(trials, 1) == 0.0


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
def test_the_stated_rate_holds_for_questions_that_come_later(rate: float) -> None:
    """On average over many calibrations: with confidence that is far too high, so that the default would not do."""
    chance = random.Random(20)

    def draw(n: int) -> list[Trial]:
        drawn = [chance.random() for _ in range(n)]
        return [Trial(each, right=chance.random() < each**2) for each in drawn]

    met = []
    for _ in range(150):
        threshold = find_smallest_threshold(draw(60), count_allowed(60, rate))
        later = draw(60)
        met.append(0 if threshold is None else count_wrong(later, threshold) / len(later))

    assert sum(met) / len(met) <= rate + 0.01
    assert sum(met) / len(met) >= rate - 0.04
