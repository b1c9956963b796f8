"""Lists and reports: passages found, articles, what an ingest did, how things stand, what can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR, NAME_SHOWN, credit
from bot.discord.layout.message_limits import TITLE, Message
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.discord.entities import GuildSettings
    from retrieval.domain import Article, ArticleInfo, Hit, IngestReport

PER_PAGE = 10
"""Articles on one page of a list."""

SHOWN = 3_800
"""Units of a list in one message; what is left out is counted."""
SNIPPET, BEGINNING, REASON = 240, 1_200, 200
MENTIONS = 15

INTRODUCTION = "I answer questions from this server's articles, in their words and with their sources."
EXAMPLE = "Ask who, what, where, when or why. Reply to one of my answers to ask a follow-up."


def hits(question: str, found: Sequence[Hit]) -> Message:
    """Lay out ranked passages: rank, where each stands, its best sentence."""
    title = f"Passages for: {escaping.line(question, TITLE - 20)}"
    return _listed(title, [_hit(hit) for hit in found], none="No passage was found.")


def count_pages(count: int, size: int) -> int:
    """Return how many pages of a size hold so many things; at least 1."""
    return max(1, -(-count // size))


def articles(listed: Sequence[ArticleInfo], page: int = 1) -> Message:
    """Lay out one page of what a library holds, counted from 1; a page that there is not becomes the nearest."""
    pages = count_pages(len(listed), PER_PAGE)
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    shown = [
        credit(info, info.id, before=f"{number}\\. ")
        for number, info in enumerate(listed[first : first + PER_PAGE], first + 1)
    ]
    message = _listed("Articles", shown, none="There are no articles.")
    if listed:
        message.embeds[0].set_footer(text=f"page {page} of {pages} · {_counted(len(listed), 'article')}")
    return message


def article(shown: Article) -> Message:
    """Lay out one article: title, beginning, author, date and length."""
    text = escaping.block(shown.text[: 2 * BEGINNING], BEGINNING) or "…"
    if len(shown.text) > 2 * BEGINNING and not text.endswith("…"):
        text += " …"
    title = escaping.line(shown.title or shown.id, TITLE) or "untitled"
    embed = discord.Embed(title=title, url=escaping.address(shown.url) or None, description=text, colour=COLOUR)
    known = [
        escaping.label(shown.author, NAME_SHOWN),
        format_day(shown.published),
        _counted(len(shown.text), "character"),
    ]
    embed.set_footer(text=" · ".join(part for part in known if part))
    return Message("", (embed,))


def status(facts: Mapping[str, object]) -> Message:
    """Lay out how things stand: names and values, in their order."""
    return _facts("Status", {name: escaping.line(str(value), REASON) for name, value in facts.items()})


def guide(commands: Mapping[str, str], *, name: str = "Clippings") -> Message:
    """Lay out what one can do: each command ("/ask", or its mention) with what it does. The names are taken as ours."""
    lines = "\n".join(f"**{command}** {escaping.line(does, REASON)}" for command, does in commands.items())
    return _listed(escaping.line(name, TITLE), [INTRODUCTION, lines, EXAMPLE], none=INTRODUCTION)


def settings(chosen: GuildSettings, *, library: str = "") -> Message:
    """Lay out what the managers of a server have chosen; `library` names the one that answers where none was chosen."""
    facts = {
        "Library": escaping.line(chosen.library or library, REASON) or "this server's own",
        "Answers in": _mentions("<#{}>", chosen.allowed_channels) or "every channel",
        "Ask channels": _mentions("<#{}>", chosen.ask_channels) or "none",
        "May ask": _mentions("<@&{}>", chosen.allowed_roles) or "everybody",
        "May add articles": _mentions("<@&{}>", chosen.ingest_roles) or "managers of the server",
        "Answers are": "private" if chosen.private else "visible to everyone",
        "Threads": "opened for mentions" if chosen.threads else "not opened",
        "Answer length": f"{_counted(chosen.length, 'character')} a message",
        "Daily budget": f"{_counted(chosen.daily_budget, 'question')} a person" if chosen.daily_budget else "no limit",
    }
    return _facts("Settings", facts)


def report(done: IngestReport) -> Message:
    """Lay out what an ingest did, and what did not go in with its reason."""
    counts = ", ".join(f"{getattr(done, name):,} {name}" for name in ("added", "updated", "unchanged", "removed"))
    blocks = [f"{counts}\n{_counted(done.passages, 'passage')} in {done.seconds:.1f} s"]
    if done.skipped:
        blocks.append(f"**{len(done.skipped):,} skipped**")
    # Of a source, the name is enough: its folder is on our disk.
    names = [(each.source.replace("\\", "/").rstrip("/").rpartition("/")[2], each.reason) for each in done.skipped]
    blocks += [f"{escaping.line(name, NAME_SHOWN)}: {escaping.line(reason, REASON)}" for name, reason in names]
    return _listed("Ingest", blocks, none="")


def _hit(hit: Hit) -> str:
    best = max(hit.sentences, key=lambda scored: scored.score, default=None)
    text = best.sentence.text if best else hit.passage.text
    head = credit(hit.article, hit.article.id, before=f"{hit.rank}\\. ")
    return f"{head}\n> {escaping.line(text, SNIPPET) or '…'}"


def _listed(title: str, blocks: Iterable[str], *, none: str, gap: str = "\n\n") -> Message:
    """Put blocks into one embed, as many as it holds, and count the others."""
    text, left = "", 0
    for block in blocks:
        if left or escaping.size(text) + escaping.size(block) > SHOWN:
            left += 1
            continue
        text += block + gap
    if left:
        text += f"… and {left:,} more"
    return Message("", (discord.Embed(title=title, description=text.strip() or none, colour=COLOUR),))


def _facts(title: str, facts: Mapping[str, str]) -> Message:
    lines = [f"**{name}:** {value}" for name, value in facts.items()]
    return _listed(title, lines, none="Nothing is known.", gap="\n")


def _mentions(form: str, ids: Sequence[int]) -> str:
    shown = " ".join(form.format(each) for each in ids[:MENTIONS])
    return f"{shown} and {len(ids) - MENTIONS:,} more" if len(ids) > MENTIONS else shown


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
