"""The passages that Chroma need not find: those that came since it was written last, or all of a small library.

They are few, held in memory, and compared one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.catalog_scans import iterate_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.catalog import Catalog
    from retrieval.index.library_state import State

MAX_HELD = 20_000
"""Passages; 30 MB of vectors. There are more of them only until an ingest that brings many is done."""
MAX_SMALL = 5_000
"""Passages of a library of which all are compared, in 8 MB: of 684 in 0.4 ms, where Chroma takes 3, and 50 to open."""


@dataclass(frozen=True, slots=True)
class NewestPassages:
    """Numbers (n,) and vectors (n, d) of passages."""

    numbers: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def rank(self, vector: NDArray[np.float32]) -> list[tuple[float, int]]:
        """Return cosine and number of each, nearest first."""
        cosines = compute_cosines(self.vectors, vector)
        order = np.argsort(-cosines, kind="stable")
        return list(zip(cosines[order].tolist(), self.numbers[order].tolist(), strict=True))


def find_last_left_to_chroma(state: State) -> int:
    """Return the number of the last passage that Chroma is asked for; 0 where all are compared one by one.

    A Chroma server, which somebody has set up, is always asked.
    """
    return 0 if state.passages <= MAX_SMALL and not state.store else state.published_number


def load_newest(catalog: Catalog, after: int) -> NewestPassages | None:
    """Return the passages numbered higher than `after`; None where they are too many to be held."""
    if catalog.count_newer(after) > MAX_HELD:
        return None
    slices = list(iterate_vectors(catalog, after=after))
    numbers = [number for some, _ in slices for number in some]
    vectors = [vectors for _, vectors in slices] or [np.empty((0, catalog.get_state().dimension), np.float32)]
    return NewestPassages(np.array(numbers, np.int64), np.concatenate(vectors))


def compute_cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosines (n,) of unit vectors (n, d) with one (d,)."""
    # BLAS may wait for busy cores, a hundred times as long.
    return np.asarray(np.einsum("ij,j->i", vectors, vector), np.float32)
