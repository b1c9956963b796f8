"""Commands that change a person's own library: /upload and /discard, and files sent to the bot in a direct message.

The library is for that person alone: what these commands say is seen by nobody else. Choosing what is asked is left to
archive_choice.py.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.discord import escaping, layout
from bot.discord.access import acknowledge, respond, tell_errors
from bot.discord.commands import attachments, autocomplete, uploading
from bot.discord.commands.manage_library import LONGEST_NAME, LONGEST_TEXT  # noqa: TC001 - discord.py reads them
from bot.discord.error_messages import explain_error
from bot.discord.localisation import mark, say
from bot.discord.people_store import OWN
from bot.discord.places import for_people, is_elsewhere, outside_servers
from bot.discord.uploads import check_format
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused
from retrieval.domain import Filter
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.delivery import Target
    from bot.discord.services import CommandTree, Interaction, ServiceClient, Services
    from retrieval.domain import ArticleInfo

NONE_HERE = mark("Whoever runs this bot keeps no libraries of people's own.")
FROM_NOW_ON = mark("From now on I answer you from your own library outside of servers; /archive chooses another.")


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree, and their button to the client."""
    tree.add_command(upload)
    tree.add_command(discard)
    tree.client.add_dynamic_items(Discard)


def are_articles(attached: Sequence[discord.Attachment]) -> bool:
    """Tell whether any of a message's files can be read."""
    return any(not check_format(each.filename) for each in attached)


async def take_message(client: ServiceClient, message: discord.Message, target: Target) -> None:
    """Add the files of a direct message to its author's own library; whatever goes wrong is said there."""
    try:
        await target.acknowledge()
        await _take(client, target, (message.author.id, message.channel.id), message.attachments)
    except QuestionRefused as refused:
        await target.fail(translate(refused.text))
    except Exception as error:
        await target.fail(explain_error(error))


@app_commands.command(description="Add articles to your own library: files, or a text")
@attachments.describe_files
@outside_servers
@for_people
async def upload(
    interaction: Interaction,
    *,
    file: discord.Attachment | None = None,
    file2: discord.Attachment | None = None,
    file3: discord.Attachment | None = None,
    file4: discord.Attachment | None = None,
    file5: discord.Attachment | None = None,
    text: app_commands.Range[str, 1, LONGEST_TEXT] | None = None,
    title: app_commands.Range[str, 1, LONGEST_NAME] | None = None,
    author: app_commands.Range[str, 1, LONGEST_NAME] | None = None,
) -> None:
    """Add files and a text to the person's own library, and report."""
    attached = [each for each in (file, file2, file3, file4, file5) if each]
    given = attachments.take_text(text, title, author)
    if not attached and given is None:
        await interaction.response.send_modal(OwnUploadForm())
        return
    await _take_interaction(interaction, attached, given)


class OwnUploadForm(uploading.UploadForm):
    """The form that takes files for a person's own library."""

    kind = "own"

    @tell_errors
    async def on_submit(self, interaction: Any) -> None:
        """Add the files."""
        await _take_interaction(interaction, self.files.values)


async def _take_interaction(
    interaction: Interaction,
    attached: Sequence[discord.Attachment],
    text: attachments.UploadedFile | None = None,
) -> None:
    target = await acknowledge(interaction, private=is_elsewhere(interaction))
    await _take(interaction.client, target, (interaction.user.id, interaction.channel_id or 0), attached, text)


async def _take(
    client: ServiceClient,
    target: Target,
    sent: tuple[int, int],
    attached: Sequence[discord.Attachment],
    text: attachments.UploadedFile | None = None,
) -> None:
    """Add what somebody sent; `sent` are the ids of the person and of the channel."""
    services, (person_id, channel_id) = client.services, sent
    if not services.settings.discord_own_articles:
        raise QuestionRefused(NONE_HERE)
    if wait := services.limits.check(0, person_id):
        raise QuestionRefused(layout.format_wait(wait, datetime.now(UTC)))
    own = await services.archives.changes.check_place(person_id)
    place = uploading.UploadPlace(-person_id, own, channel_id, person_id)
    today = datetime.now(UTC).date()
    # Noted before anything is in, so that nothing can be left that is not deleted some day.
    await asyncio.to_thread(services.people.note_use, person_id, today)
    done = await uploading.take_files(client, target, place, attached, text)
    if done.added and not services.people.get_choice(person_id):
        await asyncio.to_thread(services.people.choose, person_id, OWN, today)
        await target.deliver([layout.format_report(done), layout.Message(say(FROM_NOW_ON))])


@app_commands.command(description="Remove an article from your own library")
@app_commands.describe(title="Part of its title; choose a suggestion")
@outside_servers
@for_people
async def discard(interaction: Interaction, title: app_commands.Range[str, 1, autocomplete.LONGEST]) -> None:
    """Show the article, and ask for confirmation."""
    await acknowledge(interaction, private=is_elsewhere(interaction))
    listed = await list_own(interaction.client.services, interaction.user.id)
    info = await asyncio.to_thread(autocomplete.choose_article, listed, title)
    view = discord.ui.View(timeout=None)
    view.add_item(Discard(autocomplete.shorten_id(info.id)))
    title = escaping.escape_line(info.title or info.id, 200)
    asked = say("Remove **{title}** from your library? This can't be undone.", title=title)
    await respond(interaction, layout.Message(asked), view)


@discard.autocomplete("title")
async def _suggest_own_titles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    try:
        async with asyncio.timeout(autocomplete.SECONDS):
            listed = await list_own(interaction.client.services, interaction.user.id)
            found = await asyncio.to_thread(autocomplete.find_matching, listed, current)
    except (ClippingsError, TimeoutError):
        return []
    return [
        app_commands.Choice(name=autocomplete.name_article(info), value=autocomplete.shorten_id(info.id))
        for info in found
    ]


class Discard(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"c:discard:(?P<name>[0-9a-f]{20})")):
    """A button that removes an article from the library of whoever presses it."""

    def __init__(self, name: str) -> None:
        style = discord.ButtonStyle.danger
        super().__init__(discord.ui.Button(label=say("Remove"), style=style, custom_id=f"c:discard:{name}"))
        self.name = name

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: re.Match[str], /) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match["name"])

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Remove the article."""
        await interaction.response.defer()
        services, person_id = interaction.client.services, interaction.user.id
        listed = await list_own(services, person_id)
        info = await asyncio.to_thread(autocomplete.find_article, listed, self.name)
        await services.archives.changes.remove(-person_id, [info.id])
        await interaction.edit_original_response(content=layout.format_removed(1), view=None)


async def list_own(services: Services, person_id: int) -> list[ArticleInfo]:
    """Return the articles of a person's own library, newest first."""
    owner = -person_id
    return await services.archives.list_articles(owner, Filter(), library=services.archives.name_own(owner))
