from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies

from bot.discord import rate_limits
from bot.discord.rate_limits import RateLimits

ANN, BEN, CID = 1, 2, 3
HERE, THERE = 11, 12


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stops until `now` is changed."""
    clock = SimpleNamespace(now=1_000_000.0)
    clock.time = lambda: clock.now
    monkeypatch.setattr(rate_limits, "time", clock)
    return clock


def allowed(per_person: str = "100/minute", per_guild: str = "100/minute") -> RateLimits:
    return RateLimits(per_person, per_guild)


# Limits


def test_a_person_waits_until_the_first_question_is_a_minute_old(clock: SimpleNamespace) -> None:
    limits = allowed("2/minute")
    assert limits.check(HERE, ANN) == 0
    clock.now += 20
    assert limits.check(HERE, ANN) == 0
    clock.now += 10

    assert limits.check(HERE, ANN) == pytest.approx(30, abs=0.1)


def test_who_waits_as_long_as_required_is_admitted(clock: SimpleNamespace) -> None:
    limits = allowed("1/minute")
    limits.check(HERE, ANN)

    clock.now += limits.check(HERE, ANN)

    assert limits.check(HERE, ANN) == 0


def test_what_turns_out_to_be_no_question_counts_for_nothing(clock: SimpleNamespace) -> None:
    limits = allowed("1/minute", "1/minute")
    limits.check(HERE, ANN)

    limits.take_back(HERE, ANN)

    assert limits.check(HERE, ANN) == 0
    assert limits.check(HERE, BEN)


def test_a_refused_question_counts_for_nothing(clock: SimpleNamespace) -> None:
    limits = allowed("1/minute", "2/minute")
    limits.check(HERE, ANN)
    for _ in range(10):
        clock.now += 1
        assert limits.check(HERE, ANN)

    assert limits.check(HERE, BEN) == 0
    assert limits.check(HERE, CID)
    clock.now += 51
    assert limits.check(HERE, ANN) == 0


def test_people_do_not_count_for_each_other_but_for_their_server(clock: SimpleNamespace) -> None:
    limits = allowed("1/minute", "2/minute")

    assert [limits.check(HERE, ANN), limits.check(HERE, BEN)] == [0, 0]
    assert limits.check(HERE, CID) > 0
    assert limits.check(THERE, CID) == 0


def test_a_person_is_the_same_in_every_server(clock: SimpleNamespace) -> None:
    limits = allowed("1/minute")
    limits.check(HERE, ANN)

    assert limits.check(THERE, ANN) > 0


def test_direct_messages_are_no_server(clock: SimpleNamespace) -> None:
    limits = allowed("100/minute", "1/minute")

    assert [limits.check(0, person) for person in range(1, 9)] == [0] * 8


def test_of_several_rates_the_longest_wait_is_returned(clock: SimpleNamespace) -> None:
    limits = allowed("1/second; 2/day")
    limits.check(HERE, ANN)
    assert limits.check(HERE, ANN) == pytest.approx(1, abs=0.1)
    clock.now += 2
    assert limits.check(HERE, ANN) == 0

    assert limits.check(HERE, ANN) == pytest.approx(24 * 3600 - 2, abs=0.1)


def test_who_asked_long_ago_is_no_longer_held_in_memory(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "WINDOWS", 20)
    limits = allowed()
    for person in range(200):
        clock.now += 30
        limits.check(0, person)

    assert len(limits._windows) < 100


@given(steps=strategies.lists(strategies.integers(0, 40), max_size=60))
@settings(max_examples=60)
def test_no_minute_ever_holds_more_than_is_allowed(steps: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = SimpleNamespace(now=1_000_000.0)
        clock.time = lambda: clock.now
        patch.setattr(rate_limits, "time", clock)
        checked, admitted = allowed("3/minute"), []
        for step in steps:
            clock.now += step
            wait = checked.check(HERE, ANN)
            if not wait:
                admitted.append(clock.now)
            else:
                assert 0 < wait <= 60 + rate_limits.A_MOMENT

    assert all(admitted[n] - admitted[n - 3] >= 60 for n in range(3, len(admitted)))


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("6/minute", [(6, 60)]),
        (" 10 / 2 hours ;100/day", [(10, 7_200), (100, 86_400)]),
        ("1/30seconds; 5/minutes", [(1, 30), (5, 60)]),
    ],
)
def test_rates_are_read_as_the_settings_allow_them(text: str, rates: list[tuple[int, int]]) -> None:
    assert rate_limits.parse_rates(text) == rates
