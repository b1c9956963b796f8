"""The application commands, one module a group; each module's `register` puts its own into the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.commands import browsing, own, questions, running, settings

if TYPE_CHECKING:
    from bot.discord.client import Tree

GROUPS = (questions, browsing, own, running, settings)


def register(tree: Tree) -> None:
    """Put every command into the tree."""
    for group in GROUPS:
        group.register(tree)
