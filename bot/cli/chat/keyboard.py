"""Line editing: arrow keys, Ctrl-R, completion of commands. The only importer of prompt_toolkit."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import Condition, is_searching
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.styles import Style

from bot.cli.chat.chat_commands import COMMANDS
from bot.user_input import replace_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

PROMPT = "› "
YOU_COULD_ASK = "You could ask: "
STYLE = {
    "completion-menu.completion": "noinherit ansicyan",
    "completion-menu.completion.current": "noinherit ansicyan bold underline",
    "completion-menu.meta.completion": "noinherit ansibrightblack",
    "completion-menu.meta.completion.current": "noinherit",
    "bottom-toolbar": "noreverse noinherit ansibrightblack",
}
"""Readable on dark and light: prompt_toolkit's own menu is black on grey."""


class Keyboard:
    """A line editor whose history is kept in a file that nobody else can read."""

    def __init__(self, history: Path, *, keys: Input | None = None, screen: Output | None = None) -> None:
        self._offered: tuple[str, ...] = ()
        self._session: PromptSession[str] = PromptSession(
            history=_open_history(history),
            completer=CommandCompleter(),
            bottom_toolbar=self._show_offered,
            key_bindings=_build_key_bindings(lambda: self._offered),
            complete_while_typing=True,
            style=Style.from_dict(STYLE),
            reserve_space_for_menu=len(COMMANDS),
            input=keys,
            output=screen,
        )

    def read(self, aside: str = "") -> str:
        """Return the next line; raise KeyboardInterrupt for Ctrl-C on an empty line, EOFError for Ctrl-D.

        `aside` is shown at the right. What was offered goes with the line.
        """
        try:
            return self._session.prompt(
                FormattedText([("bold ansicyan", PROMPT)]), rprompt=FormattedText([("ansibrightblack", aside)])
            )
        finally:
            self._offered = ()

    def offer(self, questions: Sequence[str]) -> None:
        """Show questions below the line that is being typed; Tab takes one. To be called from any thread."""
        self._offered = tuple(questions)
        self._session.app.invalidate()

    def _show_offered(self) -> FormattedText | None:
        if not self._offered:
            return None
        return FormattedText([("", f"{YOU_COULD_ASK}{' · '.join(self._offered)} (Tab)")])


class CommandCompleter(Completer):
    """Completes a command at the beginning of the line."""

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterable[Completion]:
        """Yield the commands that begin as the line does."""
        typed = document.text_before_cursor
        if not typed.startswith("/") or " " in typed:
            return
        for name, (argument, meaning) in COMMANDS.items():
            if name.startswith(typed[1:].lower()):
                shown = f"/{name} {argument}".rstrip()
                text = f"/{name} " if argument else f"/{name}"
                yield Completion(text, start_position=-len(typed), display=shown, display_meta=meaning)


class PrivateHistory(FileHistory):
    """A history in a file that only its owner can read; lines that can't be written are kept in memory."""

    def store_string(self, string: str) -> None:
        """Append a line."""
        with suppress(OSError):
            super().store_string(replace_surrogates(string))


def _open_history(path: Path) -> History:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return PrivateHistory(str(path))


def _build_key_bindings(list_offered: Callable[[], Sequence[str]]) -> KeyBindings:
    bindings = KeyBindings()
    is_offered = Condition(lambda: bool(list_offered()) and get_app().current_buffer.text in {"", *list_offered()})

    @bindings.add("tab", filter=is_offered)
    def take_next(event: KeyPressEvent) -> None:
        offered, buffer = list_offered(), event.current_buffer
        taken = offered.index(buffer.text) + 1 if buffer.text in offered else 0
        buffer.text = offered[taken % len(offered)]
        buffer.cursor_position = len(buffer.text)

    @bindings.add("c-c", filter=~is_searching)
    def clear_or_interrupt(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            get_app().exit(exception=KeyboardInterrupt, style="class:aborting")

    return bindings
