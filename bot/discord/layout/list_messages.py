"""Lists and reports: passages, articles, what an ingest did, status, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR, NAME_SHOWN, format_credit
from bot.discord.layout.message_limits import TITLE, Message
from bot.discord.localisation import count, format_number, mark, say
from bot.discord.worded_elsewhere import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.domain import ArticleInfo, Hit, IngestReport

PER_PAGE = 10
"""Articles on one page of a list."""

SHOWN = 3_800
"""Units of a list in one message; what is left out is counted."""
SNIPPET, REASON = 240, 200

INTRODUCTION = mark("I answer questions from this server's articles, in their words and with their sources.")
EXAMPLE = mark("Ask who, what, where, when or why. Reply to one of my answers to ask a follow-up.")


def format_hits(question: str, found: Sequence[Hit]) -> Message:
    """Lay out ranked passages: rank, article, best sentence."""
    title = say("Passages for: {question}", question=escaping.escape_line(question, TITLE - 30))
    return format_list(title, [_format_hit(hit) for hit in found], none=say("No passage was found."))


def count_pages(number: int, size: int) -> int:
    """Return how many pages of a size hold so many things; at least 1."""
    return max(1, -(-number // size))


def format_articles(listed: Sequence[ArticleInfo], page: int = 1) -> Message:
    """Lay out one page of what a library holds, counted from 1; a page that does not exist becomes the nearest."""
    pages = count_pages(len(listed), PER_PAGE)
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    shown = [
        format_credit(info, info.id, before=f"{number}\\. ")
        for number, info in enumerate(listed[first : first + PER_PAGE], first + 1)
    ]
    message = format_list(say("Articles"), shown, none=say("There are no articles."))
    if listed:
        message.embeds[0].set_footer(
            text=f"{say('page {page} of {pages}', page=page, pages=pages)} · {count_articles(len(listed))}"
        )
    return message


def format_status(facts: Mapping[str, object]) -> Message:
    """Lay out the status: names and values, in their order."""
    return format_facts(
        say("Status"), {name: escaping.escape_line(str(value), REASON) for name, value in facts.items()}
    )


def format_guide(commands: Mapping[str, str], *, name: str = "Clippings") -> Message:
    """Lay out what one can do: each command ("/ask", or its mention) with what it does. The names are not escaped."""
    lines = "\n".join(f"**{command}** {escaping.escape_line(does, REASON)}" for command, does in commands.items())
    return format_list(escaping.escape_line(name, TITLE), [say(INTRODUCTION), lines, say(EXAMPLE)], none="…")


COUNTED = {
    "added": mark("{number} added"),
    "updated": mark("{number} updated"),
    "unchanged": mark("{number} unchanged"),
    "removed": mark("{number} removed"),
    "skipped": mark("{number} skipped"),
}
"""What an ingest counts."""


def format_counts(counts: Mapping[str, int]) -> str:
    """Say how many articles were added, updated and so on."""
    return ", ".join(
        say(COUNTED[name], number=format_number(number)) if name in COUNTED else f"{number:,} {name}"
        for name, number in counts.items()
    )


def count_articles(number: int) -> str:
    """Return "1 article", "1,250 articles"."""
    return count("{count} article", "{count} articles", number)


def format_report(done: IngestReport) -> Message:
    """Lay out what an ingest did, and what did not go in with its reason."""
    passages = count("{count} passage", "{count} passages", done.passages)
    took = say("{passages} in {seconds} s", passages=passages, seconds=f"{done.seconds:.1f}")
    blocks = [f"{format_counts(done.counts)}\n{took}"]
    titles = (mark("{number} skipped"), done.skipped), (mark("{number} to look at"), done.doubtful)
    for title, named in titles:
        if named:
            blocks.append(f"**{say(title, number=format_number(len(named)))}**")
        # Of a source, the name is enough: its folder is on our disk.
        names = [(each.source.replace("\\", "/").rstrip("/").rpartition("/")[2], each.reason) for each in named]
        blocks += [
            f"{escaping.escape_line(name, NAME_SHOWN)}: {escaping.escape_line(translate(reason), REASON)}"
            for name, reason in names
        ]
    if done.left_out:
        kinds = ", ".join(f"{each.count:,} {escaping.escape_line(each.kind, NAME_SHOWN)}" for each in done.left_out)
        blocks.append(f"**{say('Left out, as they hold no articles:')}** {kinds}")
    return format_list(say("Ingest"), blocks, none="")


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
        text += f"… {say('and {number} more', number=format_number(left))}"
    return Message("", (discord.Embed(title=title, description=text.strip() or none, colour=COLOUR),))


def format_facts(title: str, facts: Mapping[str, str]) -> Message:
    """Put names and values into one embed, a line each."""
    lines = [f"**{name}:** {value}" for name, value in facts.items()]
    return format_list(title, lines, none=say("Nothing is known."), gap="\n")
