"""Lists, passages and an article's text as pages of a message. Pure.

Lists are laid out by `layout`. What others wrote goes through `escaping`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot.discord import escaping, layout
from bot.discord.local_dates import say_day
from bot.discord.localisation import count, format_number, say
from bot.discord.worded_elsewhere import translate_limits
from bot.user_input import describe_filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.entities import Listing
    from retrieval.domain import Article, ArticleInfo, Hit

COLOUR = 0x3B6EA8
PASSAGES, PART = 5, 1_800
"""Passages on a page; characters of an article's text on one, which escaping may double."""
DEPTH = 25
"""Passages that a search shows at most, over all pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is shown; `number` counts from 0 and lies within `of`."""

    message: layout.Message
    number: int
    of: int


def lay_out_search(listing: Listing, number: int, hits: Sequence[Hit]) -> Page:
    """Lay out a page of ranked passages; the last page where there are fewer, as in all of these."""
    of = layout.count_pages(len(hits), PASSAGES)
    number = min(number, of - 1)
    shown = hits[number * PASSAGES : (number + 1) * PASSAGES]
    return Page(_add_limits(listing, layout.format_hits(listing.text, shown)), number, of)


def lay_out_articles(listing: Listing, number: int, articles: Sequence[ArticleInfo]) -> Page:
    """Lay out a page of articles."""
    of = layout.count_pages(len(articles), layout.PER_PAGE)
    number = min(number, of - 1)
    return Page(_add_limits(listing, layout.format_articles(articles, number + 1)), number, of)


def lay_out_article(number: int, shown: Article, info: ArticleInfo) -> Page:
    """Lay out a part of an article's text, with what is known of the article below the first."""
    parts = split_text(shown.prose, PART)
    number = min(number, len(parts) - 1)
    embed = discord.Embed(
        colour=COLOUR,
        title=escaping.escape_line(shown.title or shown.id, 250),
        url=escaping.sanitize_url(shown.url) or None,
        description=escaping.escape_block(parts[number], 4_000) or "…",
    )
    known = {
        say("Author"): escaping.escape_line(shown.author, 200),
        say("Published"): say_day(shown.published),
        say("Passages"): format_number(info.passages),
        say("Length"): count("{count} character", "{count} characters", len(shown.text)),
    }
    for name, value in known.items():
        if value and number == 0:
            embed.add_field(name=name, value=value)
    return Page(layout.Message("", (embed,)), number, len(parts))


def split_text(text: str, longest: int) -> list[str]:
    """Cut a text into parts of at most so many characters, at the end of a paragraph, line, sentence or word.

    Nothing is lost but the white space at the cuts. A text of white space has one empty part.
    """
    text = text.strip()
    found: list[str] = []
    start = 0
    while len(text) - start > longest:
        cut = _find_cut(text, start, longest)
        found.append(text[start:cut].rstrip())
        start = cut
        while start < len(text) and text[start].isspace():
            start += 1
    rest = text[start:]
    return [*found, rest] if rest or not found else found


def _find_cut(text: str, start: int, longest: int, ends: Sequence[str] = ("\n\n", "\n", ". ", " ")) -> int:
    for end in ends:
        at = text.rfind(end, start + longest // 2, start + longest)
        if at > start:
            return at + len(end)
    return start + longest


def _add_limits(listing: Listing, message: layout.Message) -> layout.Message:
    """Describe above a list what it was limited to."""
    limits = escaping.escape_line(translate_limits(describe_filter(listing.where)), 200)
    return (
        replace(message, content=f"-# {say('only articles {limits}', limits=limits)}\n{message.content}".strip())
        if limits
        else message
    )
