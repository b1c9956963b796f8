"""Where an answer goes: an interaction or a message, and what to do when Discord won't take it there.

What an answer looks like is left to `layout`. A private answer is never published, whatever fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import discord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.client import ClippingsBot
    from bot.discord.layout import Message


class Target(Protocol):
    """The place that waits for one answer. `private` is fixed by the first acknowledgement."""

    private: bool

    async def acknowledge(self) -> None:
        """Let the asker see at once that the question was heard."""

    async def show(self, text: str) -> None:
        """Show how far the answer is: edits at most once a second, drops what comes faster, never fails."""

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Put the messages in place of what was shown, the view under the last; return their ids, [] where it failed."""

    async def fail(self, text: str) -> None:
        """Say in one line, to the asker alone where that is possible, why there is no answer."""


class InteractionTarget:
    """A slash command, a menu, a button or a modal."""

    def __init__(self, interaction: discord.Interaction[ClippingsBot], *, private: bool = False) -> None:
        self.interaction = interaction
        self.private = private

    async def acknowledge(self) -> None:
        """Defer, with the flag that fixes who sees the answer."""
        await self.interaction.response.defer(ephemeral=self.private, thinking=True)

    async def show(self, text: str) -> None:
        """Edit the deferred response."""
        await self.interaction.edit_original_response(content=text)

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Edit the deferred response to the first message; the others follow it."""
        ids = []
        for number, message in enumerate(messages):
            under = view if number == len(messages) - 1 else None
            sent: discord.Message
            if number == 0:
                sent = await self.interaction.edit_original_response(
                    content=message.content, embeds=message.embeds, view=under
                )
            else:
                sent = await self.interaction.followup.send(
                    message.content,
                    embeds=message.embeds,
                    view=under or discord.utils.MISSING,
                    ephemeral=self.private,
                    wait=True,
                )
            ids.append(sent.id)
        return ids

    async def fail(self, text: str) -> None:
        """Respond for the asker alone, or edit what was deferred."""
        if self.interaction.response.is_done():
            await self.interaction.edit_original_response(content=text, embeds=[], view=None)
        else:
            await self.interaction.response.send_message(text, ephemeral=True)
