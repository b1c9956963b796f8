"""The sources that a library follows and the pages that they list, in one SQLite file beside the library's index.

Says what is to be fetched and when. Fetching and judging are left to syncing.py; the articles are the library's.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

from retrieval.errors import InputError, LibraryError
from retrieval.web.addresses import show_address, strip_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Self

    from retrieval.web.feeds import Kind, ListedPage, SourceListing
    from retrieval.web.fetching import Reply

FILE = "sources.sqlite"
BUSY_SECONDS = 30.0
HOUR, DAY = 3_600.0, 86_400.0
FIRST_CHECK = HOUR
"""After which a page is looked at again; each time that it is unchanged, the time doubles."""
MAX_CALM = 10
"""Times that a page is found unchanged until it is no longer looked at: by then six weeks have passed."""
OLD_DAYS = 30
"""Days after which a page that comes in is not looked at again, unless its source says that it changed."""
LONGEST_RETRY = 7 * DAY

State = Literal["waiting", "read", "gone", "failed", "suspect", "same", "removed"]
"""Of a page: to be fetched; in the library; no longer on its site, but in the library; not to be had; not taken for the
article; the text of another page; taken out of the library by somebody, and so left alone."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (
    address TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, since TEXT, followed_at TEXT NOT NULL,
    succeeded_at TEXT, failed_at TEXT, fails INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
    due_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listings (
    address TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE, parent TEXT NOT NULL,
    etag TEXT NOT NULL, modified TEXT NOT NULL, PRIMARY KEY (source, address)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    address TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE, title TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT, version TEXT NOT NULL, content TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', article_id TEXT NOT NULL DEFAULT '', own_title TEXT NOT NULL DEFAULT '',
    shown_title TEXT NOT NULL DEFAULT '', text_hash TEXT NOT NULL DEFAULT '', etag TEXT NOT NULL DEFAULT '',
    modified TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0, calm INTEGER NOT NULL DEFAULT 0,
    due_at REAL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listed_pages (
    source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE, page TEXT NOT NULL REFERENCES pages ON DELETE CASCADE,
    PRIMARY KEY (source, page)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_pages_by_page ON listed_pages (page);
CREATE INDEX IF NOT EXISTS pages_by_time ON pages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS pages_by_source ON pages (source, state);
CREATE INDEX IF NOT EXISTS pages_by_title ON pages (shown_title);
CREATE INDEX IF NOT EXISTS pages_by_text ON pages (text_hash);
"""


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """A feed, a sitemap or a front page that is followed; times are ISO 8601, in UTC.

    `address` may hold a name and a password, and is not to be shown: `shown` is. `fails` says that it could not be read
    the last time. `pages` counts its pages by state.
    """

    address: str
    kind: Kind
    title: str
    since: date | None
    followed_at: str
    succeeded_at: str
    failed_at: str
    fails: bool
    error: str
    due_at: float
    pages: dict[str, int]

    @property
    def shown(self) -> str:
        """The address as it may be shown."""
        return show_address(self.address)


@dataclass(frozen=True, slots=True)
class FollowedPage:
    """A page that sources list, what the first of them says of it, and what became of it the last time.

    `own_title` is what the page called itself when its article was taken, `shown_title` what it did the last time.
    """

    address: str
    source: str
    title: str
    author: str
    published: date | None
    content: str
    state: State
    article_id: str
    own_title: str
    shown_title: str
    text_hash: str
    etag: str
    modified: str
    reason: str
    failures: int
    calm: int


class FollowedSources:
    """The file of one library, held open; every change is one transaction."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        with self._explain_errors():
            folder.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))  # addresses may hold passwords
            self._database = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA foreign_keys = ON")
            with self._change():
                for statement in _SCHEMA.split(";\n"):
                    self._database.execute(statement)
                if not self._database.execute("SELECT 1 FROM listed_pages LIMIT 1").fetchone():
                    # A file of an earlier version names the first source of a page alone.
                    self._database.execute("INSERT INTO listed_pages SELECT source, address FROM pages")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sources

    def list_sources(self) -> list[FollowedSource]:
        """Return all sources, in the order of their addresses."""
        with self._explain_errors():
            counts: dict[str, dict[str, int]] = {}
            for row in self._database.execute(
                "SELECT listed_pages.source, state, COUNT(*) AS n FROM listed_pages JOIN pages ON address = page "
                "GROUP BY listed_pages.source, state"
            ):
                counts.setdefault(row["source"], {})[row["state"]] = row["n"]
            return [
                FollowedSource(
                    row["address"],
                    row["kind"],
                    row["title"],
                    _to_day(row["since"]),
                    row["followed_at"],
                    row["succeeded_at"] or "",
                    row["failed_at"] or "",
                    bool(row["fails"]),
                    row["error"],
                    row["due_at"],
                    counts.get(row["address"], {}),
                )
                for row in self._database.execute("SELECT * FROM sources ORDER BY address")
            ]

    def find_source(self, address: str) -> FollowedSource:
        """Return the source at an address, with or without its password; raise InputError where none is."""
        for source in self.list_sources():
            if address in {source.address, source.shown, strip_credentials(source.address)}:
                return source
        raise InputError(f"{show_address(address)} is not followed: `clippings follow --list` lists what is")

    def add_source(self, address: str, kind: Kind, title: str, since: date | None, now: float) -> None:
        """Follow a source, or follow it from another day on."""
        with self._change() as database:
            database.execute(
                "INSERT INTO sources (address, kind, title, since, followed_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (address) DO UPDATE "
                "SET kind = excluded.kind, title = excluded.title, since = excluded.since",
                (address, kind, title, since and since.isoformat(), _to_time(now)),
            )
            database.execute("DELETE FROM listings WHERE source = ?", (address,))  # what is older may be wanted now

    def remove_source(self, address: str) -> None:
        """Follow a source no more; its articles stay, and what another one lists, too, is that one's from now on."""
        with self._change() as database:
            others = "SELECT MIN(source) FROM listed_pages WHERE page = address AND source != ?1"
            # The other one is asked for all that it lists, and says it in its own words.
            database.execute(
                "UPDATE listings SET etag = '', modified = '' WHERE source IN ("
                f"SELECT ({others}) FROM pages WHERE source = ?1)",
                (address,),
            )
            database.execute(
                f"UPDATE pages SET version = '', source = ({others}) WHERE source = ?1 AND ({others}) IS NOT NULL",
                (address,),
            )
            database.execute("DELETE FROM sources WHERE address = ?", (address,))

    def note_success(self, address: str, now: float) -> None:
        """Note that a source was read."""
        with self._change() as database:
            database.execute(
                "UPDATE sources SET succeeded_at = ?, fails = 0, due_at = 0 WHERE address = ?", (_to_time(now), address)
            )

    def note_failure(self, address: str, error: str, wait: float, now: float) -> None:
        """Note why a source could not be read, and for how long it is to be left alone."""
        with self._change() as database:
            database.execute(
                "UPDATE sources SET failed_at = ?, fails = 1, error = ?, due_at = ? WHERE address = ?",
                (_to_time(now), error, now + wait if wait else 0.0, address),
            )

    # Listings

    def get_tags(self, source: str, address: str) -> tuple[str, str] | None:
        """Return ETag and Last-Modified of a listing that was read; None for one that was not."""
        with self._explain_errors():
            row = self._database.execute(
                "SELECT etag, modified FROM listings WHERE source = ? AND address = ?", (source, address)
            ).fetchone()
        return (row["etag"], row["modified"]) if row else None

    def list_parts(self, source: str, parent: str) -> list[str]:
        """Return the listings that another one named."""
        with self._explain_errors():
            rows = self._database.execute(
                "SELECT address FROM listings WHERE source = ? AND parent = ? ORDER BY address", (source, parent)
            )
            return [row["address"] for row in rows]

    def note_listing(self, source: str, parent: str, at: str, reply: Reply, listing: SourceListing) -> None:
        """Note what a source lists: pages that are new, or that it says have changed, are to be fetched.

        A page is told of as the source does that listed it first.
        """
        with self._change() as database:
            database.execute(
                "INSERT INTO listings VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET etag = excluded.etag, modified = excluded.modified",
                (at, source, parent, reply.etag, reply.modified),
            )
            database.executemany(
                "INSERT INTO pages (address, source, title, author, published, version, content) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET title = excluded.title, "
                "author = excluded.author, published = excluded.published, version = excluded.version, "
                "content = excluded.content, failures = 0, calm = 0, due_at = 0 "
                "WHERE source = excluded.source AND version != excluded.version AND state != 'removed'",
                (_make_row(page, source) for page in listing.pages),
            )
            database.executemany(
                "INSERT OR IGNORE INTO listed_pages VALUES (?, ?)",
                ((source, strip_credentials(page.address)) for page in listing.pages),
            )

    # Pages

    def list_due(self, now: float, limit: int) -> list[FollowedPage]:
        """Return the pages that are to be fetched now, the newest first, up to a limit."""
        return self._list_pages("due_at <= ? ORDER BY published DESC, address LIMIT ?", (now, limit))

    def count_waiting(self) -> int:
        """Count the pages that are still to be fetched for the first time."""
        with self._explain_errors():
            row = self._database.execute("SELECT COUNT(*) FROM pages WHERE state = 'waiting'").fetchone()
        return int(row[0])

    def list_gone(self) -> list[FollowedPage]:
        """Return the pages that are no longer on their site, and in the library."""
        return self._list_pages("state = 'gone' ORDER BY address", ())

    def list_read(self, source: str) -> list[FollowedPage]:
        """Return the pages of a source whose articles are in the library."""
        listed = "address IN (SELECT page FROM listed_pages WHERE source = ?)"
        return self._list_pages(f"{listed} AND state = 'read' ORDER BY published, address", (source,))

    def find_text(self, text_hash: str, other_than: str) -> str:
        """Return the address of another page that has this text, or ""."""
        with self._explain_errors():
            row = self._database.execute(
                "SELECT address FROM pages WHERE text_hash = ? AND address != ? AND state = 'read' ORDER BY address",
                (text_hash, other_than),
            ).fetchone()
        return row["address"] if row else ""

    def list_titled(self, title: str) -> list[str]:
        """Return the addresses of the pages that had this title when they were fetched last."""
        with self._explain_errors():
            rows = self._database.execute("SELECT address FROM pages WHERE shown_title = ?", (title,))
            return [row["address"] for row in rows]

    def note_pages(self, pages: Sequence[FollowedPage], now: float, waits: dict[str, float]) -> None:
        """Note what became of pages; `waits` holds the seconds for which some are to be left alone."""
        with self._change() as database:
            database.executemany(
                "UPDATE pages SET state = ?, article_id = ?, own_title = ?, shown_title = ?, text_hash = ?, "
                "etag = ?, modified = ?, reason = ?, failures = ?, calm = ?, due_at = ? WHERE address = ?",
                (
                    (
                        page.state,
                        page.article_id,
                        page.own_title,
                        page.shown_title,
                        page.text_hash,
                        page.etag,
                        page.modified,
                        page.reason,
                        page.failures,
                        page.calm,
                        _choose_time(page, now, waits.get(page.address, 0.0)),
                        page.address,
                    )
                    for page in pages
                ),
            )

    def _list_pages(self, condition: str, values: tuple[object, ...]) -> list[FollowedPage]:
        with self._explain_errors():
            rows = self._database.execute(f"SELECT * FROM pages WHERE {condition}", values).fetchall()
        return [_make_page(dict(row)) for row in rows]

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._explain_errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite has done so where the disk is full
                    self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextmanager
    def _explain_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"{self._path} can't be used ({error}): free some space, or check the disk and who may write there"
            ) from error


