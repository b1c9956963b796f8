"""One SQLite file: readable by its owner alone, changed in transactions, upgraded when it is opened.

Its content is left to records.py, and to the modules that keep tables of their own.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from retrieval.errors import ClippingsError
from retrieval.index.store_errors import is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 30.0

_SCHEMAS = (
    """
CREATE TABLE guilds (guild_id INTEGER PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE answers (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL, private INTEGER NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, library TEXT NOT NULL, generation INTEGER NOT NULL, hits TEXT NOT NULL
);
CREATE INDEX answers_by_channel ON answers (channel_id, key);
CREATE INDEX answers_by_person ON answers (person_id, key);
CREATE TABLE messages (
    message_id INTEGER PRIMARY KEY, key INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE, place INTEGER NOT NULL
);
CREATE INDEX messages_by_key ON messages (key, place);
CREATE TABLE votes (
    key INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE, person_id INTEGER NOT NULL, up INTEGER NOT NULL,
    PRIMARY KEY (key, person_id)
) WITHOUT ROWID;
CREATE INDEX votes_by_person ON votes (person_id);
CREATE TABLE questions (
    asked_at TEXT NOT NULL, guild_id INTEGER NOT NULL, person_id INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX questions_by_person ON questions (person_id);
CREATE INDEX questions_by_time ON questions (asked_at);
CREATE TABLE budgets (
    guild_id INTEGER NOT NULL, person_id INTEGER NOT NULL, day TEXT NOT NULL, spent INTEGER NOT NULL,
    PRIMARY KEY (guild_id, person_id, day)
) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
""",
    """
CREATE TABLE listings (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
    kept_at TEXT NOT NULL, listing TEXT NOT NULL UNIQUE
);
CREATE INDEX listings_by_person ON listings (person_id);
""",
    """
CREATE TABLE feeds (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, library TEXT NOT NULL, address TEXT NOT NULL,
    channel_id INTEGER NOT NULL, words TEXT NOT NULL, without TEXT NOT NULL, person_id INTEGER NOT NULL,
    followed_at TEXT NOT NULL, caught_up INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '',
    UNIQUE (guild_id, library, address, channel_id)
);
CREATE TABLE announcements (
    channel_id INTEGER NOT NULL, address TEXT NOT NULL, state TEXT NOT NULL, noted_at TEXT NOT NULL,
    nonce INTEGER NOT NULL DEFAULT 0, message_id INTEGER NOT NULL DEFAULT 0, article_id TEXT NOT NULL DEFAULT '',
    hashes TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (channel_id, address)
) WITHOUT ROWID;
CREATE INDEX announcements_by_time ON announcements (channel_id, noted_at);
CREATE TABLE library_rounds (
    library TEXT PRIMARY KEY, synced_at REAL NOT NULL DEFAULT 0, seen TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
""",
    """
CREATE TABLE jobs (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL, kind TEXT NOT NULL, library TEXT NOT NULL, asked_at TEXT NOT NULL,
    complete INTEGER NOT NULL, starts INTEGER NOT NULL, refused TEXT NOT NULL
);
""",
    """
CREATE TABLE presences (
    guild_id INTEGER PRIMARY KEY, application_id INTEGER NOT NULL, left_at TEXT, deleting INTEGER NOT NULL
);
""",
    """
CREATE TABLE golden (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, library TEXT NOT NULL, text TEXT NOT NULL,
    limits TEXT NOT NULL, note TEXT NOT NULL, UNIQUE (guild_id, library, text, limits)
);
""",
    """
CREATE TABLE seen_articles (
    library TEXT NOT NULL, article_id TEXT NOT NULL, content_hash TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (library, article_id)
) WITHOUT ROWID;
CREATE INDEX seen_articles_by_time ON seen_articles (library, seen_at);
CREATE TABLE alerts (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL, library TEXT NOT NULL, question TEXT NOT NULL, made_at TEXT NOT NULL,
    known TEXT NOT NULL, known_on TEXT NOT NULL, sure INTEGER NOT NULL, background TEXT NOT NULL,
    problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alerts_by_person ON alerts (person_id);
CREATE INDEX alerts_by_library ON alerts (library);
CREATE TABLE alert_news (
    key INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL REFERENCES alerts ON DELETE CASCADE,
    news TEXT NOT NULL, noted_at TEXT NOT NULL, nonce INTEGER NOT NULL, begun INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX alert_news_by_alert ON alert_news (alert);
""",
    """
CREATE TABLE corrections (key INTEGER PRIMARY KEY REFERENCES answers ON DELETE CASCADE, numbers TEXT NOT NULL);
CREATE INDEX answers_by_library ON answers (library, asked_at);
""",
    """
CREATE TABLE digests (
    guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL, library TEXT NOT NULL, every TEXT NOT NULL,
    weekday INTEGER NOT NULL, hour INTEGER NOT NULL, zone TEXT NOT NULL, last_at TEXT NOT NULL, next_at TEXT NOT NULL,
    begun_at TEXT NOT NULL, nonce INTEGER NOT NULL, problem TEXT NOT NULL, PRIMARY KEY (guild_id, channel_id)
) WITHOUT ROWID;
""",
    """
ALTER TABLE corrections ADD COLUMN notices TEXT NOT NULL DEFAULT '{}';
""",
    """
CREATE TABLE people (person_id INTEGER PRIMARY KEY, archive TEXT NOT NULL, used_on TEXT NOT NULL);
""",
    """
ALTER TABLE alerts ADD COLUMN language TEXT NOT NULL DEFAULT '';
""",
)
"""What each version of the format adds to the one before."""
VERSION = len(_SCHEMAS)


class Database:
    """Two connections that threads share, so that readers don't wait for writers. Other processes open their own."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it; raise ClippingsError when that fails."""
        self.path = path
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._writer = 0  # the thread that is writing
        with self._translate_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with ExitStack() as opened:
                self._changes = opened.enter_context(closing(_connect(path)))
                self._prepare()
                self._reads = opened.enter_context(closing(_connect(path)))
                self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the file."""
        with self._writing, self._reading:
            self._opened.close()

    def fetch_all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query; inside `transaction`, with what was written there."""
        if self._writer == threading.get_ident():
            return self._changes.execute(query, values).fetchall()
        with self._reading, self._translate_errors():
            return self._reads.execute(query, values).fetchall()

    def fetch_one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row of a query."""
        return next(iter(self.fetch_all(query, *values)), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make several changes as one, with nobody writing in between; none of them is kept after an error."""
        with self._writing, self._translate_errors():
            self._changes.execute("BEGIN IMMEDIATE")
            self._writer = threading.get_ident()
            try:
                yield self._changes
                self._changes.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._changes.execute("ROLLBACK")
                raise
            finally:
                self._writer = 0

    def truncate_log(self) -> None:
        """Empty the write-ahead log, which still contains deleted text; a reader puts that off to the next time."""
        with self._writing, self._translate_errors():
            self._changes.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _prepare(self) -> None:
        self._changes.execute("PRAGMA journal_mode = WAL")
        with self.transaction() as sql:
            version = sql.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise ClippingsError(
                    f"{self.path} was written by a newer Clippings (format {version}, this one knows {VERSION}): "
                    "upgrade, or move it away to start again"
                )
            for number, schema in enumerate(_SCHEMAS[version:], version + 1):
                for statement in schema.split(";\n"):
                    sql.execute(statement)
                sql.execute(f"PRAGMA user_version = {number}")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Say in one line what is wrong with the file."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            if is_disk_full(self.path, error):
                raise ClippingsError(
                    f"{self.path} can't be written while its disk is full ({error}): free some space; nothing is lost"
                ) from error
            raise ClippingsError(
                f"{self.path} can't be used ({error}): "
                "check its disk and permissions, and whether another process holds it"
            ) from error
        except sqlite3.DatabaseError as error:
            raise ClippingsError(
                f"{self.path} is damaged ({error}): restore it from a backup, or move it away to start again"
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    sql = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        sql.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut the last moment
        sql.execute("PRAGMA foreign_keys = ON")
        sql.execute("PRAGMA secure_delete = ON")  # what is forgotten must not stay in free pages
    except BaseException:
        sql.close()
        raise
    return sql
