"""What one library holds, in SQLite: which articles and passages exist, their vectors, and what the stores hold.

A passage exists if and only if it has a row here. Each row has a number that is never used again, so that the other
stores can be synchronized by comparing numbers. Chroma lags behind on purpose: it holds the passages up to
`State.published_number`, less those in the table `gone`; readers look up the newer ones here. When to write
what, and the other stores, are left to writer.py; how the file is opened to catalog_file.py, and what reads it to its
end to catalog_scans.py.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from retrieval.domain import Article, ArticleInfo, Filter, Passage, UnchangedFile
from retrieval.errors import ArticleMissing
from retrieval.index.article_rows import (
    ARTICLE_COLUMNS,
    INFO_COLUMNS,
    format_published,
    pack_article,
    unpack_article,
    unpack_info,
)
from retrieval.index.catalog_errors import make_damage_error
from retrieval.index.catalog_file import CatalogFile
from retrieval.index.catalog_tables import create_tables, has_all_tables, upgrade_tables
from retrieval.index.library_state import State, format_state, parse_state
from retrieval.index.selection import EVERYTHING, LISTED, build_condition, build_passage_condition, find_period, select
from retrieval.index.store_errors import is_disk_full
from retrieval.index.stored_passages import (
    PASSAGE_COLUMNS,
    STORED_COLUMNS,
    QuantizedPassage,
    StoredPassage,
    pack_passage,
    unpack_passage,
    unpack_quantized_passage,
    unpack_stored_passages,
)
from retrieval.index.validity import ALWAYS, get_validity, keeps_versions, list_versions, rename_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from retrieval.domain import ReadFile
    from retrieval.index.selection import Selection
    from retrieval.index.validity import Validity


class Catalog:
    """One connection, for one thread at a time; outside `transaction` and `snapshot` each statement is on its own."""

    def __init__(self, path: Path, *, state: State | None = None, writes: bool = False) -> None:
        """Open the catalog at `path` for reading, or for writing; with a state, create it."""
        self.path = path
        self._state: State | None = None  # as this connection wrote it: no other one writes meanwhile
        self.file = CatalogFile(path, create=state is not None, writes=writes)
        self._sql = self.file.sql
        try:
            if self.file.writes:
                self._sql.execute("PRAGMA journal_mode = WAL")
                self._sql.execute("PRAGMA synchronous = FULL")  # the order of commits across the stores must survive
                self._sql.execute("PRAGMA secure_delete = ON")  # a removed article's words must not stay in the file
            if state is not None:
                with self.transaction():
                    create_tables(self._sql)
                    self._sql.execute("INSERT INTO state VALUES (?)", (format_state(state),))
            self.get_state()
        except BaseException as error:
            self.close()
            if isinstance(error, sqlite3.Error) and not (self.file.writes and is_disk_full(path, error)):
                raise self.file.explain(error) from error
            raise

    def close(self) -> None:
        """Close the connection."""
        self.file.close()

    # Transactions

    @contextmanager
    def snapshot(self) -> Iterator[State]:
        """See one and the same state of the catalog throughout, whatever others write."""
        self._sql.execute("BEGIN")
        try:
            yield self._read_state()
        finally:
            self._sql.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is written inside visible at once, or not at all."""
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            self._state = None
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise

    def get_state(self) -> State:
        """Return the present state."""
        return self._state or self._read_state()

    def _read_state(self) -> State:
        row = self._sql.execute("SELECT value FROM state").fetchone()
        try:
            return parse_state(row[0])
        except (TypeError, ValueError) as error:
            raise make_damage_error(self.path, error) from error

    def update_state(self, **changes: Any) -> State:
        """Change the state; part of the surrounding transaction, if there is one."""
        state = replace(self.get_state(), **changes)
        self._sql.execute("UPDATE state SET value = ?", (format_state(state),))
        self._state = state
        return state

    # Articles

    def get_content_hash(self, article_id: str) -> str | None:
        """Return the hash an article was stored under, or None when it is not in."""
        row = self._sql.execute("SELECT content_hash FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def list_content_hashes(self) -> dict[str, str]:
        """Return the hash of every article by its id, without earlier texts."""
        current = " WHERE version_of IS NULL" if self.keeps_versions else ""
        return dict(self._sql.execute(f"SELECT id, content_hash FROM articles{current}"))

    def list_articles(
        self, ids: Iterable[str] | None = None, *, selection: Selection = EVERYTHING, naming: Sequence[str] = ()
    ) -> list[ArticleInfo]:
        """Return the selected articles, of the given ones or of all: newest first, those without a date last.

        Those of a month or a year follow those of its last day. `naming` are texts that the title, the address or the
        source must contain, case ignored.
        """
        condition, values = build_condition(selection)
        for text in naming:
            condition += " AND instr(lower(title || char(10) || url || char(10) || source), ?)"
            values.append(text.lower())
        if ids is not None:
            condition += f" AND id {LISTED}"
            values.append(json.dumps(list(ids)))
        validity = "version_of, since, until" if self.keeps_versions else "NULL, NULL, NULL"
        rows = self._sql.execute(
            f"SELECT {INFO_COLUMNS}, {validity} FROM articles WHERE {condition}"
            " ORDER BY day IS NULL, day DESC, published DESC, title, id",
            values,
        )
        return [unpack_info(row) for row in rows]

    def list_sources(self, *, current: bool = False) -> list[tuple[str, str]]:
        """Return id and source of every article, or of those alone that are no earlier text of another."""
        condition = "version_of IS NULL" if current and self.keeps_versions else "1"
        return self._sql.execute(f"SELECT id, source FROM articles WHERE {condition}").fetchall()

    def get_article(self, article_id: str) -> Article:
        """Return a whole article, or raise ArticleMissing."""
        row = self._sql.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise ArticleMissing(f"no article has the id {article_id!r}: `clippings articles` lists them")
        return unpack_article(row)

    @property
    def keeps_versions(self) -> bool:
        """Whether it can hold earlier texts of an article, which one of version 0.1 can't."""
        return keeps_versions(self._sql)

    @property
    def is_complete(self) -> bool:
        """Whether it has all that a new one has."""
        return has_all_tables(self._sql)

    def find_file(self, source: str, stamp: str) -> UnchangedFile | None:
        """Return a file that was noted with this stamp, if all of its articles are in; None otherwise."""
        query = "SELECT articles, told FROM files WHERE source = ? AND stamp = ?"
        if not (row := self._sql.execute(query, (source, stamp)).fetchone()):
            return None
        query = "SELECT id FROM articles WHERE source = ? AND version_of IS NULL"
        ids = tuple(key for (key,) in self._sql.execute(query, (source,)))
        return UnchangedFile(source, ids, row[1]) if len(ids) == row[0] else None

    def list_alike(self, article: Article) -> list[str]:
        """Return the ids of articles with the same title, author, date, address and length, earlier texts aside."""
        later = "AND version_of IS NULL" if self.keeps_versions else ""
        rows = self._sql.execute(
            f"SELECT id FROM articles WHERE characters = ? AND title = ? AND author = ? AND published IS ? AND url = ?"
            f" {later} ORDER BY id",
            (len(article.text), article.title, article.author, format_published(article), article.url),
        )
        return [key for (key,) in rows]

    def get_validity(self, article_id: str) -> Validity:
        """Return when a text is its article's."""
        return get_validity(self._sql, article_id)

    def list_versions(self, article_id: str) -> list[str]:
        """Return the ids of an article's earlier texts, newest first."""
        return list_versions(self._sql, article_id)

    def select(self, where: Filter) -> Selection | None:
        """Make a filter exact; None when no author's name contains the wanted part."""
        return select(self._sql, where)

    def get_period(self, selection: Selection = EVERYTHING) -> tuple[date, date] | None:
        """Return the first and the last day that a selected article may be of; None where none has a date."""
        return find_period(self._sql, selection)

    # Passages

    def get_passages(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Return those of the passages that exist, in the order asked for."""
        dimension = self.get_state().dimension
        rows = self._sql.execute(
            f"SELECT {STORED_COLUMNS} FROM passages AS p JOIN vectors USING (number) WHERE p.id {LISTED}",
            (json.dumps(list(ids)),),
        ).fetchall()
        found = {each.passage.id: each for each in unpack_stored_passages(rows, dimension)}
        return {each: found[each] for each in ids if each in found}

    def get_encoded(self, article_id: str) -> list[QuantizedPassage]:
        """Return an article's passages as they went in, in their order; none where it is not in."""
        rows = self._sql.execute(
            f"SELECT {STORED_COLUMNS} FROM passages AS p JOIN vectors USING (number)"
            " WHERE article_id = ? ORDER BY position",
            (article_id,),
        )
        return [unpack_quantized_passage(row) for row in rows]

    def list_passage_ids(self, article_id: str) -> list[str]:
        """Return the ids of an article's passages, in their order."""
        query = "SELECT id FROM passages WHERE article_id = ? ORDER BY position"
        return [key for (key,) in self._sql.execute(query, (article_id,))]

    def list_passages(self, numbers: Iterable[int], *, left_out: Sequence[str] = ()) -> list[Passage]:
        """Return the passages of those of the numbers that exist, less those of the articles to be left out."""
        rows = self._sql.execute(
            f"SELECT {PASSAGE_COLUMNS} FROM passages AS p WHERE number {LISTED} AND article_id NOT {LISTED}",
            (json.dumps(list(numbers)), json.dumps(left_out)),
        )
        return [unpack_passage(row) for row in rows]

    def get_passages_around(self, article_id: str, start: int, end: int) -> list[Passage]:
        """Return the passages of an article that hold any of a span, and the one before and after, in their order."""
        rows = self._sql.execute(
            f"SELECT {PASSAGE_COLUMNS} FROM passages AS p, (SELECT min(position) AS first, max(position) AS last"
            ' FROM passages WHERE article_id = :article AND "start" < :end AND "end" > :start)'
            " WHERE article_id = :article AND position BETWEEN first - 1 AND last + 1 ORDER BY position",
            {"article": article_id, "start": start, "end": end},
        )
        return [unpack_passage(row) for row in rows]

    def get_ids(self, numbers: Iterable[int], selection: Selection = EVERYTHING) -> dict[int, str]:
        """Return the ids of those of the numbers that exist and are of selected articles."""
        condition, values = build_passage_condition(selection)
        query = f"SELECT number, id FROM passages WHERE number {LISTED} AND {condition}"
        return dict(self._sql.execute(query, (json.dumps(list(numbers)), *values)))

    def get_numbers(self, ids: Iterable[str], selection: Selection = EVERYTHING) -> dict[str, int]:
        """Return the numbers of those of the ids that exist and are of selected articles."""
        condition, values = build_passage_condition(selection)
        query = f"SELECT id, number FROM passages WHERE id {LISTED} AND {condition}"
        return dict(self._sql.execute(query, (json.dumps(list(ids)), *values)))

    def get_all_numbers(self) -> dict[int, str]:
        """Return number and id of every passage."""
        return dict(self._sql.execute("SELECT number, id FROM passages"))

    def count(self, selection: Selection) -> int:
        """Return how many passages a selection admits."""
        condition, values = build_condition(selection)
        query = f"SELECT COALESCE(SUM(passages), 0) FROM articles WHERE {condition}"
        return int(self._sql.execute(query, values).fetchone()[0])

    def count_newer(self, number: int) -> int:
        """Return how many passages are numbered higher."""
        return int(self._sql.execute("SELECT COUNT(*) FROM vectors WHERE number > ?", (number,)).fetchone()[0])

    def list_removed(self) -> list[str]:
        """Return the ids that Chroma still holds although their passages were removed or replaced."""
        return [each for (each,) in self._sql.execute("SELECT id FROM gone")]

    # Writing: to be called inside `transaction`

    def upgrade(self) -> None:
        """Give a catalog of an older format what the present one has in addition."""
        upgrade_tables(self._sql)

    def put(
        self,
        article: Article,
        content_hash: str,
        rows: Sequence[QuantizedPassage],
        *,
        first_number: int,
        validity: Validity = ALWAYS,
    ) -> None:
        """Store an article with its passages, numbered from `first_number`; the id must not be in.

        The file that it comes from is to be read anew until it is noted again.
        """
        self._sql.execute("DELETE FROM files WHERE source = ?", (article.source,))
        self._sql.execute(
            f"INSERT INTO articles VALUES ({', '.join('?' * 16)})",
            pack_article(article, content_hash, len(rows), validity),
        )
        self._sql.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (pack_passage(first_number + position, position, row) for position, row in enumerate(rows)),
        )
        self._sql.executemany(
            "INSERT INTO vectors VALUES (?, ?)", ((n, r.vector) for n, r in enumerate(rows, first_number))
        )

    def note_file(self, file: ReadFile, articles: int) -> None:
        """Note that a file was read, and that so many articles of it are in."""
        self._sql.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (file.source, file.stamp, articles, file.told)
        )

    def drop(self, article_id: str) -> list[int]:
        """Remove an article, if it is in; return the numbers of its passages."""
        if not self._sql.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount:
            return []
        rows = self._sql.execute("SELECT number, id FROM passages WHERE article_id = ?", (article_id,)).fetchall()
        published = self.get_state().published_number
        self._sql.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [(key,) for n, key in rows if n <= published])
        self._sql.executemany("DELETE FROM vectors WHERE number = ?", [(n,) for n, _ in rows])
        self._sql.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        return [n for n, _ in rows]

    def rename_versions(self, old: str, new: str) -> None:
        """Let earlier texts of an article be those of another, because that is its id now."""
        rename_versions(self._sql, old, new)

    def clear_removed(self) -> None:
        """Note that Chroma no longer holds any removed passage."""
        self._sql.execute("DELETE FROM gone")
