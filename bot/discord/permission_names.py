"""What Discord's own pages call the permissions that the bot may lack. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.localisation import mark, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PERMISSIONS: Mapping[str, str] = {
    "view_channel": mark("View Channel"),
    "send_messages": mark("Send Messages"),
    "send_messages_in_threads": mark("Send Messages in Threads"),
    "create_public_threads": mark("Create Public Threads"),
    "embed_links": mark("Embed Links"),
    "read_message_history": mark("Read Message History"),
    "add_reactions": mark("Add Reactions"),
    "manage_threads": mark("Manage Threads"),
}
"""Their names by those of `discord.Permissions`."""


def quote_permissions(rights: Iterable[str]) -> list[str]:
    """Name permissions, each in quotation marks, in the language that is spoken now."""
    return [say("“{name}”", name=say(PERMISSIONS[each])) for each in rights]
