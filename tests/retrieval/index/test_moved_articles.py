"""Files that moved, and files that are there twice: found by what they say, so that nothing is doubled or lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Rejection
from retrieval.index import Library
from retrieval.reading import read_articles
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import IngestReport

FERRY = "The ferry sails again on Monday. Its engine was mended in the harbour."
MILL = "Talks were held at the old mill. Nothing was signed."


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "mill.txt").write_text(MILL)
    return folder


@pytest.fixture
def library(tmp_path: Path, encoder: FakeEncoder, archive: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", encoder=encoder, create=True) as library:
        library.ingest(read_articles([archive]))
        encoder.encoded.clear()
        yield library


def read(library: Library, *paths: Path, prune: bool = False, rebuild: bool = False) -> IngestReport:
    places = [str(path) for path in paths]
    return library.ingest(read_articles(paths), prune=places if prune else (), rebuild=rebuild)


def sources(library: Library) -> list[str]:
    return sorted(info.source for info in library.list_articles())


@pytest.mark.parametrize("prune", [False, True])
def test_a_moved_folder_is_in_once_under_its_new_path_and_nothing_is_encoded(
    library: Library, archive: Path, encoder: FakeEncoder, prune: bool
) -> None:
    moved = archive.rename(archive.with_name("elsewhere"))

    report = read(library, moved, prune=prune)

    assert (report.moved, report.added, report.removed, report.passages) == (2, 0, 0, 0)
    assert sources(library) == [str(moved / "ferry.txt"), str(moved / "mill.txt")]
    assert encoder.encoded == []
    assert search(library, "Where were the talks held?", k=1)[0].article.source == str(moved / "mill.txt")
    assert library.find_problems() == []
    assert read(library, moved, prune=True).unchanged == 2


def test_a_renamed_file_is_moved_within_its_folder(library: Library, archive: Path) -> None:
    (archive / "ferry.txt").rename(archive / "boat.txt")

    report = read(library, archive, prune=True)

    assert (report.moved, report.unchanged, report.removed) == (1, 1, 0)
    assert sources(library) == [str(archive / "boat.txt"), str(archive / "mill.txt")]


def test_a_file_that_is_there_twice_is_in_once_and_said(library: Library, archive: Path) -> None:
    shutil.copy(archive / "ferry.txt", archive / "copy.txt")

    first, second = read(library, archive), read(library, archive, prune=True)

    assert len(library.list_articles()) == 2
    for report in (first, second):
        assert (report.unchanged, report.removed, report.skipped) == (2, 0, ())
        assert [each.source for each in report.copies] == [str(archive / "copy.txt")]
        assert str(archive / "ferry.txt") in report.copies[0].reason


def test_two_new_files_with_one_text_are_in_once(library: Library, archive: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (archive / name).write_text("The bridge is closed until spring.")

    report = read(library, archive)

    assert (report.added, len(report.copies)) == (1, 1)
    assert len(library.list_articles()) == 3


def test_of_two_files_with_one_text_the_other_stays_when_one_goes(library: Library, archive: Path) -> None:
    shutil.copy(archive / "ferry.txt", archive / "copy.txt")
    read(library, archive)
    (archive / "ferry.txt").unlink()

    report = read(library, archive, prune=True)

    assert (report.moved, report.removed) == (1, 0)
    assert sources(library) == [str(archive / "copy.txt"), str(archive / "mill.txt")]


def test_of_two_files_with_one_text_each_is_in_once_they_differ(library: Library, archive: Path) -> None:
    shutil.copy(archive / "ferry.txt", archive / "other.txt")
    read(library, archive)
    (archive / "ferry.txt").write_text("The ferry does not sail.")

    report = read(library, archive)

    assert (report.updated, report.added) == (1, 1)
    assert len(library.list_articles()) == 3


def test_what_has_one_text_but_another_date_or_address_is_another_article(library: Library, archive: Path) -> None:
    (archive / "reprint.md").write_text(f"---\ndate: 2026-03-01\n---\n{FERRY}")

    assert (read(library, archive).added, len(library.list_articles())) == (1, 3)


def test_articles_with_ids_of_their_own_keep_them_and_are_not_encoded_again_when_their_file_moves(
    library: Library, tmp_path: Path, encoder: FakeEncoder
) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text(
        '{"id": "bridge", "text": "The bridge is closed."}\n{"id": "twin", "text": "The bridge is closed."}\n'
    )
    assert read(library, old).added == 2
    encoder.encoded.clear()
    old.rename(new)

    report = read(library, new)

    assert (report.moved, report.updated, encoder.encoded) == (2, 0, [])
    assert library.get_article("bridge").source == str(new)
    assert library.find_problems() == []


def test_lines_without_an_id_are_found_when_their_file_moves(library: Library, tmp_path: Path) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text('{"text": "The bridge is closed."}\n{"text": "The tower is open."}\n')
    read(library, old)
    old.rename(new)

    assert (read(library, new).moved, len(library.list_articles())) == (2, 4)


def test_a_page_at_a_second_address_is_left_out_as_a_copy(library: Library) -> None:
    page = Article("a", "The tower is open.", source="https://example.org/a", named_by_place=True)
    library.ingest([page])

    report = library.ingest([replace(page, id="b", source="https://example.org/b")])

    assert (report.moved, len(report.copies)) == (0, 1)
    assert "https://example.org/a" in sources(library)


def test_a_rebuild_finds_what_moved(library: Library, archive: Path) -> None:
    moved = archive.rename(archive.with_name("elsewhere"))

    report = read(library, moved, rebuild=True)

    assert (report.moved, report.passages) == (2, 2)
    assert sources(library) == [str(moved / "ferry.txt"), str(moved / "mill.txt")]
    assert library.find_problems() == []


@pytest.mark.parametrize("rebuild", [False, True])
def test_pruning_a_path_that_is_gone_removes_what_came_from_there(
    library: Library, archive: Path, rebuild: bool
) -> None:
    gone, other = archive / "ferry.txt", archive.with_name("other")
    other.mkdir()
    (other / "tower.txt").write_text("The tower is open.")
    read(library, other)
    gone.unlink()

    assert read(library, gone, prune=True, rebuild=rebuild).skipped == ()
    shutil.rmtree(archive)
    report = read(library, archive, prune=True, rebuild=rebuild)

    assert (report.removed, report.skipped) == (1, ())
    assert sources(library) == [str(other / "tower.txt")]


def test_pruning_a_path_from_which_nothing_came_says_that_it_is_not_there(library: Library, tmp_path: Path) -> None:
    report = read(library, tmp_path / "archiv", prune=True)

    assert (report.removed, len(library.list_articles())) == (0, 2)
    assert "check the spelling" in report.skipped[0].reason


def test_what_is_in_a_folder_that_cannot_be_read_is_not_gone(library: Library, archive: Path) -> None:
    offered = [Rejection(str(archive), "can't be read: permission denied; change its permissions")]

    assert library.ingest(offered, prune=[str(archive.parent)]).removed == 0


def test_passages_that_stay_in_an_article_that_changes_keep_their_vectors(
    library: Library, archive: Path, encoder: FakeEncoder
) -> None:
    paragraphs = [f"Paragraph {n} tells of boat {n}. " * 30 for n in range(4)]
    (archive / "long.txt").write_text("\n\n".join(paragraphs))
    read(library, archive)
    encoder.encoded.clear()
    (archive / "long.txt").write_text("\n\n".join([*paragraphs, "And the tower is open."]))

    report = read(library, archive)

    assert report.updated == 1
    assert report.passages == len(encoder.encoded) < 3
    assert library.find_problems(deep=True) == []
