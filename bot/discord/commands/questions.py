"""Asking by command: /ask, and "Ask the archive about this" in the menu of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.discord.client import Tree


def register(tree: Tree) -> None:
    """Put the commands of this group into the tree."""
