"""Which of Chroma's indexes are open at the same time, over all libraries that share them.

An open index takes a dozen file descriptors and seven threads of Chroma's own, all else of a library two: many
libraries can be open where few of these are.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index.vectors import NearestNeighbours

SMALL = 1_000
"""Passages of a library whose vectors are compared one by one, in milliseconds, rather than close another's index."""

Wanted = tuple[str, str, int]
"""Which index it is: the server's address or "", the collection, and the number of the folder."""


class OpenVectors:
    """Up to `most` open indexes, the least recently used closed first; safe to use from several threads.

    One that is closed while somebody still searches it is freed when they are done.
    """

    def __init__(self, most: int = 1) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[object, tuple[Wanted, NearestNeighbours | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(
        self, owner: object, wanted: Wanted, open_index: Callable[[], NearestNeighbours | None], *, passages: int
    ) -> NearestNeighbours | None:
        """Return an owner's index, opened if need be, or None where it can't be opened.

        None also where the library is small and all room is taken: comparing its vectors takes less than opening does.
        Not for several threads of one owner at once.
        """
        freed = []
        with self._lock:
            held = self._held.pop(owner, None)
            if held and held[0] == wanted:
                self._held[owner] = held
                return held[1]
            if passages <= SMALL and len(self._held) >= self.most:
                return None
            while len(self._held) >= self.most:
                freed.append(self._held.popitem(last=False)[1])
        del held, freed  # closes them, before another is read into memory
        opened = open_index()
        with self._lock:
            self._held[owner] = wanted, opened
        return opened

    def drop(self, owner: object) -> None:
        """Close an owner's index."""
        with self._lock:
            dropped = self._held.pop(owner, None)
        del dropped
