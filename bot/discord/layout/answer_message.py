"""Answers with their sources, and the passages that contain their quotes."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.message_limits import CONTENT, DESCRIPTION, TITLE, Message
from bot.discord.layout.splitting import pack, split_units
from bot.discord.localisation import mark, say
from bot.discord.worded_elsewhere import say_dates_of, translate
from bot.render import verification_notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.discord.lookups import QuoteContext
    from retrieval.domain import Answer, ArticleInfo, Citation

_ADDRESS = re.compile(r" at https?://\S+")
"""The address of the operator's chat model, which must not be shown to people on a server."""

COLOUR = 0x3B82C4
REFUSED = 0x80848E
SHORTEST, USUAL = 400, 1_800
"""Units of an answer's text in one message: the least that can be set, and the default."""

TITLE_SHOWN, NAME_SHOWN = 120, 60
QUOTE_SHOWN = 220
QUOTED_SOURCES = 5
"""Sources that are shown with their quotes: of more, the titles are enough to scroll past on a phone."""

WHOLE_QUOTE, AROUND_QUOTE, NEIGHBOUR = 1_600, 500, 400
"""Units shown of a quote, of its passage on either side, and of the passages before and after."""
LINES_OF_QUOTE = 12
"""Lines kept of a quote or a neighbour: a text of more stands in one, since their marks would outgrow a message."""

_BROKEN = re.compile(r"(?<=[\w,;’'-])[^\S\n]*\n[^\S\n]*(?=[^\W\d_A-Z])")

CHECKING = mark("a draft, being checked against the articles")
GONE = mark("The article is no longer in the archive.")
CHANGED = mark("The article has changed since this answer. At the time it said:")


def format_answer(value: Answer, *, length: int = USUAL, asked: bool = False) -> list[Message]:
    """Lay out an answer: its text in messages of at most `length` units, its sources under the last of them.

    `asked` puts the question above, for where Discord does not show it to the others: commands, menus, forms.
    """
    limit = min(max(length, SHORTEST), CONTENT)
    contents = pack(_build_parts(value, limit, asked=asked), limit) or ["…"]
    embeds = _format_nearest(value.nearest) if value.refused else _format_sources(value)
    messages = [Message(content) for content in contents[:-1]]
    messages.append(Message(contents[-1], tuple(embeds[:1])))
    return [*messages, *(Message("", (embed,)) for embed in embeds[1:])]


def format_draft(text: str) -> str:
    """Return the content of a message that shows an unchecked text as it grows: its end, where it is long."""
    shown = pack(split_units(text, CONTENT - 100, markers=True), CONTENT - 100)
    checking = f"-# {say(CHECKING)}"
    return f"{shown[-1]}\n{checking}" if shown else checking


def format_passage(citation: Citation, around: QuoteContext | None) -> Message:
    """Lay out the passage that contains a quote: the quote in bold, the passages before and after as quotes.

    Without its context, the quote alone is shown: the article has changed since the answer. Of an article that is cited
    as a whole, its beginning is shown.
    """
    named = escaping.escape_line(citation.title or citation.article_id, TITLE - 12)
    title = f"[{citation.number}] {escaping.isolate(named)}"
    embed = discord.Embed(colour=COLOUR, title=title, url=escaping.sanitize_url(citation.url) or None)
    quote = _format_bold(_unwrap(citation.quote), WHOLE_QUOTE)
    if around:
        before, after, previous, following = map(
            _unwrap, (around.before, around.after, around.previous, around.following)
        )
        in_context = (
            _cut_start(before, AROUND_QUOTE) + _find_gap(before[-1:]),
            quote,
            _find_gap(after[:1]) + escaping.escape_block(after, AROUND_QUOTE),
        )
        paragraphs = [
            _quote_lines(_cut_start(previous, NEIGHBOUR)),
            "".join(in_context).strip(),
            _quote_lines(escaping.escape_block(following, NEIGHBOUR)),
        ]
    elif citation.quote:
        paragraphs = [say(CHANGED), quote]
    else:
        paragraphs = [say(GONE)]
    embed.description = "\n\n".join(filter(None, paragraphs))
    if known := list_known(citation):
        embed.set_footer(text=" · ".join(escaping.isolate(escaping.format_label(part, NAME_SHOWN)) for part in known))
    return Message("", (embed,))


def format_credit(origin: Citation | ArticleInfo, article_id: str, *, before: str = "") -> str:
    """Name an article on two lines: its title as a link, then author and date."""
    title = escaping.format_link(origin.title or article_id, origin.url, TITLE_SHOWN) or say("untitled")
    known = " · ".join(escaping.isolate(escaping.escape_line(part, NAME_SHOWN)) for part in list_known(origin))
    return f"{before}**{escaping.isolate(title)}**\n{known}".rstrip()


