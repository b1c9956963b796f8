"""Lists and reports: passages, articles, what an ingest did, status, settings, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR, NAME_SHOWN, format_credit
from bot.discord.layout.message_limits import TITLE, Message
from bot.discord.layout.setting_changes import format_channel_libraries
from bot.render.blocks import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.discord.entities import GuildSettings
    from retrieval.domain import ArticleInfo, Hit, IngestReport

PER_PAGE = 10
"""Articles on one page of a list."""

SHOWN = 3_800
"""Units of a list in one message; what is left out is counted."""
SNIPPET, REASON = 240, 200
MENTIONS = 15

INTRODUCTION = "I answer questions from this server's articles, in their words and with their sources."
EXAMPLE = "Ask who, what, where, when or why. Reply to one of my answers to ask a follow-up."


def format_hits(question: str, found: Sequence[Hit]) -> Message:
    """Lay out ranked passages: rank, article, best sentence."""
    title = f"Passages for: {escaping.escape_line(question, TITLE - 20)}"
    return format_list(title, [_format_hit(hit) for hit in found], none="No passage was found.")


def count_pages(count: int, size: int) -> int:
    """Return how many pages of a size hold so many things; at least 1."""
    return max(1, -(-count // size))


def format_articles(listed: Sequence[ArticleInfo], page: int = 1) -> Message:
    """Lay out one page of what a library holds, counted from 1; a page that does not exist becomes the nearest."""
    pages = count_pages(len(listed), PER_PAGE)
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    shown = [
        format_credit(info, info.id, before=f"{number}\\. ")
        for number, info in enumerate(listed[first : first + PER_PAGE], first + 1)
    ]
    message = format_list("Articles", shown, none="There are no articles.")
    if listed:
        message.embeds[0].set_footer(text=f"page {page} of {pages} · {format_count(len(listed), 'article')}")
    return message


def format_status(facts: Mapping[str, object]) -> Message:
    """Lay out the status: names and values, in their order."""
    return _format_facts("Status", {name: escaping.escape_line(str(value), REASON) for name, value in facts.items()})


def format_guide(commands: Mapping[str, str], *, name: str = "Clippings") -> Message:
    """Lay out what one can do: each command ("/ask", or its mention) with what it does. The names are not escaped."""
    lines = "\n".join(f"**{command}** {escaping.escape_line(does, REASON)}" for command, does in commands.items())
    return format_list(escaping.escape_line(name, TITLE), [INTRODUCTION, lines, EXAMPLE], none=INTRODUCTION)


def format_settings(chosen: GuildSettings, *, library: str = "", left_days: int = 0) -> Message:
    """Lay out what the managers of a server have chosen; `library` names the one that answers where none was chosen.

    `left_days` says for how long everything is kept after the bot has left.
    """
    facts = {
        "Library": escaping.escape_line(chosen.library or library, REASON) or "this server's own",
        "Libraries of channels": format_channel_libraries(chosen) or "none",
        "Answers in": _format_mentions("<#{}>", chosen.allowed_channels) or "every channel",
        "Ask channels": _format_mentions("<#{}>", chosen.ask_channels) or "none",
        "May ask": _format_mentions("<@&{}>", chosen.allowed_roles) or "everybody",
        "May add articles": _format_mentions("<@&{}>", chosen.ingest_roles) or "managers of the server",
        "Answers are": "private" if chosen.private else "visible to everyone",
        "From elsewhere": "members may ask, for themselves" if chosen.elsewhere else "nobody may ask",
        "Threads": "opened for mentions" if chosen.threads else "not opened",
        "Without an answer": "a reaction in ask channels" if chosen.reactions else "silence in ask channels",
        "“Ask a person” pings": _format_mentions("<@&{}>", chosen.helper_roles) or "nobody, and is not offered",
        "“Solved” sets": format_count(len(chosen.solved_tags), "tag")
        if chosen.solved_tags
        else "no tag, and is not offered",
        "Answers look like": "text with embeds" if chosen.embeds else "cards with a button for each source",
        "Answer length": f"{format_count(chosen.length, 'character')} a message",
        "Daily budget": f"{format_count(chosen.daily_budget, 'question')} a person"
        if chosen.daily_budget
        else "no limit",
    }
    if chosen.log_channel:
        facts["Changes are written into"] = f"<#{chosen.log_channel}>"
    if left_days:
        grace = format_count(left_days, "day")
        facts["If I leave this server"] = (
            f"its articles, settings, questions and answers are deleted after {grace}, unless I am back by then"
        )
    return _format_facts("Settings", facts)


def format_report(done: IngestReport) -> Message:
    """Lay out what an ingest did, and what did not go in with its reason."""
    counts = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    blocks = [f"{counts}\n{format_count(done.passages, 'passage')} in {done.seconds:.1f} s"]
    for title, named in (("skipped", done.skipped), ("to look at", done.doubtful)):
        if named:
            blocks.append(f"**{len(named):,} {title}**")
        # Of a source, the name is enough: its folder is on our disk.
        names = [(each.source.replace("\\", "/").rstrip("/").rpartition("/")[2], each.reason) for each in named]
        blocks += [
            f"{escaping.escape_line(name, NAME_SHOWN)}: {escaping.escape_line(reason, REASON)}"
            for name, reason in names
        ]
    if done.left_out:
        kinds = ", ".join(f"{each.count:,} {escaping.escape_line(each.kind, NAME_SHOWN)}" for each in done.left_out)
        blocks.append(f"**Left out, as they hold no articles:** {kinds}")
    return format_list("Ingest", blocks, none="")


def _format_hit(hit: Hit) -> str:
    best = max(hit.sentences, key=lambda scored: scored.score, default=None)
    text = best.sentence.text if best else hit.passage.text
    head = format_credit(hit.article, hit.article.id, before=f"{hit.rank}\\. ")
    return f"{head}\n> {escaping.escape_line(text, SNIPPET) or '…'}"


def format_list(title: str, blocks: Iterable[str], *, none: str, gap: str = "\n\n") -> Message:
    """Put blocks into one embed, as many as it holds, and count the others."""
    text, left = "", 0
    for block in blocks:
        if left or escaping.count_units(text) + escaping.count_units(block) > SHOWN:
            left += 1
            continue
        text += block + gap
    if left:
        text += f"… and {left:,} more"
    return Message("", (discord.Embed(title=title, description=text.strip() or none, colour=COLOUR),))


def _format_facts(title: str, facts: Mapping[str, str]) -> Message:
    lines = [f"**{name}:** {value}" for name, value in facts.items()]
    return format_list(title, lines, none="Nothing is known.", gap="\n")


def _format_mentions(form: str, ids: Sequence[int]) -> str:
    shown = " ".join(form.format(each) for each in ids[:MENTIONS])
    return f"{shown} and {len(ids) - MENTIONS:,} more" if len(ids) > MENTIONS else shown
