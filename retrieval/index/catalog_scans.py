"""Reads many passages of a catalog, in slices: vectors that are compared one by one, and what other stores are made of.

What is looked up is left to catalog.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from retrieval.index.quantization import dequantize_vectors
from retrieval.index.selection import EVERYTHING, LISTED, build_condition
from retrieval.index.stored_passages import PASSAGE_COLUMNS, unpack_passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import Passage
    from retrieval.index.catalog import Catalog
    from retrieval.index.selection import Selection

ROWS_PER_BATCH = 2_048

EncodedSlice: TypeAlias = "tuple[list[str], NDArray[np.float32]]"
"""Ids of passages and their vectors (n, d)."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A passage with all that the other stores keep of it."""

    number: int
    passage: Passage
    vector: NDArray[np.float32]
    title: str
    author: str
    day: int | None


def iterate_vectors(
    catalog: Catalog, selection: Selection = EVERYTHING, *, after: int = 0
) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    """Yield numbers and vectors (n, d) of the selected passages numbered higher than `after`, in slices."""
    query, values = "SELECT number, vector FROM vectors WHERE number > ?", list[Any]([after])
    if selection and not selection.narrows:
        query += f" AND number NOT IN (SELECT number FROM passages WHERE article_id {LISTED})"
        values.append(json.dumps(selection.left_out))
    elif selection:
        condition, more = build_condition(selection)
        query += (
            " AND number IN (SELECT p.number FROM passages AS p"
            f" WHERE p.article_id IN (SELECT id FROM articles WHERE {condition}))"
        )
        values += more
    dimension = catalog.get_state().dimension
    rows = catalog.file.sql.execute(query, values)
    while some := rows.fetchmany(ROWS_PER_BATCH):
        yield [row[0] for row in some], dequantize_vectors([row[1] for row in some], dimension)


def iterate_encoded(catalog: Catalog, *, after: int = 0) -> Iterator[EncodedSlice]:
    """Yield ids and vectors (n, d) of the passages numbered higher than `after`, in slices, in their order."""
    dimension = catalog.get_state().dimension
    query = "SELECT id, vector FROM passages JOIN vectors USING (number) WHERE number > ? ORDER BY number"
    rows = catalog.file.sql.execute(query, (after,))
    while some := rows.fetchmany(ROWS_PER_BATCH):
        yield [row[0] for row in some], dequantize_vectors([row[1] for row in some], dimension)


def iterate_entries(catalog: Catalog, *, after: int = 0, numbers: Sequence[int] | None = None) -> Iterator[IndexEntry]:
    """Yield what the other stores keep of passages: those numbered higher than `after`, or just the given ones."""
    dimension = catalog.get_state().dimension
    query = (
        f"SELECT number, {PASSAGE_COLUMNS}, vector, title, author, day"
        " FROM passages AS p JOIN vectors USING (number) JOIN articles AS a ON a.id = article_id WHERE "
    )
    if numbers is None:
        rows = catalog.file.sql.execute(query + "number > ? ORDER BY number", (after,))
    else:
        wanted = json.dumps(list(numbers))
        rows = catalog.file.sql.execute(query + f"number {LISTED} ORDER BY number", (wanted,))
    for number, *passage, vector, title, author, day in rows:
        yield IndexEntry(
            number, unpack_passage(passage), dequantize_vectors([vector], dimension)[0], title, author, day
        )
