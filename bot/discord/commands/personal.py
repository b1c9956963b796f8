"""Commands for everybody: /forget, /status and /help. They work wherever the bot is."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Self

import discord
from discord import app_commands

from bot.discord import layout
from bot.discord.access import acknowledge, admit, get_library, identify_requester, respond, tell_errors
from bot.discord.local_dates import say_day
from bot.discord.localisation import count, format_number, mark, say
from bot.discord.own_libraries import delete_own
from bot.discord.places import everywhere, for_people, get_home
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused
from retrieval.domain import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.discord.services import CommandTree, Interaction, Services

HERE, EVERYWHERE = "here", "everywhere"

GUIDE: Mapping[str, str] = {
    "ask": mark("asks the archive; so do a mention of me, a reply to an answer, and a direct message"),
    "timeline": mark("asks what happened, in order; /compare and /summary ask for these"),
    "search": mark("finds passages that are relevant to a question"),
    "articles": mark("lists the articles, newest first"),
    "article": mark("shows an article's text"),
    "alert": mark("tells you when a new article answers a question, or changes its answer; /alerts lists yours"),
    "digest": mark("shows what is new, by story"),
    "archive": mark("chooses what I answer you from outside of servers; /upload and /discard change your own library"),
    "forget": mark("deletes your questions and votes"),
    "privacy": mark("says what is kept of you, and gives it to you as a file"),
    "status": mark("shows the state of the archive and of the bot"),
}
EDITING: Mapping[str, str] = {
    "ingest": mark("adds articles, from files or a text"),
    "remove": mark("removes an article"),
    "reindex": mark("rebuilds the archive from its articles"),
    "follow": mark(
        "brings in the articles of a feed or site, and announces new ones; /feeds lists, /unfollow ends that"
    ),
}
MANAGING: Mapping[str, str] = {
    "settings": mark("says who may ask where, and how answers look"),
    "insights": mark("shows what was asked in vain, voted down, asked most and cited most"),
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
        view.add_item(Forget(HERE, say("Delete in this server")))
    view.add_item(Forget(EVERYWHERE, say("Delete everywhere")))
    text = say(
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
        say("Library"): name,
        say("Articles"): format_number(len(listed)),
        say("Passages"): format_number(sum(info.passages for info in listed)),
        say("Last change"): _format_moment(changed) if changed else say("none"),
        say("Answers by"): settings.chat_model if settings.uses_chat_model else say("quotes, without a language model"),
        say("In progress"): services.queue.running,
        say("Waiting"): services.queue.waiting,
        say("Running since"): _format_moment(services.started),
        say("Latency to Discord"): format_latency(latency),
    }


def _format_moment(at: datetime) -> str:
    return f"{say_day(at.date())}, {at:%H:%M} UTC"


def format_latency(seconds: float) -> str:
    """Write the latency; it is not known before the first heartbeat."""
    return f"{seconds * 1000:,.0f} ms" if 0 <= seconds < 3600 else say("not known yet")


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
        where = translate(refused.text)
    else:
        if get_home(interaction) and who.may_write:
            known.update(EDITING)
        if who.manages:
            known.update(MANAGING)
        where = who.refused or say(
            mark("You may ask in this channel.") if get_home(interaction) else mark("You may ask here.")
        )
    message = layout.format_guide({f"/{name}": say(meaning) for name, meaning in known.items()})
    promise = say("Every answer quotes articles of the archive; when they do not say, I say so.")
    kept = count(
        "Kept: your questions, their answers and votes, for {count} day. /forget deletes them sooner.",
        "Kept: your questions, their answers and votes, for {count} days. /forget deletes them sooner.",
        interaction.client.services.settings.discord_retention_days,
    )
    text = f"{where} {promise}\n-# {kept}"
    await respond(interaction, layout.Message(f"{message.content}\n{text}".strip(), message.embeds))
