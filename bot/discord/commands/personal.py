"""Commands for everybody: /forget, /status and /help. They work wherever the bot is."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Self

import discord
from discord import app_commands

from bot.discord import layout
from bot.discord.access import acknowledge, admit, get_library, identify_requester, respond, tell_errors
from bot.discord.own_libraries import delete_own
from bot.discord.places import everywhere, for_people, get_home
from bot.front_end_errors import QuestionRefused
from retrieval.domain import Filter
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.discord.services import CommandTree, Interaction, Services

HERE, EVERYWHERE = "here", "everywhere"

GUIDE: Mapping[str, str] = {
    "ask": "asks the archive; so do a mention of me, a reply to an answer, and a direct message",
    "timeline": "asks what happened, in order; /compare and /summary ask for these",
    "search": "finds passages that are relevant to a question",
    "articles": "lists the articles, newest first",
    "article": "shows an article's text",
    "alert": "tells you when a new article answers a question, or changes its answer; /alerts lists yours",
    "digest": "shows what is new, by story",
    "archive": "chooses what I answer you from outside of servers; /upload and /discard change your own library",
    "forget": "deletes your questions and votes",
    "privacy": "says what is kept of you, and gives it to you as a file",
    "status": "shows the state of the archive and of the bot",
}
EDITING: Mapping[str, str] = {
    "ingest": "adds articles, from files or a text",
    "remove": "removes an article",
    "reindex": "rebuilds the archive from its articles",
    "follow": "brings in the articles of a feed or site, and announces new ones; /feeds lists, /unfollow ends that",
}
MANAGING: Mapping[str, str] = {
    "settings": "says who may ask where, and how answers look",
    "insights": "shows what was asked in vain, voted down, asked most and cited most",
}


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree, and their buttons to the client."""
    tree.add_command(forget)
    tree.add_command(show_status)
    tree.add_command(show_help)
    tree.client.add_dynamic_items(Forget)


class Forget(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(rf"c:forget:({HERE}|{EVERYWHERE})")
):
    """A button that deletes what whoever presses it has asked."""

    def __init__(self, where: str, label: str = "") -> None:
        style = discord.ButtonStyle.danger
        super().__init__(discord.ui.Button(label=label or where, style=style, custom_id=f"c:forget:{where}"))
        self.where = where

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: discord.ui.Item[discord.ui.View], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match[1])

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Delete, and say how much it was."""
        await interaction.response.defer()
        services, person = interaction.client.services, interaction.user.id
        guild_id = interaction.guild_id if self.where == HERE else None
        questions = await asyncio.to_thread(services.records.forget, person, guild_id)
        if guild_id is None:
            await delete_own(services, person)
        await interaction.edit_original_response(content=layout.format_forgotten(questions), view=None)


@app_commands.command(description="Delete your questions, their answers and your votes")
@everywhere
@for_people
async def forget(interaction: Interaction) -> None:
    """Ask what is to be deleted."""
    view = discord.ui.View(timeout=None)
    if get_home(interaction):
        view.add_item(Forget(HERE, "Delete in this server"))
    view.add_item(Forget(EVERYWHERE, "Delete everywhere"))
    text = (
        "Your questions, what was said in your conversations with me, and your votes will be deleted from my records "
        "for good; with “Delete everywhere” your own library, too. Messages in Discord stay there: delete those in "
        "Discord."
    )
    await interaction.response.send_message(text, view=view, ephemeral=True)


@app_commands.command(name="status", description="See the state of the archive, the answerer and the queue")
@everywhere
@for_people
async def show_status(interaction: Interaction) -> None:
    """Show what the archive holds and how busy the bot is."""
    guild_id = await admit(interaction, private=True)
    known = await collect_status(
        interaction.client.services, guild_id, latency=interaction.client.latency, library=get_library(interaction)
    )
    await respond(interaction, layout.format_status(known))


async def collect_status(services: Services, guild_id: int, *, latency: float, library: str = "") -> dict[str, object]:
    """Return the names and values of the status, in the order they are shown; nothing of other servers."""
    settings = services.settings
    name = await asyncio.to_thread(services.archives.get_library, guild_id, library)
    listed = await services.archives.list_articles(guild_id, Filter(), library=library)
    changed = await services.archives.get_change_time(guild_id, library=library)
    return {
        "Library": name,
        "Articles": f"{len(listed):,}",
        "Passages": f"{sum(info.passages for info in listed):,}",
        "Last change": _format_moment(changed) if changed else "none",
        "Answers by": settings.chat_model if settings.uses_chat_model else "quotes, without a language model",
        "In progress": services.queue.running,
        "Waiting": services.queue.waiting,
        "Running since": _format_moment(services.started),
        "Latency to Discord": format_latency(latency),
    }


def _format_moment(at: datetime) -> str:
    return f"{format_day(at.date())}, {at:%H:%M} UTC"


def format_latency(seconds: float) -> str:
    """Write the latency; it is not known before the first heartbeat."""
    return f"{seconds * 1000:,.0f} ms" if 0 <= seconds < 3600 else "not known yet"


@app_commands.command(name="help", description="What you can ask, where, and what is kept")
@everywhere
@for_people
async def show_help(interaction: Interaction) -> None:
    """Show what somebody can do here."""
    await acknowledge(interaction, private=True)
    known = dict(GUIDE)
    try:
        who = await identify_requester(interaction)
    except QuestionRefused as refused:
        where = refused.text
    else:
        if get_home(interaction) and who.may_write:
            known.update(EDITING)
        if who.manages:
            known.update(MANAGING)
        where = who.refused or ("You may ask in this channel." if get_home(interaction) else "You may ask here.")
    message = layout.format_guide({f"/{name}": meaning for name, meaning in known.items()})
    days = interaction.client.services.settings.discord_retention_days
    text = (
        f"{where} Every answer quotes articles of the archive; when they do not say, I say so.\n"
        f"-# Kept: your questions, their answers and votes, for {days} days. /forget deletes them sooner."
    )
    await respond(interaction, layout.Message(f"{message.content}\n{text}".strip(), message.embeds))
