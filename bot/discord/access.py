"""What every command and button begins with: who uses it, whether they may, the acknowledgement; and their errors.

Discord wants a response within three seconds, so each interaction is refused or deferred before any work. Where the
result goes, also when an interaction has expired, is left to `delivery`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import discord

from bot.discord import layout, logs
from bot.discord.admission import explain_refusal, may_write
from bot.discord.delivery import InteractionTarget, notify
from bot.discord.entities import GuildSettings, IncomingQuestion
from bot.discord.error_messages import explain_error
from bot.discord.history import choose_direct_server
from bot.discord.localisation import mark
from bot.discord.message_parsing import get_role_ids
from bot.discord.places import get_home, is_elsewhere
from bot.discord.spoken_language import speak_to
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused, Undeliverable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.discord.layout import Message
    from bot.discord.services import Interaction, Services

    Callback = Callable[[Any, Any], Coroutine[Any, Any, None]]

WRITERS = mark(
    "Only people who may manage the server, and roles that they have chosen with /settings, can change the archive."
)
MANAGERS = mark("Only people who may manage the server can change its settings.")

TARGET = "target"
"""Where an interaction's extras hold the target that it was acknowledged by."""

LIBRARY = "library"
"""Where they hold the library of the channel's own, once somebody was admitted."""

ASKED_ABOUT = 20
"""Servers in which somebody is looked up who has not asked in any yet."""

