"""What the bot remembers, in one SQLite file: settings of servers, answers, votes, questions asked, budgets.

Articles are left to the library. Every method is short, synchronous and safe from any thread; what is committed
outlives a killed process.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.discord import record_json
from bot.discord.database import Database
from bot.discord.entities import AnswerRecord, GuildSettings, IncomingQuestion, Listing, Votes
from bot.discord.library_names import PERSONAL
from bot.discord.localisation import mark
from bot.rated_answer import RatedAnswer
from retrieval.domain import Ask, Filter
from retrieval.errors import InputError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

_ANSWER = "SELECT key, question, answer, library, generation, hits, asked_at FROM answers"

_OF_PEOPLE = (
    "SELECT name FROM sqlite_schema AS tables WHERE type = 'table' AND (SELECT count(*) FROM"
    " pragma_table_info(tables.name) AS columns WHERE columns.name IN ('guild_id', 'person_id')) = 2"
)
"""The tables of what a person has done in a server."""


class Records:
    """The file, open until `close`; other processes may read it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it, readable by its owner alone; raise ClippingsError when that fails."""
        self.path = path
        self._database = Database(path)
        # Held in memory, because every acknowledgement depends on them: one bot alone writes them.
        self._settings = {
            guild_id: record_json.SETTINGS.load(settings)
            for guild_id, settings in self._database.fetch_all("SELECT guild_id, settings FROM guilds")
        }
        self._forgotten_today: dict[tuple[int, int, str], int] = {}

    @property
    def database(self) -> Database:
        """The file, for modules with tables of their own."""
        return self._database

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Servers

    def get_settings(self, guild_id: int) -> GuildSettings:
        """Return what a server's managers have chosen, the defaults where they have chosen nothing.

        Takes no time: may be called on the event loop.
        """
        return self._settings.get(guild_id) or GuildSettings()

    def save_settings(self, guild_id: int, settings: GuildSettings) -> None:
        """Save what a server's managers have chosen."""
        with self._database.transaction() as sql:
            sql.execute("INSERT OR REPLACE INTO guilds VALUES (?, ?)", (guild_id, record_json.SETTINGS.dump(settings)))
        self._settings[guild_id] = settings

    def drop_settings(self, guild_id: int) -> None:
        """Hold no settings of a server any more: its rows were deleted, with all that there is of it."""
        self._settings.pop(guild_id, None)

    # Answers

    def save_answer(self, record: AnswerRecord) -> AnswerRecord:
        """Store an answer, or store it again under its key; return it with its key."""
        asked = record.question
        values = (
            record.key or None,
            asked.guild_id,
            asked.channel_id,
            asked.person_id,
            asked.private,
            _format_moment(record.asked_at),
            record_json.QUESTION.dump(asked),
            record_json.ANSWER.dump(record.answer),
            record.library,
            record.generation,
            record_json.HITS.dump(record.hits),
        )
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM messages WHERE key = ?", (record.key,))
            key = sql.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " guild_id = excluded.guild_id, channel_id = excluded.channel_id, person_id = excluded.person_id,"
                " private = excluded.private, asked_at = excluded.asked_at, question = excluded.question,"
                " answer = excluded.answer, library = excluded.library, generation = excluded.generation,"
                " hits = excluded.hits RETURNING key",
                values,
            ).fetchone()[0]
            _insert_messages(sql, key, record.message_ids)
        return replace(record, key=key)

    def set_messages(self, key: int, message_ids: Sequence[int]) -> None:
        """Note which messages show an answer, in their order; one that was forgotten meanwhile stays forgotten."""
        with self._database.transaction() as sql:
            if sql.execute("SELECT 1 FROM answers WHERE key = ?", (key,)).fetchone():
                sql.execute("DELETE FROM messages WHERE key = ?", (key,))
                _insert_messages(sql, key, message_ids)

    def find_answer(self, message_id: int) -> AnswerRecord | None:
        """Return the answer that a message shows."""
        return self._find_record(f"{_ANSWER} WHERE key = (SELECT key FROM messages WHERE message_id = ?)", message_id)

    def get_answer(self, key: int) -> AnswerRecord | None:
        """Return the answer with a key."""
        return self._find_record(f"{_ANSWER} WHERE key = ?", key)

    def list_channel_answers(
        self, guild_id: int, channel_id: int, *, most: int, since: datetime | None = None
    ) -> list[AnswerRecord]:
        """Return the last answers in a channel that all its people may read, oldest first."""
        return self._list_records(
            f"SELECT * FROM ({_ANSWER} WHERE guild_id = ? AND channel_id = ? AND NOT private AND person_id AND"
            " asked_at >= ? ORDER BY key DESC LIMIT ?) ORDER BY key",
            guild_id,
            channel_id,
            _format_moment(since) if since else "",
            most,
        )

    def find_last_guild(self, person_id: int) -> int:
        """Return the server where a person asked last, 0 when there is none."""
        row = self._database.fetch_one(
            "SELECT guild_id FROM questions WHERE person_id = ? AND guild_id ORDER BY asked_at DESC LIMIT 1", person_id
        )
        return int(row[0]) if row else 0

    # Votes

    def vote(self, message_id: int, person_id: int, up: bool | None) -> Votes:
        """Count a person's vote on the answer that a message shows; the same again, or None, takes it back.

        `message_id` may be an answer's key. Raises InputError when the answer is no longer kept.
        """
        with self._database.transaction() as sql:
            key = self._find_key(message_id)
            before = sql.execute("SELECT up FROM votes WHERE key = ? AND person_id = ?", (key, person_id)).fetchone()
            sql.execute("DELETE FROM votes WHERE key = ? AND person_id = ?", (key, person_id))
            if up is not None and (before is None or bool(before[0]) != up):
                sql.execute("INSERT INTO votes VALUES (?, ?, ?)", (key, person_id, up))
            return self._count_votes(key)

    def count_votes(self, message_id: int) -> Votes:
        """Return the votes on an answer, by a message that shows it or its key."""
        return self._count_votes(self._find_key(message_id))

    def list_downvoted(self) -> list[tuple[AnswerRecord, Votes]]:
        """Return the answers that somebody found bad, oldest first, with votes; none from people's own libraries."""
        bad = self._list_records(
            f"{_ANSWER} WHERE person_id AND NOT library GLOB ? AND key IN (SELECT key FROM votes WHERE NOT up)"
            " ORDER BY key",
            f"{PERSONAL}*",
        )
        return [(record, self._count_votes(record.key)) for record in bad]

    # Lists with pages

    def keep_listing(self, listing: Listing) -> int:
        """Keep what somebody looks at page by page; return its key, which stays the same when it is kept again."""
        now, dumped = _format_moment(datetime.now(UTC)), record_json.LISTING.dump(listing)
        with self._database.transaction() as sql:
            row = sql.execute(
                "INSERT INTO listings (guild_id, person_id, kept_at, listing) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (listing) DO UPDATE SET kept_at = excluded.kept_at RETURNING key",
                (listing.guild_id, listing.person_id, now, dumped),
            ).fetchone()
            return int(row[0])

    def find_listing(self, key: int) -> Listing | None:
        """Return the value stored under a key, or None if it has been deleted."""
        row = self._database.fetch_one("SELECT listing FROM listings WHERE key = ?", key)
        return record_json.LISTING.load(row[0]) if row else None

    # Questions and budgets

    def log_question(self, question: IncomingQuestion, asked_at: datetime | None = None) -> None:
        """Note that a question was asked, whether or not it is going to be answered."""
        at = _format_moment(asked_at or datetime.now(UTC))
        text = question.text.encode("utf-8", "replace").decode()
        with self._database.transaction() as sql:
            sql.execute("INSERT INTO questions VALUES (?, ?, ?, ?)", (at, question.guild_id, question.person_id, text))

    def count_spent(self, guild_id: int, person_id: int, day: date) -> int:
        """Return how many questions a person has asked in a server on a day."""
        whose = (guild_id, person_id, day.isoformat())
        row = self._database.fetch_one(
            "SELECT spent FROM budgets WHERE guild_id = ? AND person_id = ? AND day = ?", *whose
        )
        return (int(row[0]) if row else 0) + self._forgotten_today.get(whose, 0)

    def spend(self, guild_id: int, person_id: int, day: date, budget: int = 0) -> bool:
        """Count a question against a budget; return whether there was any left. A budget of 0 means no limit."""
        with self._database.transaction() as sql:
            if budget and self.count_spent(guild_id, person_id, day) >= budget:
                return False
            sql.execute(
                "INSERT INTO budgets VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET spent = spent + 1",
                (guild_id, person_id, day.isoformat()),
            )
            return True

    def refund(self, guild_id: int, person_id: int, day: date) -> None:
        """Undo the counting of a question that was not answered."""
        whose = (guild_id, person_id, day.isoformat())
        with self._database.transaction() as sql:
            done = sql.execute(
                "UPDATE budgets SET spent = spent - 1 WHERE guild_id = ? AND person_id = ? AND day = ? AND spent", whose
            ).rowcount
            if not done and self._forgotten_today.get(whose):
                self._forgotten_today[whose] -= 1

    # Forgetting

    def forget(self, person_id: int, guild_id: int | None = None) -> int:
        """Forget what a person asked, searched, waits for, was answered and voted, in one server or in all.

        Returns the number of questions and searches.

        Of an answer that others read, the sources stay, so that its buttons go on working: nothing tells who asked or
        what. Its words go from the histories of other people's questions, too. Feeds and work on a server's archive
        stay without the id of who asked for them. What was asked today counts against the day's budget until the bot
        is stopped, held in memory alone.
        """
        with self._database.transaction() as sql:
            asked = self._forget(sql, person_id, guild_id)
        self._database.truncate_log()
        return asked

    def expire(self, before: datetime) -> int:
        """Delete questions and answers older than a moment; return the number of questions.

        Of answers with votes, the votes and sources stay, but nothing that tells who asked or what.
        """
        at = _format_moment(before)
        with self._database.transaction() as sql:
            expired = sql.execute("DELETE FROM questions WHERE asked_at < ?", (at,)).rowcount
            sql.execute("DELETE FROM answers WHERE asked_at < ? AND key NOT IN (SELECT key FROM votes)", (at,))
            for record in self._list_records(f"{_ANSWER} WHERE asked_at < ? AND person_id", at):
                self._strip(sql, record)
            sql.execute("DELETE FROM budgets WHERE day < ?", (before.date().isoformat(),))
            sql.execute("DELETE FROM listings WHERE kept_at < ?", (at,))
        self._database.truncate_log()
        return expired

    # Commands

    def get_synced_commands(self) -> str:
        """Return the hash of the commands last registered with Discord, or an empty string if there are none."""
        row = self._database.fetch_one("SELECT value FROM facts WHERE name = 'synced'")
        return str(row[0]) if row else ""

    def save_synced_commands(self, commands: str) -> None:
        """Save the hash of the commands registered with Discord."""
        with self._database.transaction() as sql:
            sql.execute("INSERT OR REPLACE INTO facts VALUES ('synced', ?)", (commands,))

    # Helpers

    def _forget(self, sql: sqlite3.Connection, person_id: int, guild_id: int | None) -> int:
        where, values = "person_id = ?", [person_id]
        if guild_id is not None:
            where, values = f"{where} AND guild_id = ?", [person_id, guild_id]
        asked = sql.execute(f"DELETE FROM questions WHERE {where}", values).rowcount
        searched = sql.execute(
            f"DELETE FROM listings WHERE {where} RETURNING json_extract(listing, '$.kind') = 'search'", values
        ).fetchall()
        if guild_id is None:
            sql.execute("DELETE FROM votes WHERE person_id = ?", values)
        else:
            sql.execute(
                "DELETE FROM votes WHERE person_id = ? AND key IN (SELECT key FROM answers WHERE guild_id = ?)", values
            )
        sql.execute(f"DELETE FROM alerts WHERE {where}", values)
        self._forget_budgets(sql, where, values)
        own = self._list_records(f"{_ANSWER} WHERE {where}", *values)
        for record in own:
            self._strip(sql, record)
        turns = {record.question.text for record in own}
        self._remove_turns(sql, {record.question.guild_id for record in own}, turns)
        # What is left in whichever table is a server's, which keeps it without the person.
        for (table,) in sql.execute(_OF_PEOPLE).fetchall():
            sql.execute(f"UPDATE {table} SET person_id = 0 WHERE {where}", values)
        return max(asked, len(own)) + [row[0] for row in searched].count(1)

    def _forget_budgets(self, sql: sqlite3.Connection, where: str, values: Sequence[int]) -> None:
        today = datetime.now(UTC).date().isoformat()
        held = {whose: spent for whose, spent in self._forgotten_today.items() if whose[2] == today}
        rows = sql.execute(f"DELETE FROM budgets WHERE {where} RETURNING guild_id, person_id, day, spent", values)
        for guild_id, person_id, day, spent in rows.fetchall():
            if day == today:
                held[guild_id, person_id, day] = held.get((guild_id, person_id, day), 0) + spent
        self._forgotten_today = held

    def _strip(self, sql: sqlite3.Connection, record: AnswerRecord) -> None:
        """Reduce an answer to what its buttons need; delete it if it is private or has no sources."""
        if record.question.private or not record.answer.citations:
            sql.execute("DELETE FROM answers WHERE key = ?", (record.key,))
            return
        question = replace(record.question, text="", person_id=0, history=(), where=Filter(), role_ids=())
        answer = replace(
            record.answer,
            question="",
            text="",
            standalone="",
            nearest=(),
            left_out=(),
            reworded=(),
            tokens={},
            notice="",
            steps={},
        )
        sql.execute(
            "UPDATE answers SET person_id = 0, question = ?, answer = ?, hits = '[]' WHERE key = ?",
            (record_json.QUESTION.dump(question), record_json.ANSWER.dump(answer), record.key),
        )

    def _remove_turns(self, sql: sqlite3.Connection, guilds: set[int], turns: set[str]) -> None:
        """Take forgotten turns out of the histories of other people's questions."""
        for guild_id in guilds:
            with_history = f"{_ANSWER} WHERE guild_id = ? AND person_id AND json_array_length(question, '$.history')"
            for record in self._list_records(with_history, guild_id):
                kept = tuple(turn for turn in record.question.history if turn.question not in turns)
                if len(kept) == len(record.question.history):
                    continue
                question, answer = replace(record.question, history=kept), replace(record.answer, standalone="")
                sql.execute(
                    "UPDATE answers SET question = ?, answer = ? WHERE key = ?",
                    (record_json.QUESTION.dump(question), record_json.ANSWER.dump(answer), record.key),
                )

    def _find_key(self, message_id: int) -> int:
        row = self._database.fetch_one(
            "SELECT key FROM messages WHERE message_id = ?", message_id
        ) or self._database.fetch_one("SELECT key FROM answers WHERE key = ?", message_id)
        if not row:
            raise InputError(mark("This answer is no longer kept: ask again."))
        return int(row[0])

    def _count_votes(self, key: int) -> Votes:
        row = self._database.fetch_one("SELECT total(up), total(1 - up) FROM votes WHERE key = ?", key)
        return Votes(int(row[0]), int(row[1])) if row else Votes()

    def _find_record(self, query: str, value: int) -> AnswerRecord | None:
        return next(iter(self._list_records(query, value)), None)

    def _list_records(self, query: str, *values: object) -> list[AnswerRecord]:
        return [self._build_record(row) for row in self._database.fetch_all(query, *values)]

    def _build_record(self, row: tuple[Any, ...]) -> AnswerRecord:
        key, question, answer, library, generation, hits, asked_at = row
        shown = self._database.fetch_all("SELECT message_id FROM messages WHERE key = ? ORDER BY place", key)
        return AnswerRecord(
            record_json.QUESTION.load(question),
            record_json.ANSWER.load(answer),
            library,
            generation,
            record_json.HITS.load(hits),
            tuple(message_id for (message_id,) in shown),
            datetime.fromisoformat(asked_at),
            key,
        )


def read_downvoted(path: Path) -> list[RatedAnswer]:
    """Return the answers that somebody found bad, oldest first; raise InputError when no bot has run with this file."""
    if not path.exists():
        raise InputError(f"there is no {path}: run `clippings discord` with this CLIPPINGS_HOME, and let people vote.")
    records = Records(path)
    try:
        rated = records.list_downvoted()
    finally:
        records.close()
    return [
        RatedAnswer(
            Ask(record.question.text, record.question.where, record.question.history),
            record.answer,
            record.library,
            record.generation,
            record.hits,
            record.asked_at,
            votes.up,
            votes.down,
        )
        for record, votes in rated
    ]


def _format_moment(at: datetime) -> str:
    """Write a moment so that later ones sort after it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _insert_messages(sql: sqlite3.Connection, key: int, message_ids: Sequence[int]) -> None:
    sql.executemany(
        "INSERT OR REPLACE INTO messages VALUES (?, ?, ?)",
        [(message_id, key, place) for place, message_id in enumerate(message_ids)],
    )
