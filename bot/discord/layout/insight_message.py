"""What a server's questions tell, as a message: four lists, and one question with what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR
from bot.discord.layout.message_limits import Message
from bot.discord.localisation import count, format_number, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord.insights import Insights, QuestionGroup

LISTED = 5
"""Questions or articles in one list."""
QUESTION, TITLE = 160, 120
FIELD = 1_000


def format_insights(found: Insights, days: int) -> Message:
    """Lay out what was asked in vain, voted down, asked most and cited most in so many days."""
    about = say(
        "{questions} of {people}, {number} of them not answered.",
        questions=count("{count} question", "{count} questions", found.questions),
        people=_count_people(found.people),
        number=format_number(found.refused),
    )
    if found.hidden:
        hidden = count(
            "{count} question asked privately by one person alone: counted, not shown.",
            "{count} questions asked privately by one person alone: counted, not shown.",
            found.hidden,
        )
        about += f"\n-# {hidden}"
    title = say("What was asked in {days} days", days=days)
    embed = discord.Embed(title=title, description=about, colour=COLOUR)
    lists = {
        say("Asked in vain"): (_format_question(each, f"{each.refused:,} ×") for each in found.in_vain[:LISTED]),
        say("Voted down"): (_format_question(each, f"👎 {each.down:,}") for each in found.voted_down[:LISTED]),
        say("Asked most"): (_format_question(each, f"{each.count:,} ×") for each in found.asked_most[:LISTED]),
        say("Cited most"): (
            f"**{times:,} ×** {escaping.escape_line(title or article_id, TITLE)}"
            for article_id, title, times in found.cited[:LISTED]
        ),
    }
    for name, lines in lists.items():
        embed.add_field(name=name, value=_join(lines) or say("nothing"), inline=False)
    return Message("", (embed,))


def format_question(group: QuestionGroup) -> Message:
    """Lay out one question: how often it was asked, in which words, and what was answered last."""
    newest = group.newest
    last = int(group.last.timestamp())
    lines = [
        say(
            "Asked {number} × by {people}, last on {moment}.",
            number=group.count,
            people=_count_people(group.people),
            moment=f"<t:{last}:D>",
        ),
        say("Not answered {number} ×, 👍 {up}, 👎 {down}.", number=group.refused, up=group.up, down=group.down),
    ]
    if group.others:
        others = "\n".join(f"- {escaping.escape_line(each, QUESTION)}" for each in group.others[:LISTED])
        lines.append(f"{say('In other words:')}\n{others}")
    lines.append(f"{say('Answered last:')}\n> {escaping.escape_line(newest.text_answered, 600) or '…'}")
    title = escaping.escape_line(newest.text, 250)
    return Message("", (discord.Embed(title=title, description="\n".join(lines), colour=COLOUR),))


def _format_question(group: QuestionGroup, how_often: str) -> str:
    wordings = count("and {count} wording", "and {count} wordings", len(group.others))
    more = f" ({wordings})" if group.others else ""
    return f"**{how_often}** {escaping.escape_line(group.newest.text, QUESTION)}{more}"


def _count_people(number: int) -> str:
    return count("{count} person", "{count} people", number)


def _join(lines: Iterable[str]) -> str:
    """Join lines as far as a field holds them."""
    text = ""
    for line in lines:
        if escaping.count_units(text) + escaping.count_units(line) > FIELD:
            break
        text += f"{line}\n"
    return text.strip()
