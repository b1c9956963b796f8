"""What managers learn of the questions of their server, read from the answers; and the golden questions they made.

Finding out which questions are the same is left to question_groups.py. Who asked leaves this module as a number of
people alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.discord.database import Database

MOST_ANSWERS = 5_000
"""Answers that are looked at, the newest."""
MOST_GOLDEN = 2_000
"""Golden questions of a server."""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question that was answered or refused, without what tells who asked; `person` is a number within one report."""

    key: int
    text: str
    asked_at: datetime
    person: int
    private: bool
    refused: bool
    up: int
    down: int
    library: str
    limits: dict[str, str]
    cited: tuple[tuple[str, str], ...] = ()
    """Id and title of each article, once."""
    quoted: tuple[str, int] | tuple[()] = ()
    """Article and offset of the first quote."""
    text_answered: str = ""


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question that managers keep to test answers with."""

    text: str
    library: str
    limits: dict[str, str]
    note: str
    key: int = 0


class InsightStore:
    """Reads answers and keeps golden questions in the file of the bot's records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_answered(self, guild_id: int, since: datetime) -> list[AnsweredQuestion]:
        """Return the questions of a server since a moment, oldest first; without those that were forgotten."""
        people: dict[int, int] = {}
        rows = self._database.fetch_all(
            "SELECT * FROM (SELECT key, question, answer, library, asked_at, person_id, private,"
            " (SELECT total(up) FROM votes WHERE votes.key = answers.key),"
            " (SELECT total(NOT up) FROM votes WHERE votes.key = answers.key)"
            " FROM answers WHERE guild_id = ? AND asked_at >= ? AND person_id ORDER BY key DESC LIMIT ?) ORDER BY 1",
            guild_id,
            _format_moment(since),
            MOST_ANSWERS,
        )
        return [_build(row, people.setdefault(row[5], len(people))) for row in rows]

    def keep_golden(self, guild_id: int, golden: GoldenQuestion) -> bool:
        """Keep a golden question; return whether it is new. The oldest go when there are too many."""
        with self._database.transaction() as sql:
            row = sql.execute(
                "INSERT INTO golden (guild_id, library, text, limits, note) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING key",
                (guild_id, golden.library, golden.text, json.dumps(golden.limits, sort_keys=True), golden.note),
            ).fetchone()
            sql.execute(
                "DELETE FROM golden WHERE guild_id = ? AND key NOT IN"
                " (SELECT key FROM golden WHERE guild_id = ? ORDER BY key DESC LIMIT ?)",
                (guild_id, guild_id, MOST_GOLDEN),
            )
        return row is not None

    def list_golden(self, guild_id: int) -> list[GoldenQuestion]:
        """Return a server's golden questions, oldest first."""
        rows = self._database.fetch_all(
            "SELECT text, library, limits, note, key FROM golden WHERE guild_id = ? ORDER BY key", guild_id
        )
        return [
            GoldenQuestion(text, library, json.loads(limits), note, key) for text, library, limits, note, key in rows
        ]

    def delete_golden(self, guild_id: int) -> int:
        """Delete a server's golden questions; return how many there were."""
        with self._database.transaction() as sql:
            return sql.execute("DELETE FROM golden WHERE guild_id = ?", (guild_id,)).rowcount


def _build(row: tuple[Any, ...], person: int) -> AnsweredQuestion:
    key, question, answer, library, asked_at, _, private, up, down = row
    asked, given = json.loads(question), json.loads(answer)
    citations = given["citations"]
    limits = {name: str(value) for name, value in asked.get("where", {}).items() if value}
    return AnsweredQuestion(
        key,
        given.get("standalone") or asked["text"],
        datetime.fromisoformat(asked_at),
        person,
        bool(private),
        given["refused"],
        int(up),
        int(down),
        library,
        limits,
        tuple({each["article_id"]: (each["article_id"], each["title"]) for each in citations}.values()),
        (citations[0]["article_id"], citations[0]["start"]) if citations else (),
        given["text"],
    )


def _format_moment(at: datetime) -> str:
    """Write a moment so that later ones sort after it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
