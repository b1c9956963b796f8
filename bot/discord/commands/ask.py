"""Commands that ask: /ask, and "Ask the archive about this" in the menu of a message."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord import history, message_parsing, question_handling
from bot.discord.delivery import InteractionTarget
from bot.discord.entities import IncomingQuestion
from bot.discord.localisation import mark, say
from bot.discord.places import everywhere, for_people, get_home, is_elsewhere, is_seen_by_one
from bot.discord.question_text import LONGEST_QUESTION, asks_something, take_question
from bot.user_input import build_filter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.discord.entities import Front
    from bot.discord.services import CommandTree, Interaction

MENU = "Ask the archive about this"
SINCE = 'Only articles from this day on: 2023-06-27, "June 2023", "last month"'
UNTIL = "Only articles up to this day"
PRIVATE = "Whether only you see the answer"
SEEN_BY_ONE = mark("Here I show others only what comes from the library that everybody may ask, if you have chosen it.")
NO_TEXT = mark("That message has no text that I could look up.")


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree."""
    tree.add_command(ask)
    tree.add_command(everywhere(for_people(app_commands.ContextMenu(name=MENU, callback=ask_about))))


@app_commands.command()
@app_commands.describe(
    question="What would you like to know?",
    since=SINCE,
    until=UNTIL,
    as_of="Read the archive as it was on this day; undated articles are left out",
    author="Only articles by this author; part of a name will do",
    private=PRIVATE,
)
@everywhere
@for_people
async def ask(  # noqa: PLR0917 - Discord names its options by the parameters
    interaction: Interaction,
    question: app_commands.Range[str, 1, LONGEST_QUESTION],
    since: str = "",
    until: str = "",
    author: str = "",
    as_of: str = "",
    private: bool | None = None,
) -> None:
    """Ask the archive; the answer names its sources."""
    limits = {"since": since, "until": until, "author": author, "as_of": as_of}
    text = message_parsing.extract_typed(interaction, question)
    await ask_archive(interaction, text, "slash", limits=limits, private=private)


async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Ask what a message asks; of a long one, the questions in it."""
    text = take_question(message_parsing.extract_lines(message, interaction.client.user))
    if not asks_something(text):
        await InteractionTarget(interaction).fail(say(NO_TEXT))
        return
    await ask_archive(interaction, text, "menu")


async def ask_archive(
    interaction: Interaction,
    text: str,
    front: Front,
    *,
    limits: Mapping[str, str] | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question of a command or a menu; `private` None means: as the server's managers have chosen.

    In a place that the bot is not in, the asker alone sees the answer: see places.py.
    """
    services, home = interaction.client.services, get_home(interaction)
    elsewhere, alone = is_elsewhere(interaction), is_seen_by_one(interaction, private)
    channel_id = interaction.channel_id or 0
    question = IncomingQuestion(
        text=text,
        front=front,
        guild_id=home,
        channel_id=channel_id,
        person_id=interaction.user.id,
        # In direct messages nobody else reads, and the conversation goes on.
        private=alone,
        role_ids=message_parsing.get_role_ids(interaction.user) if home else (),
        elsewhere=elsewhere,
    )
    today, order = datetime.now(UTC).date(), services.settings.date_order
    continues = not elsewhere and (not home or isinstance(interaction.channel, discord.Thread))
    await question_handling.handle_question(
        services,
        question,
        InteractionTarget(interaction, private=alone),
        recall=partial(history.recall_channel, services.records, home, channel_id) if continues else None,
        # The parser of dates in other languages takes a second to load.
        read_limits=partial(build_filter, limits, today, order) if limits else None,
        notice=SEEN_BY_ONE if elsewhere and alone and private is False else "",
    )
