"""Answers with their sources, and the passages that their quotes stand in."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.message_limits import CONTENT, DESCRIPTION, TITLE, Message
from bot.discord.layout.splitting import packed, units
from bot.render import verification_notice
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.discord.lookups import Surroundings
    from retrieval.domain import Answer, ArticleInfo, Citation

_ADDRESS = re.compile(r" at https?://\S+")
"""Where the operator's chat model is asked, in a notice: nothing that a server's people are told."""

COLOUR = 0x3B82C4
REFUSED = 0x80848E
SHORTEST, USUAL = 400, 1_800
"""Units of an answer's text in one message: what a setting can't go below, and what is usual."""

TITLE_SHOWN, NAME_SHOWN = 120, 60
QUOTE_SHOWN = 220
QUOTED_SOURCES = 5
"""Sources that are shown with their quotes: of more, the titles are enough to scroll past on a phone."""

WHOLE_QUOTE, AROUND_QUOTE, NEIGHBOUR = 1_600, 500, 400
"""Units shown of a quote, of its passage on either side, and of the passages before and after."""
LINES_OF_QUOTE = 12

_BROKEN = re.compile(r"(?<=[\w,;’'-])[^\S\n]*\n[^\S\n]*(?=[^\W\d_A-Z])")

CHECKING = "-# a draft, being checked against the articles"
CHANGED = "The article has changed since this answer. At the time it said:"


def answer(value: Answer, *, length: int = USUAL, asked: bool = False) -> list[Message]:
    """Lay out an answer: its text in messages of at most `length` units, its sources under the last of them.

    `asked` puts the question above, for where Discord does not show it to the others: commands, menus, forms.
    """
    limit = min(max(length, SHORTEST), CONTENT)
    contents = packed(_said(value, limit, asked=asked), limit) or ["…"]
    embeds = _nearest(value.nearest) if value.refused else _sources(value)
    messages = [Message(content) for content in contents[:-1]]
    messages.append(Message(contents[-1], tuple(embeds[:1])))
    return [*messages, *(Message("", (embed,)) for embed in embeds[1:])]


def draft(text: str) -> str:
    """Return the content of a message that shows an unchecked text as it grows: its end, where it is long."""
    shown = packed(units(text, CONTENT - 100, markers=True), CONTENT - 100)
    return f"{shown[-1]}\n{CHECKING}" if shown else CHECKING


def passage(citation: Citation, around: Surroundings | None) -> Message:
    """Lay out the passage that a quote stands in: the quote in bold, the passages before and after as quotes.

    Without surroundings, the bare quote is shown: the article has changed since the answer.
    """
    title = f"[{citation.number}] {escaping.line(citation.title or citation.article_id, TITLE - 10)}"
    embed = discord.Embed(colour=COLOUR, title=title, url=escaping.address(citation.url) or None)
    quote = _bold(_unwrapped(citation.quote), WHOLE_QUOTE)
    if around:
        before, after, previous, following = map(
            _unwrapped, (around.before, around.after, around.previous, around.following)
        )
        standing = (
            _ending(before, AROUND_QUOTE) + _gap(before[-1:]),
            quote,
            _gap(after[:1]) + escaping.block(after, AROUND_QUOTE),
        )
        paragraphs = [
            _quoted(_ending(previous, NEIGHBOUR)),
            "".join(standing).strip(),
            _quoted(escaping.block(following, NEIGHBOUR)),
        ]
    else:
        paragraphs = [CHANGED, quote]
    embed.description = "\n\n".join(filter(None, paragraphs))
    if known := _known(citation):
        embed.set_footer(text=" · ".join(escaping.label(part, NAME_SHOWN) for part in known))
    return Message("", (embed,))


def credit(origin: Citation | ArticleInfo, article_id: str, *, before: str = "") -> str:
    """Name an article on two lines: its title as a link, then author and date."""
    title = escaping.link(origin.title or article_id, origin.url, TITLE_SHOWN) or "untitled"
    known = " · ".join(escaping.line(part, NAME_SHOWN) for part in _known(origin))
    return f"{before}**{title}**\n{known}".rstrip()


def embeds_of(
    title: str, blocks: Iterable[str], *, colour: int = COLOUR, limit: int = DESCRIPTION
) -> list[discord.Embed]:
    """Put blocks of text, each with a blank line after it, into as many embeds as they need."""
    found = packed((f"{block}\n\n" for block in blocks), limit)
    return [
        discord.Embed(title=title if not number else f"{title}, continued", description=text, colour=colour)
        for number, text in enumerate(found)
    ]


def _said(value: Answer, limit: int, *, asked: bool) -> Iterator[str]:
    """Yield what is said, safe, in parts that are never cut: how it came about in small print around the text."""
    if asked and (question := escaping.line(value.question, 300)):
        yield f"> {question}\n"
    if understood := escaping.line(value.standalone, 300):
        yield f"-# Understood as: {understood}\n"
    if notice := escaping.line(_ADDRESS.sub("", value.notice), 300):
        yield f"-# {notice}\n"
    yield from units(value.text, limit, markers=True, code=bool(value.model))
    if value.left_out:
        yield f"\n-# {escaping.line(verification_notice.describe_left_out(value), 320)}"
    if value.refused and not value.nearest:
        yield "\n-# No article lies within the given dates and author."


def _sources(value: Answer) -> list[discord.Embed]:
    articles: dict[str, list[Citation]] = {}
    for citation in value.citations:
        articles.setdefault(citation.article_id, []).append(citation)
    said = _letters(value.text) if len(articles) <= QUOTED_SOURCES else None
    return embeds_of("Sources", chain.from_iterable(_source(each, said) for each in articles.values()))


def _source(citations: Sequence[Citation], said: str | None) -> Iterator[str]:
    """Yield an article with the numbers of its quotes, and those quotes that the text does not hold already."""
    numbers = " ".join(f"[{citation.number}]" for citation in citations[:QUOTED_SOURCES])
    if rest := citations[QUOTED_SOURCES:]:
        numbers += f" … [{rest[-1].number}]"
    lines = [credit(citations[0], citations[0].article_id, before=f"{numbers} ")]
    if said is not None:
        for citation in citations[:QUOTED_SOURCES]:
            if _letters(citation.quote) not in said and (quote := escaping.line(citation.quote, QUOTE_SHOWN)):
                lines.append(f"> {f'[{citation.number}] ' if len(citations) > 1 else ''}{quote}")
    yield "\n".join(lines)


def _nearest(articles: Sequence[ArticleInfo]) -> list[discord.Embed]:
    return embeds_of("The nearest articles", (credit(each, each.id) for each in articles), colour=REFUSED)


def _known(origin: Citation | ArticleInfo) -> list[str]:
    """Return author and date, as far as they are known. The source is a place on our disk and nobody's matter."""
    return [part for part in (" ".join(origin.author.split()), format_day(origin.published)) if part]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n")) if text else ""


def _unwrapped(text: str) -> str:
    """Join the lines that a sentence was broken into: on a phone they would be broken twice."""
    return _BROKEN.sub(" ", text)


def _gap(character: str) -> str:
    return "\n" if character == "\n" else " " if character.isspace() else ""


def _bold(text: str, limit: int) -> str:
    """Return a quote in bold, each of its lines by itself."""
    lines = escaping.block(text, limit).split("\n")
    if len(lines) > LINES_OF_QUOTE:
        lines = [escaping.line(text, limit)]
    return "\n".join(f"**{line.strip()}**" if line.strip() else "" for line in lines)


def _ending(text: str, limit: int) -> str:
    """Return the end of strange text, safe, with an ellipsis for what is left out before it."""
    if escaping.size(whole := escaping.block(text)) <= limit:
        return whole
    kept = text.rstrip()[-limit:]
    while kept and escaping.size(escaping.block(kept)) > limit - 2:
        kept = kept[max((escaping.size(escaping.block(kept)) - limit) // 2, 1) :]
    _, space, after = kept.partition(" ")
    return f"… {escaping.block(after if space and len(after) > limit // 2 else kept)}"


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
