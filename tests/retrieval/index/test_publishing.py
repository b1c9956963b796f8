"""Chroma's index is written anew when much has changed; what came since is compared one by one, and found at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Filter
from retrieval.index import Library, publishing, snapshot
from retrieval.index.newest import MAX_HELD
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.index import Snapshot

BEFORE = [make_article(n) for n in range(12)]
NEW = [make_article(n) for n in range(12, 15)]
FILTERS = (Filter(), Filter(since=date(2023, 3, 1)), Filter(until=date(2023, 6, 30)), Filter(author="Author 1"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "news", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest(BEFORE)
        yield library


def list_files(library: Library) -> dict[str, tuple[int, int]]:
    """Return the files of Chroma's index with what changes when one is written."""
    found = (each for folder in library.folder.rglob("vectors-*") for each in folder.rglob("*") if each.is_file())
    return {str(each): (each.stat().st_ino, each.stat().st_mtime_ns) for each in found}


def find(library: Library, question: str, where: Filter | None = None, k: int = 4) -> list[str]:
    vector = FakeEncoder().encode_question(question)

    def query(view: Snapshot) -> list[str]:
        found = view.get_passages(view.search_dense(vector, k, where or Filter())).values()
        return [each.passage.text for each in found]

    return library.read(query)


def test_what_a_small_ingest_brings_changes_and_takes_away_leaves_chroma_as_it_is(library: Library) -> None:
    before = list_files(library)
    assert before

    library.ingest([*NEW, make_article(3, version=2)])
    library.remove(["article-5"])

    assert list_files(library) == before
    assert "story13 " in find(library, "the glacier of story13")[0]
    assert "story3 was seen in version2" in find(library, "the glacier of story3 in version2")[0]
    assert not any("story3 was seen in version1" in text for text in find(library, "story3 in version1", k=30))
    assert not any("story5 " in text for text in find(library, "the railway of story5", k=30))
    assert library.find_problems(deep=True) == []


@pytest.mark.parametrize("change", ["comes", "changes", "goes"])
def test_chroma_is_written_anew_when_much_came_changed_or_went(
    library: Library, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(publishing, "MAX_WAITING", 5)
    before = list_files(library)

    if change == "comes":
        library.ingest(NEW)
    elif change == "changes":
        library.ingest([make_article(n, version=2) for n in range(3)])
    else:
        library.remove(["article-1", "article-2", "article-3"])

    assert before.keys().isdisjoint(list_files(library))
    assert contents(library.folder)["vectors"] == {row[0] for row in contents(library.folder)["passages"]}
    assert library.find_problems(deep=True) == []


@pytest.mark.parametrize("held", [0, MAX_HELD])
@pytest.mark.parametrize("where", FILTERS, ids=repr)
def test_a_filter_admits_the_same_from_chroma_and_from_what_is_newer(
    library: Library, monkeypatch: pytest.MonkeyPatch, where: Filter, held: int
) -> None:
    library.ingest(NEW)
    exact = find(library, "harbour boats counted by witness 3", where, k=8)
    monkeypatch.setattr(snapshot, "MAX_EXACT_SEARCH", 0)
    monkeypatch.setattr("retrieval.index.newest.MAX_HELD", held)
    library.close()

    assert find(library, "harbour boats counted by witness 3", where, k=8) == exact
    assert len(exact) == 8


def test_where_chroma_would_be_asked_for_too_many_all_vectors_are_compared(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = Filter(author="Somebody")
    library.ingest([Article("rare", "Nobody knows what the comet did.", author="Somebody", published=date(2023, 1, 1))])
    monkeypatch.setattr(snapshot, "MAX_EXACT_SEARCH", 0)
    monkeypatch.setattr(snapshot, "MAX_NEIGHBOURS", 4)

    assert find(library, "the harbour", rare) == ["Nobody knows what the comet did."]


def test_a_first_ingest_and_one_after_it_hold_what_one_alone_does(library: Library, tmp_path: Path) -> None:
    library.ingest(NEW)
    with Library.open(tmp_path / "once", encoder=FakeEncoder(), passage_tokens=60, create=True) as once:
        once.ingest([*BEFORE, *NEW])

        assert contents(library.folder) == contents(once.folder)
