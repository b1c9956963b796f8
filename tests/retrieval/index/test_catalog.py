from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import Article, Filter, Passage, Sentence, Span
from retrieval.errors import ArticleMissing, LibraryDamaged
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_scans import iterate_vectors
from retrieval.index.library_state import State
from retrieval.index.quantization import (
    dequantize_sentence_vectors,
    dequantize_vectors,
    quantize_sentence_vectors,
    quantize_vector,
)
from retrieval.index.selection import Selection
from retrieval.index.stored_passages import QuantizedPassage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = State(fingerprint="fake@0", dimension=8, passage_tokens=100)
ARTICLE = Article(
    id="a1",
    text="Rain.\u0000 More rain. שלום 🙂 end.",
    title="Weather\u0000",
    author="Élodie Durand",
    published=date(2023, 6, 27),
    url="https://example.org/1",
    source="/w.txt",
    metadata={"section": "news", "tags": ["a", "ü"], "seen": date(2023, 7, 1)},
    skipped=(Span(5, 6),),
)


def unit(*shape: int, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=shape)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def passage(article: Article, start: int, end: int) -> Passage:
    text = article.text[start:end]
    middle = start + len(text) // 2
    sentences = (Sentence(start, middle, article.text[start:middle]), Sentence(middle, end, article.text[middle:end]))
    return Passage(f"{article.id}:{start}", article.id, start, end, text, sentences)


def rows(article: Article) -> list[QuantizedPassage]:
    edges = range(0, len(article.text) - 1, 10)
    passages = [passage(article, start, min(start + 10, len(article.text))) for start in edges]
    return [
        QuantizedPassage.pack(each, unit(8, seed=each.start + 1), unit(2, 8, seed=each.start + 2)) for each in passages
    ]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite3", state=STATE)
    with catalog.transaction():
        catalog.put(ARTICLE, ARTICLE.content_hash, rows(ARTICLE), first_number=1)
        catalog.update_state(next_number=4, passages=3)
    yield catalog
    catalog.close()


def test_an_article_comes_back_as_it_went_in(catalog: Catalog) -> None:
    found = catalog.get_article("a1")

    assert replace(found, metadata={}) == replace(ARTICLE, metadata={})
    assert found.metadata == {"section": "news", "tags": ["a", "ü"], "seen": "2023-07-01"}
    assert catalog.get_content_hash("a1") == ARTICLE.content_hash
    assert catalog.get_content_hash("a2") is None


def test_an_unknown_article_is_named(catalog: Catalog) -> None:
    with pytest.raises(ArticleMissing, match=r"'nothing'.*clippings articles"):
        catalog.get_article("nothing")


def test_passages_come_back_with_offsets_sentences_and_vectors(catalog: Catalog) -> None:
    found = catalog.get_passages(["a1:10", "unknown", "a1:0"])

    assert list(found) == ["a1:10", "a1:0"]
    for each in found.values():
        p = each.passage
        assert p == passage(ARTICLE, p.start, p.end)
        assert ARTICLE.text[p.start : p.end] == p.text
        assert each.vector == pytest.approx(unit(8, seed=p.start + 1), abs=1e-3)
        assert each.sentence_vectors == pytest.approx(unit(2, 8, seed=p.start + 2), abs=5e-3)


def test_a_span_lies_in_its_passages_between_two_neighbours(catalog: Catalog) -> None:
    first, middle, last = (passage(ARTICLE, *edges) for edges in ((0, 10), (10, 20), (20, len(ARTICLE.text))))

    assert catalog.get_passages_around("a1", 12, 14) == [first, middle, last]
    assert catalog.get_passages_around("a1", 0, 10) == [first, middle]
    assert catalog.get_passages_around("a1", 19, 21) == [first, middle, last]
    assert catalog.get_passages_around("a1", 500, 501) == catalog.get_passages_around("unknown", 0, 5) == []


