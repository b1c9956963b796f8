"""The way in to a command or a button: who comes, whether they may, the acknowledgement, and errors told.

Everybody is answered at once, before any work: with a refusal that only they see, or by deferring. What comes of it
goes where `delivery` finds a way, also when the interaction expired before it could be acknowledged.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import discord

from bot.discord import layout, logs, question_handling
from bot.discord.admission import may_write, refusal
from bot.discord.delivery import InteractionTarget, told
from bot.discord.entities import GuildSettings, Question
from bot.errors import QuestionRefused, Undeliverable

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.discord.client import ClippingsBot
    from bot.discord.layout import Message

WRITERS = (
    "Only people who may manage the server, and roles that they have chosen with /settings, "
    "change what the archive holds."
)
MANAGERS = "Only people who may manage the server change its settings."

TARGET = "target"
"""Where an interaction's extras hold the target that it was acknowledged by."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who presses a button or gives a command: in which server's archive they are, and with which rights."""

    guild_id: int
    settings: GuildSettings
    channel_ids: frozenset[int]
    role_ids: frozenset[int]
    manages: bool

    @property
    def refused(self) -> str:
        """Why they may not ask here, in one line; empty where they may."""
        return refusal(self.settings, channel_ids=self.channel_ids, role_ids=self.role_ids)

    @property
    def may_write(self) -> bool:
        """Whether they may put articles in and take them out."""
        return may_write(self.settings, role_ids=self.role_ids, manages=self.manages)


async def visitor(interaction: discord.Interaction[ClippingsBot]) -> Visitor:
    """Return who comes; raise QuestionRefused for direct messages of which nobody knows what server they are about."""
    bot, person = interaction.client, interaction.user
    manages = False
    if interaction.guild_id:
        channel = interaction.channel
        parent = channel.parent_id if isinstance(channel, discord.Thread) else None
        channels = frozenset(each for each in (interaction.channel_id, parent) if each)
        roles = frozenset(role.id for role in person.roles) if isinstance(person, discord.Member) else frozenset()
        home = question_handling.Home(interaction.guild_id, channels, roles)
        manages = interaction.permissions.manage_guild
    else:
        home = await question_handling.home_of(bot, Question("", "direct", 0, interaction.channel_id or 0, person.id))
    chosen = await asyncio.to_thread(bot.records.guild, home.guild_id)
    return Visitor(home.guild_id, chosen, home.channel_ids, home.role_ids, manages)


async def admitted(
    interaction: discord.Interaction[ClippingsBot],
    *,
    private: bool = False,
    writes: bool = False,
    counted: bool = False,
    turning: bool = False,
) -> int:
    """Acknowledge somebody who may come in, and return the server whose archive is read; else say why not, return 0.

    What follows is seen by all, unless `private` or the server's managers have chosen so; a refusal is seen by the one
    it is for. `writes` is for what changes the archive, `counted` for what counts against the limits of questions,
    `turning` for buttons that change their own message.
    """
    direct = not interaction.guild_id
    if direct:
        # Nobody else reads along, and finding out which server is meant takes longer.
        await _deferred(interaction, private=private, turning=turning)
    try:
        who = await visitor(interaction)
    except QuestionRefused as refused:
        await _tell(interaction, refused.text)
        return 0
    if said := _reason(interaction, who, writes=writes, counted=counted):
        await _tell(interaction, said)
        return 0
    if not direct:
        await _deferred(interaction, private=private or who.settings.private, turning=turning)
    return who.guild_id


async def guarded(interaction: discord.Interaction[ClippingsBot], work: Coroutine[None, None, None]) -> None:
    """Do the work of a command or a button; say what goes wrong, to the one who gave it where that is possible."""
    try:
        await work
    except Undeliverable:
        logs.trouble("nowhere to answer", guild_id=interaction.guild_id or 0)
    except discord.NotFound as error:
        logs.trouble("a message or an interaction has gone", code=error.code)
    except Exception as error:
        await _tell(interaction, question_handling.explained(interaction.client, error))


async def acknowledged(interaction: discord.Interaction[ClippingsBot], *, private: bool) -> InteractionTarget:
    """Defer a command; once it has expired, its answer goes elsewhere. Raise Undeliverable where there is no way."""
    target = InteractionTarget(interaction, private=private)
    interaction.extras[TARGET] = target
    await target.acknowledge()
    return target


async def shown(
    interaction: discord.Interaction[ClippingsBot], message: Message, view: discord.ui.View | None = None
) -> None:
    """Put a message in place of what was acknowledged."""
    if target := target_of(interaction):
        await target.deliver([message], view)
    else:
        await interaction.edit_original_response(content=message.content or None, embeds=message.embeds, view=view)


def target_of(interaction: discord.Interaction[ClippingsBot]) -> InteractionTarget | None:
    """Return what an interaction was acknowledged by; None before, and for buttons that change their own message."""
    return cast("InteractionTarget | None", interaction.extras.get(TARGET))


async def _tell(interaction: discord.Interaction[ClippingsBot], text: str) -> None:
    """Say something to the one who came, or where their answer would have gone when the interaction has expired."""
    target = target_of(interaction)
    if target and not interaction.response.is_done():
        await target.fail(text)
    else:
        await told(interaction, text)


def _reason(interaction: discord.Interaction[ClippingsBot], who: Visitor, *, writes: bool, counted: bool) -> str:
    """Say why somebody may not come in; empty where they may."""
    if writes:
        # Managers and editors write wherever they are: where people may ask is no matter of theirs.
        return "" if who.may_write else WRITERS
    if who.refused or not counted:
        return who.refused
    wait = interaction.client.limits.check(interaction.guild_id or 0, interaction.user.id)
    return layout.wait(wait, datetime.now(UTC)) if wait else ""


async def _deferred(interaction: discord.Interaction[ClippingsBot], *, private: bool, turning: bool) -> None:
    if turning:
        await interaction.response.defer()
    else:
        await acknowledged(interaction, private=private)
