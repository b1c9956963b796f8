"""Answers with their sources, and the passages that their quotes stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import safe
from bot.discord.layout.bounds import ALL_EMBEDS, CONTENT, FOOTER, Message
from bot.discord.layout.cutting import packed, units
from retrieval.dates import day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Answer, ArticleInfo, Citation, Passage

COLOUR = 0x3B82C4
REFUSED = 0x80848E
SHORTEST, USUAL = 400, 1_800
"""Characters of an answer's text in one message: what a setting can't go below, and what is usual."""

TITLE_SHOWN = 120
NAME_SHOWN = 60
QUOTE_SHOWN = 220
SOURCES_SHOWN = 2_400
"""Units of sources below one message: more of them make a wall of text, and go on in a further message."""
PASSAGE_SHOWN, NEIGHBOUR_SHOWN = 2_400, 600

CHECKING = "-# a draft, being checked against the articles"


def answer(value: Answer, *, length: int = USUAL) -> list[Message]:
    """Lay out an answer: its text in messages of at most `length` units, its sources under the last of them."""
    limit = min(max(length, SHORTEST), CONTENT)
    contents = packed(_said(value, limit), limit) or ["…"]
    embeds = _nearest(value) if value.refused else _sources(value)
    messages = [Message(content) for content in contents[:-1]]
    messages.append(Message(contents[-1], tuple(embeds[:1])))
    return [*messages, *(Message("", (embed,)) for embed in embeds[1:])]


def draft(text: str) -> str:
    """Return the content of a message that shows an unchecked text as it grows: its end, where it is long."""
    shown = packed(units(text, CONTENT - 100, markers=True), CONTENT - 100)
    return f"{shown[-1]}\n{CHECKING}" if shown else CHECKING


def passage(citation: Citation, passages: Sequence[Passage]) -> Message:
    """Lay out passages of the cited article in their order: the quote in bold where it stands, neighbours as quotes.

    Without passages, the bare quote is shown: the article has changed since the answer.
    """
    embed = discord.Embed(colour=COLOUR, description=_heading([citation]))
    return Message("", (embed,))


def _said(value: Answer, limit: int) -> Iterator[str]:
    """Yield what is said, safe, in parts that are never cut: how it came about in small print around the text."""
    if value.standalone:
        yield f"-# Understood as: {safe.line(value.standalone, 300)}\n"
    if value.notice:
        yield f"-# {safe.line(value.notice, 300)}\n"
    yield from units(value.text, limit, markers=True, code=bool(value.model))
    if value.left_out:
        yield f"\n-# {_left_out(value.left_out)}"


def _left_out(reasons: Sequence[str]) -> str:
    why = safe.line(", ".join(dict.fromkeys(reasons)), 300)
    if len(reasons) == 1:
        return f"1 claim of the model did not stand and was left out ({why})."
    return f"{len(reasons):,} claims of the model did not stand and were left out ({why})."


def _sources(value: Answer) -> list[discord.Embed]:
    return []


def _nearest(value: Answer) -> list[discord.Embed]:
    return []


def _heading(citations: Sequence[Citation]) -> str:
    return ""