def build_embeds(
    title: str, blocks: Iterable[str], *, colour: int = COLOUR, limit: int = DESCRIPTION
) -> list[discord.Embed]:
    """Put blocks of text, each with a blank line after it, into as many embeds as they need."""
    found = pack((f"{block}\n\n" for block in blocks), limit)
    return [
        discord.Embed(
            title=title if not number else say("{title}, continued", title=title), description=text, colour=colour
        )
        for number, text in enumerate(found)
    ]


def format_remarks(value: Answer, *, asked: bool) -> tuple[list[str], list[str]]:
    """Return what is said before and after the text of an answer, in small print, as parts that are never cut."""
    before, after = list[str](), list[str]()
    if asked and (question := escaping.escape_line(value.question, 300)):
        before.append(f"> {question}\n")
    if understood := escaping.escape_line(value.standalone, 300):
        before.append(f"-# {say('Understood as: {question}', question=understood)}\n")
    if notice := escaping.escape_line(translate(_ADDRESS.sub("", value.notice)), 300):
        before.append(f"-# {notice}\n")
    if unsure := verification_notice.introduce_unsure(value):
        before.append(f"*{say(unsure)}*\n")
    if claims := verification_notice.describe_left_out(value):
        after.append(f"\n-# {escaping.escape_line(translate(claims), 320)}")
    if value.refused and not value.nearest:
        after.append(f"\n-# {say('No article matches the given dates and author.')}")
    return before, after


def _build_parts(value: Answer, limit: int, *, asked: bool) -> Iterator[str]:
    """Yield the safe parts of an answer, which are never cut: remarks in small print before and after the text."""
    before, after = format_remarks(value, asked=asked)
    yield from before
    yield from split_units(
        value.text if value.model else translate(value.text), limit, markers=True, code=bool(value.model)
    )
    yield from after


def _format_sources(value: Answer) -> list[discord.Embed]:
    articles: dict[str, list[Citation]] = {}
    for citation in value.citations:
        articles.setdefault(citation.article_id, []).append(citation)
    said = keep_letters(value.text) if len(articles) <= QUOTED_SOURCES else None
    return build_embeds(say("Sources"), chain.from_iterable(_format_source(each, said) for each in articles.values()))


def _format_source(citations: Sequence[Citation], said: str | None) -> Iterator[str]:
    """Yield an article with the numbers of its quotes, and those quotes that the text does not hold already."""
    numbers = " ".join(f"[{citation.number}]" for citation in citations[:QUOTED_SOURCES])
    if rest := citations[QUOTED_SOURCES:]:
        numbers += f" … [{rest[-1].number}]"
    lines = [format_credit(citations[0], citations[0].article_id, before=f"{numbers} ")]
    if said is not None:
        for citation in citations[:QUOTED_SOURCES]:
            if keep_letters(citation.quote) not in said and (
                quote := escaping.escape_line(citation.quote, QUOTE_SHOWN)
            ):
                lines.append(f"> {f'[{citation.number}] ' if len(citations) > 1 else ''}{quote}")
    yield "\n".join(lines)


def _format_nearest(articles: Sequence[ArticleInfo]) -> list[discord.Embed]:
    return build_embeds(
        say("The nearest articles"), (format_credit(each, each.id) for each in articles), colour=REFUSED
    )


def list_known(origin: Citation | ArticleInfo) -> list[str]:
    """Return author and date, as far as they are known. The source is a path on the operator's disk: it is left out."""
    return [part for part in (" ".join(origin.author.split()), say_dates_of(origin)) if part]


def _quote_lines(text: str) -> str:
    """Return escaped text as a quote of at most `LINES_OF_QUOTE` lines."""
    lines = text.split("\n")
    if len(lines) > LINES_OF_QUOTE:
        lines = [" ".join(text.split())]
    return "\n".join(f"> {line}" for line in lines) if text else ""


def _unwrap(text: str) -> str:
    """Join the lines that a sentence was broken into: on a phone they would be broken twice."""
    return _BROKEN.sub(" ", text)


def _find_gap(character: str) -> str:
    return "\n" if character == "\n" else " " if character.isspace() else ""


def _format_bold(text: str, limit: int) -> str:
    """Return a quote in bold, line by line."""
    lines = escaping.escape_block(text, limit).split("\n")
    if len(lines) > LINES_OF_QUOTE:
        lines = [escaping.escape_line(text, limit)]
    return "\n".join(f"**{line.strip()}**" if line.strip() else "" for line in lines)


def _cut_start(text: str, limit: int) -> str:
    """Return the end of untrusted text, escaped, with an ellipsis for what is left out before it."""
    if escaping.count_units(whole := escaping.escape_block(text)) <= limit:
        return whole
    kept = text.rstrip()[-limit:]
    while kept and escaping.count_units(escaping.escape_block(kept)) > limit - 2:
        kept = kept[max((escaping.count_units(escaping.escape_block(kept)) - limit) // 2, 1) :]
    _, space, after = kept.partition(" ")
    return f"… {escaping.escape_block(after if space and len(after) > limit // 2 else kept)}"


def keep_letters(text: str) -> str:
    """Return the letters and digits of a text, by which one finds another in it."""
    return "".join(character for character in text.casefold() if character.isalnum())
