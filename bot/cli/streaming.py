"""Shows a chat model's draft on a terminal while it is written, until the verified answer replaces it.

A draft is unverified and untrusted: it is shown dim, labelled and sanitized, on stderr, and never kept. Without a
terminal nothing is shown. What an answer looks like is left to render.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.render import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderResult

    from bot.answerer import Answerer
    from retrieval.domain import Answer, Ask

SEARCHING = "searching the articles"
CHECKING = "a draft, being checked against the articles"

LINES_LEFT = 4
"""Lines of the terminal that a draft leaves free: what is taller than the terminal can't be erased."""


class DraftView:
    """A growing text below a spinner and a label."""

    def __init__(self) -> None:
        from rich.spinner import Spinner

        self._spinner = Spinner("dots", style="cyan")
        self._text = ""

    def add(self, piece: str) -> None:
        """Take the next piece."""
        self._text += piece

    @property
    def text(self) -> str:
        """The text so far, sanitized; an escape sequence that is split between two pieces is removed, too."""
        from bot.render.terminal_safe import clean_so_far

        return clean_so_far(self._text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        text = self.text.strip()
        self._spinner.update(text=Text(CHECKING if text else SEARCHING, style="dim italic"))
        yield self._spinner
        lines = Text(text, style="dim").wrap(console, options.max_width, overflow="fold")
        yield from lines[-max(options.size.height - LINES_LEFT, 1) :]


def answer_showing_draft(answerer: Answerer, ask: Ask) -> Answer:
    """Return the answer; on a terminal, show the draft while it is written."""
    if not terminal.is_terminal():
        return answerer.invoke(ask)
    from rich.live import Live

    draft = DraftView()
    with ExitStack() as stack:
        pieces = answerer.stream(ask)
        if isinstance(pieces, Generator):
            stack.callback(pieces.close)
        stack.enter_context(
            Live(draft, console=terminal.build_console(stderr=True), transient=True, refresh_per_second=10)
        )
        return _show_draft(pieces, draft)


def _show_draft(pieces: Iterator[str | Answer], draft: DraftView) -> Answer:
    for piece in pieces:
        if not isinstance(piece, str):
            return piece
        draft.add(piece)
    raise RuntimeError("the draft ended without an answer")
