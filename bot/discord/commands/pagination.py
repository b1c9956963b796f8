"""Pages with buttons to turn them, which go on working after a restart.

Each page is looked up again, so that it shows the archive as it is now. Anybody but the person who asked gets a
private copy.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import discord

from bot.discord.access import admit, respond, tell_errors
from bot.discord.commands import page_content
from bot.discord.commands.autocomplete import find_article
from bot.discord.localisation import mark, say
from retrieval.errors import InputError

if TYPE_CHECKING:
    from bot.discord.commands.page_content import Page
    from bot.discord.entities import Listing
    from bot.discord.services import Interaction, Services

NO_PAGE = 99_999
"""The page in the id of the middle button, which can't be pressed: no two ids in a message may be equal."""


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    # Whose list it is tells how to acknowledge, before anything is looked up. The last form is version 0.1's, whose
    # buttons hold the list's state themselves; they get a polite refusal.
    template=re.compile(
        r"c:list:(?P<key>\d{1,18}):(?P<page>\d{1,5})(?::(?P<person>\d{1,20}))?|c:page:[sla]:.+", re.DOTALL
    ),
):
    """A button that leads to a page."""

    def __init__(self, custom_id: str, *, label: str = "", disabled: bool = False) -> None:
        super().__init__(discord.ui.Button(label=label or None, custom_id=custom_id, disabled=disabled))

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match.string, label=getattr(item, "label", "") or "")

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Turn the page; for others than the asker, on a copy of theirs."""
        match = self.template.fullmatch(self.custom_id)
        assert match
        services, person_id = interaction.client.services, interaction.user.id
        own = match["person"] == str(person_id)
        guild_id = await admit(interaction, private=not own, turning=own)
        listing = await asyncio.to_thread(services.records.find_listing, int(match["key"] or 0))
        if listing is None or listing.guild_id != guild_id:
            raise InputError(mark("What was asked here is no longer kept: ask again."))
        await show_page(interaction, replace(listing, person_id=person_id), int(match["page"]))


async def show_page(interaction: Interaction, listing: Listing, number: int = 0) -> None:
    """Replace the deferred response with a page and its buttons; pages count from 0."""
    services = interaction.client.services
    page = await _load_page(services, listing, number)
    view = None
    if page.of > 1:
        key = await asyncio.to_thread(services.records.keep_listing, listing)
        view = build_page_buttons(key, page, person_id=listing.person_id)
    await respond(interaction, page.message, view)


async def _load_page(services: Services, listing: Listing, number: int) -> Page:
    """Look up what a page shows; raise ClippingsError where there is nothing to look up."""
    archives, guild_id = services.archives, listing.guild_id
    if listing.kind == "search":
        hits = await archives.search(guild_id, listing.text, page_content.DEPTH, listing.where, library=listing.library)
        return page_content.lay_out_search(listing, number, hits)
    articles = await archives.list_articles(guild_id, listing.where, library=listing.library)
    if listing.kind == "articles":
        return page_content.lay_out_articles(listing, number, articles)
    info = await asyncio.to_thread(find_article, articles, listing.text)
    article = await archives.get_article(guild_id, info.id, library=listing.library)
    # A book is cut into pages in a thread of its own: a megabyte of text takes the event loop's time.
    return await asyncio.to_thread(page_content.lay_out_article, number, article, info)


def build_page_buttons(key: int, page: Page, *, person_id: int) -> discord.ui.View:
    """Return the buttons under a page of somebody's list.

    The number is a dynamic button, too: discord.py keeps views with other items in memory until it stops.
    """
    view = discord.ui.View(timeout=None)
    for number, label, disabled in (
        (max(page.number - 1, 0), "◀", page.number == 0),
        (NO_PAGE, say("Page {page} of {pages}", page=page.number + 1, pages=page.of), True),
        (page.number + 1, "▶", page.number == page.of - 1),
    ):
        view.add_item(PageButton(f"c:list:{key}:{number}:{person_id}", label=label, disabled=disabled))
    return view
