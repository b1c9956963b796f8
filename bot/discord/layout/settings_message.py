"""A server's settings, each under its name, and the line that says what of them changed. Pure."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from bot.discord import escaping
from bot.discord.layout.list_messages import format_facts
from bot.discord.localisation import NAMES, count, mark, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.discord.entities import GuildSettings
    from bot.discord.layout.message_limits import Message

LONGEST = 200
"""Characters of the name of a library."""
MOST = 15
"""Channels or roles that are named."""


def format_settings(chosen: GuildSettings, *, library: str = "", left_days: int = 0) -> Message:
    """Lay out what the managers of a server have chosen; `library` names the one that answers where none was chosen.

    `left_days` says for how long everything is kept after the bot has left.
    """
    facts = {say(label): show(chosen) for label, show in SHOWN.values()}
    facts[say(SHOWN["library"][0])] = escaping.escape_line(chosen.library or library, LONGEST) or say(
        "this server's own"
    )
    if left_days:
        facts[say("If I leave this server")] = count(
            "its articles, settings, questions and answers are deleted after {count} day, unless I am back by then",
            "its articles, settings, questions and answers are deleted after {count} days, unless I am back by then",
            left_days,
        )
    return format_facts(say("Settings"), facts)


def describe_changes(before: GuildSettings, after: GuildSettings) -> str:
    """Name each setting that differs, with both its values; "" where none does."""
    changed = [each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)]
    shown = ((say(label), show(before), show(after)) for label, show in map(SHOWN.__getitem__, changed))
    found = "; ".join(f"{name}: {old} → {new}" for name, old, new in shown)
    return f"{say('changed settings')}: {found}" if found else ""


def _format_channel_libraries(chosen: GuildSettings) -> str:
    named = [f"<#{channel_id}> {escaping.escape_line(name, 100)}" for channel_id, name in chosen.channel_libraries]
    return ", ".join(named[:MOST]) + _count_others(len(named))


def _mention(form: str, ids: Sequence[int]) -> str:
    return " ".join(map(form.format, ids[:MOST])) + _count_others(len(ids))


def _count_others(number: int) -> str:
    return f" {say('and {number} more', number=number - MOST)}" if number > MOST else ""


SHOWN: Mapping[str, tuple[str, Callable[[GuildSettings], str]]] = {
    "library": (
        mark("Library"),
        lambda chosen: escaping.escape_line(chosen.library, LONGEST) or say("this server's own"),
    ),
    "channel_libraries": (
        mark("Libraries of channels"),
        lambda chosen: _format_channel_libraries(chosen) or say("none"),
    ),
    "language": (mark("Language"), lambda chosen: NAMES.get(chosen.language) or say("the one of Discord's settings")),
    "allowed_channels": (
        mark("Answers in"),
        lambda chosen: _mention("<#{}>", chosen.allowed_channels) or say("every channel"),
    ),
    "ask_channels": (mark("Ask channels"), lambda chosen: _mention("<#{}>", chosen.ask_channels) or say("none")),
    "allowed_roles": (mark("May ask"), lambda chosen: _mention("<@&{}>", chosen.allowed_roles) or say("everybody")),
    "ingest_roles": (
        mark("May add articles"),
        lambda chosen: _mention("<@&{}>", chosen.ingest_roles) or say("managers of the server"),
    ),
    "private": (mark("Answers are"), lambda chosen: say("private") if chosen.private else say("visible to everyone")),
    "elsewhere": (
        mark("From elsewhere"),
        lambda chosen: say("members may ask, for themselves") if chosen.elsewhere else say("nobody may ask"),
    ),
    "threads": (mark("Threads"), lambda chosen: say("opened for mentions") if chosen.threads else say("not opened")),
    "reactions": (
        mark("Without an answer"),
        lambda chosen: say("a reaction in ask channels") if chosen.reactions else say("silence in ask channels"),
    ),
    "helper_roles": (
        mark("“Ask a person” pings"),
        lambda chosen: _mention("<@&{}>", chosen.helper_roles) or say("nobody, and is not offered"),
    ),
    "solved_tags": (
        mark("“Solved” sets"),
        lambda chosen: (
            count("{count} tag", "{count} tags", len(chosen.solved_tags))
            if chosen.solved_tags
            else say("no tag, and is not offered")
        ),
    ),
    "embeds": (
        mark("Answers look like"),
        lambda chosen: say("text with embeds") if chosen.embeds else say("cards with a button for each source"),
    ),
    "length": (
        mark("Answer length"),
        lambda chosen: count("{count} character a message", "{count} characters a message", chosen.length),
    ),
    "daily_budget": (
        mark("Daily budget"),
        lambda chosen: (
            count("{count} question a person", "{count} questions a person", chosen.daily_budget)
            if chosen.daily_budget
            else say("no limit")
        ),
    ),
    "log_channel": (
        mark("Changes are written into"),
        lambda chosen: f"<#{chosen.log_channel}>" if chosen.log_channel else say("no channel"),
    ),
}
"""The name of each setting, and what is shown of it as Markdown, in the order in which they are shown."""
