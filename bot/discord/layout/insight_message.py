"""What a server's questions tell, as a message: four lists, and one question with what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR
from bot.discord.layout.message_limits import Message
from bot.render.blocks import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord.insights import Insights, QuestionGroup

LISTED = 5
"""Questions or articles in one list."""
QUESTION, TITLE = 160, 120
FIELD = 1_000


def format_insights(found: Insights, days: int) -> Message:
    """Lay out what was asked in vain, voted down, asked most and cited most in so many days."""
    counted = f"{format_count(found.questions, 'question')} of {_count_people(found.people)}"
    about = f"{counted}, {found.refused:,} of them not answered."
    if found.hidden:
        about += (
            f"\n-# {format_count(found.hidden, 'question')} asked privately by one person alone: counted, not shown."
        )
    embed = discord.Embed(title=f"What was asked in {days} days", description=about, colour=COLOUR)
    lists = {
        "Asked in vain": (_format_question(each, f"{each.refused:,} ×") for each in found.in_vain[:LISTED]),
        "Voted down": (_format_question(each, f"👎 {each.down:,}") for each in found.voted_down[:LISTED]),
        "Asked most": (_format_question(each, f"{each.count:,} ×") for each in found.asked_most[:LISTED]),
        "Cited most": (
            f"**{count:,} ×** {escaping.escape_line(title or article_id, TITLE)}"
            for article_id, title, count in found.cited[:LISTED]
        ),
    }
    for name, lines in lists.items():
        embed.add_field(name=name, value=_join(lines) or "nothing", inline=False)
    return Message("", (embed,))


def format_question(group: QuestionGroup) -> Message:
    """Lay out one question: how often it was asked, in which words, and what was answered last."""
    newest = group.newest
    last = int(group.last.timestamp())
    lines = [
        f"Asked {group.count:,} × by {_count_people(group.people)}, last on <t:{last}:D>.",
        f"Not answered {group.refused:,} ×, 👍 {group.up:,}, 👎 {group.down:,}.",
    ]
    if group.others:
        others = "\n".join(f"- {escaping.escape_line(each, QUESTION)}" for each in group.others[:LISTED])
        lines.append(f"In other words:\n{others}")
    lines.append(f"Answered last:\n> {escaping.escape_line(newest.text_answered, 600) or '…'}")
    title = escaping.escape_line(newest.text, 250)
    return Message("", (discord.Embed(title=title, description="\n".join(lines), colour=COLOUR),))


def _format_question(group: QuestionGroup, count: str) -> str:
    more = f" (and {format_count(len(group.others), 'wording')})" if group.others else ""
    return f"**{count}** {escaping.escape_line(group.newest.text, QUESTION)}{more}"


def _count_people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _join(lines: Iterable[str]) -> str:
    """Join lines as far as a field holds them."""
    text = ""
    for line in lines:
        if escaping.count_units(text) + escaping.count_units(line) > FIELD:
            break
        text += f"{line}\n"
    return text.strip()
