"""Buttons for when an answer is not the end: the nearest articles, a post that is solved, a person to be asked.

They refer to their answer by its key alone, and so survive a restart. Which of them an answer gets was decided when it
was given. Only a role that managers chose is pinged, and not often.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.discord import card_views, escaping, layout, logs
from bot.discord.access import admit, identify_requester, tell_errors
from bot.discord.commands.autocomplete import shorten_id
from bot.discord.commands.pagination import show_page
from bot.discord.delivery.sending import send
from bot.discord.entities import Listing
from bot.discord.layout.message_limits import BUTTON
from bot.discord.localisation import mark, say
from bot.discord.offers import find_solved_tag
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from bot.discord.entities import Offer
    from bot.discord.services import Interaction
    from retrieval.domain import Answer

MOST_TAGS = 5
"""Tags that Discord lets a post have."""
QUESTION_SHOWN = 300

NO_POST = mark("This is no forum post any more, or its forum has lost the tag that was chosen for solved ones.")
NOT_THE_AUTHOR = mark("Only whoever opened this post, or moderates it, can call it solved.")
TOO_MANY_TAGS = mark("This post has five tags already, which is all that Discord allows: take one off first.")
NO_RIGHT_TO_TAGS = mark(
    "I may not change the tags of posts here: somebody who manages the server can give me Manage Threads."
)
NOBODY = mark("No role is chosen here any more that I could ping.")
PINGED = mark("A person was asked a while ago.")


def build_help_buttons(
    key: int, answer: Answer, offers: Sequence[Offer], *, nearest: bool = True
) -> Iterator[discord.ui.Item[Any]]:
    """Yield the buttons that an answer gets beside the others; `key` is of its record.

    Those of the `nearest` articles may stand beside their titles instead.
    """
    if answer.refused and nearest:
        for number, info in enumerate(answer.nearest):
            yield NearestButton(key, number, escaping.format_label(info.title or info.id, BUTTON))
    if "solved" in offers:
        yield SolvedButton(key)
    if "person" in offers:
        yield PersonButton(key)


def register(client: discord.Client) -> None:
    """Let a client handle these buttons, old and new."""
    client.add_dynamic_items(NearestButton, SolvedButton, PersonButton)


class NearestButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:near:(?P<key>\d{1,18}):(?P<n>\d)"):
    """Opens one of the articles that are nearest to a question that they don't answer."""

    def __init__(self, key: int, number: int, label: str = "") -> None:
        self.key, self.number = key, number
        super().__init__(discord.ui.Button(label=label or "…", emoji="📄", custom_id=f"c:near:{key}:{number}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read key and number back."""
        return cls(int(match["key"]), int(match["n"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Show the article to whoever pressed."""
        guild_id = await admit(interaction, private=True)
        record = await asyncio.to_thread(interaction.client.services.records.get_answer, self.key)
        nearest = record.answer.nearest if record and record.question.guild_id in {guild_id, 0} else ()
        if self.number >= len(nearest):
            raise QuestionRefused(layout.format_gone())
        article = shorten_id(nearest[self.number].id)
        await show_page(interaction, Listing("article", guild_id, interaction.user.id, article))


class SolvedButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:solved:(?P<key>\d{1,18})"):
    """Gives a forum post the tag that managers chose for solved ones."""

    def __init__(self, key: int) -> None:
        super().__init__(discord.ui.Button(label=say("Solved"), emoji="✅", custom_id=f"c:solved:{key}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read the key back."""
        return cls(int(match["key"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Set the tag, for whoever opened the post or moderates it."""
        services, post = interaction.client.services, interaction.channel
        chosen = await asyncio.to_thread(services.records.get_settings, interaction.guild_id or 0)
        tag = find_solved_tag(chosen, post)
        if tag is None:
            raise QuestionRefused(NO_POST)
        if interaction.user.id != post.owner_id and not interaction.permissions.manage_threads:
            raise QuestionRefused(NOT_THE_AUTHOR)
        if tag not in post.applied_tags and len(post.applied_tags) >= MOST_TAGS:
            raise QuestionRefused(TOO_MANY_TAGS)
        await interaction.response.defer()
        try:
            await post.edit(applied_tags=[*(each for each in post.applied_tags if each != tag), tag])
        except discord.Forbidden:
            raise QuestionRefused(NO_RIGHT_TO_TAGS) from None
        logs.log_event("post solved", guild_id=interaction.guild_id)
        await _close_button(interaction, self.custom_id, say("Solved"))


class PersonButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:person:(?P<key>\d{1,18})"):
    """Asks people to answer: pings the role that managers chose, once for an answer."""

    def __init__(self, key: int) -> None:
        self.key = key
        super().__init__(discord.ui.Button(label=say("Ask a person"), emoji="🙋", custom_id=f"c:person:{key}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read the key back."""
        return cls(int(match["key"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Ping, if that was not done a short while ago."""
        services, guild_id = interaction.client.services, interaction.guild_id or 0
        who = await identify_requester(interaction)
        if who.refused:
            raise QuestionRefused(who.refused)
        record = await asyncio.to_thread(services.records.get_answer, self.key)
        if record is None or record.question.guild_id != guild_id:
            raise QuestionRefused(layout.format_gone())
        if not who.settings.helper_roles:
            raise QuestionRefused(NOBODY)
        if wait := services.pings.check(guild_id, interaction.user.id):
            raise QuestionRefused(layout.format_wait(wait, datetime.now(UTC), why=say(PINGED)))
        await interaction.response.defer()
        roles = who.settings.helper_roles
        pinged = " ".join(f"<@&{each}>" for each in roles)
        question = escaping.escape_line(record.question.text, QUESTION_SHOWN)
        asks = say("{person} asks for a person", person=interaction.user.mention)
        text = f"{pinged} {asks}" + (f":\n> {question}" if question else ".")
        mentions = discord.AllowedMentions(
            everyone=False, users=False, replied_user=False, roles=[discord.Object(each) for each in roles]
        )
        await send(interaction.channel, layout.Message(text), reference=interaction.message, mentions=mentions)
        logs.log_event("a person was asked", guild_id=guild_id)
        await _close_button(interaction, self.custom_id, say("A person was asked"))


async def _close_button(interaction: Interaction, custom_id: str, label: str) -> None:
    """Show of a button that it has done its work."""
    if interaction.message is None:
        return
    view = card_views.rebuild(interaction.message)
    for item in view.walk_children():
        if isinstance(item, discord.ui.Button) and item.custom_id == custom_id:
            item.label, item.disabled = label, True
    await interaction.edit_original_response(view=view)
