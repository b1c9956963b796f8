"""Commands for standing questions: /alert keeps one, /alerts lists a person's own and removes them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from discord import app_commands

from bot import user_input
from bot.discord import escaping, layout
from bot.discord.access import admit, get_library, respond
from bot.discord.commands.autocomplete import SECONDS as SUGGEST_SECONDS
from bot.discord.localisation import get_language, mark, say
from bot.discord.news.alert_records import Alert
from bot.discord.news.announcements import explain_channel
from bot.discord.news.standing_questions import look_up
from bot.discord.places import everywhere, for_people, get_home
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused
from retrieval.errors import InputError, LibraryMissing
from retrieval.search.query import validate_question

if TYPE_CHECKING:
    from bot.discord.news.alert_records import AlertNews
    from bot.discord.services import CommandTree, Interaction
    from retrieval.index import Library

LONGEST_QUESTION = 300
SHOWN, CHOICE = 25, 100


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree."""
    tree.add_command(add_alert)
    tree.add_command(list_alerts)


@app_commands.command(name="alert", description="Be told when a new article answers a question, or changes its answer")
@app_commands.describe(
    question="What do you want to know?",
    here="Tell me in this channel, for all to see, and not in a direct message",
)
@everywhere
@for_people
async def add_alert(
    interaction: Interaction, question: app_commands.Range[str, 1, LONGEST_QUESTION], here: bool = False
) -> None:
    """Keep a standing question, and show what is known to it now."""
    guild_id = await admit(interaction, private=True, counted=True)
    services, news = interaction.client.services, interaction.client.news
    text = " ".join(validate_question(user_input.replace_surrogates(question)).split())
    channel_id = interaction.channel_id or 0 if here and get_home(interaction) else 0
    if channel_id and (problem := explain_channel(interaction.channel)):
        raise QuestionRefused(say("I can't write here: {why}.", why=translate(problem)))
    own = get_library(interaction)
    library = await asyncio.to_thread(services.archives.get_library, guild_id, own)
    asked = Alert(guild_id, channel_id, interaction.user.id, library, text, language=get_language())

    def work(opened: Library) -> tuple[dict[str, str], tuple[Alert, AlertNews | None]]:
        return opened.list_content_hashes(), look_up(opened, asked, services.settings.threshold)

    try:
        hashes, (kept, known) = await services.archives.read(guild_id, work, name=own)
    except InputError as error:
        if not isinstance(error.__cause__, LibraryMissing):
            raise
        hashes, kept, known = {}, asked, None
    await asyncio.to_thread(partial(news.alerts.add_alert, kept, most=services.settings.discord_alerts))
    await asyncio.to_thread(news.seen.begin, library, hashes)
    await respond(interaction, layout.format_alert_kept(kept, known))


@app_commands.command(name="alerts", description="List your alerts, or remove one")
@app_commands.describe(remove="The alert to remove; choose a suggestion")
@everywhere
@for_people
async def list_alerts(interaction: Interaction, remove: app_commands.Range[str, 1, CHOICE] | None = None) -> None:
    """Show a person's own alerts."""
    await admit(interaction, private=True)
    alerts = interaction.client.news.alerts
    if remove:
        known = remove.isdecimal() and len(remove) < 19
        if not (known and await asyncio.to_thread(alerts.remove_alert, int(remove), interaction.user.id)):
            raise InputError(mark("You have no such alert: choose a suggestion while you type."))
    own = await asyncio.to_thread(
        partial(alerts.list_alerts, person_id=interaction.user.id, guild_id=get_home(interaction))
    )
    await respond(interaction, layout.format_alerts(own))


@list_alerts.autocomplete("remove")
async def _suggest_alerts(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    alerts = interaction.client.news.alerts
    listing = partial(alerts.list_alerts, person_id=interaction.user.id, guild_id=get_home(interaction))
    try:
        async with asyncio.timeout(SUGGEST_SECONDS):
            own = await asyncio.to_thread(listing)
    except TimeoutError:
        return []
    found = [alert for alert in own if current.casefold() in alert.question.casefold()]
    return [
        app_commands.Choice(name=escaping.format_label(alert.question, CHOICE), value=str(alert.key))
        for alert in found[:SHOWN]
    ]
