"""A stream that is read in a thread of its own and given up at a deadline, whatever its provider does.

A provider's own timeout counts from piece to piece, or not at all: a server that sends a blank a second would never be
given up. Reading from a queue can always be given up, and Ctrl-C is noticed while waiting. `asyncio.timeout` can't take
the thread's place: a blocking client that hangs would keep the process from ending, and a synchronous caller may be
inside a running loop.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from retrieval.errors import DeadlinePassed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

T = TypeVar("T")

TICK = 0.5
"""Seconds between two looks at the deadline: on Windows, Ctrl-C is only noticed between waits."""


class Deadline:
    """A moment that all calls for one answer have in common, `seconds` after the first of them; it can be cut short."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end: float | None = None

    def begin(self) -> None:
        """Start the clock, unless it runs already."""
        if self._end is None:
            self._end = time.monotonic() + self.seconds

    def cut(self) -> None:
        """Give up at once what is still waited for, and whatever would be."""
        self._end = 0.0

    @property
    def left(self) -> float:
        """Seconds that remain, 0 when none do."""
        return self.seconds if self._end is None else max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes; `error` is why, unless the iterator was exhausted."""

    error: BaseException | None = None


def stream_in_background(make: Callable[[], Iterator[T]], deadline: Deadline) -> Generator[T, None, None]:
    """Yield the items of an iterator that a daemon thread makes and reads; raise what it raises.

    Raises DeadlinePassed when the time is over. The thread ends at the next item after this generator is closed.
    """
    items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    stopped = threading.Event()

    def read() -> None:
        try:
            iterator = make()
            try:
                for item in iterator:
                    if stopped.is_set():
                        break
                    items.put(item)
            finally:
                if close := getattr(iterator, "close", None):
                    close()
            items.put(_End())
        except BaseException as error:
            items.put(_End(error))

    threading.Thread(target=copy_context().run, args=(read,), name="chat model", daemon=True).start()
    try:
        while left := deadline.left:
            try:
                item = items.get(timeout=min(left, TICK))
            except queue.Empty:
                continue
            if not isinstance(item, _End):
                yield item
            elif item.error:
                raise item.error
            else:
                return
        raise DeadlinePassed(f"did not answer within {deadline.seconds:g} s")
    finally:
        stopped.set()


def wait_for(stream: Generator[T, None, None], is_enough: Callable[[T], bool]) -> Generator[T, None, None]:
    """Return the same items as soon as one of them is enough, or there are no more; raise what comes before that."""
    waiting: list[T] = []
    for item in stream:
        waiting.append(item)
        if is_enough(item):
            break

    def resume() -> Generator[T, None, None]:
        with closing(stream):
            yield from waiting
            yield from stream

    return resume()
