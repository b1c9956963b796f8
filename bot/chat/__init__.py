"""A conversation in the terminal. What is said lies in conversation.py, the keys in keyboard.py; here is the loop."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.chat.conversation import Conversation
    from bot.wiring import Answerer
    from retrieval.domain import Filter
    from retrieval.library import Library

STOPPED = "stopped"


def talk(library: Library, answerer: Answerer, where: Filter, *, home: Path) -> int:
    """Converse until the end of the input; return an exit status: 1 when a piped line failed."""
    from bot import streaming
    from bot.chat.conversation import Conversation

    conversation = Conversation(
        library,
        partial(streaming.answered, answerer),
        where,
        today=date.today,
        marks=not sys.stdout.isatty(),
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _with_a_person(conversation, home)
    return _through_a_pipe(conversation, sys.stdin)


def _with_a_person(conversation: Conversation, home: Path) -> int:
    from rich.text import Text

    from bot import terminal
    from bot.chat.keyboard import Keyboard
    from bot.render import line

    terminal.show(conversation.greeting())
    keyboard = Keyboard(home / "chat-history")
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


def _through_a_pipe(conversation: Conversation, lines: Iterable[str]) -> int:
    from rich.text import Text

    from bot import terminal
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
