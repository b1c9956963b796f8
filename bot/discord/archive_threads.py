"""The threads in which libraries are read and written, and their end when the bot stops."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from bot.front_end_errors import ClosingError

if TYPE_CHECKING:
    from collections.abc import Callable

SPARE = 4
"""Threads beyond those that answer: for lists, passages and searches, and for answers that were given up."""

WRITERS = 2
"""Libraries that are written at the same time, each of another server: encoding uses all processors."""

THREADS = "clippings-"
"""What the names of the threads begin with."""

Result = TypeVar("Result")


class ArchiveThreads:
    """Two pools; to be used from one event loop."""

    def __init__(self, answers: int) -> None:
        """Take how many questions are answered at a time."""
        self._readers = ThreadPoolExecutor(answers + SPARE, f"{THREADS}read")
        self._writers = ThreadPoolExecutor(WRITERS, f"{THREADS}write")
        self._closing = threading.Event()

    @property
    def closing(self) -> bool:
        """Whether the bot is about to stop."""
        return self._closing.is_set()

    async def run(
        self, work: Callable[[], Result], stopped: threading.Event | None = None, *, writing: bool = False
    ) -> Result:
        """Return what is made in a thread; set `stopped` when nobody waits for it any more.

        Raises ClosingError when the bot is about to stop.
        """
        if self.closing:
            raise ClosingError()
        done = (self._writers if writing else self._readers).submit(work)
        try:
            return await asyncio.wrap_future(done)
        except asyncio.CancelledError:
            if stopped:
                stopped.set()
            task = asyncio.current_task()
            if done.cancelled() and self.closing and not (task and task.cancelling()):
                raise ClosingError() from None
            raise

    def close(self, seconds: float) -> None:
        """Refuse new work, stop what can be stopped, and wait for the rest for some seconds; blocks."""
        self._closing.set()
        pools = (self._readers, self._writers)
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        ends = [threading.Thread(target=pool.shutdown, daemon=True) for pool in pools]
        until = time.monotonic() + seconds
        for end in ends:
            end.start()
        for end in ends:
            end.join(max(until - time.monotonic(), 0.0))
