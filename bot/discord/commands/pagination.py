"""Pages that are turned by buttons, which work after a restart, and for the person who asked.

What a page shows is looked up anew each time it is turned: an archive that changed meanwhile shows what it holds now.
Others who press a button get a copy of their own that nobody else sees.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Self

import discord

from bot.discord.access import admitted, guarded, shown
from bot.discord.button_state import Notes
from bot.discord.commands import page_content
from bot.discord.commands.page_state import CODES, MOST_PAGES, Place, custom_id, fits, packed, short, unpacked
from retrieval.domain import Filter
from retrieval.errors import ArticleMissing, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.commands.page_content import Sheet
    from bot.discord.services import Interaction, Services
    from retrieval.domain import ArticleInfo

_ID = r"c:page:(?P<letter>[sla]):(?P<page>\d{1,5}):(?P<person>[0-9a-z]{1,13}):(?P<rest>.+)"


class Turn(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(_ID, re.DOTALL)):
    """A button that leads to a page."""

    def __init__(self, identity: str, *, label: str = "", disabled: bool = False) -> None:
        super().__init__(discord.ui.Button(label=label or None, custom_id=identity, disabled=disabled))

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed again."""
        return cls(match.string, label=getattr(item, "label", "") or "")

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Turn the page; for others than the asker, on a copy of theirs."""
        await guarded(interaction, self._turn(interaction))

    async def _turn(self, interaction: Interaction) -> None:
        match = self.template.fullmatch(self.custom_id)
        assert match
        own = int(match["person"], 36) == interaction.user.id
        guild_id = await admitted(interaction, private=not own, turning=own)
        if not guild_id:
            return
        where, text = unpacked(await _unfiled(interaction.client.services, guild_id, match["rest"]))
        await show(
            interaction, guild_id, Place(CODES[match["letter"]], interaction.user.id, int(match["page"]), text, where)
        )


async def show(interaction: Interaction, guild_id: int, place: Place) -> None:
    """Put a page with its buttons in place of the deferred response."""
    sheet = await looked_up(interaction.client.services, guild_id, place)
    view = await turning(interaction.client.services, guild_id, place, sheet)
    await shown(interaction, sheet.message, view)


async def looked_up(services: Services, guild_id: int, place: Place) -> Sheet:
    """Look up what a page shows; raise ClippingsError where there is nothing to look up."""
    if place.what == "search":
        return page_content.search(
            place, await services.archives.search(guild_id, place.text, page_content.DEPTH, place.where)
        )
    if place.what == "articles":
        return page_content.articles(place, await services.archives.articles(guild_id, place.where))
    listed = await services.archives.articles(guild_id, Filter())
    info = await asyncio.to_thread(named, listed, place.text)
    # A book is cut into pages in a thread of its own: a megabyte of text takes the event loop's time.
    article = await services.archives.article(guild_id, info.id)
    return await asyncio.to_thread(page_content.article, place, article, info)


async def turning(services: Services, guild_id: int, place: Place, sheet: Sheet) -> discord.ui.View | None:
    """Return the buttons under a page; None where it is the only one."""
    if sheet.of == 1:
        return None
    rest = packed(place)
    if not fits(place):
        rest = f"#{await asyncio.to_thread(notes_of(services).keep, guild_id, place.person_id, rest)}"
    view = discord.ui.View(timeout=None)
    first, last = sheet.page == 0, sheet.page == sheet.of - 1
    # What can't be pressed has an id all the same, and no two in a message may be equal. The number is such a button,
    # too: discord.py holds views that are not all dynamic in memory until it stops.
    view.add_item(Turn(custom_id(place.at(max(sheet.page - 1, 0)), rest), label="◀", disabled=first))
    number = custom_id(place.at(MOST_PAGES), rest)
    view.add_item(Turn(number, label=f"Page {sheet.page + 1} of {sheet.of}", disabled=True))
    view.add_item(Turn(custom_id(place.at(sheet.page + 1), rest), label="▶", disabled=last))
    return view


def named(listed: Sequence[ArticleInfo], name: str) -> ArticleInfo:
    """Return the article with a short name: a hash for each that there is, which is no work for the event loop."""
    for info in listed:
        if short(info.id) == name:
            return info
    raise ArticleMissing("This article is not in the archive any more: /articles lists what is.")


def notes_of(services: Services) -> Notes:
    """Return where pages are kept that a button has no room for."""
    return Notes(services.settings.home / "discord-pages.sqlite", days=services.settings.discord_retention_days)


async def _unfiled(services: Services, guild_id: int, rest: str) -> str:
    """Return what a button's last part stands for; raise InputError when it is not kept any more."""
    if not rest.startswith("#"):
        return rest
    kept = await asyncio.to_thread(notes_of(services).find, guild_id, int(rest[1:]))
    if not kept:
        raise InputError("What was asked here is not kept any more: ask again.")
    return kept
