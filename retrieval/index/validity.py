"""When a text is its article's: the catalog's columns for it, and what it holds of an article's earlier texts.

Which earlier texts are kept is left to earlier_texts.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.index.day_numbers import read_day_number, to_day_number
from retrieval.text.dates import parse_date
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from datetime import date

VERSION_COLUMNS = """
ALTER TABLE articles ADD COLUMN version_of TEXT;
ALTER TABLE articles ADD COLUMN since INTEGER;
ALTER TABLE articles ADD COLUMN until INTEGER;
CREATE INDEX articles_by_version ON articles (version_of, until) WHERE version_of IS NOT NULL;
CREATE INDEX articles_by_since ON articles (since) WHERE since IS NOT NULL;
CREATE INDEX articles_by_until ON articles (until) WHERE until IS NOT NULL
"""
"""What format 2 has in addition: when each text was its article's."""
CHANGED = ("modified", "updated", "edited", "revised", "corrected")
"""Words in the names of metadata that say when an article was changed: `last_updated`, `article:modified_time`."""


@dataclass(frozen=True, slots=True)
class Validity:
    """When a text is its article's: from the day `since` on, None from the beginning.

    An earlier text is a `version_of` an article, of which it was the text until the day before `until`.
    """

    since: date | None = None
    until: date | None = None
    version_of: str = ""


ALWAYS = Validity()


def keeps_versions(sql: sqlite3.Connection) -> bool:
    """Return whether a catalog can hold earlier texts of an article, which one of version 0.1 can't."""
    return bool(sql.execute("SELECT 1 FROM pragma_table_info('articles') WHERE name = 'until'").fetchone())


def get_validity(sql: sqlite3.Connection, article_id: str) -> Validity:
    """Return when a text is its article's."""
    query = "SELECT since, until, version_of FROM articles WHERE id = ?"
    row = sql.execute(query, (article_id,)).fetchone() if keeps_versions(sql) else None
    return Validity(read_day_number(row[0]), read_day_number(row[1]), row[2] or "") if row else ALWAYS


def list_versions(sql: sqlite3.Connection, article_id: str) -> list[str]:
    """Return the ids of an article's earlier texts, newest first."""
    query = "SELECT id FROM articles WHERE version_of = ? ORDER BY until DESC"
    return [key for (key,) in sql.execute(query, (article_id,))] if keeps_versions(sql) else []


def rename_versions(sql: sqlite3.Connection, old: str, new: str) -> None:
    """Let earlier texts of an article be those of another, because that is its id now."""
    sql.execute("UPDATE articles SET version_of = ? WHERE version_of = ?", (new, old))


def list_not_current(sql: sqlite3.Connection, day: date | None) -> tuple[str, ...]:
    """Return the texts that were no article's on a day, or that are none's now."""
    if not keeps_versions(sql):
        return ()
    number = to_day_number(day)
    later = "SELECT id FROM articles WHERE since > ? UNION SELECT id FROM articles WHERE until <= ?"
    now = "SELECT id FROM articles WHERE until IS NOT NULL"
    rows = sql.execute(later, (number, number)) if day else sql.execute(now)
    return tuple(key for (key,) in rows)


def list_changed_after(sql: sqlite3.Connection, day: date) -> tuple[str, ...]:
    """Return the articles up to a day whose metadata say that they were changed later."""
    named = " OR ".join(["metadata LIKE ?"] * len(CHANGED))
    rows = sql.execute(
        f"SELECT id, metadata FROM articles WHERE day <= ? AND ({named})",
        (to_day_number(day), *(f"%{word}%" for word in CHANGED)),
    )
    return tuple(key for key, metadata in rows if any(each > day for each in list_changes(json.loads(metadata))))


def list_changes(metadata: Mapping[str, Any]) -> Iterator[date]:
    """Yield the days by which an article was changed, as its metadata say; what can't be read as a date is none."""
    for name, value in metadata.items():
        if isinstance(value, dict):
            yield from list_changes(value)
        elif any(word in name.lower() for word in CHANGED) and (day := parse_date(str(value))):
            yield get_last_day(day)
