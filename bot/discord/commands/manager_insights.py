"""/insights, for managers: what was asked in vain, voted down, asked most and cited most; golden questions, exports.

Which questions are the same is left to question_groups.py, the files to insight_files.py.
"""

from __future__ import annotations

import asyncio
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

import discord
from discord import app_commands

from bot.discord import audit, escaping
from bot.discord.access import admit_manager, respond, tell_errors
from bot.discord.delivery import send
from bot.discord.insight_files import make_golden, write_csv, write_golden
from bot.discord.insights import collect_insights
from bot.discord.layout import Message
from bot.discord.layout.insight_message import format_insights, format_question
from bot.discord.localisation import count, mark, say
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    from bot.discord.insights import Insights, QuestionGroup
    from bot.discord.services import CommandTree, Interaction, Services

CHOICES = 25
"""Questions that the menu offers."""
GONE = mark("That question is no longer kept, or was asked privately: choose another.")
KEPT = mark("It is a golden question now. The export below holds all of them.")
KEPT_BEFORE = mark("It was a golden question already.")
WANTED = mark(
    "The archive does not answer this yet: {question}\nDo you know an article about it? Managers, and roles that they "
    "chose, can add it with `/ingest`."
)
ASKED_FOR = mark("I have asked for an article here.")
CANT_ASK = mark("I may not write in this channel: use `/insights` where I may, to ask for an article there.")


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its menu and buttons to the client."""
    tree.add_command(show_insights)
    tree.client.add_dynamic_items(QuestionMenu, InsightButton)


@app_commands.command(name="insights", description="What was asked in vain, voted down, asked most and cited most")
@app_commands.describe(days="Of how many days")
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def show_insights(interaction: Interaction, days: Literal[7, 30] = 7) -> None:
    """Show what the server's questions tell."""
    guild_id = await admit_manager(interaction)
    await _show(interaction, guild_id, days)


class QuestionMenu(
    discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.compile(r"c:insight:pick:(?P<days>\d{1,3})")
):
    """A menu of the questions that are listed."""

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, __: re.Match[str], /) -> Self:
        """Take the menu that was used."""
        return cls(item)

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Show the question, with what can be done with it."""
        guild_id = await admit_manager(interaction, turning=True)
        days, key = int(self.custom_id.rpartition(":")[2]), int(self.item.values[0])
        group = await _find_group(interaction.client.services, guild_id, key, days)
        view = discord.ui.View(timeout=None)
        for action, label in (
            ("golden", say("Make it a golden question")),
            ("request", say("Ask for an article")),
        ):
            view.add_item(InsightButton(f"c:insight:{action}:{group.newest.key}:{days}", label))
        view.add_item(InsightButton(f"c:insight:back:0:{days}", say("Back")))
        message = format_question(group)
        await interaction.edit_original_response(content=None, embeds=message.embeds, view=view)


class InsightButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(r"c:insight:(?P<action>golden|request|back|csv|yaml|drop):(?P<key>\d{1,18}):(?P<days>\d{1,3})"),
):
    """A button below insights or one of their questions."""

    def __init__(self, custom_id: str, label: str = "") -> None:
        style = discord.ButtonStyle.danger if ":drop:" in custom_id else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label or "…", style=style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, match: re.Match[str], /) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match.string, getattr(item, "label", "") or "")

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Do what it says."""
        match = self.template.fullmatch(self.custom_id)
        assert match
        action, key, days = match["action"], int(match["key"]), int(match["days"])
        if action == "back":
            guild_id = await admit_manager(interaction, turning=True)
            await _show(interaction, guild_id, days)
        elif action == "golden":
            await _make_golden(interaction, key, days)
        elif action == "request":
            await _ask_for_article(interaction, key, days)
        elif action == "drop":
            await _delete_golden(interaction)
        else:
            await _export(interaction, action, days)


async def _show(interaction: Interaction, guild_id: int, days: int) -> None:
    found = await _collect(interaction.client.services, guild_id, days)
    await respond(interaction, format_insights(found, days), _build_menus(found, days))


