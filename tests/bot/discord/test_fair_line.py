"""The line of questions and of changes: order, places, fairness between servers, and its end."""

import asyncio
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies

from bot.discord.fair_line import FairLine, LineEntry
from bot.front_end_errors import ClosingError, QuestionRefused

HERE, THERE, ELSEWHERE = 11, 12, 13


def line_of(at_once: int, *, each: int = 0, most_waiting: int = 200) -> FairLine:
    """Return a line that tells every place at once."""
    return FairLine(at_once, each=each, most_waiting=most_waiting, shown_after=0)


class Asker:
    """A question in the queue: records its positions, and stays in progress until `go` is set."""

    def __init__(self, queue: FairLine) -> None:
        self.positions: list[int] = []
        self.go = asyncio.Event()
        self.entered = asyncio.Event()
        self.task = asyncio.create_task(self._ask(queue))

    async def _ask(self, queue: FairLine) -> None:
        async with queue.join(self.positions.append):
            self.entered.set()
            await self.go.wait()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def asked(queue: FairLine, count: int) -> list[Asker]:
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
    queue = line_of(2)
    askers = await asked(queue, 2)

    assert (queue.running, queue.waiting) == (2, 0)
    await leave(*askers)
    assert [asker.positions for asker in askers] == [[], []]


async def test_the_others_come_in_their_order_and_get_each_position() -> None:
    queue = line_of(1)
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
    queue = line_of(1)
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
    queue = line_of(1)
    first, second, third = await asked(queue, 3)

    second.task.cancel()
    await settled()

    assert third.positions == [2, 1]
    await leave(first)
    assert third.entered.is_set()
    await leave(third)


async def test_who_gives_up_just_when_the_turn_comes_passes_it_on() -> None:
    queue = line_of(1)
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
    queue = line_of(1)

    with pytest.raises(KeyError):
        async with queue.join():
            raise KeyError

    assert queue.running == 0


async def test_a_callback_that_fails_does_not_stop_the_line() -> None:
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["exception"]))
    queue = line_of(1)
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
    queue = line_of(1)
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
    queue = line_of(1)
    (first,) = await asked(queue, 1)

    assert await queue.close(0.05) == 1

    await leave(first)
    assert await queue.close(0.05) == 0


async def test_an_idle_line_closes_at_once() -> None:
    assert await asyncio.wait_for(line_of(1).close(60), 30) == 0


@given(seed=strategies.integers(0, 10_000), at_once=strategies.integers(1, 5))
@settings(max_examples=40)
def test_whatever_happens_the_line_is_in_order_never_too_full_and_empty_at_the_end(seed: int, at_once: int) -> None:
    chance = random.Random(seed)
    tickets: list[LineEntry] = []
    started: list[LineEntry] = []

    class Watched(FairLine):
        def _start(self, ticket: LineEntry) -> None:
            started.append(ticket)
            super()._start(ticket)

    async def ask(queue: FairLine) -> None:
        tickets.append(queue.join(watch(queue)))
        async with tickets[-1]:
            assert queue.running <= at_once
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)

    def watch(queue: FairLine) -> Callable[[int], None]:
        return lambda place: None if 0 <= place <= queue.waiting + 1 else pytest.fail(f"place {place}")

    async def run() -> None:
        queue = Watched(at_once, shown_after=0)
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
    queue = line_of(1)

    async with queue.join() as ticket:
        assert isinstance(ticket, LineEntry)


class Turns:
    """Tasks of servers in a line, which end when they are told to; `order` is that of their turns."""

    def __init__(self, line: FairLine) -> None:
        self.line = line
        self.order: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self, guild_id: int, *names: str) -> None:
        """Let tasks come in this order."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._run(guild_id, name)))
            await settled()

    async def end(self, *names: str) -> None:
        """Let tasks end."""
        for name in names:
            self._ends[name].set()
            await settled()

    async def end_all(self) -> None:
        """Let every task end when it has had its turn."""
        for event in self._ends.values():
            event.set()
        await asyncio.gather(*self._tasks)

    async def _run(self, guild_id: int, name: str) -> None:
        async with self.line.join(self.places.setdefault(name, []).append, guild_id=guild_id):
            self.order.append(name)
            await self._ends[name].wait()


async def test_one_servers_many_do_not_hold_up_anothers_few() -> None:
    turns = Turns(line_of(1))
    await turns.begin(HERE, "a1", "a2", "a3", "a4")
    await turns.begin(THERE, "b1", "b2")
    await turns.begin(ELSEWHERE, "c1")

    assert {name: places[-1:] for name, places in turns.places.items()} == {
        "a1": [], "a2": [1], "b1": [2], "c1": [3], "a3": [4], "b2": [5], "a4": [6]
    }  # fmt: skip
    await turns.end_all()

    assert turns.order == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_one_server_takes_no_more_room_than_it_may() -> None:
    turns = Turns(line_of(2, each=1))
    await turns.begin(HERE, "a1", "a2", "a3")
    await turns.begin(THERE, "b1")

    assert turns.order == ["a1", "b1"]
    await turns.end("b1")
    assert turns.order == ["a1", "b1"]
    await turns.end("a1")
    assert turns.order == ["a1", "b1", "a2"]
    await turns.end_all()


async def test_too_many_of_one_server_are_refused_and_another_is_not() -> None:
    line = line_of(1, most_waiting=2)
    turns = Turns(line)
    await turns.begin(HERE, "a1", "a2", "a3")

    with pytest.raises(QuestionRefused, match="2 questions of this server wait"):
        async with line.join(guild_id=HERE):
            pass
    await turns.begin(THERE, "b1")
    await turns.end_all()

    assert turns.order == ["a1", "a2", "b1", "a3"]


async def test_a_short_wait_is_not_told_and_a_long_one_with_the_place_it_has_come_to() -> None:
    turns = Turns(FairLine(1, shown_after=0.05))
    await turns.begin(HERE, "a", "b", "c", "d")
    await turns.end("a")
    await asyncio.sleep(0.2)
    await turns.end("b")
    await turns.end_all()

    assert turns.places == {"a": [], "b": [], "c": [1, 0], "d": [2, 1, 0]}
