"""What changed in a server's settings, as a line that names the old and the new. Pure."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from bot.discord import escaping
from bot.discord.localisation import say

if TYPE_CHECKING:
    from bot.discord.entities import GuildSettings

LONGEST = 300
MOST = 10
"""Channels or roles that are named."""


def describe_changes(before: GuildSettings, after: GuildSettings) -> str:
    """Name each setting that differs, with both its values; "" where none does."""
    found = []
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            name = field.name.replace("_", " ")
            found.append(f"{name}: {_show(field.name, old)} → {_show(field.name, new)}")
    return "; ".join([say("changed settings"), *found]).replace(";", ":", 1) if found else ""


def format_channel_libraries(chosen: GuildSettings) -> str:
    """List the channels with libraries of their own."""
    shown = [f"<#{channel_id}> {escaping.escape_line(name, 100)}" for channel_id, name in chosen.channel_libraries]
    return ", ".join(shown[:20]) + (f" {say('and {number} more', number=len(shown) - 20)}" if len(shown) > 20 else "")


def _show(name: str, value: object) -> str:
    if isinstance(value, bool):
        return say("on") if value else say("off")
    if not value:
        return say("none")
    if isinstance(value, tuple):
        more = f" {say('and {number} more', number=len(value) - MOST)}" if len(value) > MOST else ""
        return " ".join(_show(name, each) for each in value[:MOST]) + more
    if isinstance(value, int):
        form = "<#{}>" if "channel" in name else "<@&{}>" if "role" in name else "{:,}"
        return form.format(value)
    return escaping.escape_line(str(value), LONGEST)
