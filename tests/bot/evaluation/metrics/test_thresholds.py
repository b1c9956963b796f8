"""Bars as they are written on the command line, and figures that miss them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics.measures import Figure
from bot.evaluation.metrics.thresholds import MissedThreshold, Threshold, find_missed, parse_thresholds
from retrieval.errors import InputError


def figure(name: str, value: float) -> Figure:
    return Figure(name, value, value, value, 10)


def test_thresholds_are_parsed_in_order() -> None:
    found = parse_thresholds(["hit@5=0.9", " refused-answerable = .15 ", "seconds-p50:search=2"])

    assert found == (
        Threshold("hit@5", 0.9),
        Threshold("refused-answerable", 0.15),
        Threshold("seconds-p50:search", 2.0),
    )
    assert [str(threshold) for threshold in found] == [
        "hit@5 >= 0.9",
        "refused-answerable <= 0.15",
        "seconds-p50:search <= 2",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hit@5", r'"hit@5" is not a threshold: write measure=value'),
        ("=0.9", r'"=0.9" is not a threshold'),
        ("hit@5=", r'"hit@5=" is not a threshold'),
        ("hits@5=0.9", r'"hits@5" is not a measure: did you mean hit@5\?$'),
        ("PASSED=1", r"did you mean passed\?"),
        ("zzz=1", r'"zzz" is not a measure: there are passed, hit@1, .*brier, seconds-p50'),
        ("hit@5=90", r'"90" can\'t be a threshold for hit@5; it takes a number from 0 to 1'),
        ("hit@5=nan", "takes a number from 0 to 1"),
        ("passed=-0.1", "takes a number from 0 to 1"),
        ("passed=most", "takes a number from 0 to 1"),
        ("seconds-p50=inf", "takes a number of seconds"),
    ],
)
def test_what_is_no_threshold_is_reported(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        parse_thresholds([text])

    assert "\n" not in str(raised.value)


def test_a_measure_has_one_bar() -> None:
    with pytest.raises(InputError, match=r"passed has more than one threshold: keep one\."):
        parse_thresholds(["passed=1", "hit@5=0.5", "passed=0.9"])


def test_figures_on_the_wrong_side_miss_their_thresholds() -> None:
    figures = [figure("hit@5", 0.9), figure("passed", 0.8), figure("refused-answerable", 0.2), figure("brier", 0.1)]

    found = find_missed(figures, parse_thresholds(["hit@5=0.9", "passed=0.9", "refused-answerable=0.15", "brier=0.1"]))

    assert found == (
        MissedThreshold(Threshold("passed", 0.9), 0.8),
        MissedThreshold(Threshold("refused-answerable", 0.15), 0.2),
    )
    assert [str(each) for each in found] == [
        "passed is 0.800, below its threshold of 0.9",
        "refused-answerable is 0.200, above its threshold of 0.15",
    ]


def test_what_could_not_be_measured_misses_its_bar() -> None:
    (found,) = find_missed([figure("passed", 1)], parse_thresholds(["grounded-claims=0.9"]))

    assert str(found) == "grounded-claims could not be measured on these questions; its threshold is 0.9"


def test_a_near_miss_shows_as_many_decimals_as_it_takes() -> None:
    (found,) = find_missed([figure("passed", 0.89996)], parse_thresholds(["passed=0.9"]))

    assert str(found) == "passed is 0.89996, below its threshold of 0.9"


@given(st.integers(1, 200), st.integers(0, 200))
def test_a_share_meets_a_bar_written_as_itself(whole: int, part: int) -> None:
    share = min(part, whole) / whole

    assert find_missed([figure("passed", share)], parse_thresholds([f"passed={share}"])) == ()
