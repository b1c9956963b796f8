from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import LibraryDamaged, LibraryError
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_errors import explain_catalog_errors, explain_error, find_damage
from retrieval.index.library_state import State

if TYPE_CHECKING:
    from pathlib import Path


def make_catalog(folder: Path) -> Path:
    path = folder / "catalog.sqlite3"
    Catalog(path, state=State(fingerprint="fake@0", dimension=8, passage_tokens=100)).close()
    return path


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "free some space; nothing is lost"),
        (sqlite3.SQLITE_IOERR, "check the disk"),
        (sqlite3.SQLITE_CANTOPEN, "permission"),
        (sqlite3.SQLITE_READONLY, "permission"),
        (sqlite3.SQLITE_BUSY, "busy by another process"),
        (sqlite3.SQLITE_CORRUPT, "SQLite finds nothing wrong with it: try again"),
    ],
)
def test_what_hinders_a_healthy_file_is_told_apart_from_damage(tmp_path: Path, code: int, said: str) -> None:
    path = make_catalog(tmp_path)
    error = sqlite3.OperationalError("it failed")
    error.sqlite_errorcode = code

    explained = explain_error(path, error)

    assert not isinstance(explained, LibraryDamaged)
    assert said in str(explained)


def test_damage_is_what_sqlite_finds_in_the_file(tmp_path: Path) -> None:
    path = make_catalog(tmp_path)
    error = sqlite3.DatabaseError("it failed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert find_damage(path) == ""

    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)

    assert find_damage(path)
    assert isinstance(explain_error(path, error), LibraryDamaged)


def test_what_sqlite_says_is_raised_in_one_line(tmp_path: Path) -> None:
    path = make_catalog(tmp_path)

    with (
        pytest.raises(LibraryError, match=r"catalog\.sqlite3 is damaged \(no such table: elsewhere\)"),
        explain_catalog_errors(path),
        closing(sqlite3.connect(path)) as sql,
    ):
        sql.execute("SELECT 1 FROM elsewhere")
