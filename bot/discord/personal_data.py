"""All rows of the bot's file that hold a person's id, whichever tables there are: what /privacy gives to that person.

Ids at Discord are of one thing alone, so that a person's stands for nobody and nothing else.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord.database import Database


def collect_personal_data(database: Database, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows with a person's id by their tables; what is JSON in a column is taken apart."""
    tables: dict[str, list[str]] = {}
    for table, column in database.fetch_all(
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND columns.type = 'INTEGER'"
        " ORDER BY tables.name, columns.cid"
    ):
        tables.setdefault(table, []).append(column)
    found = {}
    for table, columns in tables.items():
        names = [name for (name,) in database.fetch_all(f"SELECT name FROM pragma_table_info('{table}')")]
        holds = " OR ".join(f"{column} = ?" for column in columns)
        if rows := database.fetch_all(f"SELECT * FROM {table} WHERE {holds}", *[person_id] * len(columns)):
            found[table] = [dict(zip(names, map(_take_apart, row), strict=True)) for row in rows]
    return found


def write_personal_data(database: Database, person_id: int, articles: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return a person's data as JSON: when it was collected, of whom, the rows of each table, their own articles."""
    collected = {
        "collected_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "person_id": person_id,
        "kept": collect_personal_data(database, person_id),
        "own_library": articles,
    }
    return json.dumps(collected, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _take_apart(value: object) -> object:
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:  # somebody's question begins so
            return value
    return value
