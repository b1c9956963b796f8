"""Which messages are questions, and what they ask. Sends nothing, and reads no records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.discord.question_text import Names, clean_text, join_lines
from retrieval.text.courtesies import classify_courtesy

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord.entities import Front, GuildSettings
    from bot.discord.services import Interaction

SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""Messages that people write; the others are notices of joins, pins and the like."""

THREAD_NAME = 90

OPENINGS = frozenset({"well", "so", "ok", "okay", "and", "dear", "please", "yes", "no", "um", "erm"})
"""Openings, besides greetings, that people write before they mention the bot."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message that is meant for the bot: how it came in, and its text; `unread` where Discord withheld the text."""

    front: Front
    text: str
    unread: bool = False


def parse_message(
    message: discord.Message,
    me: discord.abc.User,
    settings: GuildSettings,
    *,
    reads_messages: bool,
    answers_bots: bool,
    is_ours: Callable[[int], bool],
) -> ParsedMessage | None:
    """Return what a message asks of the bot, None where it asks nothing. `is_ours` knows the ids of answers."""
    if message.author.id == me.id or message.type not in SPOKEN:
        return None
    if (message.author.bot or message.webhook_id is not None) and not answers_bots:
        return None
    front = _find_front(message, me, settings, is_ours)
    if front is None:
        return None
    gets_content = front in {"direct", "mention"} or reads_messages
    empty = not message.content and not message.attachments
    return ParsedMessage(front, extract_text(message, me), unread=empty and not gets_content)


def extract_text(message: discord.Message, me: discord.abc.User | None = None) -> str:
    """Return a message's text on one line: without the mention of the bot, with names in place of ids."""
    return join_lines(extract_lines(message, me))


def extract_lines(message: discord.Message, me: discord.abc.User | None = None) -> str:
    """Return a message's text as `extract_text` does, line by line."""
    said = message.content if me is None else _strip_mention(message.content, me, message.guild)
    people = {person.id: person.display_name for person in message.mentions}
    roles = {role.id: role.name for role in message.role_mentions}
    channels = {channel.id: channel.name for channel in message.channel_mentions}
    return clean_text(said, Names(people, roles, channels))


def extract_typed(interaction: Interaction, typed: str) -> str:
    """Return what was typed into a command or a form on one line, cleaned as messages are."""
    me, guild = interaction.client.user, interaction.guild
    said = typed if me is None else _strip_mention(typed, me, guild)
    return join_lines(clean_text(said, _collect_names(interaction) if "<" in said else Names()))


def get_role_ids(person: discord.abc.User) -> tuple[int, ...]:
    """Return the roles that somebody has; none in direct messages."""
    return tuple(role.id for role in person.roles) if isinstance(person, discord.Member) else ()


def is_addressed(message: discord.Message, me: discord.abc.User) -> bool:
    """Tell whether a message's text mentions the bot, by itself or by the role that came with it."""
    if f"<@{me.id}>" in message.content or f"<@!{me.id}>" in message.content:
        return True
    role = message.guild.self_role if message.guild is not None else None
    if role is not None and role in message.role_mentions:
        return True
    # Without the text, a ping counts as a mention only in a message that is not a reply: replies ping as well.
    return not message.content and message.reference is None and me in message.mentions


def _strip_mention(said: str, me: discord.abc.User, guild: discord.Guild | None) -> str:
    role = guild.self_role if guild is not None else None
    ours = rf"<@!?{me.id}>" + (f"|<@&{role.id}>" if role is not None else "")
    return _strip_address(re.split(rf"[,\s]*(?:{ours})[,:;\s]*", said))


def _collect_names(interaction: Interaction) -> Names:
    """Return the names that Discord sends along with a command, and those of the server's roles and channels."""
    data: Any = interaction.data or {}
    sent: dict[str, dict[str, Any]] = data.get("resolved") or {}
    people = {int(key): str(each.get("global_name") or each["username"]) for key, each in sent.get("users", {}).items()}
    nicks = {int(key): str(each["nick"]) for key, each in sent.get("members", {}).items() if each.get("nick")}
    roles, channels = (
        {int(key): str(each["name"]) for key, each in sent.get(kind, {}).items()} for kind in ("roles", "channels")
    )
    if guild := interaction.guild:
        roles = {role.id: role.name for role in guild.roles} | roles
        channels = {each.id: each.name for each in (*guild.channels, *guild.threads)} | channels
    return Names(people | nicks, roles, channels)


def _strip_address(parts: list[str]) -> str:
    """Join the text around mentions of the bot, without a "hey" or "well" that only belongs to the mention."""
    spoken = parts[0].casefold().strip(" ,:;!.-–")
    opening = spoken in OPENINGS or classify_courtesy(parts[0]) == "greeting"
    return " ".join(parts[1:] if opening and any(part.strip() for part in parts[1:]) else parts)


def _find_front(
    message: discord.Message, me: discord.abc.User, settings: GuildSettings, is_ours: Callable[[int], bool]
) -> Front | None:
    if message.guild is None:
        return "direct"
    if is_addressed(message, me):
        return "mention"
    reference = message.reference
    if reference is not None and reference.type is discord.MessageReferenceType.reply:
        if _is_reply_to_bot(reference, me, is_ours):
            return "reply"
        if isinstance(message.channel, discord.Thread) and message.channel.owner_id == me.id:
            return None
    if isinstance(message.channel, discord.Thread) and message.channel.owner_id == me.id:
        # In a thread of the bot's, people may still talk to each other.
        return None if message.mentions else "follow-up"
    channels = {message.channel.id, getattr(message.channel, "parent_id", None)}
    return "channel" if channels & set(settings.ask_channels) else None


def _is_reply_to_bot(reference: discord.MessageReference, me: discord.abc.User, is_ours: Callable[[int], bool]) -> bool:
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved.author.id == me.id
    return reference.message_id is not None and is_ours(reference.message_id)
