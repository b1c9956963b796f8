import asyncio
import random
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies

from bot.discord import rate_limits
from bot.discord.rate_limits import AnswerQueue, QueueEntry, RateLimits
from bot.front_end_errors import ClosingError
from bot.settings import Settings

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
    return RateLimits(Settings(discord_per_person=per_person, discord_per_guild=per_guild))


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


# The queue


class Asker:
    """A question in the queue: records its positions, and stays in progress until `go` is set."""

    def __init__(self, queue: AnswerQueue) -> None:
        self.positions: list[int] = []
        self.go = asyncio.Event()
        self.entered = asyncio.Event()
        self.task = asyncio.create_task(self._ask(queue))

    async def _ask(self, queue: AnswerQueue) -> None:
        async with queue.join(self.positions.append):
            self.entered.set()
            await self.go.wait()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def asked(queue: AnswerQueue, count: int) -> list[Asker]:
    askers = []
    for _ in range(count):
        askers.append(Asker(queue))
        await settled()
    return askers


async def leave(*askers: Asker) -> None:
    for asker in askers:
        asker.go.set()
    await asyncio.gather(*(asker.task for asker in askers), return_exceptions=True)
    await settled()


async def test_who_need_not_wait_gets_no_position() -> None:
    queue = AnswerQueue(2)
    askers = await asked(queue, 2)

    assert (queue.running, queue.waiting) == (2, 0)
    await leave(*askers)
    assert [asker.positions for asker in askers] == [[], []]


async def test_the_others_come_in_their_order_and_get_each_position() -> None:
    queue = AnswerQueue(1)
    first, second, third, fourth = await asked(queue, 4)
    assert (queue.running, queue.waiting) == (1, 3)

    await leave(first)
    assert second.entered.is_set()
    assert not third.entered.is_set()
    await leave(second)
    await leave(third)
    await leave(fourth)

    assert [asker.positions for asker in (first, second, third, fourth)] == [[], [1, 0], [2, 1, 0], [3, 2, 1, 0]]
    assert (queue.running, queue.waiting) == (0, 0)


async def test_a_place_can_be_asked_for() -> None:
    queue = AnswerQueue(1)
    (first,) = await asked(queue, 1)
    ticket = queue.join()
    entering = asyncio.create_task(ticket.__aenter__())
    await settled()
    assert ticket.position == 1

    await leave(first)
    await entering

    assert ticket.position == 0
    await ticket.__aexit__(None, None, None)


async def test_who_gives_up_waiting_leaves_no_hole() -> None:
    queue = AnswerQueue(1)
    first, second, third = await asked(queue, 3)

    second.task.cancel()
    await settled()

    assert third.positions == [2, 1]
    await leave(first)
    assert third.entered.is_set()
    await leave(third)


async def test_who_gives_up_just_when_the_turn_comes_passes_it_on() -> None:
    queue = AnswerQueue(1)
    first = queue.join()
    await first.__aenter__()
    second, third = await asked(queue, 2)

    await first.__aexit__(None, None, None)
    second.task.cancel()
    await settled()

    assert not second.entered.is_set()
    assert third.entered.is_set()
    await leave(third)
    assert queue.running == 0


async def test_an_error_while_answering_frees_the_place() -> None:
    queue = AnswerQueue(1)

    with pytest.raises(KeyError):
        async with queue.join():
            raise KeyError

    assert queue.running == 0


async def test_a_callback_that_fails_does_not_stop_the_line() -> None:
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["exception"]))
    queue = AnswerQueue(1)
    (first,) = await asked(queue, 1)

    def fail(place: int) -> None:
        raise LookupError(place)

    async def ask() -> str:
        async with queue.join(fail):
            return "answered"

    second = asyncio.create_task(ask())
    await settled()
    await leave(first)

    assert await second == "answered"
    assert [type(each) for each in failures][:1] == [LookupError]


async def test_a_closed_line_sends_away_who_waits_and_who_comes() -> None:
    queue = AnswerQueue(1)
    first, second = await asked(queue, 2)
    closing = asyncio.create_task(queue.close(5))
    await settled()

    with pytest.raises(ClosingError, match="about to restart"):
        await second.task
    with pytest.raises(ClosingError):
        await queue.join().__aenter__()

    await leave(first)
    assert await closing == 0


async def test_closing_waits_no_longer_than_it_may() -> None:
    queue = AnswerQueue(1)
    (first,) = await asked(queue, 1)

    assert await queue.close(0.05) == 1

    await leave(first)
    assert await queue.close(0.05) == 0


async def test_an_idle_line_closes_at_once() -> None:
    assert await asyncio.wait_for(AnswerQueue(1).close(60), 30) == 0


@given(seed=strategies.integers(0, 10_000), at_once=strategies.integers(1, 5))
@settings(max_examples=40)
def test_whatever_happens_the_line_is_in_order_never_too_full_and_empty_at_the_end(seed: int, at_once: int) -> None:
    chance = random.Random(seed)
    tickets: list[QueueEntry] = []
    started: list[QueueEntry] = []

    class Watched(AnswerQueue):
        def _start(self, ticket: QueueEntry) -> None:
            started.append(ticket)
            super()._start(ticket)

    async def ask(queue: AnswerQueue) -> None:
        tickets.append(queue.join(watch(queue)))
        async with tickets[-1]:
            assert queue.running <= at_once
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)

    def watch(queue: AnswerQueue) -> Callable[[int], None]:
        return lambda place: None if 0 <= place <= queue.waiting + 1 else pytest.fail(f"place {place}")

    async def run() -> None:
        queue = Watched(at_once)
        tasks = []
        for _ in range(60):
            tasks.append(asyncio.create_task(ask(queue)))
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
            if chance.random() < 0.3:
                chance.choice(tasks).cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        assert {type(each) for each in done} <= {type(None), asyncio.CancelledError}
        assert (queue.running, queue.waiting) == (0, 0)

    asyncio.run(run())
    assert started == [ticket for ticket in tickets if ticket in started]


async def test_a_ticket_needs_no_callback() -> None:
    queue = AnswerQueue(1)

    async with queue.join() as ticket:
        assert isinstance(ticket, QueueEntry)


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
