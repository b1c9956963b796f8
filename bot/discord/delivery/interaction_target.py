"""Answers to commands, menus, buttons and forms: in Discord's response to them, or elsewhere once that has expired."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.discord import logs
from bot.discord.delivery.sending import EXPIRED, edit, retry, send
from bot.discord.delivery.target import Target
from bot.discord.places import is_elsewhere
from bot.front_end_errors import Undeliverable

if TYPE_CHECKING:
    from bot.discord.layout import Message
    from bot.discord.services import Interaction

ACKNOWLEDGED = 40060


class InteractionTarget(Target):
    """A command, a menu, a button or a modal: answered by a response of its own, which only the asker may see."""

    def __init__(self, interaction: Interaction, *, private: bool = False) -> None:
        super().__init__(private=private, discreet=True)
        self.interaction = interaction
        self._elsewhere: discord.abc.Messageable | None = None

    async def acknowledge(self) -> None:
        """Defer, with the flag that fixes who sees the answer."""
        if self.interaction.response.is_done() or self._elsewhere is not None:
            return
        try:
            await self.interaction.response.defer(ephemeral=self.private, thinking=True)
        except discord.HTTPException as error:
            if error.code == ACKNOWLEDGED:
                return
            if error.code not in EXPIRED:
                raise
            await self._go_elsewhere(error)

    async def fail(self, text: str) -> None:
        """Tell the asker alone, as long as the interaction lasts."""
        response = self.interaction.response
        alone = self.private or (self.interaction.guild_id is None and not is_elsewhere(self.interaction))
        if self._elsewhere is not None or (response.is_done() and alone):
            await super().replace(text)
            return
        await self.settle()
        try:
            await respond_privately(self.interaction, text, keep=bool(self.ids))
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            code = getattr(error, "code", 0)
            if response.is_done() and code in EXPIRED:
                await super().replace(text)
            else:
                logs.log_warning("refusal undeliverable", error=type(error).__name__, code=code)

    async def replace(self, text: str) -> None:
        """Replace a deferred response with a line; respond with the line if nothing was deferred."""
        if self.interaction.response.is_done() or self._elsewhere is not None:
            await super().replace(text)
        else:
            await self.fail(text)

    async def withdraw(self) -> None:
        """Delete the response."""
        await super().withdraw()
        with suppress(discord.HTTPException):
            await self.interaction.delete_original_response()

    async def _edit(self, text: str) -> None:
        if self._elsewhere is None:
            await self.interaction.edit_original_response(content=text)

    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        if self._elsewhere is None:
            try:
                return await retry(lambda: self._respond(number, message, view))
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
                await self._go_elsewhere(error)
        return (await send(self._elsewhere, message, view)).id if self._elsewhere is not None else 0

    async def _revise(self, message_id: int, options: dict[str, Any]) -> None:
        if self._elsewhere is None:
            await self.interaction.followup.edit_message(message_id, **options)
        else:
            await edit(self._elsewhere, message_id, options)

    async def _respond(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        if number == 0:
            edited = await self.interaction.edit_original_response(**message.build_options(view, editing=True))
            return edited.id
        options: Any = message.build_options(view)
        sent = await self.interaction.followup.send(**options, ephemeral=self.private, wait=True)
        return sent.id

    async def _go_elsewhere(self, error: discord.HTTPException) -> None:
        """Choose where the answer goes when the interaction has expired: to the channel, or to the asker if private."""
        channel = self.interaction.channel
        logs.log_warning("interaction expired", code=error.code, private=self.private)
        # The right to write is in the interaction itself: the channel of a direct message has none.
        if not self.private and isinstance(channel, discord.abc.Messageable) and _may_write(self.interaction):
            self._elsewhere = channel
        else:
            try:
                self._elsewhere = await self.interaction.user.create_dm()
            except discord.HTTPException as closed:
                raise Undeliverable from closed


async def notify(interaction: Interaction, text: str) -> None:
    """Send one person a message, whatever was acknowledged before; never raises."""
    try:
        await respond_privately(interaction, text)
    except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
        logs.log_warning("nobody could be notified", error=type(error).__name__, code=getattr(error, "code", 0))


async def respond_privately(interaction: Interaction, text: str, *, keep: bool = False) -> None:
    """Say something to one person; what others see in its place is deleted, unless `keep`."""
    response = interaction.response
    if not response.is_done():
        await response.send_message(text, ephemeral=True)
        return
    public = response.type is discord.InteractionResponseType.deferred_channel_message and not keep
    if public:
        # What comes first takes the place of "is thinking", and whoever saw that sees it; what comes second need
        # not. Deleting first would not do: Discord has answered what follows with "unknown message" (10008).
        await interaction.edit_original_response(content="-# …")
    await interaction.followup.send(text, ephemeral=True)
    if public:
        await interaction.delete_original_response()


def _may_write(interaction: Interaction) -> bool:
    if is_elsewhere(interaction):
        return False
    if interaction.guild_id is None:
        return True
    rights = interaction.app_permissions
    threaded = isinstance(interaction.channel, discord.Thread)
    return rights.view_channel and (rights.send_messages_in_threads if threaded else rights.send_messages)
