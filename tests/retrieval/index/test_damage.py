"""A library of which one file is garbled, truncated, zeroed, deleted or swapped: it is never answered from garbage."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import LibraryDamaged, LibraryError
from retrieval.index import checksums
from retrieval.index.register import FILE as REGISTER
from tests.retrieval.index.harm import ARTICLES, build_library, judge, open_library, read

if TYPE_CHECKING:
    from pathlib import Path

VARIATIONS = 30


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "library"
    build_library(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "library")


@pytest.mark.timeout(600)
def test_whatever_happens_to_a_file_the_answer_is_right_or_refused_and_doctor_mends(
    whole: Path, tmp_path: Path
) -> None:
    with open_library(whole) as library:
        expected = read(library)

    verdicts = [judge(whole, tmp_path, seed, expected) for seed in range(VARIATIONS)]

    assert [(each.harm, each.faults) for each in verdicts if each.faults] == []
    assert {each.outcome for each in verdicts} == {"answered", "answered from what is whole", "refused"}


def catalog_of(folder: Path) -> Path:
    return folder / "editions" / "1" / "catalog.sqlite3"


def overwrite(file: Path, start: int, length: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(bytes(i * 37 % 251 for i in range(length)))


@pytest.mark.parametrize("start", [0, 4096])
def test_of_a_catalog_that_sqlite_cant_read_every_article_is_saved(folder: Path, start: int) -> None:
    overwrite(catalog_of(folder), start, 4096)

    with open_library(folder) as library:
        with pytest.raises(LibraryDamaged, match=r"doctor --repair` saves what can be read"):
            library.list_articles()
        with pytest.raises(LibraryDamaged, match="doctor --repair"):
            library.ingest(ARTICLES)
        library.repair()

        assert library.find_problems() == []
        assert {info.id for info in library.list_articles()} == {each.id for each in ARTICLES}
        assert all(library.get_article(each.id) == each for each in ARTICLES)
    assert (kept := list((folder / "damaged").iterdir()))
    assert kept[0].stat().st_size > 100_000


def test_articles_that_cant_be_saved_are_named_with_their_sources_and_ingested_again(folder: Path) -> None:
    data = catalog_of(folder).read_bytes()
    place = data.index(("[]" + ARTICLES[5].text[:40]).encode())  # in the article's row, after the spans it skips
    overwrite(catalog_of(folder), place, 20)

    with open_library(folder) as library:
        done = library.repair()
        assert [line for line in done if ARTICLES[5].source in line and "ingest it again" in line]
        assert library.ingest(ARTICLES).added == 1
        assert all(library.get_article(each.id) == each for each in ARTICLES)
        assert library.find_problems() == []


def test_articles_of_which_a_damaged_catalog_has_nothing_left_are_named(folder: Path) -> None:
    overwrite(catalog_of(folder), 0, catalog_of(folder).stat().st_size)

    with open_library(folder) as library:
        done = " ".join(library.repair())

    assert all(each.source in done for each in ARTICLES)


def test_a_damaged_list_of_articles_is_named_and_mended(folder: Path) -> None:
    (listed,) = folder.rglob(REGISTER)
    listed.write_text("{")

    with open_library(folder) as library:
        assert ["list of articles" in problem for problem in library.find_problems()] == [True]
        assert library.repair() == ["the list of articles was written again from the catalog"]
        assert library.find_problems() == []


def test_a_rebuild_saves_what_a_damaged_catalog_holds(folder: Path) -> None:
    overwrite(catalog_of(folder), 0, 100)

    with open_library(folder) as library:
        report = library.ingest(ARTICLES[:2], rebuild=True)

        assert (report.unchanged, report.skipped) == (2, ())
        assert len(library.list_articles()) == len(ARTICLES)


def test_vectors_that_are_not_the_catalogs_are_found_without_checksums(folder: Path) -> None:
    version = folder / "editions" / "1"
    (version / "checksums.json").unlink()
    (data,) = version.glob("vectors-*/*/data_level0.bin")
    overwrite(data, 3_000, 9_000)

    with open_library(folder) as library:
        for deep in (False, True):
            assert ["vectors" in each and "--repair" in each for each in library.find_problems(deep=deep)] == [True]
        assert library.repair() == ["the vector index was made again from the catalog"]
        assert library.find_problems(deep=True) == []


def test_a_question_reads_no_file_whose_size_and_time_are_as_written_but_vectors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = catalog_of(folder)
    written = catalog.stat()
    catalog.write_bytes(catalog.read_bytes().replace(b"story5 ", b"story9 "))
    os.utime(catalog, ns=(written.st_atime_ns, written.st_mtime_ns))
    summed, sum_up = set[str](), checksums._sum_up

    def watch(path: Path) -> int:
        summed.add(path.suffix)
        return sum_up(path)

    monkeypatch.setattr(checksums, "_sum_up", watch)

    with open_library(folder) as library:
        read(library)

        assert summed == {".bin"}
        assert ["catalog.sqlite3 is damaged" in each for each in library.find_problems()] == [True]


def test_a_copy_with_other_times_is_compared_by_what_it_holds(folder: Path) -> None:
    for file in folder.rglob("*"):
        os.utime(file, (0, 0))

    with open_library(folder) as library:
        read(library)
        assert library.find_problems() == []


def test_an_ingest_makes_damaged_indexes_again_before_it_writes(folder: Path) -> None:
    version = folder / "editions" / "1"
    overwrite(next(version.glob("lexical/*.idx")), 10, 50)
    overwrite(next(version.glob("vectors-*/*/data_level0.bin")), 3_000, 9_000)

    with open_library(folder) as library:
        library.ingest(ARTICLES)
        assert library.find_problems(deep=True) == []


def test_a_library_without_checksums_works_and_gets_them_with_its_next_change(folder: Path) -> None:
    note = folder / "editions" / "1" / "checksums.json"
    note.unlink()

    with open_library(folder) as library:
        assert library.find_problems() == []
        assert len(library.list_articles()) == len(ARTICLES)
        library.remove([ARTICLES[0].id])
        assert note.exists()


def test_a_writer_that_keeps_a_catalog_locked_is_not_called_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.sqlite_files.MAX_LOCK_SECONDS", 0.05)
    with closing(sqlite3.connect(catalog_of(folder), isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE more (a)")

        with open_library(folder) as library, pytest.raises(LibraryError) as caught:
            library.remove([ARTICLES[0].id])

        assert not isinstance(caught.value, LibraryDamaged)
