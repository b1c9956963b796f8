"""The commands of a conversation: parses a line. Carrying them out is left to dialogue.py. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from retrieval.errors import InputError


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what was typed after it."""

    name: str
    argument: str = ""


COMMANDS = {
    "help": ("", "list the commands"),
    "sources": ("", "the last answer's sources, with the words around each quote"),
    "passage": ("N", "quote N in its whole passage, with the text before and after it"),
    "since": ("DATE", "only articles from this day on; without a DATE, no limit"),
    "until": ("DATE", "only articles up to this day; without a DATE, no limit"),
    "as-of": ("DATE", "the archive as it was on this day; without a DATE, as it is now"),
    "author": ("NAME", "only articles by this author; without a NAME, no limit"),
    "clear": ("", "forget the conversation; keep the limits"),
    "save": ("FILE", "write the conversation to a new Markdown file"),
    "quit": ("", "end the conversation, as Ctrl-D does"),
}
"""Each command with the name of its argument and what it does."""

ALIASES = {"exit": "quit", "q": "quit", "bye": "quit", "h": "help", "?": "help", "source": "sources", "by": "author"}
WITHOUT_SLASH = ("quit", "exit")


def parse_command(line: str) -> Command | None:
    """Return the command on a line, None for a question; raise InputError for an unknown command."""
    line = line.strip()
    if line.lower() in WITHOUT_SLASH:
        return Command("quit")
    if not line.startswith("/"):
        return None
    typed, _, argument = line[1:].partition(" ")
    name = ALIASES.get(typed.lower(), typed.lower())
    if name not in COMMANDS:
        raise InputError(_describe_unknown(typed))
    return Command(name, argument.strip())


def _describe_unknown(typed: str) -> str:
    names = [*COMMANDS, *ALIASES]
    near = [name for name in COMMANDS if typed and name.startswith(typed.lower())]
    near = near or get_close_matches(typed.lower(), names, n=1, cutoff=0.6)
    meant = f"did you mean /{ALIASES.get(near[0], near[0])}? " if near else ""
    return f"/{typed[:40]} is not a command: {meant}/help lists them, and a question goes without the slash."