NOWHERE = mark(
    "I don't know which archive you mean: ask me once in a server that we share, and then here. "
    "Or send me files, or use /upload, to have a library of your own."
)
GONE = mark("You are no longer in the server whose archive you have chosen, or I am not: choose another with /archive.")
NOT_FROM_ELSEWHERE = mark(
    "The managers of the server whose archive you have chosen have not allowed that it is asked from elsewhere: "
    "ask in a direct message with me, or choose another with /archive."
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a question comes from: the owner of the archive that is asked, channels and roles.

    `guild_id` is that of a server, also in direct messages, or the negative of the asker's id for their own archive.
    """

    guild_id: int
    channel_ids: frozenset[int]
    role_ids: frozenset[int]
    library: str = ""
    """The library of the channel's own, "" for the server's."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Somebody who presses a button or gives a command: the owner of the archive they use, and their rights there."""

    guild_id: int
    settings: GuildSettings
    channel_ids: frozenset[int]
    role_ids: frozenset[int]
    manages: bool
    library: str = ""
    """The library of the channel's own, "" for the server's."""

    @property
    def refused(self) -> str:
        """Why they may not ask here, in one line; empty where they may."""
        return explain_refusal(self.settings, channel_ids=self.channel_ids, role_ids=self.role_ids)

    @property
    def may_write(self) -> bool:
        """Whether they may add and remove articles."""
        return may_write(self.settings, role_ids=self.role_ids, manages=self.manages)


async def find_origin(services: Services, question: IncomingQuestion, channel: object = None) -> Origin:
    """Return whose archive is asked, and with which rights; raise QuestionRefused if that is ambiguous.

    `channel` is the question's, where it is at hand.
    """
    if question.guild_id:
        channel = channel or services.guilds.get_channel(question.channel_id)
        parent = getattr(channel, "parent_id", None) or question.channel_id
        return Origin(question.guild_id, frozenset({question.channel_id, parent}), frozenset(question.role_ids))
    choice, note_use = services.people.get_choice(question.person_id), services.people.note_use
    if choice.isdecimal():
        found = await _find_chosen_server(services, question, int(choice))
        await asyncio.to_thread(note_use, question.person_id, datetime.now(UTC).date())
        return found
    if not choice and not question.elsewhere and (member := await _find_last_member(services, question.person_id)):
        return _make_origin(member)
    own = Origin(-question.person_id, frozenset(), frozenset())
    if not choice and not question.elsewhere and not await services.archives.may_ask_something(own.guild_id):
        raise QuestionRefused(NOWHERE)
    await asyncio.to_thread(note_use, question.person_id, datetime.now(UTC).date())
    return own


async def _find_chosen_server(services: Services, question: IncomingQuestion, guild_id: int) -> Origin:
    guild = services.guilds.get_guild(guild_id)
    member = await fetch_member(guild, question.person_id) if guild is not None else None
    if member is None:
        raise QuestionRefused(GONE)
    if question.elsewhere and not services.records.get_settings(guild_id).elsewhere:
        raise QuestionRefused(NOT_FROM_ELSEWHERE)
    return _make_origin(member)


async def _find_last_member(services: Services, person_id: int) -> discord.Member | None:
    """Return the member of the server where somebody asked last, or of the only one; None where that is ambiguous."""
    records, guilds = services.records, services.guilds
    last = guilds.get_guild(await asyncio.to_thread(records.find_last_guild, person_id))
    near = [last] if last is not None else guilds.guilds if len(guilds.guilds) <= ASKED_ABOUT else []
    # Somebody may have left a server, or lost a role there, since they asked in it.
    members = {guild.id: member for guild in near if (member := await fetch_member(guild, person_id))}
    return members.get(choose_direct_server(records, person_id, members))


def _make_origin(member: discord.Member) -> Origin:
    readable = {channel.id for channel in member.guild.channels if channel.permissions_for(member).view_channel}
    return Origin(member.guild.id, frozenset(readable), frozenset(role.id for role in member.roles))


async def identify_requester(interaction: Interaction) -> Requester:
    """Return who uses a command or button; raise QuestionRefused for messages that belong to no archive."""
    services, person, home = interaction.client.services, interaction.user, get_home(interaction)
    asked = IncomingQuestion("", "direct", home, interaction.channel_id or 0, person.id)
    asked = replace(asked, role_ids=get_role_ids(person) if home else (), elsewhere=is_elsewhere(interaction))
    origin = await find_origin(services, asked, interaction.channel)
    chosen = services.records.get_settings(origin.guild_id)
    manages = bool(home) and interaction.permissions.manage_guild
    # In direct messages all the channels that somebody sees are meant, and none of them.
    library = chosen.choose_library(origin.channel_ids) if home else ""
    return Requester(origin.guild_id, chosen, origin.channel_ids, origin.role_ids, manages, library)


async def admit(
    interaction: Interaction,
    *,
    private: bool = False,
    writes: bool = False,
    counted: bool = False,
    turning: bool = False,
) -> int:
    """Acknowledge somebody who may do this, and return the owner of the archive; else raise QuestionRefused.

    What follows is seen by all, unless `private` or the server's managers have chosen so, or it is a place that the bot
    is not in; a refusal is seen by the person alone. `writes` is for what changes the archive, `counted` for what
    counts against the limits of questions, `turning` for buttons that change their own message.
    """
    direct = not get_home(interaction)
    if direct:
        # Nobody else reads along, and finding out which server is meant takes longer.
        await defer(interaction, private=private or is_elsewhere(interaction), turning=turning)
    who = await identify_requester(interaction)
    if refusal := _find_refusal(interaction, who, writes=writes, counted=counted):
        raise QuestionRefused(refusal)
    interaction.extras[LIBRARY] = who.library
    if not direct:
        await defer(interaction, private=private or who.settings.private, turning=turning)
    return who.guild_id


async def admit_manager(interaction: Interaction, *, turning: bool = False) -> int:
    """Acknowledge a manager, who alone sees what follows, and return the server; raise QuestionRefused for others."""
    home = get_home(interaction)
    if not home or not interaction.permissions.manage_guild:
        # Discord's own check can be loosened for a command in a server's settings, for buttons there is none.
        raise QuestionRefused(MANAGERS)
    await defer(interaction, private=True, turning=turning)
    return home


async def tell_error(interaction: Interaction, error: Exception) -> None:
    """Say what went wrong with a command or a button, to whoever used it alone where that is possible."""
    if isinstance(error, Undeliverable):
        logs.log_warning("nowhere to answer", guild_id=interaction.guild_id or 0)
    elif isinstance(error, discord.NotFound):
        logs.log_warning("a message or an interaction has gone", code=error.code)
    else:
        text = translate(error.text) if isinstance(error, QuestionRefused) else explain_error(error)
        if target := get_target(interaction):
            await target.fail(text)
        else:
            await notify(interaction, text)


def tell_errors(callback: Callback) -> Callback:
    """Make a button or a menu say what goes wrong; commands have the tree's `on_error` for that."""

    @wraps(callback)
    async def call_guarded(item: Any, interaction: Interaction) -> None:
        speak_to(interaction)
        try:
            await callback(item, interaction)
        except Exception as error:
            await tell_error(interaction, error)

    return call_guarded


async def defer(interaction: Interaction, *, private: bool, turning: bool) -> None:
    """Acknowledge a command or button; `turning` is for buttons that change their own message."""
    if turning:
        await interaction.response.defer()
    else:
        await acknowledge(interaction, private=private)


async def acknowledge(interaction: Interaction, *, private: bool) -> InteractionTarget:
    """Defer a command; once it has expired, its answer goes elsewhere. Raise Undeliverable if that is impossible."""
    target = InteractionTarget(interaction, private=private)
    interaction.extras[TARGET] = target
    await target.acknowledge()
    return target


async def respond(interaction: Interaction, message: Message, view: discord.ui.View | None = None) -> None:
    """Replace the acknowledgement with a message."""
    if target := get_target(interaction):
        await target.deliver([message], view)
    else:
        await interaction.edit_original_response(**message.build_options(view, editing=True))


def get_target(interaction: Interaction) -> InteractionTarget | None:
    """Return what an interaction was acknowledged by; None before, and for buttons that change their own message."""
    return cast("InteractionTarget | None", interaction.extras.get(TARGET))


def get_library(interaction: Interaction) -> str:
    """Return the library of the channel's own that somebody was admitted to, "" for the server's."""
    return str(interaction.extras.get(LIBRARY, ""))


def _find_refusal(interaction: Interaction, who: Requester, *, writes: bool, counted: bool) -> str:
    """Say why somebody may not do this; empty where they may."""
    if writes:
        # Managers and editors write wherever they are: where people may ask is no matter of theirs.
        return "" if who.may_write else WRITERS
    if who.refused or not counted:
        return who.refused
    wait = interaction.client.services.limits.check(get_home(interaction), interaction.user.id)
    return layout.format_wait(wait, datetime.now(UTC)) if wait else ""


async def fetch_member(guild: discord.Guild, person_id: int) -> discord.Member | None:
    """Return somebody as a member of a server, None where they are none."""
    try:
        return await guild.fetch_member(person_id)
    except discord.NotFound:
        return None
