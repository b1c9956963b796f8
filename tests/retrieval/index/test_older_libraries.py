"""A library that version 0.1 has written goes on working, and nothing in it is encoded again."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from retrieval.domain import Article
from retrieval.index import Library
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder

WRITTEN = Path(__file__).parent / "library-0.1.zip"
MILL = "Talks were held at the old mill. Nothing was signed."
ARTICLES = [
    Article("mill", MILL, "The mill", "Ada Byron", date(2023, 6, 27)),
    Article("ferry", "The ferry sails again on Monday. Its engine was mended in the harbour.", "The ferry"),
]


@pytest.fixture
def old(tmp_path: Path) -> Library:
    with zipfile.ZipFile(WRITTEN) as packed:
        packed.extractall(tmp_path)
    return Library(tmp_path / "library", encoder=FakeEncoder())


def test_a_library_of_version_0_1_is_searched_and_found_in_order(old: Library) -> None:
    assert old.get_article("mill") == ARTICLES[0]
    assert search(old, "Where were the talks held?", k=1)[0].passage.text == MILL
    assert old.find_problems() == []


def test_a_library_of_version_0_1_takes_articles_without_encoding_the_old_ones_again(old: Library) -> None:
    report = old.ingest([*ARTICLES, Article("new", "A bridge was opened in the spring.", "The bridge")])

    assert (report.added, report.unchanged, report.passages) == (1, 2, 1)
    assert search(old, "Which bridge was opened?", k=1)[0].article.id == "new"
    assert old.find_problems() == []
