"""How much may be asked at once: rates per person and per server, and the queue of questions.

The messages to people who have to wait are left to layout/notices.py.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self

from bot.front_end_errors import ClosingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from bot.settings import Settings

A_MOMENT = 0.01
"""Seconds added to a wait: a question at the very end of a window still counts as within it."""

WINDOWS = 1_000
"""Windows that are kept before the empty ones are dropped."""

_RATE = re.compile(r"(\d+) */ *(\d*) *(second|minute|hour|day)")
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


class Rate(NamedTuple):
    """So many questions in so many seconds."""

    amount: int
    seconds: int


def parse_rates(text: str) -> list[Rate]:
    """Read rates, in the form that the settings have checked: "6/minute; 100/2 days" is two rates."""
    found = _RATE.findall(text)
    return [Rate(int(amount), int(multiple or 1) * _UNIT_SECONDS[unit]) for amount, multiple, unit in found]


class RateLimits:
    """How often a person, and all people of a server together, may ask; counted in moving windows, in memory."""

    def __init__(self, settings: Settings) -> None:
        self._per_person = parse_rates(settings.discord_per_person)
        self._per_guild = parse_rates(settings.discord_per_guild)
        self._windows: dict[tuple[Rate, str, int], deque[float]] = {}
        self._most_windows = WINDOWS

    def check(self, guild_id: int, person_id: int) -> float:
        """Return 0 and count the question when it is admitted, else the seconds to wait; a refused one is not counted.

        Direct messages, whose guild id is 0, are limited per person only. Not for several threads at once.
        """
        limits = [(limit, "person", person_id) for limit in self._per_person]
        if guild_id:
            limits += [(limit, "guild", guild_id) for limit in self._per_guild]
        now = time.time()
        windows = [(whose[0], self._get_window(whose, now)) for whose in limits]
        full = [window[0] + limit.seconds - now for limit, window in windows if len(window) >= limit.amount]
        if full:
            return max(0.0, *full) + A_MOMENT
        for _, window in windows:
            window.append(now)
        if len(self._windows) > self._most_windows:
            self._sweep(now)
        return 0.0

    def take_back(self, guild_id: int, person_id: int) -> None:
        """Uncount the last question of somebody, which turned out to be none."""
        for whose, window in self._windows.items():
            if window and whose[1:] in {("person", person_id), ("guild", guild_id)}:
                window.pop()

    def _get_window(self, whose: tuple[Rate, str, int], now: float) -> deque[float]:
        """Return the times of the questions that still count, oldest first."""
        window = self._windows.setdefault(whose, deque())
        while window and window[0] + whose[0].seconds < now:
            window.popleft()
        return window

    def _sweep(self, now: float) -> None:
        """Drop the windows that are empty by now."""
        self._windows = {whose: self._get_window(whose, now) for whose in self._windows}
        self._windows = {whose: window for whose, window in self._windows.items() if window}
        self._most_windows = max(WINDOWS, 2 * len(self._windows))


class RepeatGuard:
    """Remembers which notices people got a short while ago, so that none is repeated in a public channel."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, int, str], float] = {}

    def admit(self, guild_id: int, person_id: int, about: str, seconds: float) -> bool:
        """Return whether to send somebody this notice; once sent, it is not repeated for so many seconds."""
        now, key = time.time(), (guild_id, person_id, about)
        self._until = {each: until for each, until in self._until.items() if until > now}
        if key in self._until:
            return False
        self._until[key] = now + seconds
        return True


class AnswerQueue:
    """Lets a number of questions be answered at once, and the others wait in the order they came."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._running: set[QueueEntry] = set()
        self._waiting: deque[QueueEntry] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @property
    def running(self) -> int:
        """How many are being answered."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def join(self, on_change: Callable[[int], None] | None = None) -> QueueEntry:
        """Return the context in which a question is answered; entering it waits for its turn.

        `on_change` is called with each position that a waiting question has in the queue; 0 means its turn. It is not
        called when there is no wait, nor after the context was left. Entering raises ClosingError when the queue is
        closed, also for those that wait.
        """
        return QueueEntry(self, on_change)

    async def close(self, seconds: float) -> int:
        """Refuse new and waiting questions, and wait for the running ones; return how many still run."""
        self._closed = True
        for ticket in self._waiting:
            ticket.refuse()
        self._waiting.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        return self.running

    async def _enter(self, ticket: QueueEntry) -> None:
        if self._closed:
            raise ClosingError()
        if len(self._running) < self.at_once and not self._waiting:
            self._start(ticket)
            return
        self._waiting.append(ticket)
        ticket.move(len(self._waiting))
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket in self._running:  # its turn had come, but it was no longer there to take it
                self._leave(ticket)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
                self._move_up()
            raise

    def _leave(self, ticket: QueueEntry) -> None:
        self._running.discard(ticket)
        while self._waiting and len(self._running) < self.at_once:
            self._start(self._waiting.popleft())
        self._move_up()
        if not self._running:
            self._idle.set()

    def _start(self, ticket: QueueEntry) -> None:
        self._running.add(ticket)
        self._idle.clear()
        ticket.start()

    def _move_up(self) -> None:
        for position, ticket in enumerate(self._waiting, 1):
            ticket.move(position)


class QueueEntry:
    """One question's position in the queue; 0 while it is being answered."""

    def __init__(self, line: AnswerQueue, on_change: Callable[[int], None] | None) -> None:
        self.position = 0
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue = line
        self._on_change = on_change
        self._left = False

    async def __aenter__(self) -> Self:
        try:
            await self._queue._enter(self)
        except BaseException:
            self._left = True
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True
        self._queue._leave(self)

    def move(self, position: int) -> None:
        """Take another position, and report it later: a callback that fails must not stop the queue."""
        if position == self.position:
            return
        self.position = position
        if self._on_change:
            asyncio.get_running_loop().call_soon(self._tell, position)

    def start(self) -> None:
        """Let the question be answered."""
        self.move(0)
        if not self.turn.done():
            self.turn.set_result(None)

    def refuse(self) -> None:
        """Refuse the question."""
        if not self.turn.done():
            self.turn.set_exception(ClosingError())

    def _tell(self, position: int) -> None:
        if self._on_change and position == self.position and not self._left:
            self._on_change(position)
