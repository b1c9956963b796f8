"""Who may ask, read and write where: one person checked against what a server's managers have chosen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord import layout
from bot.discord.localisation import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.discord.entities import GuildSettings

WELCOME = ""
"""What `explain_refusal` says to those who may."""


def explain_refusal(settings: GuildSettings, *, channel_ids: Collection[int], role_ids: Collection[int]) -> str:
    """Say in one line why somebody may not ask here; WELCOME where they may.

    `channel_ids` are of the channel and, for a thread, of the channel that it belongs to.
    """
    if settings.allowed_channels and not {*channel_ids} & {*settings.allowed_channels, *settings.ask_channels}:
        allowed = dict.fromkeys((*settings.allowed_channels, *settings.ask_channels))
        return say("The archive answers in {channels} only.", channels=_join_mentions(f"<#{each}>" for each in allowed))
    if settings.allowed_roles and not {*role_ids} & {*settings.allowed_roles}:
        roles = _join_mentions(f"<@&{each}>" for each in settings.allowed_roles)
        return say("The archive answers people with the role {roles}.", roles=roles)
    return WELCOME


def may_write(settings: GuildSettings, *, role_ids: Collection[int], manages: bool) -> bool:
    """Say whether somebody may add and remove articles: managers may, and the roles that they have chosen."""
    return manages or bool({*role_ids} & {*settings.ingest_roles})


def _join_mentions(names: Iterable[str], longest: int = 8) -> str:
    found = list(names)
    more = [say("{number} more", number=len(found) - longest)] if len(found) > longest else []
    return layout.join_words([*found[:longest], *more], say("or"))
