"""The privacy text: what the bot keeps of people, where and how long, as it is set. Pure; shown by /privacy.

docs/privacy.md is this text for the default settings, to be published by whoever runs a bot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.localisation import count, mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.settings import Settings

UNKNOWN = mark("whoever runs this bot; the managers of the server know who that is")

_OWN_LIBRARY = mark(
    "Your own library, which nobody else sees, and which archive you have chosen: until you use `/forget`, or nothing "
    "of them for {own}. `/archive` deletes them, too."
)
_KEPT = (
    mark("**Who is responsible:** {contact}."),
    "",
    mark("**What is kept, and how long**"),
    mark(
        "What you ask and search, what was answered from which passages, with your id and those of the server"
        " and the channel: {days}. Of an answer with votes, the votes and the sources stay longer, but "
        "nothing that tells who asked or what."
    ),
    mark("Your alerts, with what is known to them: until you remove them with `/alerts` or `/forget`."),
    mark("Your votes: with the answer, until you take them back or use `/forget`."),
    mark(
        "How many questions you asked on a day: {days}. After `/forget`, today's number is held in memory "
        "until the bot is stopped or the day is over, so that it counts against a server's daily budget."
    ),
    mark(
        "Articles, feeds, and what managers choose in `/settings`: until a manager removes them; with feeds, "
        "the id of who followed them, until `/forget`. Files on their way in are deleted when they are in, "
        "and so is the id of who sent them."
    ),
    mark(
        "Questions that a manager made test questions of: their words, without who asked, until a manager deletes them."
    ),
    _OWN_LIBRARY,
    mark("A server's data when the bot has left it: {left}, then everything is deleted, articles included."),
    mark("The log of what happened and failed, by ids, {log}: as long as whoever runs the bot keeps it."),
    "",
    mark(
        "**Where:** on the machine that the bot runs on. Discord keeps the messages themselves by its own "
        "rules; deleting these is up to you."
    ),
    "",
    mark(
        "**Who else gets it:** {model} The managers of a server see what was asked there, how often, and how "
        "it was answered, but not by whom; what was asked privately only where several people asked it."
    ),
    "",
    mark(
        "**What you can do:** `/privacy` gives you a file with all that is kept of you. `/forget` deletes "
        "your questions, their answers, your alerts and votes at once, here or everywhere, and your id with "
        "all that stays for a server; everywhere, your own library as well."
    ),
)
_LOG_WITH, _LOG_WITHOUT = mark("with the text of questions"), mark("without the text of questions")
_QUOTES = mark("nobody. Answers are quotes of the articles, found on the machine itself.")
_CHAT_MODEL = mark("the chat model {name}, which writes the answers from your question and the passages that fit it.")


def format_privacy(settings: Settings) -> str:
    """Return the text for these settings, in Discord's Markdown; within what an embed takes."""
    values = {
        "contact": " ".join(settings.discord_contact.split())[:200] or say(UNKNOWN),
        "days": _count_days(settings.discord_retention_days),
        "own": _count_days(settings.discord_own_days),
        "left": _count_days(settings.discord_left_days),
        "log": say(_LOG_WITH if settings.discord_log_questions else _LOG_WITHOUT),
        "model": say(_CHAT_MODEL, name=settings.chat_model) if settings.uses_chat_model else say(_QUOTES),
    }
    kept = [line for line in _KEPT if line != _OWN_LIBRARY or settings.discord_own_articles]
    return "\n".join(_say_line(line, values) for line in kept)


def _say_line(line: str, values: Mapping[str, str]) -> str:
    """Say a line, below a heading as an item of a list."""
    said = say(line, **values) if line else ""
    return said if not line or line.startswith("**") else f"- {said}"


def _count_days(days: int) -> str:
    return count("{count} day", "{count} days", days)
