"""Passages that were read a moment ago, unpacked: the same ones bear on question after question."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.index.stored_passages import StoredPassage

MOST = 1_000
"""Passages that are kept, some 15 KB each."""


class RememberedPassages:
    """Passages of one generation of a library by their ids; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passages: dict[str, StoredPassage] = {}

    def get(
        self, ids: Sequence[str], load: Callable[[Sequence[str]], Mapping[str, StoredPassage]]
    ) -> dict[str, StoredPassage]:
        """Return those of the passages that exist, in the order asked for; `load` gives those not remembered."""
        with self._lock:
            found = {key: self._passages[key] for key in ids if key in self._passages}
        if new := [key for key in ids if key not in found]:
            # Copies: what is loaded together lies in one array, which a single passage would keep alive.
            loaded = {
                key: replace(each, vector=each.vector.copy(), sentence_vectors=each.sentence_vectors.copy())
                for key, each in load(new).items()
            }
            found |= loaded
            with self._lock:
                self._passages |= loaded
                for key in list(self._passages)[: max(0, len(self._passages) - MOST)]:
                    del self._passages[key]
        return {key: found[key] for key in ids if key in found}
