"""An iterator that runs in a thread of its own and is read before a deadline, however long it takes.

A provider's own timeout counts from piece to piece, or not at all: a server that sends a blank a second would never be
given up. Reading from a queue can always be given up, and Ctrl-C is heard while waiting.
"""

from __future__ import annotations

import queue
import threading
import time
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Self

T = TypeVar("T")

TICK = 0.5
"""Seconds between two looks at the deadline: on Windows, Ctrl-C is only heard between waits."""


class DeadlineError(Exception):
    """The deadline has passed."""


class Deadline:
    """A moment that all calls for one answer have in common, `seconds` after the first of them; it can be cut short."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until: float | None = None

    def begin(self) -> None:
        """Let the time run, unless it does already."""
        if self._until is None:
            self._until = time.monotonic() + self.seconds

    def cut(self) -> None:
        """Give up at once what is still waited for, and whatever would be."""
        self._until = 0.0

    @property
    def left(self) -> float:
        """Seconds that remain, 0 when none do."""
        return self.seconds if self._until is None else max(0.0, self._until - time.monotonic())


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes; `error` is why, unless the iterator was exhausted."""

    error: BaseException | None = None


class BackgroundStream(Generic[T]):
    """Reads an iterator in a daemon thread, which ends at the item after `stop`."""

    def __init__(self, make: Callable[[], Iterator[T]], deadline: Deadline) -> None:
        self._make = make
        self._deadline = deadline
        self._items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self._ready: list[T | _End] = []
        self._stopped = threading.Event()
        context = copy_context()
        threading.Thread(target=context.run, args=(self._read,), name="chat model", daemon=True).start()

    def wait_for(self, enough: Callable[[T], bool]) -> Self:
        """Wait for an item that is enough, or for the end, and keep what came; raise what the iterator raised."""
        try:
            while True:
                item = self._get_next()
                if isinstance(item, _End) and item.error:
                    raise item.error
                self._ready.append(item)
                if isinstance(item, _End) or enough(item):
                    return self
        except BaseException:
            self.stop()
            raise

    def iterate(self) -> Generator[T, None, None]:
        """Yield the items as they come; raise what the iterator raised, DeadlineError when the time is over."""
        try:
            while True:
                item = self._ready.pop(0) if self._ready else self._get_next()
                if not isinstance(item, _End):
                    yield item
                elif item.error:
                    raise item.error
                else:
                    return
        finally:
            self.stop()

    def stop(self) -> None:
        """Let the thread end at its next item."""
        self._stopped.set()

    def _get_next(self) -> T | _End:
        while left := self._deadline.left:
            try:
                return self._items.get(timeout=min(left, TICK))
            except queue.Empty:
                continue
        raise DeadlineError

    def _read(self) -> None:
        try:
            items = self._make()
            try:
                for item in items:
                    if self._stopped.is_set():
                        break
                    self._items.put(item)
            finally:
                if close := getattr(items, "close", None):
                    close()
            self._items.put(_End())
        except BaseException as error:
            self._items.put(_End(error))
