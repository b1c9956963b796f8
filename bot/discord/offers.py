"""What an answer offers beside its sources, as managers have chosen: to call a post solved, to ask a person. Pure.

The buttons are help_buttons.py's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from bot.discord.entities import GuildSettings, Offer


def list_offers(chosen: GuildSettings, channel: object, *, private: bool) -> tuple[Offer, ...]:
    """Return what an answer in a channel may offer, as managers have chosen; nothing where only the asker sees it."""
    found: list[Offer] = []
    if find_solved_tag(chosen, channel) and not private:
        found.append("solved")
    if chosen.helper_roles and not private:
        found.append("person")
    return tuple(found)


def find_solved_tag(chosen: GuildSettings, channel: object) -> discord.ForumTag | None:
    """Return the tag that says of a post in this channel that it is solved; None where there is none."""
    forum = channel.parent if isinstance(channel, discord.Thread) else None
    if not isinstance(forum, discord.ForumChannel):
        return None
    return next((tag for tag in forum.available_tags if tag.id in chosen.solved_tags), None)
