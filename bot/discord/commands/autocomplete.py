"""Articles that are suggested while somebody types a title, and the one that was chosen in the end."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord import escaping, logs
from bot.discord.access import identify_requester
from bot.discord.localisation import mark
from bot.front_end_errors import QuestionRefused
from retrieval.domain import Filter
from retrieval.errors import ArticleMissing, ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.services import Interaction
    from retrieval.domain import ArticleInfo

MOST = 25
LONGEST = 100
"""Characters of a choice's name and of its value."""
SEVERAL = mark("{number} articles have that title: choose a suggestion while you type.")
SEVERAL_OR_MORE = mark("{number} or more articles have that title: choose a suggestion while you type.")
SECONDS = 2.0
"""Discord waits three seconds for choices."""


async def suggest_articles(
    interaction: Interaction, typed: str, *, writes: bool = False
) -> list[app_commands.Choice[str]]:
    """Return the articles whose titles contain what was typed; none for those who may not look, or when it takes long.

    With `writes`, they are for those who may change the archive.
    """
    archives = interaction.client.services.archives
    try:
        async with asyncio.timeout(SECONDS):
            who = await identify_requester(interaction)
            if (writes and not who.may_write) or (not writes and who.refused):
                return []
            listed = await archives.list_articles(who.guild_id, Filter(), library=who.library)
            found = await asyncio.to_thread(find_matching, listed, typed)
    except (ClippingsError, QuestionRefused, TimeoutError) as error:
        logs.log_warning("no titles were offered", error=type(error).__name__, guild_id=interaction.guild_id)
        return []
    return [app_commands.Choice(name=name_article(info), value=shorten_id(info.id)) for info in found]


def find_matching(listed: Sequence[ArticleInfo], typed: str) -> list[ArticleInfo]:
    """Return up to 25 articles with all the words that were typed in title, author, date or id; best first.

    Titles that begin with what was typed come first, then those that contain it; otherwise the order stays.
    """
    wanted = " ".join(typed.casefold().split())
    words = wanted.split()

    def rank(info: ArticleInfo) -> int | None:
        title = " ".join(info.title.casefold().split())
        if title.startswith(wanted):
            return 0
        if wanted in title:
            return 1
        text = f"{title} {info.author.casefold()} {info.published or ''} {info.id.casefold()}"
        return 2 if all(word in text for word in words) else None

    ranks = ((found, number) for number, info in enumerate(listed) if (found := rank(info)) is not None)
    return [listed[number] for _, number in heapq.nsmallest(MOST, ranks)]


def choose_article(listed: Sequence[ArticleInfo], given: str) -> ArticleInfo:
    """Return the article that was chosen, or whose title or id was typed; raise ClippingsError unless it is one."""
    if named := [info for info in listed if given in {shorten_id(info.id), info.id}]:
        return named[0]
    wanted = " ".join(given.casefold().split())
    exact = [info for info in listed if " ".join(info.title.casefold().split()) == wanted]
    found = exact or find_matching(listed, given)
    if not found:
        raise ArticleMissing(mark("No article has that title: choose a suggestion while you type."))
    if len(found) > 1:
        several = SEVERAL_OR_MORE if len(found) == MOST else SEVERAL
        raise InputError(several.format(number=len(found)))
    return found[0]


def shorten_id(article_id: str) -> str:
    """Return a name of an article for buttons and choices, which take at most 100 characters; ids may be longer."""
    return hashlib.sha256(article_id.encode("utf-8", "replace")).hexdigest()[:20]


def find_article(listed: Sequence[ArticleInfo], short_id: str) -> ArticleInfo:
    """Return the article with a short id. Hashes every id: to be called in a thread."""
    for info in listed:
        if shorten_id(info.id) == short_id:
            return info
    raise ArticleMissing(mark("This article is no longer in the archive: /articles lists those that are."))


def name_article(info: ArticleInfo) -> str:
    """Return what an article is called in a choice, where Discord formats nothing: title, author, day."""
    known = (
        escaping.isolate(escaping.format_label(info.title or info.id, 60)),
        escaping.isolate(escaping.format_label(info.author, 20)),
        info.published.isoformat() if info.published else "",
    )
    return " · ".join(part for part in known if part) or "…"
