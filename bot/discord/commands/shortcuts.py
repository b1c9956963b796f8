"""/timeline, /compare and /summary: each puts what is given into a question, which goes the way of all questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord import message_parsing
from bot.discord.commands.ask import PRIVATE, SINCE, UNTIL, ask_archive
from bot.discord.places import everywhere, for_people
from bot.discord.question_text import join_lines

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction

LONGEST_SUBJECT, LONGEST_SIDE, LONGEST_LIMIT = 500, 200, 60


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree."""
    tree.add_command(show_timeline)
    tree.add_command(compare)
    tree.add_command(summarise)


def phrase_timeline(about: str) -> str:
    """Return the question for what happened in order."""
    return f"Give me a timeline of {_name(about)}"


def phrase_comparison(first: str, second: str, about: str = "") -> str:
    """Return the question that holds two things against each other, in some regard where one is given."""
    regard = f" on {_name(about)}" if _name(about) else ""
    return f"Compare {_name(first)} with {_name(second)}{regard}"


def phrase_summary(about: str) -> str:
    """Return the question for the gist."""
    return f"Sum up what the articles say about {_name(about)}"


@app_commands.command(name="timeline", description="What happened, in order")
@app_commands.describe(
    about="Of what: the strike at the port",
    since=SINCE,
    until=UNTIL,
    private=PRIVATE,
)
@everywhere
@for_people
async def show_timeline(
    interaction: Interaction,
    about: app_commands.Range[str, 1, LONGEST_SUBJECT],
    since: app_commands.Range[str, 1, LONGEST_LIMIT] = "",
    until: app_commands.Range[str, 1, LONGEST_LIMIT] = "",
    private: bool | None = None,
) -> None:
    """Ask for a timeline."""
    limits = {"since": since, "until": until}
    await _ask(interaction, phrase_timeline(about), limits=limits, private=private)


@app_commands.command(description="Hold two things against each other")
@app_commands.describe(
    first="One side: the government",
    second="The other: the unions",
    about="In what regard: working hours",
    private=PRIVATE,
)
@everywhere
@for_people
async def compare(
    interaction: Interaction,
    first: app_commands.Range[str, 1, LONGEST_SIDE],
    second: app_commands.Range[str, 1, LONGEST_SIDE],
    about: app_commands.Range[str, 1, LONGEST_SIDE] = "",
    private: bool | None = None,
) -> None:
    """Ask for a comparison."""
    await _ask(interaction, phrase_comparison(first, second, about), private=private)


@app_commands.command(name="summary", description="The gist of an article or a subject")
@app_commands.describe(
    about="Of what: a title, or a subject",
    since=SINCE,
    until=UNTIL,
    private=PRIVATE,
)
@everywhere
@for_people
async def summarise(
    interaction: Interaction,
    about: app_commands.Range[str, 1, LONGEST_SUBJECT],
    since: app_commands.Range[str, 1, LONGEST_LIMIT] = "",
    until: app_commands.Range[str, 1, LONGEST_LIMIT] = "",
    private: bool | None = None,
) -> None:
    """Ask for a summary."""
    await _ask(interaction, phrase_summary(about), limits={"since": since, "until": until}, private=private)


async def _ask(
    interaction: Interaction, text: str, *, limits: dict[str, str] | None = None, private: bool | None
) -> None:
    typed = message_parsing.extract_typed(interaction, text)
    await ask_archive(interaction, typed, "slash", limits=limits, private=private)


def _name(text: str) -> str:
    """Return what was typed as a part of a sentence: on one line, without the mark that would end it."""
    return join_lines(text).rstrip(" .?!")
