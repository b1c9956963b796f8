"""The table of people who use the bot for themselves: which archive they have chosen, and when they used it last."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bot.discord.database import Database

OWN, SHARED = "own", "shared"
"""Choices beside the id of a server: the person's own library, and the one that the operator lets all people ask."""


class PeopleStore:
    """The choices, held in memory because acknowledgements depend on them; one bot alone writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._choices: dict[int, str] = dict(database.fetch_all("SELECT person_id, archive FROM people"))
        self._used: dict[int, str] = dict(database.fetch_all("SELECT person_id, used_on FROM people"))

    def get_choice(self, person_id: int) -> str:
        """Return what a person has chosen to ask outside of servers, "" for nothing. Takes no time."""
        return self._choices.get(person_id, "")

    def choose(self, person_id: int, archive: str, today: date) -> None:
        """Note what a person asks from now on: OWN, SHARED, or the id of a server."""
        with self._lock, self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO people VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
                " archive = excluded.archive, used_on = excluded.used_on",
                (person_id, archive, today.isoformat()),
            )
            self._choices[person_id], self._used[person_id] = archive, today.isoformat()

    def note_use(self, person_id: int, today: date) -> None:
        """Note that a person used what is theirs; written once a day. To be called in a thread."""
        if self._used.get(person_id) == today.isoformat():
            return
        self.choose(person_id, self.get_choice(person_id), today)

    def list_unused(self, before: date) -> list[int]:
        """Return the people who used nothing of theirs on or after a day."""
        rows = self._database.fetch_all(
            "SELECT person_id FROM people WHERE used_on < ? ORDER BY used_on", before.isoformat()
        )
        return [person_id for (person_id,) in rows]

    def drop(self, person_id: int) -> None:
        """Forget a person's choice."""
        with self._lock, self._database.transaction() as sql:
            sql.execute("DELETE FROM people WHERE person_id = ?", (person_id,))
            self._choices.pop(person_id, None)
            self._used.pop(person_id, None)
