"""The line in which questions and changes wait: so many at once, and no server's many hold up another's few.

The messages to people who have to wait are left to layout/notices.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from contextlib import suppress
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Self

from bot.discord.localisation import mark
from bot.front_end_errors import ClosingError, QuestionRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

SHOWN_AFTER = 1.0
"""Seconds of waiting before a place is told: most turns come sooner, and each message about one is a request."""

MOST_WAITING = 200
"""How many may wait for one server."""

FULL = mark("{waiting:,} questions of this server wait for an answer already: ask again in a minute.")


class FairLine:
    """Lets a number of tasks run at once; of the others, each server's first has its turn, then each one's second."""

    def __init__(
        self,
        at_once: int,
        *,
        each: int = 0,
        most_waiting: int = MOST_WAITING,
        full: str = FULL,
        shown_after: float = SHOWN_AFTER,
    ) -> None:
        """Let `at_once` run, `each` of one server's at most, or all where that is 0.

        Who comes when `most_waiting` of the server's wait is refused with the text `full`. Places are told to those who
        have waited for `shown_after` seconds.
        """
        self.at_once = at_once
        self.shown_after = shown_after
        self._each = each or at_once
        self._most_waiting = most_waiting
        self._full = full
        self._running: set[LineEntry] = set()
        self._running_of: Counter[int] = Counter()
        self._waiting: OrderedDict[int, deque[LineEntry]] = OrderedDict()  # the server whose turn is next comes first
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @property
    def running(self) -> int:
        """How many have their turn."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return sum(map(len, self._waiting.values()))

    def join(self, on_change: Callable[[int], None] | None = None, *, guild_id: int = 0) -> LineEntry:
        """Return the context in which something of a server's is done; entering it waits for its turn.

        `on_change` is called with each place in the line, 1 for the next one; 0 means the turn. It is not called when
        the wait is short, nor after the context was left. Entering raises QuestionRefused when too many of the server's
        wait, and ClosingError when the line is closed, also for those that wait.
        """
        return LineEntry(self, guild_id, on_change)

    def refuse(self) -> None:
        """Send away who waits and who comes from now on."""
        self._closed = True
        for entry in self._list_waiting():
            entry.refuse()
        self._waiting.clear()

    async def close(self, seconds: float) -> int:
        """Refuse new and waiting ones, and wait for those that run; return how many still do."""
        self.refuse()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        return self.running

    async def _enter(self, entry: LineEntry) -> None:
        if self._closed:
            raise ClosingError()
        # Whoever waits while there is room waits for others of the same server.
        if len(self._running) < self.at_once and self._admits(entry.guild_id):
            self._start(entry)
            return
        if len(of_server := self._waiting.setdefault(entry.guild_id, deque())) >= self._most_waiting:
            raise QuestionRefused(self._full.format(waiting=len(of_server)), self._full)
        of_server.append(entry)
        self._tell_places()
        try:
            await entry.turn
        except asyncio.CancelledError:
            if entry in self._running:  # its turn had come, but it was no longer there to take it
                self._leave(entry)
            else:
                self._drop(entry)
            raise

    def _drop(self, entry: LineEntry) -> None:
        of_server = self._waiting.get(entry.guild_id)
        if of_server is None or entry not in of_server:
            return
        of_server.remove(entry)
        if not of_server:
            del self._waiting[entry.guild_id]
        self._tell_places()

    def _leave(self, entry: LineEntry) -> None:
        self._running.discard(entry)
        self._running_of[entry.guild_id] -= 1
        self._running_of += Counter()  # drops the servers of which none runs
        while len(self._running) < self.at_once and (following := self._take_next()):
            self._start(following)
        self._tell_places()
        if not self._running:
            self._idle.set()

    def _take_next(self) -> LineEntry | None:
        """Take who has the next turn out of the line, and put the server behind the others."""
        guild_id = next(filter(self._admits, self._waiting), None)
        if guild_id is None:
            return None
        of_server = self._waiting[guild_id]
        taken = of_server.popleft()
        if of_server:
            self._waiting.move_to_end(guild_id)
        else:
            del self._waiting[guild_id]
        return taken

    def _admits(self, guild_id: int) -> bool:
        return self._running_of[guild_id] < self._each

    def _start(self, entry: LineEntry) -> None:
        self._running.add(entry)
        self._running_of[entry.guild_id] += 1
        self._idle.clear()
        entry.start()

    def _tell_places(self) -> None:
        for place, entry in enumerate(self._list_waiting(), 1):
            entry.move(place)

    def _list_waiting(self) -> Iterator[LineEntry]:
        """Yield who waits, in the order of their turns."""
        rounds = zip_longest(*map(list, self._waiting.values()))
        return (entry for entry in chain.from_iterable(rounds) if entry is not None)


class LineEntry:
    """One's place in the line; 0 while it is one's turn."""

    def __init__(self, line: FairLine, guild_id: int, on_change: Callable[[int], None] | None) -> None:
        self.guild_id = guild_id
        self.position = 0
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line = line
        self._on_change = on_change
        self._showing: asyncio.TimerHandle | None = None
        self._shown = False
        self._left = False

    async def __aenter__(self) -> Self:
        try:
            await self._line._enter(self)
        except BaseException:
            self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        self._line._leave(self)

    def move(self, position: int) -> None:
        """Take another place, and tell it later: a callback that fails must not stop the line."""
        if position == self.position:
            return
        self.position = position
        if not self._on_change:
            return
        loop = asyncio.get_running_loop()
        if self._shown:
            loop.call_soon(self._tell, position)
        elif self._showing is None:
            self._showing = loop.call_later(self._line.shown_after, self._show)

    def start(self) -> None:
        """Let it be one's turn."""
        self.move(0)
        if not self.turn.done():
            self.turn.set_result(None)

    def refuse(self) -> None:
        """Send it away."""
        if not self.turn.done():
            self.turn.set_exception(ClosingError())

    def _show(self) -> None:
        if self.position:
            self._shown = True
            self._tell(self.position)

    def _tell(self, position: int) -> None:
        if self._on_change and position == self.position and not self._left:
            self._on_change(position)

    def _leave(self) -> None:
        self._left = True
        if self._showing is not None:
            self._showing.cancel()
