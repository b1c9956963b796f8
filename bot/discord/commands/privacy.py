"""/privacy, for everybody: what is kept of whom and how long, and a file with one's own data, for oneself alone."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.discord.access import acknowledge, respond, tell_errors
from bot.discord.commands.personal import EVERYWHERE, HERE, Forget
from bot.discord.layout import Message
from bot.discord.layout.answer_message import COLOUR
from bot.discord.localisation import mark, say
from bot.discord.own_libraries import collect_articles
from bot.discord.personal_data import write_personal_data
from bot.discord.places import everywhere, for_people, get_home
from bot.discord.privacy_text import format_privacy
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction

NAME = "my-data"
ZIPPED_FROM = 1_000_000
"""Bytes from which the file is packed."""
TOO_LARGE = mark("There is more kept of you than fits into a message: ask whoever runs this bot for the file.")
YOURS = mark("This is all that I keep of you, in every server. Only you see this message.")


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its button to the client."""
    tree.add_command(show_privacy)
    tree.client.add_dynamic_items(OwnData)


@app_commands.command(name="privacy", description="What is kept of you, where and how long; get it as a file")
@everywhere
@for_people
async def show_privacy(interaction: Interaction) -> None:
    """Show the privacy text with buttons to get and to delete one's data."""
    await acknowledge(interaction, private=True)
    text = format_privacy(interaction.client.services.settings)
    view = discord.ui.View(timeout=None)
    view.add_item(OwnData())
    if get_home(interaction):
        view.add_item(Forget(HERE, say("Delete in this server")))
    view.add_item(Forget(EVERYWHERE, say("Delete everywhere")))
    await respond(
        interaction, Message("", (discord.Embed(title=say("Privacy"), description=text, colour=COLOUR),)), view
    )


class OwnData(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile("c:my-data")):
    """A button that gives whoever presses it their own data."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=say("Get my data"), custom_id="c:my-data"))

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, ___: re.Match[str], /) -> Self:
        """Rebuild the button that was pressed."""
        return cls()

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Collect the data, and send it as a file that nobody else sees."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        services, person_id = interaction.client.services, interaction.user.id
        articles = await collect_articles(services, person_id)
        content = await asyncio.to_thread(write_personal_data, services.records.database, person_id, articles)
        name, content = await asyncio.to_thread(_pack, content)
        if len(content) > interaction.filesize_limit:
            raise QuestionRefused(TOO_LARGE)
        await interaction.edit_original_response(
            content=say(YOURS), attachments=[discord.File(io.BytesIO(content), name)]
        )


def _pack(content: bytes) -> tuple[str, bytes]:
    """Return the name and the content of the file, packed where it is large."""
    if len(content) < ZIPPED_FROM:
        return f"{NAME}.json", content
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.json", content)
    return f"{NAME}.zip", held.getvalue()