def _build_menus(found: Insights, days: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    listed = {group.newest.key: group for group in (*found.in_vain, *found.voted_down, *found.asked_most)}
    options = [
        discord.SelectOption(label=escaping.format_label(group.newest.text, 100) or "…", value=str(key))
        for key, group in list(listed.items())[:CHOICES]
    ]
    if options:
        placeholder = say("Make a golden question of one, or ask for an article")
        select = discord.ui.Select[Any](custom_id=f"c:insight:pick:{days}", placeholder=placeholder, options=options)
        view.add_item(QuestionMenu(select))
    view.add_item(InsightButton(f"c:insight:csv:0:{days}", say("All questions as CSV")))
    view.add_item(InsightButton(f"c:insight:yaml:0:{days}", say("Golden questions as YAML")))
    return view


async def _collect(services: Services, guild_id: int, days: int) -> Insights:
    since = datetime.now(UTC) - timedelta(days=days)

    def work() -> Insights:
        return collect_insights(services.insights.list_answered(guild_id, since), services.archives.encode_question)

    return await asyncio.to_thread(work)


async def _find_group(services: Services, guild_id: int, key: int, days: int) -> QuestionGroup:
    """Return the question that an answer belongs to; raise QuestionRefused where it may not be shown any more."""
    found = await _collect(services, guild_id, days)
    group = next((each for each in found.groups if each.newest.key == key), None)
    if group is None:
        raise QuestionRefused(GONE)
    return group


async def _make_golden(interaction: Interaction, key: int, days: int) -> None:
    guild_id = await admit_manager(interaction)
    services = interaction.client.services
    group = await _find_group(services, guild_id, key, days)
    new = await asyncio.to_thread(services.insights.keep_golden, guild_id, make_golden(group.newest))
    view = discord.ui.View(timeout=None)
    view.add_item(InsightButton(f"c:insight:yaml:0:{days}", say("Golden questions as YAML")))
    await respond(interaction, Message(say(KEPT if new else KEPT_BEFORE)), view)
    if new:
        change = say("made a golden question of {question}", question=audit.quote(group.newest.text))
        await audit.log_change(interaction.client, guild_id, interaction.user.id, change)


async def _ask_for_article(interaction: Interaction, key: int, days: int) -> None:
    guild_id = await admit_manager(interaction)
    group = await _find_group(interaction.client.services, guild_id, key, days)
    channel = interaction.channel
    may = interaction.app_permissions
    threaded = isinstance(channel, discord.Thread)
    writes = may.view_channel and (may.send_messages_in_threads if threaded else may.send_messages)
    if not writes or not isinstance(channel, discord.abc.Messageable):
        raise QuestionRefused(CANT_ASK)
    await send(channel, Message(say(WANTED, question=audit.quote(group.newest.text, 1_000))))
    await respond(interaction, Message(say(ASKED_FOR)))
    change = say("asked for an article about {question}", question=audit.quote(group.newest.text))
    await audit.log_change(interaction.client, guild_id, interaction.user.id, change)


async def _export(interaction: Interaction, kind: str, days: int) -> None:
    guild_id = await admit_manager(interaction)
    services = interaction.client.services
    if kind == "csv":
        found = await _collect(services, guild_id, days)
        content, name, said = await asyncio.to_thread(write_csv, found), f"questions-{days}-days.csv", len(found.groups)
    else:
        golden = await asyncio.to_thread(services.insights.list_golden, guild_id)
        content, name, said = write_golden(golden), "discord.golden.yaml", len(golden)
    view = discord.ui.View(timeout=None)
    if kind == "yaml" and said:
        view.add_item(InsightButton(f"c:insight:drop:0:{days}", say("Delete all golden questions")))
    file = discord.File(io.BytesIO(content), name)
    await interaction.edit_original_response(
        content=count("{count} question.", "{count} questions.", said), attachments=[file], view=view
    )


async def _delete_golden(interaction: Interaction) -> None:
    guild_id = await admit_manager(interaction)
    deleted = await asyncio.to_thread(interaction.client.services.insights.delete_golden, guild_id)
    said = count("{count} golden question deleted.", "{count} golden questions deleted.", deleted)
    await respond(interaction, Message(said))
    if deleted:
        change = count("deleted {count} golden question", "deleted {count} golden questions", deleted)
        await audit.log_change(interaction.client, guild_id, interaction.user.id, change)
