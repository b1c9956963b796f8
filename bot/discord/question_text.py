"""What people type on Discord -> the words that are looked up: names for mentions, no emoji, nothing that nobody sees.

Who is named by which id is left to message_parsing.py. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.text.passages import split_prose
from retrieval.text.sanitizing import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_QUESTION = 1_000
"""Characters of a question, told while somebody types one: longer texts make no search better."""

UNKNOWN_PERSON, UNKNOWN_ROLE, UNKNOWN_CHANNEL = "someone", "some role", "some channel"

_CUSTOM_EMOJI = re.compile(r"<a?:\w+:\d+>|<sound:\d+:\d+>")
_TIME = re.compile(r"<t:(-?\d+)(?::\w)?>")
_PERSON, _ROLE, _CHANNEL = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"<#(\d+)>")
_COMMAND, _GUIDE = re.compile(r"</([^:<>]+):\d+>"), re.compile(r"<id:(\w+)>")
_ASKING = re.compile(r"[?？؟;⁇⁈‽]+[\"'”’»)\]*_~]*\s*\Z")
"""Ends of interrogative sentences; the Greek question mark among them."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a text stand for."""

    people: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


def clean_text(text: str, names: Names) -> str:
    """Return a text's lines with names in place of ids and days in place of timestamps, without custom emoji."""
    said = _CUSTOM_EMOJI.sub(" ", text)
    said = _PERSON.sub(lambda found: names.people.get(int(found[1]), UNKNOWN_PERSON), said)
    said = _ROLE.sub(lambda found: names.roles.get(int(found[1]), UNKNOWN_ROLE), said)
    said = _CHANNEL.sub(lambda found: _name_channel(names.channels.get(int(found[1]))), said)
    said = _TIME.sub(lambda found: _format_day(int(found[1])), said)
    said = _GUIDE.sub(r"\1", _COMMAND.sub(r"/\1", said))
    lines = (join_lines(line) for line in strip_invisible(said).splitlines())
    return "\n".join(line for line in lines if line)


def join_lines(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def asks_something(text: str) -> bool:
    """Tell whether there is anything to look up in a text: a letter or a figure, not signs alone."""
    return any(character.isalnum() for character in strip_invisible(text))


def take_question(text: str) -> str:
    """Return on one line what a long text asks: its interrogative sentences as far as they fit, or its beginning.

    A text that is no longer than a question may be is returned as a whole.
    """
    whole = join_lines(text)
    if len(whole) <= LONGEST_QUESTION:
        return whole
    sentences = [line[start:end] for line in text.splitlines() for start, end in split_prose(line)]
    asking = _pack(sentence for sentence in sentences if _ASKING.search(sentence))
    return asking or whole[:LONGEST_QUESTION].rpartition(" ")[0] or whole[:LONGEST_QUESTION]


def _pack(sentences: Iterable[str]) -> str:
    """Join those of the sentences that fit into a question."""
    taken = ""
    for sentence in sentences:
        if len(longer := f"{taken} {sentence}".strip()) <= LONGEST_QUESTION:
            taken = longer
    return taken


def _name_channel(name: str | None) -> str:
    return f"#{name}" if name else UNKNOWN_CHANNEL


def _format_day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""
