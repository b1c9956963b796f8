"""A file that is as it was when all of it went in is not read again, and nothing else changes for that."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import DoubtfulDates, FieldName, IngestReport
from retrieval.index import Library
from retrieval.reading import file_stamps, opened_file, read_articles, reader
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FERRY, MILL = "The ferry sails again on Monday.", "The old mill was sold to a baker."


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(file_stamps, "MIN_AGE_SECONDS", 0.0)
    with Library.open(tmp_path / "news", encoder=FakeEncoder(), create=True) as library:
        yield library


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    write_lines(folder / "many.jsonl", {"id": "mill", "text": MILL}, {"id": "tram", "text": "The tram is late."})
    return folder


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    names: list[str] = []
    parse = opened_file.parse_file

    def note(path: Path, *rest: Any) -> Any:
        names.append(path.name)
        return parse(path, *rest)

    monkeypatch.setattr(reader, "parse_file", note)
    return names


def write_lines(file: Path, *objects: dict[str, Any]) -> None:
    file.write_text("".join(f"{json.dumps(each)}\n" for each in objects))


def ingest(library: Library, *paths: Path, **options: Any) -> IngestReport:
    return library.ingest(lambda known: read_articles(paths, known=known), **options)


def ids(library: Library) -> set[str]:
    return {info.id.partition("-")[0] for info in library.list_articles()}


def test_a_file_that_is_as_it_was_is_not_read_again_and_counts_as_unchanged(
    library: Library, files: Path, parsed: list[str]
) -> None:
    first = ingest(library, files)
    generation = library.generation
    again = ingest(library, files)

    assert (first.added, again.unchanged, again.skipped) == (3, 3, ())
    assert parsed == ["ferry.txt", "many.jsonl"]
    assert library.generation == generation
    assert library.find_problems() == []


@pytest.mark.parametrize("change", ["text", "time", "code", "settings"])
def test_what_may_be_read_otherwise_is_read_again(
    library: Library, files: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    ingest(library, files)
    parsed.clear()
    limit = 50
    if change == "text":
        (files / "ferry.txt").write_text(FERRY.replace("Monday", "Friday"))
    elif change == "time":
        os.utime(files / "ferry.txt", ns=(1, 1))
    elif change == "code":
        monkeypatch.setattr(file_stamps, "fingerprint_reading", lambda: "another")
    else:
        limit = 60

    report = library.ingest(lambda known: read_articles([files], known=known, limit_seconds=limit))

    assert "ferry.txt" in parsed
    assert report.updated == (change == "text")
    parsed.clear()
    library.ingest(lambda known: read_articles([files], known=known, limit_seconds=limit))
    assert parsed == []


def test_a_file_that_was_changed_just_now_is_read_again(
    library: Library, files: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_stamps, "MIN_AGE_SECONDS", 1_000.0)

    ingest(library, files)
    ingest(library, files)

    assert parsed == ["ferry.txt", "many.jsonl"] * 2


def test_an_article_that_was_removed_comes_back_from_its_file(library: Library, files: Path) -> None:
    ingest(library, files)
    library.remove(["mill"])

    report = ingest(library, files)

    assert (report.added, report.unchanged) == (1, 2)
    assert ids(library) == {"ferry", "mill", "tram"}


def test_an_article_that_another_file_took_over_goes_to_whichever_is_read_last(
    library: Library, files: Path, tmp_path: Path
) -> None:
    write_lines(tmp_path / "other.jsonl", {"id": "mill", "text": "The mill burned down."})
    ingest(library, files)

    ingest(library, tmp_path / "other.jsonl")
    assert "burned" in library.get_article("mill").text
    ingest(library, files)
    assert "baker" in library.get_article("mill").text
    ingest(library, tmp_path / "other.jsonl")
    assert "burned" in library.get_article("mill").text


def test_an_id_that_an_unchanged_file_has_is_refused_to_a_new_one(library: Library, files: Path) -> None:
    ingest(library, files)
    write_lines(files / "new.jsonl", {"id": "mill", "text": "The mill burned down."})

    (skipped,) = ingest(library, files).skipped

    assert "has the id 'mill', which" in skipped.reason
    assert "many.jsonl" in skipped.reason
    assert "baker" in library.get_article("mill").text


def test_a_file_of_which_something_was_refused_is_read_and_told_of_each_time(library: Library, files: Path) -> None:
    with (files / "many.jsonl").open("a") as file:
        file.write("{broken\n")

    first, again = ingest(library, files), ingest(library, files)

    assert len(first.skipped) == 1
    assert first.skipped == again.skipped


def test_a_copy_goes_in_when_the_file_that_has_the_same_content_is_gone(library: Library, files: Path) -> None:
    (files / "zcopy.txt").write_text(FERRY)
    assert len(ingest(library, files).copies) == len(ingest(library, files).copies) == 1

    (files / "ferry.txt").unlink()
    report = ingest(library, files)

    assert report.moved == 1
    assert library.find_problems() == []


def test_what_is_pruned_is_what_is_gone_and_not_what_was_not_read_again(library: Library, files: Path) -> None:
    ingest(library, files)
    (files / "ferry.txt").unlink()

    report = ingest(library, files, prune=[str(files)])

    assert (report.removed, report.unchanged) == (1, 2)
    assert ids(library) == {"mill", "tram"}


def test_names_of_fields_and_doubtful_dates_are_told_of_each_time(library: Library, files: Path) -> None:
    write_lines(
        files / "odd.jsonl", {"id": "odd", "headline": "Odd", "body": "A bridge fell.", "published": "03/04/2026"}
    )

    first, again = ingest(library, files), ingest(library, files)

    assert FieldName("body", "text", 1) in first.field_names
    assert isinstance(first.doubtful_dates[0], DoubtfulDates)
    assert (again.field_names, again.doubtful_dates) == (first.field_names, first.doubtful_dates)


def test_a_rebuild_reads_everything(library: Library, files: Path, parsed: list[str]) -> None:
    ingest(library, files)
    ingest(library, files, rebuild=True)
    ingest(library, files)

    assert parsed == ["ferry.txt", "many.jsonl"] * 2


def test_articles_with_the_source_of_a_file_that_did_not_come_from_it_have_it_read_again(
    library: Library, files: Path, parsed: list[str]
) -> None:
    ingest(library, files)
    library.ingest([replace(library.get_article("mill"), text="Somebody wrote over it.")])
    parsed.clear()

    report = ingest(library, files)

    assert parsed == ["many.jsonl"]
    assert report.updated == 1
    assert "baker" in library.get_article("mill").text
