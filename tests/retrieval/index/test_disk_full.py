"""A full disk ends an ingest with one line, and the library goes on with what was complete."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import LibraryError
from retrieval.index import Library
from retrieval.index.catalog import Catalog
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.full_disk import (
    EACH_IS_PUBLISHED,
    STEPS,
    count_found,
    fill_library,
    fill_up,
    make_long_article,
    mount_small_disk,
    report_full,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Article


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mount_small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("mounts a small disk, which takes root on Linux, and is not allowed everywhere")
        yield disk


def test_a_full_disk_ends_in_one_line_and_free_space_lets_it_go_on(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(3_000_000))
    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_long_article(0)])

        with pytest.raises(
            LibraryError, match=r"the disk is full.*free some space.*what was complete is kept"
        ) as caught:
            fill_library(library)

        assert "\n" not in str(caught.value)
        complete = library.list_articles()
        assert all(library.get_article(info.id) == make_long_article(int(info.id[8:])) for info in complete)
        assert count_found(library) == 10

        ballast.unlink()
        library.ingest([make_long_article(5_000)])
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
        assert count_found(library) == 10
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
        assert count_found(library) == 10


def test_an_ingest_without_room_says_what_it_needs_before_it_starts(small_disk: Path) -> None:
    with Library.open(small_disk / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        fill_up(small_disk)

        def offer() -> Iterator[Article]:
            pytest.fail("it started")
            yield

        with pytest.raises(LibraryError, match=r"full: 0\.0 MB are left, and an ingest needs 4\.0 MB at least\): free"):
            library.ingest(offer())


@pytest.mark.parametrize(("step", "added"), STEPS.items())
def test_whatever_step_the_disk_fails_at_the_next_ingest_mends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, added: int
) -> None:
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_article(n) for n in range(5)])
        with monkeypatch.context() as broken:
            broken.setattr(step, report_full)
            broken.setattr(*EACH_IS_PUBLISHED)
            with pytest.raises(LibraryError, match="the disk is full"):
                library.ingest([make_article(5), make_article(1, version=2)])

        assert len(library.list_articles()) == 5 + added
        assert count_found(library) == 10
        library.ingest([make_article(5), make_article(1, version=2)])
        assert len(library.list_articles()) == 6
        assert library.find_problems() == []
