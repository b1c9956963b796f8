"""Articles that change: the earlier text is kept with its days, hidden today, and read as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, ArticleInfo, Filter
from retrieval.errors import ArticleMissing
from retrieval.index import Library
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = Article(
    "ferry",
    "The ferry has 12 cabins. It sails on Monday.",
    "The ferry",
    published=date(2026, 2, 10),
    source="/ferry.txt",
)
SECOND = replace(FIRST, text="The ferry has 14 cabins. It sails on Tuesday.")
THIRD = replace(FIRST, text="The ferry has 16 cabins. It sails on Sunday.")
OTHER = Article("mill", "Talks were held at the old mill.", "The mill", published=date(2026, 1, 3), source="/mill.txt")
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Library]:
    with Library.open(tmp_path / "library", encoder=encoder, kept_versions=3, create=True) as library:
        library.ingest([FIRST, OTHER], today=date(2026, 2, 11))
        yield library


def cabins(library: Library, as_of: date | None = None) -> list[tuple[str, str]]:
    """Return id and first sentence of the passages about the ferry, as they are found on a day, or now."""
    hits = search(library, "How many cabins has the ferry?", where=Filter(as_of=as_of))
    return [(hit.article.id, hit.passage.sentences[0].text) for hit in hits if "ferry" in hit.passage.text]


def describe(info: ArticleInfo) -> tuple[str, date | None, date | None]:
    return info.id, info.updated, info.superseded


def test_an_earlier_text_is_read_as_of_a_day_before_the_change_and_never_else(library: Library) -> None:
    library.ingest([SECOND], today=MAY)

    assert cabins(library) == cabins(library, MAY) == [("ferry", "The ferry has 14 cabins.")]
    assert cabins(library, date(2026, 5, 3)) == [("ferry@2026-02-10", "The ferry has 12 cabins.")]
    assert cabins(library, date(2026, 2, 10)) == [("ferry@2026-02-10", "The ferry has 12 cabins.")]
    assert cabins(library, date(2026, 2, 9)) == []


def test_an_earlier_text_is_listed_counted_and_found_by_no_word_of_its_own(library: Library) -> None:
    library.ingest([SECOND], today=MAY)

    assert [info.id for info in library.list_articles()] == ["ferry", "mill"]
    assert [info.id for info in library.list_articles(Filter(as_of=date(2026, 3, 1)))] == ["ferry@2026-02-10", "mill"]
    assert not any("Monday" in hit.passage.text for hit in search(library, "Monday", k=50))
    assert library.read(lambda view: view.find_passages_with(["mondai"], Filter())) == []


def test_earlier_texts_are_listed_with_their_days(library: Library) -> None:
    library.ingest([SECOND], today=MAY)
    library.ingest([THIRD], today=JUNE)

    assert list(map(describe, library.list_versions("ferry"))) == [
        ("ferry", JUNE, None),
        ("ferry@2026-05-04", MAY, JUNE),
        ("ferry@2026-02-10", None, MAY),
    ]
    assert library.list_versions("ferry@2026-02-10") == library.list_versions("ferry")
    assert [info.id for info in library.list_versions("mill")] == ["mill"]
    with pytest.raises(ArticleMissing):
        library.list_versions("nothing")


def test_offsets_of_an_earlier_text_are_its_own(library: Library) -> None:
    library.ingest([SECOND], today=MAY)

    for hit in search(library, "How many cabins has the ferry?", where=Filter(as_of=date(2026, 3, 1))):
        text = library.get_article(hit.article.id).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert library.get_article("ferry@2026-02-10") == replace(FIRST, id="ferry@2026-02-10")


@pytest.mark.parametrize(
    ("changed", "since"),
    [
        (replace(SECOND, metadata={"modified": "2026-04-30"}), date(2026, 4, 30)),
        (replace(SECOND, published=date(2026, 4, 29)), date(2026, 4, 29)),
        (replace(SECOND, metadata={"modified": "2026-02-01"}), MAY),  # before the first text was published
        (replace(SECOND, metadata={"modified": "2027-01-01"}), MAY),  # in the future
        (replace(FIRST, title="The ferry has 14 cabins"), MAY),
    ],
)
def test_a_text_counts_from_the_day_on_which_it_says_that_it_was_changed_else_from_today(
    library: Library, changed: Article, since: date
) -> None:
    library.ingest([changed], today=MAY)

    assert [each.updated for each in library.list_versions("ferry")] == [since, None]


@pytest.mark.parametrize(
    "changed",
    [
        replace(FIRST, text=f"\n{FIRST.text}\n"),
        replace(FIRST, author="Ada Byron"),
        replace(FIRST, source="/elsewhere/ferry.txt"),
        replace(FIRST, metadata={"section": "Harbour"}),
    ],
)
def test_an_article_that_says_the_same_has_no_earlier_text(library: Library, changed: Article) -> None:
    library.ingest([changed], today=MAY)

    assert list(map(describe, library.list_versions("ferry"))) == [("ferry", None, None)]
    assert library.get_article("ferry") == changed


def test_of_the_texts_of_one_day_the_last_is_kept(library: Library) -> None:
    library.ingest([SECOND], today=MAY)
    library.ingest([THIRD], today=MAY)

    assert [each.id for each in library.list_versions("ferry")] == ["ferry", "ferry@2026-02-10"]
    assert cabins(library, date(2026, 5, 3)) == [("ferry@2026-02-10", "The ferry has 12 cabins.")]
    assert cabins(library) == [("ferry", "The ferry has 16 cabins.")]


def test_no_more_are_kept_than_is_set_and_a_day_of_which_none_is_kept_has_no_later_one(library: Library) -> None:
    for month in range(3, 9):
        library.ingest([replace(FIRST, text=f"The ferry has {month} cabins.")], today=date(2026, month, 1))

    assert [each.id[6:] for each in library.list_versions("ferry")] == ["", "2026-07-01", "2026-06-01", "2026-05-01"]
    assert cabins(library, date(2026, 4, 30)) == []
    assert cabins(library, date(2026, 5, 31)) == [("ferry@2026-05-01", "The ferry has 5 cabins.")]
    assert library.find_problems(deep=True) == []


def test_where_none_is_kept_the_later_text_is_not_read_as_of_a_day_before_it(library: Library) -> None:
    with Library.open(library.folder, encoder=FakeEncoder()) as keeping_none:
        keeping_none.ingest([SECOND], today=MAY)

    assert [each.id for each in library.list_versions("ferry")] == ["ferry"]
    assert (cabins(library, date(2026, 5, 3)), cabins(library, MAY)) == ([], [("ferry", "The ferry has 14 cabins.")])


def test_an_earlier_text_is_not_encoded_again(library: Library, encoder: FakeEncoder) -> None:
    encoder.encoded.clear()

    report = library.ingest([SECOND], today=MAY)

    assert (report.updated, report.passages, len(encoder.encoded)) == (1, 1, 1)
    assert library.find_problems(deep=True) == []


def test_removing_an_article_removes_its_earlier_texts_and_its_words(library: Library) -> None:
    library.ingest([SECOND], today=MAY)

    library.remove(["ferry"])

    assert [info.id for info in library.list_articles(Filter(as_of=date(2026, 3, 1)))] == ["mill"]
    assert library.find_problems(deep=True) == []
    assert not any(b"Monday" in file.read_bytes() for file in library.folder.rglob("*.sqlite3*"))


def test_one_earlier_text_can_be_removed(library: Library) -> None:
    library.ingest([SECOND], today=MAY)

    library.remove(["ferry@2026-02-10"])

    assert [each.id for each in library.list_versions("ferry")] == ["ferry"]
    assert cabins(library) == [("ferry", "The ferry has 14 cabins.")]


@pytest.mark.parametrize("rebuild", [False, True])
def test_pruning_goes_by_the_present_texts(library: Library, rebuild: bool) -> None:
    library.ingest([SECOND], today=MAY)

    assert library.ingest([SECOND], prune=["/ferry.txt"], rebuild=rebuild, today=JUNE).removed == 0
    assert len(library.list_versions("ferry")) == 2
    assert library.ingest([], prune=["/ferry.txt"], rebuild=rebuild, today=JUNE).removed == 1
    assert library.list_articles(Filter(as_of=date(2026, 3, 1))) == library.list_articles()
    assert library.find_problems(deep=True) == []


@pytest.mark.parametrize("offered", [[], [SECOND], [THIRD]])
def test_a_rebuild_keeps_earlier_texts_as_an_ingest_does(
    library: Library, tmp_path: Path, offered: list[Article]
) -> None:
    library.ingest([SECOND], today=MAY)
    with Library.open(tmp_path / "other", encoder=FakeEncoder(), kept_versions=3, create=True) as other:
        other.ingest([FIRST, OTHER])
        other.ingest([SECOND], today=MAY)
        other.ingest(offered, today=JUNE)

        library.ingest(offered, rebuild=True, today=JUNE)

        assert list(map(describe, library.list_versions("ferry"))) == list(map(describe, other.list_versions("ferry")))
        assert contents(library.folder) == contents(other.folder)
    assert library.find_problems(deep=True) == []


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_article_that_moves_keeps_its_earlier_texts(library: Library, rebuild: bool) -> None:
    library.ingest([SECOND], today=MAY)
    moved = replace(SECOND, id="boat", source="/boat.txt", named_by_place=True)

    assert library.ingest([moved], rebuild=rebuild, today=JUNE).moved == 1

    assert list(map(describe, library.list_versions("boat"))) == [
        ("boat", MAY, None),
        ("ferry@2026-02-10", None, MAY),
    ]
    assert [info.id for info in library.list_articles()] == ["boat", "mill"]
    assert library.find_problems(deep=True) == []


def test_earlier_texts_are_saved_from_a_damaged_catalog_as_what_they_are(library: Library) -> None:
    library.ingest([SECOND, *(make_article(n) for n in range(20))], today=MAY)
    library.close()
    (catalog,) = library.folder.rglob("catalog.sqlite3")
    data = bytearray(catalog.read_bytes())
    data[:100] = bytes(100)
    catalog.write_bytes(data)
    assert library.find_problems() != []

    library.repair()

    assert library.find_problems() == []
    assert cabins(library) == [("ferry", "The ferry has 14 cabins.")]
    assert cabins(library, date(2026, 3, 1)) == [("ferry@2026-02-10", "The ferry has 12 cabins.")]
    assert len(library.list_articles()) == 22
