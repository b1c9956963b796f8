"""Libraries that are held open, the least used one closed when there are too many; one encoder serves them all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.answerer import Answerer
    from retrieval.index import Library


@dataclass(eq=False)
class PooledLibrary:
    """A library, and its answerer once somebody asked; `users` are using it now."""

    library: Library
    answerer: Answerer | None = None
    users: int = 0


class LibraryPool:
    """Open libraries by name; safe to use from several threads."""

    def __init__(
        self, open_library: Callable[[str], Library], build_answerer: Callable[[Library], Answerer], *, most: int
    ) -> None:
        """Take what opens a library by its name, what answers from one, and how many stay open without being used."""
        self._open = open_library
        self._build = build_answerer
        self._most = most
        self._lock = threading.Lock()
        self._building = threading.Lock()
        self._opened: OrderedDict[str, PooledLibrary] = OrderedDict()

    @contextmanager
    def lend(self, name: str) -> Iterator[Library]:
        """Lend a library, whether or not anything was ingested into it."""
        with self._lend(name) as opened:
            yield opened.library

    @contextmanager
    def lend_with_answerer(self, name: str) -> Iterator[tuple[Library, Answerer]]:
        """Lend a library with its answerer."""
        with self._lend(name) as opened:
            with self._building:
                answerer = opened.answerer or self._build(opened.library)
                opened.answerer = answerer
            yield opened.library, answerer

    def drop(self, name: str) -> None:
        """Close a library that is about to be deleted; whoever uses it now reads it to the end."""
        with self._lock:
            opened = self._opened.pop(name, None)
            if opened is not None and not opened.users:
                opened.library.close()

    def close(self) -> None:
        """Close all libraries; one that is still in use opens its files again, and is closed after that."""
        with self._lock:
            self._most = 0
            idle = self._take_idle()
        _close(idle)

    @contextmanager
    def _lend(self, name: str) -> Iterator[PooledLibrary]:
        with self._lock:
            opened = self._opened.get(name) or PooledLibrary(self._open(name))
            self._opened[name] = opened
            self._opened.move_to_end(name)
            opened.users += 1
            idle = self._take_idle()
        # Whoever wants another library does not wait for that.
        _close(idle)
        try:
            yield opened
        finally:
            with self._lock:
                opened.users -= 1
                dropped = [] if opened.users or self._opened.get(name) is opened else [opened.library]
                idle = self._take_idle() + dropped
            _close(idle)

    def _take_idle(self) -> list[Library]:
        """Take out the libraries beyond the limit that nobody uses, the least recently used first."""
        idle = [name for name, opened in self._opened.items() if not opened.users]
        return [self._opened.pop(name).library for name in idle[: max(len(self._opened) - self._most, 0)]]


def _close(libraries: Iterable[Library]) -> None:
    for library in libraries:
        library.close()
