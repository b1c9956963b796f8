"""A conversation in the terminal. What is said lies in dialogue.py, the keys in keyboard.py; here is the loop."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.answerer import Answerer
    from bot.cli.chat.dialogue import Conversation
    from retrieval.domain import Filter
    from retrieval.index.library import Library

STOPPED = "stopped"


def talk(library: Library, answerer: Answerer, where: Filter, *, home: Path) -> int:
    """Converse until the end of the input; return an exit status: 1 when a piped line failed."""
    from bot.cli import streaming
    from bot.cli.chat.dialogue import Conversation

    conversation = Conversation(
        library,
        partial(streaming.answered, answerer),
        where,
        today=date.today,
        marks=not sys.stdout.isatty(),
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _with_a_person(conversation, library, home)
    return _through_a_pipe(conversation, sys.stdin)


def _with_a_person(conversation: Conversation, library: Library, home: Path) -> int:
    from rich.text import Text

    from bot.cli import terminal
    from bot.cli.chat.keyboard import Keyboard
    from bot.render import line

    terminal.show(conversation.greeting())
    keyboard = Keyboard(home / "chat-history")
    Thread(target=_warm, args=(library,)).start()
    while not conversation.over:
        try:
            typed = keyboard.read(conversation.limits)
        except KeyboardInterrupt:
            terminal.show(Text("/quit or Ctrl-D ends the conversation.", style="dim"))
            continue
        except EOFError:
            break
        try:
            if (view := conversation.reply(typed)) is not None:
                terminal.show(view)
        except KeyboardInterrupt:
            terminal.show(Text(STOPPED, style="yellow"))
        except (ClippingsError, OSError) as error:
            terminal.show(Text(line(str(error)), style="red"))
        terminal.show("")
    return 0


def _warm(library: Library) -> None:
    """Load what the first question needs while it is being typed, in a thread, where no Ctrl-C breaks an import off."""
    from retrieval.search.ranking import search

    with suppress(Exception):  # the first question will say what is wrong
        search(library, "anything", k=1)


def _through_a_pipe(conversation: Conversation, lines: Iterable[str]) -> int:
    from rich.text import Text

    from bot.cli import terminal
    from bot.render import line

    failed = False
    for typed in lines:
        if not typed.strip():
            continue
        terminal.show(Text(f"> {line(typed)}"))
        try:
            if (view := conversation.reply(typed)) is not None:
                terminal.show(view)
        except (ClippingsError, OSError) as error:
            print(f"clippings: {line(str(error))}", file=sys.stderr, flush=True)
            failed = True
        if conversation.over:
            break
        terminal.show("")
    return int(failed)