@pytest.mark.parametrize(
    ("where", "selection"),
    [
        (Filter(), Selection()),
        (Filter(since=date(2023, 6, 27)), Selection(since=20230627)),
        (Filter(until=date(2023, 12, 1)), Selection(until=20231201)),
        (Filter(as_of=date(2023, 12, 1)), Selection(until=20231201)),
        (Filter(author="éLODIE"), Selection(authors=("Élodie Durand",))),
        (Filter(author="DURAND"), Selection(authors=("Élodie Durand",))),
        (Filter(author="elodie"), Selection(authors=("Élodie Durand",))),
        (Filter(author="%"), None),
    ],
)
def test_a_filter_is_made_exact(catalog: Catalog, where: Filter, selection: Selection | None) -> None:
    assert catalog.select(where) == selection


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(), 3),
        (Selection(since=20230627, until=20230627), 3),
        (Selection(since=20230628), 0),
        (Selection(until=20230626), 0),
        (Selection(authors=("Élodie Durand",)), 3),
        (Selection(authors=()), 0),
    ],
)
def test_a_selection_admits_passages_by_their_article(catalog: Catalog, selection: Selection, count: int) -> None:
    undated = replace(ARTICLE, id="a2", published=None, author="Nobody")
    with catalog.transaction():
        catalog.put(undated, "hash", rows(undated), first_number=4)
    extra = 0 if selection else 3

    assert catalog.count(selection) == count + extra
    assert sum(len(ids) for ids, _ in iterate_vectors(catalog, selection)) == count + extra


def test_a_dropped_article_leaves_nothing_but_what_chroma_must_forget(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.update_state(published_number=2)
        assert catalog.drop("a1") == [1, 2, 3]
        assert catalog.drop("a1") == []

    assert catalog.list_removed() == ["a1:0", "a1:10"]
    assert catalog.list_articles() == []
    assert catalog.get_all_numbers() == {}
    assert list(iterate_vectors(catalog, Selection())) == []


def test_a_failed_transaction_changes_nothing(catalog: Catalog) -> None:
    def fail() -> None:
        with catalog.transaction():
            catalog.drop("a1")
            catalog.update_state(generation=9)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert catalog.get_state().generation == 0
    assert len(catalog.list_articles()) == 1


def test_a_snapshot_does_not_change_while_others_write(catalog: Catalog) -> None:
    other = Catalog(catalog.path, writes=True)
    with catalog.snapshot() as state:
        with other.transaction():
            other.drop("a1")
            other.update_state(generation=5)

        assert catalog.get_article("a1").title == ARTICLE.title
        assert state == catalog.get_state()
    assert catalog.list_articles() == []
    other.close()


def test_removed_words_are_not_left_in_the_file(tmp_path: Path) -> None:
    secret = replace(ARTICLE, text="the zanzibarian whistleblower spoke " * 400)
    catalog = Catalog(tmp_path / "catalog.sqlite3", state=STATE)
    with catalog.transaction():
        catalog.put(secret, "hash", rows(secret), first_number=1)
    with catalog.transaction():
        catalog.drop("a1")
    catalog.close()

    assert not any(b"zanzibarian" in file.read_bytes() for file in tmp_path.iterdir())


def test_articles_are_listed_newest_first_and_undated_last(catalog: Catalog) -> None:
    with catalog.transaction():
        for key, day in (("a0", None), ("a2", date(2024, 1, 1)), ("a3", date(2020, 1, 1))):
            catalog.put(replace(ARTICLE, id=key, published=day), "hash", [], first_number=1)

    assert [info.id for info in catalog.list_articles()] == ["a2", "a1", "a3", "a0"]
    assert [info.id for info in catalog.list_articles(["a3", "a1", "zzz"])] == ["a1", "a3"]
    assert catalog.list_articles(["a1"])[0].characters == len(ARTICLE.text)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 torn", b"no database at all" * 100])
def test_an_unreadable_catalog_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(content)

    with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite3 is damaged.*doctor --repair"):
        Catalog(path)
    with pytest.raises(LibraryDamaged, match="missing"):
        Catalog(tmp_path / "nothing.sqlite3")


def test_a_catalog_with_a_state_of_another_kind_is_named(catalog: Catalog) -> None:
    with closing(sqlite3.connect(catalog.path)) as sql, sql:
        sql.execute("""UPDATE state SET value = '{"from": "the future"}'""")

    with pytest.raises(LibraryDamaged):
        Catalog(catalog.path)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_packed_vectors_keep_their_cosines(count: int, seed: int) -> None:
    vectors = unit(count, 384, seed=seed)
    asked = unit(384, seed=seed // 2 + 1)

    whole = dequantize_vectors([quantize_vector(each) for each in vectors], 384)
    sentences = dequantize_sentence_vectors([quantize_sentence_vectors(vectors)], 384)[0]

    assert whole @ asked == pytest.approx(vectors @ asked, abs=5e-4)
    assert sentences @ asked == pytest.approx(vectors @ asked, abs=4e-3)


def test_no_sentences_and_empty_vectors_can_be_packed() -> None:
    assert dequantize_sentence_vectors([quantize_sentence_vectors(np.zeros((0, 8), np.float32))], 8)[0].shape == (0, 8)
    assert not dequantize_sentence_vectors([quantize_sentence_vectors(np.zeros((2, 8), np.float32))], 8)[0].any()
