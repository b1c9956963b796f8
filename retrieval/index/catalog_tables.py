"""The tables of a catalog, and the formats of a library that differ in them.

The columns that say when a text is its article's are left to validity.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.index.validity import VERSION_COLUMNS, keeps_versions

if TYPE_CHECKING:
    import sqlite3

FORMAT = 2
OLDEST_FORMAT = 1
"""Of libraries that can be read; version 0.1 wrote it, which knows of one text of an article only."""

_TABLES = """
CREATE TABLE state (value TEXT NOT NULL);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, published TEXT,
    day INTEGER, url TEXT NOT NULL, source TEXT NOT NULL, passages INTEGER NOT NULL, characters INTEGER NOT NULL,
    metadata TEXT NOT NULL, skipped TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX articles_by_day ON articles (day, passages);
CREATE INDEX articles_by_author ON articles (author, passages);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL REFERENCES articles (id),
    position INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL, sentences BLOB NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, position);
CREATE TABLE vectors (number INTEGER PRIMARY KEY REFERENCES passages (number), vector BLOB NOT NULL);
CREATE TABLE gone (id TEXT PRIMARY KEY);
"""
_AIDS = """
CREATE INDEX articles_by_length ON articles (characters, title);
CREATE INDEX articles_by_source ON articles (source);
CREATE TABLE files (source TEXT PRIMARY KEY, stamp TEXT NOT NULL, articles INTEGER NOT NULL, told TEXT NOT NULL)
    WITHOUT ROWID
"""
"""What makes an ingest quicker; a library that lacks it is read all the same."""


def create_tables(sql: sqlite3.Connection) -> None:
    """Create all tables of a new catalog."""
    _execute(sql, _TABLES, VERSION_COLUMNS, _AIDS)


def upgrade_tables(sql: sqlite3.Connection) -> None:
    """Give a catalog of an older format what the present one has in addition."""
    if not keeps_versions(sql):
        _execute(sql, VERSION_COLUMNS)
    _execute(sql, _AIDS)


def has_all_tables(sql: sqlite3.Connection) -> bool:
    """Return whether a catalog has all that a new one has."""
    aid = sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'files'").fetchone()
    return bool(aid) and keeps_versions(sql)


def _execute(sql: sqlite3.Connection, *scripts: str) -> None:
    """Execute statements as part of the surrounding transaction, which `executescript` would commit."""
    for statement in filter(str.strip, ";".join(scripts).split(";")):
        sql.execute(statement)
