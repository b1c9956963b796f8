"""The loop of a conversation, on a terminal or through a pipe. Replies are left to dialogue.py, keys to keyboard.py."""

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
    from retrieval.index import Library
    from retrieval.text.dates import DayOrder

STOPPED = "stopped"


def run_chat(library: Library, answerer: Answerer, where: Filter, *, home: Path, date_order: DayOrder = "") -> int:
    """Converse until the input ends; return an exit status: 1 if a piped line failed."""
    from bot.cli import streaming
    from bot.cli.chat.dialogue import Conversation

    conversation = Conversation(
        library,
        partial(streaming.answer_showing_draft, answerer),
        where,
        today=date.today,
        date_order=date_order,
        marks=not sys.stdout.isatty(),
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _chat_on_terminal(conversation, library, home)
    return _chat_through_pipe(conversation, sys.stdin)


def _chat_on_terminal(conversation: Conversation, library: Library, home: Path) -> int:
    from rich.text import Text

    from bot.cli.chat.background_search import BackgroundSearch
    from bot.cli.chat.keyboard import Keyboard
    from bot.render import clean_line, terminal

    terminal.print_view(conversation.greet())
    keyboard = Keyboard(home / "chat-history")
    search = BackgroundSearch(library, keyboard.offer)
    Thread(target=_preload, args=(library,)).start()
    while not conversation.ended:
        try:
            typed = keyboard.read(conversation.limits)
        except KeyboardInterrupt:
            terminal.print_view(Text("/quit or Ctrl-D ends the conversation.", style="dim"))
            continue
        except EOFError:
            break
        search.stop()
        answered = conversation.last
        try:
            if (view := conversation.reply(typed)) is not None:
                terminal.print_view(view)
        except KeyboardInterrupt:
            terminal.print_view(Text(STOPPED, style="yellow"))
        except (ClippingsError, OSError) as error:
            terminal.print_view(Text(clean_line(str(error)), style="red"))
        terminal.print_view("")
        if (last := conversation.last) is not None and last is not answered:
            search.begin(last.answer, conversation.asked, conversation.where)
    search.stop()
    return 0


def _preload(library: Library) -> None:
    """Load what the first question needs while it is being typed; in a thread, Ctrl-C can't interrupt an import."""
    from retrieval.search.ranking import search

    with suppress(Exception):  # the first question will say what is wrong
        search(library, "anything", k=1)


def _chat_through_pipe(conversation: Conversation, lines: Iterable[str]) -> int:
    from rich.text import Text

    from bot.render import clean_line, terminal

    failed = False
    for typed in lines:
        if not typed.strip():
            continue
        terminal.print_view(Text(f"> {clean_line(typed)}"))
        try:
            if (view := conversation.reply(typed)) is not None:
                terminal.print_view(view)
        except (ClippingsError, OSError) as error:
            print(f"clippings: {clean_line(str(error))}", file=sys.stderr, flush=True)
            failed = True
        if conversation.ended:
            break
        terminal.print_view("")
    return int(failed)
