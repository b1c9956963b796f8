"""Of a small library all passages are compared, and Chroma is not asked."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Filter
from retrieval.index import Library, newest
from retrieval.index.library_state import State
from retrieval.index.newest import find_last_left_to_chroma
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.index import Snapshot

SMALL = 1_000
FILTERS = (Filter(), Filter(since=date(2023, 3, 1)), Filter(until=date(2023, 6, 30)), Filter(author="Author 1"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "news", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest(make_article(n) for n in range(12))
        yield library


def find(library: Library, question: str, where: Filter | None = None) -> list[str]:
    vector = FakeEncoder().encode_question(question)

    def query(view: Snapshot) -> list[str]:
        found = view.get_passages(view.search_dense(vector, 8, where or Filter())).values()
        return [each.passage.text for each in found]

    return library.read(query)


@pytest.mark.parametrize("where", FILTERS, ids=repr)
def test_the_same_is_found_as_by_chroma(library: Library, monkeypatch: pytest.MonkeyPatch, where: Filter) -> None:
    by_chroma = find(library, "harbour boats counted by witness 3", where)
    monkeypatch.setattr(newest, "MAX_SMALL", SMALL)

    assert find(library, "harbour boats counted by witness 3", where) == by_chroma
    assert len(by_chroma) == 8


def test_chroma_is_not_needed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "MAX_SMALL", SMALL)
    for folder in library.folder.rglob("vectors-*"):
        shutil.rmtree(folder)

    assert "story3 " in find(library, "the glacier of story3")[0]


def test_what_comes_and_goes_is_seen_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "MAX_SMALL", SMALL)
    find(library, "the glacier of story3")

    library.ingest([make_article(13)])
    library.remove(["article-3"])

    assert "story13 " in find(library, "the glacier of story13")[0]
    assert not any("story3 " in text for text in find(library, "the glacier of story3"))


@pytest.mark.parametrize(
    ("passages", "store", "last"),
    [(SMALL, "", 0), (SMALL + 1, "", 77), (SMALL, "http://chroma:8000", 77)],
    ids=["small", "large", "a server"],
)
def test_a_large_library_and_a_server_are_left_to_chroma(
    monkeypatch: pytest.MonkeyPatch, passages: int, store: str, last: int
) -> None:
    monkeypatch.setattr(newest, "MAX_SMALL", SMALL)
    state = State("fake", 64, 60, passages=passages, store=store, published_number=77)

    assert find_last_left_to_chroma(state) == last
