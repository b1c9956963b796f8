from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.domain import Passage
from retrieval.errors import LibraryDamaged, StoreMoved
from retrieval.index.catalog import EVERYTHING, IndexEntry, Selection
from retrieval.index.vectors import EmbeddedVectors, build_where, discard, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).parents[3]
DIMENSION = 16


def unit(*seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def entry(number: int, *, day: int | None = None, author: str = "", text: str = "") -> IndexEntry:
    passage = Passage(f"p{number}", f"a{number // 2}", 0, 5, text or f"text {number}")
    return IndexEntry(number, passage, unit(number), "title", author, day)


ENTRIES = [entry(n, day=20230101 + n if n % 3 else None, author=f"Author {n % 2}") for n in range(1, 61)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert publish(tmp_path / "vectors-1", base=None, removed=[], entries=ENTRIES) == 60
    return tmp_path / "vectors-1"


@pytest.fixture
def index(folder: Path) -> Iterator[EmbeddedVectors]:
    index = EmbeddedVectors(folder)
    yield index
    index.close()


def test_neighbours_come_nearest_first_with_their_cosines(index: EmbeddedVectors) -> None:
    asked = unit(7, 7)
    cosines = {each.passage.id: float(each.vector @ asked) for each in ENTRIES}

    found = index.find_nearest(asked, 10, EVERYTHING)

    assert [key for key, _ in found] == sorted(cosines, key=lambda key: -cosines[key])[:10]
    assert dict(found) == pytest.approx({key: cosines[key] for key, _ in found}, abs=1e-5)


@pytest.mark.parametrize(
    ("selection", "admits"),
    [
        (Selection(since=20230130), lambda e: e.day and e.day >= 20230130),
        (Selection(until=20230110), lambda e: e.day and e.day <= 20230110),
        (
            Selection(20230110, 20230120, ("Author 1",)),
            lambda e: e.day and 20230110 <= e.day <= 20230120 and e.number % 2,
        ),
        (Selection(authors=("Author 0", "nobody")), lambda e: e.number % 2 == 0),
    ],
)
def test_a_selection_is_applied_before_ranking(index: EmbeddedVectors, selection: Selection, admits: Any) -> None:
    expected = {each.passage.id for each in ENTRIES if admits(each)}

    found = index.find_nearest(unit(1, 2), len(ENTRIES), selection)

    assert {key for key, _ in found} == expected


def test_a_selection_reads_as_chroma_wants_it() -> None:
    assert build_where(EVERYTHING) is None
    assert build_where(Selection(since=20230101)) == {"published": {"$gte": 20230101}}
    assert build_where(Selection(20230101, 20231231, ("A",))) == {
        "$and": [
            {"published": {"$gte": 20230101}},
            {"published": {"$lte": 20231231}},
            {"author": {"$in": ["A"]}},
        ]
    }


def test_publishing_again_leaves_the_present_folder_as_it_is(folder: Path, index: EmbeddedVectors) -> None:
    fresh = folder.with_name("vectors-2")

    size = publish(fresh, base=folder, removed=["p1", "p2"], entries=[entry(2, text="new"), entry(99)])

    assert size == 60
    assert index.list_ids() == {each.passage.id for each in ENTRIES}
    assert EmbeddedVectors(fresh).list_ids() == index.list_ids() - {"p1"} | {"p99"}
    assert EmbeddedVectors(fresh).find_nearest(unit(99), 1, EVERYTHING)[0][0] == "p99"


def test_a_removed_text_is_not_left_in_the_file(tmp_path: Path) -> None:
    secret = "zanzibarian-whistleblower"
    publish(tmp_path / "1", base=None, removed=[], entries=[*ENTRIES, entry(100, text=f"said the {secret} " * 50)])
    publish(tmp_path / "2", base=tmp_path / "1", removed=["p100"], entries=[], forget=True)

    assert secret.encode() in (tmp_path / "1" / "chroma.sqlite3").read_bytes()
    assert not any(secret.encode() in file.read_bytes() for file in (tmp_path / "2").rglob("*") if file.is_file())


def test_an_index_can_become_empty(folder: Path) -> None:
    everything = [each.passage.id for each in ENTRIES]

    assert publish(folder.with_name("empty"), base=folder, removed=everything, entries=[]) == 0
    assert EmbeddedVectors(folder.with_name("empty")).find_nearest(unit(1), 3, EVERYTHING) == []


def test_reading_changes_nothing(folder: Path) -> None:
    def files() -> dict[str, object]:
        return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.rglob("*") if file.is_file()}

    before = files()
    index = EmbeddedVectors(folder)
    index.find_nearest(unit(3), 5, Selection(since=20230110))
    index.close()

    assert files() == before


def test_a_folder_that_is_gone_has_moved_and_one_that_is_torn_is_damaged(folder: Path) -> None:
    with pytest.raises(StoreMoved):
        EmbeddedVectors(folder.with_name("vectors-0"))

    (folder / "chroma.sqlite3").write_bytes(b"torn")
    with pytest.raises(LibraryDamaged, match=r"vectors-1.*--repair"):
        EmbeddedVectors(folder).find_nearest(unit(1), 1, EVERYTHING)


OPENING = """
import sys
from pathlib import Path
from retrieval.index.catalog import EVERYTHING
from retrieval.index.vectors import EmbeddedVectors
from tests.retrieval.index.test_vectors import unit

def held():
    return [sum(1 for _ in Path(f"/proc/self/{each}").iterdir()) for each in ("fd", "task")]

def once():
    index = EmbeddedVectors(Path(sys.argv[1]))
    index.find_nearest(unit(1), 3, EVERYTHING)
    index.close()

once()
before = held()
for _ in range(30):
    once()
assert all(after <= was + 3 for after, was in zip(held(), before, strict=True)), (before, held())
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files")
def test_opening_again_and_again_leaks_no_files_and_no_threads(folder: Path) -> None:
    # In a process of its own: what other tests left behind opens and ends files and threads meanwhile.
    done = subprocess.run(
        [sys.executable, "-c", OPENING, folder], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_discarded_index_is_gone_and_has_moved_to_whoever_opens_it(folder: Path) -> None:
    discard(folder)

    assert not folder.exists()
    with pytest.raises(StoreMoved):
        EmbeddedVectors(folder)
