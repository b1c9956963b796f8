"""A full disk ends an ingest with one line, and the library goes on with what was complete."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import Filter
from retrieval.errors import LibraryError
from retrieval.index import Library
from retrieval.index.catalog import Catalog
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Article

BYTES = 12_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or not mount:
        pytest.skip("mounts a small disk, which takes root on Linux")
    if subprocess.run([mount, "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", disk], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def long_article(number: int) -> Article:
    letters = random.Random(number)
    words = (" ".join("".join(letters.choices("abcdefghijklmnop", k=8)) for _ in range(3_000)),)
    return replace(make_article(number), text=" ".join((make_article(number).text, *words)))


def fill(library: Library) -> None:
    for number in range(1, 100):
        library.ingest([long_article(number), long_article(number + 1_000)])


def found(library: Library) -> int:
    return library.read(lambda view: len(view.search_dense(FakeEncoder().encode_question("harbour"), 10, Filter())))


def test_a_full_disk_ends_in_one_line_and_free_space_lets_it_go_on(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(3_000_000))
    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([long_article(0)])

        with pytest.raises(
            LibraryError, match=r"the disk is full.*free some space.*what was complete is kept"
        ) as caught:
            fill(library)

        assert "\n" not in str(caught.value)
        complete = library.list_articles()
        assert all(library.get_article(info.id) == long_article(int(info.id[8:])) for info in complete)
        assert found(library) == 10

        ballast.unlink()
        library.ingest([long_article(5_000)])
        assert len(library.list_articles()) == len(complete) + 1
        assert library.find_problems() == []


def test_asking_needs_no_room_on_the_disk_and_leaves_nothing_there(small_disk: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_article(n) for n in range(6)])
        library.ingest([make_article(6)])
    shutil.copytree(tmp_path / "library", small_disk / "library")
    fill_up(small_disk)
    before = {path: path.stat().st_mtime_ns for path in small_disk.rglob("*")}

    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60) as library:
        assert len(library.list_articles()) == 7
        assert found(library) == 10
        assert library.find_problems() == []

    assert {path: path.stat().st_mtime_ns for path in small_disk.rglob("*")} == before


def test_what_an_interrupted_writer_left_is_read_from_a_copy_where_the_disk_is_full(
    small_disk: Path, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_article(n) for n in range(6)])
    version = tmp_path / "library" / "editions" / "1"
    (version / "checksums.json").unlink()
    with closing(Catalog(version / "catalog.sqlite3", writes=True)) as catalog:
        catalog.update_state(generation=9)
        unshared = shutil.ignore_patterns("*-shm")
        shutil.copytree(tmp_path / "library", small_disk / "library", ignore=unshared)
    fill_up(small_disk)

    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60) as library:
        assert library.generation == 9
        assert found(library) == 10


def test_an_ingest_without_room_says_what_it_needs_before_it_starts(small_disk: Path) -> None:
    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        fill_up(small_disk)

        def offer() -> Iterator[Article]:
            pytest.fail("it started")
            yield

        with pytest.raises(LibraryError, match=r"full: 0\.0 MB are left, and an ingest needs 4\.0 MB at least\): free"):
            library.ingest(offer())


def fill_up(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(100_000)):
            pass


@pytest.mark.parametrize(
    ("step", "added"),
    [
        ("retrieval.index.lexical.LexicalWriter.add", 0),
        ("retrieval.index.lexical.LexicalWriter.commit", 0),
        ("retrieval.index.catalog.Catalog.put", 0),
        ("retrieval.index.writer.publish", 1),
        ("retrieval.index.catalog.Catalog.clear_removed", 1),
    ],
)
def test_whatever_step_the_disk_fails_at_the_next_ingest_mends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, added: int
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_article(n) for n in range(5)])
        with monkeypatch.context() as broken:
            broken.setattr(step, full)
            with pytest.raises(LibraryError, match="the disk is full"):
                library.ingest([make_article(5), make_article(1, version=2)])

        assert len(library.list_articles()) == 5 + added
        assert found(library) == 10
        library.ingest([make_article(5), make_article(1, version=2)])
        assert len(library.list_articles()) == 6
        assert library.find_problems() == []
