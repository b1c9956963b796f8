from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.domain import Filter, Passage
from retrieval.index import Library, Snapshot, remembered
from retrieval.index.remembered import RememberedPassages
from retrieval.index.stored_passages import StoredPassage
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest


class Catalog:
    """Holds a passage for each letter, and knows what was asked for."""

    def __init__(self, *letters: str) -> None:
        self.letters = letters
        self.asked: list[str] = []

    def load(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        self.asked += ids
        vectors = np.zeros((len(ids), 4), np.float32)
        return {
            key: StoredPassage(Passage(key, "a", 0, 1, key, ()), vector, vectors[:0])
            for key, vector in zip(ids, vectors, strict=True)
            if key in self.letters
        }


def test_a_passage_is_loaded_once() -> None:
    passages, catalog = RememberedPassages(), Catalog("x", "y", "z")
    passages.get(["x", "y"], catalog.load)

    found = passages.get(["z", "x"], catalog.load)

    assert list(found) == ["z", "x"]
    assert catalog.asked == ["x", "y", "z"]


def test_what_does_not_exist_is_left_out() -> None:
    assert list(RememberedPassages().get(["x", "q"], Catalog("x").load)) == ["x"]


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    passages, catalog = RememberedPassages(), Catalog("x", "y", "z")

    for key in ("x", "y", "z", "y", "x"):
        passages.get([key], catalog.load)

    assert catalog.asked == ["x", "y", "z", "x"]


def test_more_than_are_kept_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 1)

    assert list(RememberedPassages().get(["x", "y", "z"], Catalog("x", "y", "z").load)) == ["x", "y", "z"]


def test_a_remembered_passage_keeps_no_other_alive() -> None:
    found = RememberedPassages().get(["x", "y"], Catalog("x", "y").load)

    assert all(each.vector.base is None for each in found.values())


def test_an_article_that_was_changed_or_removed_is_not_remembered(tmp_path: Path) -> None:
    article = make_article(1)
    with Library.open(tmp_path / "news", encoder=FakeEncoder(), create=True) as library:
        library.ingest([article, make_article(2)])
        vector = library.encoder.encode_question(article.text)

        def read(view: Snapshot) -> set[str]:
            ids = view.search_dense(vector, 50, Filter())
            return {each.passage.text for each in view.get_passages(ids).values()}

        before = library.read(read)
        library.ingest([replace(article, text="The bridge was closed on Monday.")])
        changed = library.read(read)
        library.remove([article.id])
        removed = library.read(read)

    assert any(text in article.text for text in before)
    assert "The bridge was closed on Monday." in changed
    assert not any(text in article.text or text.startswith("The bridge") for text in removed)
