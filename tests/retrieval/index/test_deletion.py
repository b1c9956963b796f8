"""Deleting a library: whole or gone, whenever the process ends."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import LibraryLocked, LibraryMissing
from retrieval.index import Library, delete_library, finish_deletions, write_lock
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path) -> Path:
    with Library.open(folder, encoder=FakeEncoder(), create=True) as library:
        library.ingest([make_article(1)])
    return folder


def test_a_deleted_library_is_gone_and_its_neighbours_are_not(tmp_path: Path) -> None:
    gone, kept = fill(tmp_path / "gone"), fill(tmp_path / "kept")

    delete_library(gone, wait=0)

    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    with Library.open(kept, encoder=FakeEncoder()) as library:
        assert len(library.list_articles()) == 1


def test_nothing_is_deleted_where_there_is_nothing(tmp_path: Path) -> None:
    delete_library(tmp_path / "none", wait=0)

    assert list(tmp_path.iterdir()) == []


def test_a_deletion_that_is_cut_short_leaves_no_library_and_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "gone")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            delete_library(folder, wait=0)
    left = [each.name for each in tmp_path.iterdir()]
    with pytest.raises(LibraryMissing):
        Library.open(folder, encoder=FakeEncoder())
    finish_deletions(tmp_path)

    assert [name.startswith(".deleted-gone-") for name in left] == [True]
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_is_written_to_is_not_deleted(tmp_path: Path) -> None:
    folder = fill(tmp_path / "busy")

    with write_lock(folder, 0, lambda _: None), pytest.raises(LibraryLocked):
        delete_library(folder, wait=0)

    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert len(library.list_articles()) == 1
