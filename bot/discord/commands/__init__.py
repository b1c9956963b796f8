"""The application commands, one module a group; each module's `register` adds its own to the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.commands import (
    alert_commands,
    archive_choice,
    ask,
    browse,
    digest_commands,
    first_steps,
    follow_commands,
    manage_library,
    manager_insights,
    own_library,
    personal,
    privacy,
    server_settings,
    shortcuts,
)

if TYPE_CHECKING:
    from bot.discord.services import CommandTree

GROUPS = (
    ask,
    shortcuts,
    browse,
    personal,
    privacy,
    archive_choice,
    own_library,
    manage_library,
    follow_commands,
    alert_commands,
    digest_commands,
    server_settings,
    manager_insights,
    first_steps,
)


def register(tree: CommandTree) -> None:
    """Add every command to the tree."""
    for group in GROUPS:
        group.register(tree)
