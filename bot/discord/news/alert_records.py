"""Standing questions, what is known to each, and what is to be told of them, in tables of their own."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.discord.localisation import mark
from bot.discord.news.feed_records import NONCE_BITS
from bot.discord.record_json import JsonFormat
from retrieval.domain import ArticleInfo  # noqa: TC001 - read by pydantic
from retrieval.errors import InputError

if TYPE_CHECKING:
    from bot.discord.database import Database

_ALERT = (
    "SELECT key, guild_id, channel_id, person_id, library, question, known, known_on, sure,"
    " background, problem, language FROM alerts"
)


@dataclass(frozen=True, slots=True)
class Alert:
    """A standing question; `channel_id` 0 means that its asker is told in a direct message.

    `guild_id` is the owner of the archive: a server, or the negative of the asker's id for what they ask by themselves.

    `known` is the sentence that answers it as far as is known, of an article of the day `known_on`, and `sure` says
    whether that was taken for an answer.
    `background` are the ids of the articles that hold what is known.
    """

    guild_id: int
    channel_id: int
    person_id: int
    library: str
    question: str
    known: str = ""
    known_on: str = ""
    sure: bool = False
    background: tuple[str, ...] = ()
    problem: str = ""
    language: str = ""
    """What somebody is told in outside of servers, whose language may be unknown by then: "en", "de"."""
    key: int = 0


@dataclass(frozen=True, slots=True)
class AlertNews:
    """What a new article says to an alert: the sentence, and the one that was known before, "" where none was."""

    article: ArticleInfo
    quote: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class PendingNews:
    """News that is not known to have been told; `nonce` marks its message."""

    key: int
    alert: Alert
    news: AlertNews
    noted_at: datetime
    nonce: int


_NEWS = JsonFormat(TypeAdapter(AlertNews))

FULL = mark("You have {number} alerts, of {most} that you may: `/alerts` removes one.")


class AlertRecords:
    """The tables; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_alert(self, alert: Alert, *, most: int) -> Alert:
        """Keep an alert; raise InputError where its asker has as many in that server as they may, or this one."""
        now = datetime.now(UTC)
        with self._database.transaction() as sql:
            own = sql.execute(
                "SELECT question FROM alerts WHERE person_id = ? AND guild_id = ?", (alert.person_id, alert.guild_id)
            ).fetchall()
            if any(question == alert.question for (question,) in own):
                raise InputError(mark("You have this alert already: `/alerts` lists yours."))
            if len(own) >= most:
                raise InputError(FULL.format(number=len(own), most=most))
            key = sql.execute(
                "INSERT INTO alerts (guild_id, channel_id, person_id, library, question, made_at, known, known_on,"
                " sure, background, language) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
                (
                    alert.guild_id,
                    alert.channel_id,
                    alert.person_id,
                    alert.library,
                    alert.question,
                    _format(now),
                    alert.known,
                    alert.known_on,
                    alert.sure,
                    json.dumps(alert.background),
                    alert.language,
                ),
            ).fetchone()[0]
        return replace(alert, key=key)

    def list_alerts(self, *, library: str = "", person_id: int = 0, guild_id: int = 0) -> list[Alert]:
        """Return the alerts of a library, of a person, or all."""
        rows = self._database.fetch_all(
            f"{_ALERT} WHERE (? = '' OR library = ?) AND (? = 0 OR person_id = ?) AND (? = 0 OR guild_id = ?)"
            " ORDER BY key",
            library,
            library,
            person_id,
            person_id,
            guild_id,
            guild_id,
        )
        return [_make_alert(row) for row in rows]

    def remove_alert(self, key: int, person_id: int | None = None) -> bool:
        """Remove an alert, a person's own if one is given; return whether there was one."""
        with self._database.transaction() as sql:
            return bool(
                sql.execute(
                    "DELETE FROM alerts WHERE key = ? AND (? IS NULL OR person_id = ?)", (key, person_id, person_id)
                ).rowcount
            )

    def note_news(self, alert: Alert, news: AlertNews | None) -> None:
        """Note what is known to an alert now, together with what is to be told of it."""
        with self._database.transaction() as sql:
            there = sql.execute(
                "UPDATE alerts SET known = ?, known_on = ?, sure = ?, background = ? WHERE key = ?",
                (alert.known, alert.known_on, alert.sure, json.dumps(alert.background), alert.key),
            ).rowcount
            if news and there:
                sql.execute(
                    "INSERT INTO alert_news (alert, news, noted_at, nonce) VALUES (?, ?, ?, ?)",
                    (alert.key, _NEWS.dump(news), _format(datetime.now(UTC)), secrets.randbits(NONCE_BITS)),
                )

    def list_pending(self) -> list[PendingNews]:
        """Return what is still to be told, oldest first."""
        rows = self._database.fetch_all("SELECT key, alert, news, noted_at, nonce FROM alert_news ORDER BY key")
        alerts = {alert.key: alert for alert in self.list_alerts()} if rows else {}
        return [
            PendingNews(key, alerts[alert], _NEWS.load(news), datetime.fromisoformat(at), nonce)
            for key, alert, news, at, nonce in rows
            if alert in alerts
        ]

    def begin_telling(self, key: int) -> bool:
        """Note that news is about to be told; return whether that was noted before, so that it may have been told."""
        with self._database.transaction() as sql:
            fresh = sql.execute("UPDATE alert_news SET begun = 1 WHERE key = ? AND begun = 0", (key,)).rowcount
        return not fresh

    def note_told(self, pending: PendingNews, problem: str = "") -> None:
        """Note that news was told, or why it can't be; what it was is forgotten."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM alert_news WHERE key = ?", (pending.key,))
            sql.execute("UPDATE alerts SET problem = ? WHERE key = ?", (problem, pending.alert.key))


def _make_alert(row: tuple[Any, ...]) -> Alert:
    *before, sure, background, problem, language = row
    key, guild_id, channel_id, person_id, library, question, known, known_on = before
    return Alert(
        guild_id,
        channel_id,
        person_id,
        library,
        question,
        known,
        known_on,
        bool(sure),
        tuple(json.loads(background)),
        problem,
        language,
        key,
    )


def _format(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
