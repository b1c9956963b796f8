"""Short messages: progress, the position in the queue, limits, errors."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bot.discord import escaping
from bot.discord.localisation import count, format_number, say
from bot.discord.worded_elsewhere import translate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LONGEST = 600
_COMMAND = re.compile(r"(?<!\\)\\`([A-Za-z0-9/ .-]{1,60})\\`")


def format_reply(text: str) -> str:
    """Return a short text, such as small talk or one of our own errors, escaped for Discord."""
    return escaping.escape_block(text, LONGEST) or "…"


def format_error(text: str, reference: str = "") -> str:
    """Say what went wrong, with the reference that the log has too."""
    # Messages of ours name commands in backticks: those alone, around mere words, are code again.
    shown = _COMMAND.sub(r"`\1`", format_reply(text))
    return f"{shown}\n-# {say('Reference:')} {escaping.escape_line(reference, 60)}" if reference else shown


def format_wait(seconds: float, now: datetime, *, why: str = "") -> str:
    """Say when to try again, as a time that Discord counts down to."""
    when = f"<t:{math.ceil(now.timestamp() + max(seconds, 0))}:R>"
    return say("{why} Try again {when}.", why=why or say("That is faster than I can answer."), when=when)


def format_position(number: int) -> str:
    """Say how many questions come first; 0 means that it is this one's turn."""
    if number <= 0:
        return f"-# {say('searching the articles')}"
    shown = count(
        "{count} question before yours: the answer comes here",
        "{count} questions before yours: the answer comes here",
        number,
    )
    return f"-# {shown}"


def format_progress(stage: str, done: int, total: int | None = None, *, began: int = 0) -> str:
    """Say how far an ingest is: stage, a bar where the end is known, numbers; since when, where `began` is a time."""
    name = escaping.escape_line(translate(stage), 60)
    # Discord counts on by itself, also while one large file is read.
    since = f"\n-# {say('began {when}', when=f'<t:{began}:R>')}" if began else ""
    if not total:
        return (f"{name} … {done:,}" if done else f"{name} …") + since
    share = min(max(done / total, 0), 1)
    filled = round(share * 20)
    counted = say("{done} of {total}", done=format_number(done), total=format_number(total))
    return f"{name} {'▰' * filled}{'▱' * (20 - filled)} {counted}{since}"


def join_words(words: Sequence[str], conjunction: str) -> str:
    """Join words as a sentence lists them: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def format_removed(number: int) -> str:
    """Say what a removal did."""
    return count("{count} article removed.", "{count} articles removed.", number)


def format_forgotten(questions: int) -> str:
    """Say what was deleted."""
    if not questions:
        return say("There was nothing of yours to forget.")
    return count(
        "Forgotten: {count} question, with the answers and votes.",
        "Forgotten: {count} questions, with the answers and votes.",
        questions,
    )


def format_gone(*, passage: bool = False) -> str:
    """Say that a button's record no longer exists."""
    if passage:
        return say("I no longer have this passage: ask again to get buttons that work.")
    return say("I no longer have this answer: ask again to get buttons that work.")
