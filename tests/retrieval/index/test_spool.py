"""A long article whose ingest is interrupted: the next one goes on with the batches that were encoded."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.errors import LibraryError
from retrieval.index import Library, spool, writer
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.domain import Article

TOKENS = 60
BATCH = 8
LONG = make_article(7, sentences=150)


class Interrupted(FakeEncoder):
    """Encodes some batches, and then somebody presses Ctrl-C."""

    def encode_passages(self, passages: Any, headers: Any) -> Any:
        if len(self.encoded) >= 3 * BATCH:
            raise KeyboardInterrupt
        return super().encode_passages(passages, headers)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PASSAGES_PER_BATCH", BATCH)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of one article, at which the ingest of a long one was interrupted."""
    folder = tmp_path / "library"
    ingest(folder, FakeEncoder(), make_article(0))
    with pytest.raises(KeyboardInterrupt):
        ingest(folder, Interrupted(), LONG)
    return folder


def ingest(folder: Path, encoder: FakeEncoder, *articles: Article) -> int:
    """Ingest, and return how many passages were encoded for it."""
    with Library.open(folder, encoder=encoder, passage_tokens=TOKENS, create=True) as library:
        library.ingest(articles)
    return len(encoder.encoded)


def batches(folder: Path) -> list[Path]:
    return sorted(folder.glob("editions/1/spool/*"))


def find_problems(folder: Path) -> list[str]:
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS) as library:
        return library.find_problems()


def test_what_was_encoded_is_not_encoded_again_and_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    in_all = ingest(tmp_path / "clean", FakeEncoder(), make_article(0), LONG)
    assert len(batches(folder)) == 3
    assert find_problems(folder) == []

    encoded = ingest(folder, FakeEncoder(), make_article(5), LONG)

    assert encoded == in_all - 3 * BATCH
    assert batches(folder) == []
    ingest(tmp_path / "clean", FakeEncoder(), make_article(5))
    assert contents(folder) == contents(tmp_path / "clean")
    assert find_problems(folder) == []


@pytest.mark.parametrize("harm", ["garble", "truncate", "swap"])
def test_a_batch_that_is_not_what_was_kept_is_encoded_again(folder: Path, tmp_path: Path, harm: str) -> None:
    ingest(tmp_path / "clean", FakeEncoder(), make_article(0), LONG)
    first, second, _ = batches(folder)
    content = first.read_bytes()
    harmed = {"garble": content.replace(b"A", b"B"), "truncate": content[:500], "swap": second.read_bytes()}
    first.write_bytes(harmed[harm])

    ingest(folder, FakeEncoder(), LONG)

    assert contents(folder) == contents(tmp_path / "clean")


@pytest.mark.parametrize(
    ("encoder", "article"),
    [
        (FakeEncoder(fingerprint="another"), LONG),
        (FakeEncoder(), replace(LONG, title="Another title")),
        (FakeEncoder(), make_article(7, sentences=150, version=2)),
    ],
)
def test_batches_of_another_model_title_or_text_are_not_used(
    tmp_path: Path, encoder: FakeEncoder, article: Article
) -> None:
    with pytest.raises(KeyboardInterrupt):
        ingest(tmp_path / "other", Interrupted(), LONG)
    clean = FakeEncoder(fingerprint=encoder.fingerprint)
    ingest(tmp_path / "clean", clean, article)
    batches(tmp_path / "other")[0].parent.rename(tmp_path / "kept")
    with pytest.raises(KeyboardInterrupt):
        ingest(tmp_path / "library", Interrupted(fingerprint=encoder.fingerprint, encoded=[""] * 3 * BATCH), article)
    (tmp_path / "kept").rename(tmp_path / "library" / "editions" / "1" / "spool")

    assert ingest(tmp_path / "library", encoder, article) == len(clean.encoded)


def test_no_room_for_a_batch_ends_in_one_line_before_hours_are_spent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    encoder = FakeEncoder()
    monkeypatch.setattr(spool, "write_small_file", full)

    with pytest.raises(LibraryError, match=r"the disk is full.*free some space and ingest again"):
        ingest(folder, encoder, LONG)

    assert len(encoder.encoded) == BATCH


def test_what_an_interrupted_ingest_left_goes_with_the_next_ingest_of_anything(folder: Path) -> None:
    ingest(folder, FakeEncoder(), make_article(0))

    assert batches(folder) == []
