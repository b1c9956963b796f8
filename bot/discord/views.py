"""Buttons, select and form below an answer. They know their answer by its key alone, and so survive a restart.

What an answer says is left to `layout`, asking to `asking`. A private answer's buttons work for its asker only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord.values import Votes

if TYPE_CHECKING:
    from retrieval.domain import Answer


def for_answer(key: int, answer: Answer, votes: Votes = Votes()) -> discord.ui.View:
    """Return what stands under the last message of an answer; `key` is of its record."""
    return discord.ui.View(timeout=None)


def register(client: discord.Client) -> None:
    """Let a client answer the buttons of every answer there ever was."""


async def resumed(interaction: discord.Interaction) -> bool:
    """Take a form that was opened before a restart; tell whether it was one of ours. For `on_interaction`."""
    return False
