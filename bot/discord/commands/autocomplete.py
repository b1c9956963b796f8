"""Articles offered while somebody types a title, and which one is meant by what was typed in the end."""

from __future__ import annotations

import asyncio
import heapq
from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord import logs
from bot.discord.access import visitor
from bot.discord.commands.page_content import name
from bot.discord.commands.page_state import short
from bot.errors import QuestionRefused
from retrieval.domain import Filter
from retrieval.errors import ArticleMissing, ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.services import Interaction
    from retrieval.domain import ArticleInfo

MOST = 25
LONGEST = 100
"""Characters of a choice's name and of its value."""
SECONDS = 2.0
"""Discord waits three seconds for choices."""


async def offered(interaction: Interaction, typed: str, *, writes: bool = False) -> list[app_commands.Choice[str]]:
    """Return the articles whose titles hold what was typed; nothing for those who may not look, or when it takes long.

    With `writes`, they are for those who may change the archive.
    """
    archives = interaction.client.services.archives
    try:
        async with asyncio.timeout(SECONDS):
            who = await visitor(interaction)
            if (writes and not who.may_write) or (not writes and who.refused):
                return []
            listed = await archives.articles(who.guild_id, Filter())
            found = await asyncio.to_thread(matching, listed, typed)
    except (ClippingsError, QuestionRefused, TimeoutError) as error:
        logs.trouble("no titles were offered", error=type(error).__name__, guild_id=interaction.guild_id)
        return []
    return [app_commands.Choice(name=name(info), value=short(info.id)) for info in found]


def matching(listed: Sequence[ArticleInfo], typed: str) -> list[ArticleInfo]:
    """Return up to 25 articles with all the words that were typed in title, author, date or id; best first.

    Titles that begin so come first, then those that hold it as it stands; otherwise the order stays.
    """
    wanted = " ".join(typed.casefold().split())
    words = wanted.split()

    def ranked(info: ArticleInfo) -> int | None:
        title = " ".join(info.title.casefold().split())
        if title.startswith(wanted):
            return 0
        if wanted in title:
            return 1
        text = f"{title} {info.author.casefold()} {info.published or ''} {info.id.casefold()}"
        return 2 if all(word in text for word in words) else None

    ranks = ((rank, number) for number, info in enumerate(listed) if (rank := ranked(info)) is not None)
    return [listed[number] for _, number in heapq.nsmallest(MOST, ranks)]


def chosen(listed: Sequence[ArticleInfo], given: str) -> ArticleInfo:
    """Return the article that was chosen, or or whose title or id was typed; raise ClippingsError unless it is one."""
    if named := [info for info in listed if given in {short(info.id), info.id}]:
        return named[0]
    wanted = " ".join(given.casefold().split())
    exact = [info for info in listed if " ".join(info.title.casefold().split()) == wanted]
    found = exact or matching(listed, given)
    if not found:
        raise ArticleMissing("No article has such a title: choose one of those that are offered while you type.")
    if len(found) > 1:
        several = f"{MOST} or more" if len(found) == MOST else str(len(found))
        raise InputError(f"{several} articles are called so: choose one of those that are offered while you type.")
    return found[0]
