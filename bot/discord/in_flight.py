"""The answers in progress when the bot is asked to stop: waited for, then cut short."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.discord import logs

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from bot.discord.fair_line import FairLine

DELIVERY_SECONDS = 1.0
"""How long an answer that was ready in time may take to be delivered."""
APOLOGY_SECONDS = 1.5


class InFlight:
    """The tasks that answer, and whether the bot is about to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._extras: set[asyncio.Task[None]] = set()

    def spawn(self, extra: Coroutine[Any, Any, None]) -> None:
        """Do something after an answer that nobody waits for: the end of the bot stops it."""
        if self.stopping:
            extra.close()
            return
        task = asyncio.create_task(extra)
        self._extras.add(task)
        task.add_done_callback(self._extras.discard)

    def stop(self) -> None:
        """Refuse what comes from now on, and stop what nobody waits for."""
        self.stopping = True
        for task in self._extras:
            task.cancel()

    @contextmanager
    def track(self, task: asyncio.Task[Any] | None) -> Iterator[None]:
        """Count a task among those that the end of the bot waits for."""
        if task is None or task in self._tasks:
            yield
            return
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def finish(self, queue: FairLine, within: float) -> bool:
        """Close the queue, let its questions be answered within some seconds and cancel the rest; return if any."""
        self.stop()
        await queue.close(within)
        if not self._tasks:
            return False
        _, left = await asyncio.wait(set(self._tasks), timeout=DELIVERY_SECONDS)
        for task in left:
            task.cancel()
        if left:
            logs.log_event("answers cut short", answers=len(left))
            await asyncio.wait(left, timeout=APOLOGY_SECONDS)
        return bool(left)
