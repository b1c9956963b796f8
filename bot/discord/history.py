"""Which turns a question follows up: by reply, in a thread, in a direct message, or by the button of an answer.

Only turns of the same server count, and private answers only in the asker's own private follow-up. Small talk is never
recorded, so it is no turn.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.domain import Turn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import discord

    from bot.discord.entities import AnswerRecord
    from bot.discord.records import Records

REMEMBERED = 5
"""Turns that a question may refer to."""

DIRECT_MINUTES = 30
"""Minutes without a message that end a direct conversation."""


def recall_turns(records: Records, message: discord.Message) -> tuple[Turn, ...]:
    """Return the turns that a message follows up, oldest first; nothing where it begins a conversation.

    A reply follows the answer that it replies to, a message in a thread the thread, a direct one the last half hour.
    """
    import discord

    guild_id = message.guild.id if message.guild else 0
    reference = message.reference
    if reference and reference.message_id and reference.type is discord.MessageReferenceType.reply:
        answered = records.find_answer(reference.message_id)
        if answered and answered.question.guild_id == guild_id and not answered.question.private:
            return collect_turns(answered)
    if guild_id and not isinstance(message.channel, discord.Thread):
        return ()
    return recall_channel(records, guild_id, message.channel.id)


def recall_channel(
    records: Records, guild_id: int, channel_id: int, *, now: datetime | None = None
) -> tuple[Turn, ...]:
    """Return the last turns of a thread, or of a direct conversation (guild id 0) that is still going on."""
    since = None if guild_id else (now or datetime.now(UTC)) - timedelta(minutes=DIRECT_MINUTES)
    return _make_turns(records.list_channel_answers(guild_id, channel_id, most=REMEMBERED, since=since))


def recall_follow_up(record: AnswerRecord, *, guild_id: int, person_id: int, private: bool) -> tuple[Turn, ...]:
    """Return the turns that a follow-up by the button of an answer refers to.

    A private answer is followed up by its asker, and privately; `private` says whether the new question is.
    """
    asked = record.question
    if asked.guild_id != guild_id or (asked.private and not (private and asked.person_id == person_id)):
        return ()
    return collect_turns(record)


def collect_turns(record: AnswerRecord) -> tuple[Turn, ...]:
    """Return the conversation up to and including an answer."""
    return (*record.question.history, *_make_turns([record]))[-REMEMBERED:]


def choose_direct_server(records: Records, person_id: int, shared: Collection[int]) -> int:
    """Return the server whose library answers a person's direct messages, or 0 if that is ambiguous.

    `shared` are the servers that both the person and the bot are in; it is the one where the person asked last, or the
    only one.
    """
    last = records.find_last_guild(person_id)
    if last in shared:
        return last
    return next(iter(shared)) if len(shared) == 1 else 0


def _make_turns(said: Iterable[AnswerRecord]) -> tuple[Turn, ...]:
    """Return the turns of records that were not forgotten."""
    return tuple(Turn(record.question.text, record.answer.text) for record in said if record.question.text)
