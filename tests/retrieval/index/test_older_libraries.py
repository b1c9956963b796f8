"""A library that an earlier version has written goes on working, and nothing in it is encoded again.

One is of version 0.1; the other knows of earlier texts, and still has all texts in Chroma's index.
"""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from retrieval.domain import Article, Filter
from retrieval.index import Library, publishing
from retrieval.index.small_files import read_small_file
from retrieval.index.vectors import holds_texts
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder

WRITTEN = ("library-0.1.zip", "library-format-2.zip")
MILL = "Talks were held at the old mill. Nothing was signed."
ARTICLES = [
    Article("mill", MILL, "The mill", "Ada Byron", date(2023, 6, 27)),
    Article("ferry", "The ferry sails again on Monday. Its engine was mended in the harbour.", "The ferry"),
]


@pytest.fixture(params=WRITTEN)
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Library:
    with zipfile.ZipFile(Path(__file__).parent / request.param) as packed:
        packed.extractall(tmp_path)
    return Library(tmp_path / "library", encoder=FakeEncoder())


def test_an_older_library_is_searched_and_found_in_order(old: Library) -> None:
    assert old.get_article("mill") == ARTICLES[0]
    assert search(old, "Where were the talks held?", k=1)[0].passage.text == MILL
    assert old.find_problems() == []


def test_an_older_library_takes_articles_without_encoding_the_old_ones_again(old: Library) -> None:
    report = old.ingest([*ARTICLES, Article("new", "A bridge was opened in the spring.", "The bridge")])

    assert (report.added, report.unchanged, report.passages) == (1, 2, 1)
    assert search(old, "Which bridge was opened?", k=1)[0].article.id == "new"
    assert old.find_problems() == []


def test_what_is_removed_from_an_older_library_leaves_no_word_in_its_files(old: Library) -> None:
    word = b"engine was mended"
    assert any(word in file.read_bytes() for file in old.folder.rglob("chroma.sqlite3"))

    old.remove(["ferry"])

    assert not any(word in file.read_bytes() for file in old.folder.rglob("*") if file.is_file())
    assert old.find_problems(deep=True) == []


@pytest.mark.parametrize("old", WRITTEN[:1], indirect=True)
def test_a_library_of_version_0_1_has_its_format_until_it_is_ingested_into(old: Library) -> None:
    search(old, "Where were the talks held?")
    old.remove(["ferry"])
    before = read_small_file(old.folder / "current")["format"]

    old.ingest(ARTICLES[:1])

    assert (before, read_small_file(old.folder / "current")["format"]) == (1, 2)
    assert [info.id for info in old.list_articles()] == ["mill"]
    assert old.find_problems() == []


def test_an_older_library_is_written_anew_without_texts_when_much_has_changed(
    old: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MAX_WAITING", 0)
    old.ingest([*ARTICLES, Article("new", "A bridge was opened in the spring.", "The bridge")])

    assert not any(holds_texts(folder) for folder in old.folder.rglob("vectors-*"))
    assert search(old, "Where were the talks held?", k=1)[0].passage.text == MILL
    assert search(old, "Which bridge was opened?", k=1)[0].article.id == "new"
    assert old.find_problems(deep=True) == []


def test_an_older_library_keeps_the_earlier_text_of_what_changes(old: Library) -> None:
    library = Library(old.folder, encoder=FakeEncoder(), kept_versions=5)
    library.ingest([Article("mill", "The old mill burned down.", "The mill", "Ada Byron", date(2023, 6, 27))])

    assert [info.id for info in library.list_versions("mill")] == ["mill", "mill@2023-06-27"]
    assert [info.id for info in library.list_articles()] == ["mill", "ferry"]
    found = search(library, "Where were the talks held?", k=1, where=Filter(as_of=date(2023, 7, 1)))
    assert found[0].passage.text == MILL
    assert library.find_problems(deep=True) == []
