"""Which of Chroma's indexes are open: as many as there is room for, over all libraries that share them."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from retrieval.index import Library, OpenVectors
from retrieval.index.open_vectors import SMALL
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from retrieval.index.vectors import NearestNeighbours

LARGE = SMALL + 1
FIRST, SECOND = ("", "passages", 1), ("", "passages", 2)


class Index:
    """An index that can be watched."""


def take(vectors: OpenVectors, owner: object, wanted: tuple[str, str, int] = FIRST, *, passages: int = LARGE) -> Any:
    return vectors.get(owner, wanted, lambda: cast("NearestNeighbours", Index()), passages=passages)


def test_an_index_is_opened_once_until_another_is_wanted() -> None:
    vectors = OpenVectors()

    first = take(vectors, "a")

    assert take(vectors, "a") is first
    assert take(vectors, "a", SECOND) is not first
    assert len(vectors) == 1


def test_the_least_recently_used_is_closed_once_nobody_searches_it() -> None:
    vectors = OpenVectors(2)
    held = take(vectors, "a")
    gone = weakref.ref(take(vectors, "b"))
    take(vectors, "a")

    take(vectors, "c")
    gc.collect()

    assert gone() is None
    assert take(vectors, "a") is held
    assert len(vectors) == 2


def test_a_small_library_closes_no_other_ones_index() -> None:
    vectors = OpenVectors(1)
    first = take(vectors, "a", passages=SMALL)

    assert take(vectors, "b", passages=SMALL) is None
    assert take(vectors, "a", passages=SMALL) is first
    vectors.drop("a")
    assert take(vectors, "b", passages=SMALL) is not None


def test_what_can_not_be_opened_is_not_tried_again_and_again() -> None:
    vectors, tried = OpenVectors(), list[int]()

    for _ in range(2):
        assert vectors.get("a", FIRST, lambda: tried.append(1), passages=LARGE) is None

    assert tried == [1]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc names the open files")
def test_many_open_libraries_share_few_indexes_and_all_answer(tmp_path: Path) -> None:
    vectors, encoder = OpenVectors(2), FakeEncoder()
    libraries = [Library.open(tmp_path / f"{n}", encoder=encoder, vectors=vectors, create=True) for n in range(12)]
    for number, library in enumerate(libraries):
        library.ingest([make_article(number)])
    before = _count_files(tmp_path)

    found = [search(library, "comet", k=1)[0].article.id for library in libraries]

    try:
        assert found == [make_article(number).id for number in range(12)]
        assert len(vectors) == 2
        assert _count_files(tmp_path) - before < 12 * 2 + 2 * 15
    finally:
        for library in libraries:
            library.close()
    assert len(vectors) == 0


def _count_files(folder: Path) -> int:
    """Count the open files of this process in a folder, as often as they are open."""
    return sum(
        str(each.readlink()).startswith(str(folder)) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()
    )
