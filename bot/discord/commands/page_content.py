"""Lists, passages and an article's text as pages of a message. Pure; how one looks is `layout`'s, but for the text.

What strangers wrote goes through `safe`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot.discord import escaping, layout
from bot.discord.commands.page_state import pages, parts
from bot.user_input import describe_filter
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.commands.page_state import Place
    from retrieval.domain import Article, ArticleInfo, Hit

COLOUR = 0x3B6EA8
PASSAGES, PART = 5, 1_800
"""Passages on a page; characters of an article's text on one, which may double when they are escaped."""
DEPTH = 25
"""Passages that a search shows at most, over all pages."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it is shown; `page` counts from 0 and lies within `of`."""

    message: layout.Message
    page: int
    of: int


def search(place: Place, found: Sequence[Hit]) -> Sheet:
    """Lay out a page of ranked passages."""
    of = pages(len(found), PASSAGES)
    page = _clamped(place.page, of)
    return _limited(place, layout.hits(place.text, found[page * PASSAGES : (page + 1) * PASSAGES]), page, of)


def articles(place: Place, listed: Sequence[ArticleInfo]) -> Sheet:
    """Lay out a page of articles."""
    of = layout.pages(listed)
    page = _clamped(place.page, of)
    return _limited(place, layout.articles(listed, page + 1), page, of)


def article(place: Place, shown: Article, info: ArticleInfo | None) -> Sheet:
    """Lay out a part of an article's text, with what is known of the article below the first."""
    texts = parts(shown.text, PART)
    of = len(texts)
    page = _clamped(place.page, of)
    embed = discord.Embed(
        colour=COLOUR,
        title=escaping.line(shown.title or shown.id, 250),
        url=escaping.address(shown.url) or None,
        description=escaping.block(texts[page], 4_000) or "…",
    )
    known = {
        "Author": escaping.line(shown.author, 200),
        "Published": format_day(shown.published),
        "Passages": f"{info.passages:,}" if info else "",
        "Length": f"{len(shown.text):,} characters",
    }
    for name, value in known.items():
        if value and page == 0:
            embed.add_field(name=name, value=value)
    return Sheet(layout.Message("", (embed,)), page, of)


def name(info: ArticleInfo) -> str:
    """Return what an article is called in a choice, where Discord formats nothing: title, author, day."""
    said = (
        escaping.label(info.title or info.id, 60),
        escaping.label(info.author, 20),
        info.published.isoformat() if info.published else "",
    )
    return " · ".join(part for part in said if part) or "…"


def _clamped(page: int, of: int) -> int:
    """Return a page that there is: what was listed may have become less since the buttons were made."""
    return max(0, min(page, of - 1))


def _limited(place: Place, message: layout.Message, page: int, of: int) -> Sheet:
    """Say above a list what it was limited to."""
    if limits := escaping.line(describe_filter(place.where), 200):
        message = replace(message, content=f"-# only articles {limits}\n{message.content}".strip())
    return Sheet(message, page, of)
