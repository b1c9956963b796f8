from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.errors import LibraryDamaged, StoreMoved
from retrieval.index.vectors import EmbeddedVectors, discard, plan_batches, publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

ROOT = Path(__file__).parents[3]
DIMENSION = 16


def unit(*seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


VECTORS = {f"p{number}": unit(number) for number in range(1, 61)}


def make(folder: Path, added: Mapping[str, Any] | None = None, *, base: Path | None = None, removed: Any = ()) -> int:
    slices = [([key], vector[None]) for key, vector in (added or {}).items()]
    return publish(folder, base=base, removed=removed, added=slices, count=len(slices))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert make(tmp_path / "vectors-1", VECTORS) == 60
    return tmp_path / "vectors-1"


@pytest.fixture
def index(folder: Path) -> Iterator[EmbeddedVectors]:
    index = EmbeddedVectors(folder)
    yield index
    index.close()


def test_neighbours_come_nearest_first_with_their_cosines(index: EmbeddedVectors) -> None:
    asked = unit(7, 7)
    cosines = {key: float(vector @ asked) for key, vector in VECTORS.items()}

    found = index.find_nearest(asked, 10)

    assert [key for key, _ in found] == sorted(cosines, key=lambda key: -cosines[key])[:10]
    assert dict(found) == pytest.approx({key: cosines[key] for key, _ in found}, abs=1e-5)


@pytest.mark.parametrize("changes", [0, 1, 2, 3, 1_999, 2_000, 2_001, 7_999, 8_000, 8_001, 100_003])
def test_chroma_writes_its_graph_after_the_last_change_of_all(changes: int) -> None:
    sizes, per_write = plan_batches(changes)
    waiting, writes = 0, 0
    for size in sizes:
        waiting += size
        if waiting >= per_write:
            waiting, writes = 0, writes + 1

    assert sum(sizes) == changes
    assert waiting == 0 or changes == 1  # Chroma writes none of a single one
    assert writes <= changes // 7_000 + 1
    assert max(sizes) < 2_100


def test_publishing_again_leaves_the_present_folder_as_it_is(folder: Path, index: EmbeddedVectors) -> None:
    fresh = folder.with_name("vectors-2")

    size = make(fresh, {"p2": unit(2), "p99": unit(99)}, base=folder, removed=["p1", "p2"])

    assert size == 60
    assert index.list_ids() == VECTORS.keys()
    assert EmbeddedVectors(fresh).list_ids() == index.list_ids() - {"p1"} | {"p99"}
    assert EmbeddedVectors(fresh).find_nearest(unit(99), 1)[0][0] == "p99"


def test_a_removed_vector_is_not_left_in_the_queue_of_changes(folder: Path) -> None:
    for changed in (folder, folder.with_name("2")):
        if changed != folder:
            make(changed, base=folder, removed=["p1", "p2", "unknown"])
        with closing(sqlite3.connect(changed / "chroma.sqlite3")) as sql:
            assert sql.execute("SELECT COUNT(*) FROM embeddings_queue").fetchone() == (1,)
            assert sql.execute("SELECT COUNT(*) FROM embedding_metadata").fetchone() == (0,)


def test_an_index_can_become_empty(folder: Path) -> None:
    assert make(folder.with_name("empty"), base=folder, removed=list(VECTORS)) == 0
    assert EmbeddedVectors(folder.with_name("empty")).find_nearest(unit(1), 3) == []


def test_reading_changes_nothing(folder: Path) -> None:
    def files() -> dict[str, object]:
        return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.rglob("*") if file.is_file()}

    before = files()
    index = EmbeddedVectors(folder)
    index.find_nearest(unit(3), 5)
    index.close()

    assert files() == before


def test_a_folder_that_is_gone_has_moved_and_one_that_is_torn_is_damaged(folder: Path) -> None:
    with pytest.raises(StoreMoved):
        EmbeddedVectors(folder.with_name("vectors-0"))

    (folder / "chroma.sqlite3").write_bytes(b"torn")
    with pytest.raises(LibraryDamaged, match=r"vectors-1.*--repair"):
        EmbeddedVectors(folder).find_nearest(unit(1), 1)


OPENING = """
import sys
from pathlib import Path
from retrieval.index.vectors import EmbeddedVectors
from tests.retrieval.index.test_vectors import unit

def held():
    return [sum(1 for _ in Path(f"/proc/self/{each}").iterdir()) for each in ("fd", "task")]

def once():
    index = EmbeddedVectors(Path(sys.argv[1]))
    index.find_nearest(unit(1), 3)
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