def has_sources(folder: Path) -> bool:
    """Return whether a library follows anything, without making its file."""
    if not (folder / FILE).exists():
        return False
    with closing(FollowedSources(folder)) as followed:
        return bool(followed.list_sources())


def _choose_time(page: FollowedPage, now: float, wait: float) -> float | None:
    """Return when a page is to be fetched again, None for never.

    A page that came in is looked at again, ever more rarely; so is one that failed, until it is found.
    """
    if wait:
        return now + wait
    if page.state in {"removed", "same"}:
        return None
    if page.state in {"failed", "gone"}:
        return now + min(HOUR * 2.0 ** min(page.failures, 20), LONGEST_RETRY)
    old = page.published is not None and (datetime.fromtimestamp(now, UTC).date() - page.published).days > OLD_DAYS
    if page.content or page.calm >= MAX_CALM or (old and not page.calm and page.state == "read"):
        return None  # a feed with whole texts says itself when one changes
    return now + FIRST_CHECK * 2.0**page.calm


def _make_page(row: dict[str, Any]) -> FollowedPage:
    named = {each.name: row[each.name] for each in fields(FollowedPage)}
    return FollowedPage(**{**named, "published": _to_day(row["published"])})


def _make_row(page: ListedPage, source: str) -> tuple[str | None, ...]:
    published = page.published.isoformat() if page.published else None
    address = strip_credentials(page.address)
    return address, source, page.title, page.author, published, page.version, page.content


def _to_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _to_time(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
