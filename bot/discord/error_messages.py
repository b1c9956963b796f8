"""What an error means to people on Discord; what they can do nothing about is logged under the reference they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord import layout, logs
from bot.discord.localisation import mark, say
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import ClosingError
from retrieval.errors import ArticleMissing, InputError, LibraryLocked, LibraryMismatch, LibraryMissing, ModelError

if TYPE_CHECKING:
    from bot.discord.entities import IncomingQuestion

STOPPING = mark("I am about to restart and take no more questions: ask again in a minute.")
OUT_OF_ORDER = mark(
    "Something went wrong while I looked for the answer. Whoever runs this bot can find it under the reference."
)
NOTHING_READ = mark("There is nothing in the archive yet: somebody with permission can add articles with /ingest.")
OUTDATED = mark("This archive was built for other settings of the bot: `/reindex` rebuilds it.")
REBUILDING = mark("The archive is being rebuilt: ask again in a minute.")
NO_MODEL = mark(
    "The model that I read the archive with does not work. Whoever runs this bot can find out more under the reference."
)


def explain_error(error: Exception, question: IncomingQuestion | None = None, *, log_text: bool = False) -> str:
    """Return what to say of an error; `log_text` says whether the log may hold the question's text."""
    if isinstance(error, ClosingError):
        return say(STOPPING)
    if isinstance(error, InputError):
        return layout.format_error(_to_sentence(translate(str(error))))
    if isinstance(error, LibraryMissing):
        return say(NOTHING_READ)
    if isinstance(error, LibraryLocked):
        return say(REBUILDING)
    if isinstance(error, LibraryMismatch):
        return layout.format_error(say(OUTDATED))
    if isinstance(error, ArticleMissing):
        # The rest of the message is a step on the command line.
        what = _to_sentence(translate(str(error).partition(": `clippings")[0]))
        return layout.format_error(f"{what} {say('`/articles` lists them.')}")
    hidden = question.text if question is not None and not log_text else ""
    where = {"guild_id": question.guild_id, "front": question.front} if question is not None else {}
    reference = logs.log_error("failed", error, hide=hidden, **where)
    return layout.format_error(say(NO_MODEL if isinstance(error, ModelError) else OUT_OF_ORDER), reference)


def _to_sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
