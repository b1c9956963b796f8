"""What people read is translated, whichever question or command it comes from: each is used, and read.

The catalogue's translations are emptied but for their placeholders. What is left are words of articles, names and
numbers, and what nobody translates.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord import localisation, worded_elsewhere
from tests.bot.discord.message_content import get_bot, list_buttons, read_message
from tests.bot.discord.world import NONSENSE, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.discord.world import Server, World

LEFT_ALONE = re.compile(
    r"(?m)^> .*$|- “.*$|<[^>]*>|\]\([^)]*\)|`[^`]*`|https?://\S+|“[^”]*”|discord-\S+|\*\*/\w+\*\*|text-\w+\.json\w*"
)
"""Quotes, mentions, addresses, commands, names of libraries and files."""
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Clippings", "News", "general", "Discord", "ms"}
DATES = re.compile(r"\b(?:(?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)\w*\.?|de)\b")
SUBJECTS = {"China", "Ida", "Roth"}
QUESTIONS = (
    QUESTION,
    NONSENSE,
    "Which articles are there?",
    "How many articles are there?",
    "How many articles mention China?",
    "List the articles, oldest first",
    "Who are the authors?",
    "What did Ida Roth write?",
    "Which months are the articles from?",
    "What period do the articles cover?",
    "What are the main topics?",
    "How long are the articles?",
    "What is new?",
    "Sum up the visit to China",
    "Give me a timeline of the visit to China",
    "Hello!",
)
COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("help", {}),
    ("status", {}),
    ("privacy", {}),
    ("settings", {"threads": True, "daily_budget": 5}),
    ("insights", {}),
    ("feeds", {}),
    ("digest", {}),
    ("articles", {}),
    ("search", {"question": "China"}),
    ("alert", {"question": QUESTION}),
    ("alerts", {}),
    ("forget", {}),
    ("archive", {}),
    ("follow", {"address": "no address"}),
    ("remove", {"title": "nothing of that name"}),
    ("ingest", {"text": "-", "title": "-"}),
    ("reindex", {}),
)

TYPED = {word for _, options in COMMANDS for value in options.values() for word in WORD.findall(str(value))}
"""Words that are said back to whoever gave them."""


@pytest.fixture
def emptied(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world whose Portuguese has no words."""
    full = localisation.load_translations("pt")
    empty = {key: empty_text(text) for key, text in full.items()}
    for module in (localisation, worded_elsewhere):
        monkeypatch.setattr(module, "load_translations", lambda language: empty if language == "pt" else {})
    worded_elsewhere._list_forms.cache_clear()
    yield world
    worded_elsewhere._list_forms.cache_clear()


def empty_text(text: str) -> str:
    """Return the placeholders of a text after a dash, which is enough of a label for Discord."""
    return " ".join(["–", *(f"{{{name}}}" for _, name, *_ in Formatter().parse(text) if name)])


def find_words(text: str, known: set[str]) -> set[str]:
    """Return the words of what people see that come neither from articles nor from the catalogue."""
    return set(WORD.findall(DATES.sub(" ", LEFT_ALONE.sub(" ", text)))) - NAMES - SUBJECTS - known


def read(message: Any) -> str:
    """Return all that is written in a message and on its buttons, but for questions that are offered to be asked."""
    buttons = {label: button for label, button in list_buttons(message).items() if label}
    offered = [label for label, button in buttons.items() if button.get("custom_id", "").startswith("c:next")]
    text = "\n".join([read_message(message), *buttons])
    for label in offered:
        text = text.replace(label, "")
    return text


async def list_known(world: World, server: Server) -> set[str]:
    """Return the words of titles, authors and texts that nobody is to translate, but those of every article."""
    archives = get_bot(world).services.archives
    listed = await archives.list_articles(server.guild.id)
    texts = [(await archives.get_article(server.guild.id, info.id)).text for info in listed]
    titles = " ".join(f"{info.title} {info.author}" for info in listed)
    return set(WORD.findall(titles)) | {word for text in texts for word in WORD.findall(text) if word[0].isupper()}


async def test_no_word_around_answers_and_of_commands_is_left_in_english(emptied: World) -> None:
    server = emptied.server(locale="pt-BR")
    known, left = await list_known(emptied, server), dict[str, set[str]]()

    for question in QUESTIONS:
        result = await server.ann.slash(server.channel, "ask", question=question)
        shown = [message for message in (result.response, *result.followups) if message is not None]
        left[question] = set().union(*(find_words(read(each).replace(question, ""), known) for each in shown))
    for name, options in COMMANDS:
        result = await server.manager.slash(server.channel, name, **options)
        shown = [message for message in (result.response, *result.followups) if message is not None]
        left[name] = set().union(*(find_words(read(each), known | TYPED) for each in shown))

    assert {what: words for what, words in left.items() if words} == {}
