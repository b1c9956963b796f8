"""Lists and reports: passages found, articles, what an ingest did, how things stand, what can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import safe
from bot.discord.layout.bounds import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord.values import GuildSettings
    from retrieval.domain import Article, ArticleInfo, Hit, IngestReport

PER_PAGE = 10
"""Articles on one page of a list."""


def hits(question: str, found: Sequence[Hit]) -> Message:
    """Lay out ranked passages: rank, where each stands, its beginning."""
    return Message("", (discord.Embed(title="Passages", description=safe.line(question, 100)),))


def pages(listed: Sequence[ArticleInfo]) -> int:
    """Return how many pages a list has; an empty one has one."""
    return max(-(-len(listed) // PER_PAGE), 1)


def articles(listed: Sequence[ArticleInfo], page: int = 1) -> Message:
    """Lay out one page of what a library holds, counted from 1; a page that there is not becomes the nearest."""
    return Message("", (discord.Embed(title="Articles", description=f"page {page} of {pages(listed)}"),))


def article(shown: Article) -> Message:
    """Lay out one article: what is known of it, and how it begins."""
    return Message("", (discord.Embed(title=safe.label(shown.title, 100)),))


def status(facts: Mapping[str, object]) -> Message:
    """Lay out how things stand: names and values, in their order."""
    return Message("", (discord.Embed(title="Status"),))


def guide(commands: Mapping[str, str], *, name: str = "Clippings") -> Message:
    """Lay out what one can do: each command ("/ask", or its mention) with what it does."""
    return Message("", (discord.Embed(title=safe.label(name, 100)),))


def settings(chosen: GuildSettings, *, library: str = "") -> Message:
    """Lay out what the managers of a server have chosen; `library` names the one that answers where none was chosen."""
    return Message("", (discord.Embed(title="Settings"),))


def report(done: IngestReport) -> Message:
    """Lay out what an ingest did, and what did not go in with its reason."""
    return Message("", (discord.Embed(title="Report"),))
