"""Prints views: coloured and wrapped on a terminal, one paragraph per line elsewhere."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDEST = 100
"""Maximum number of columns: longer lines are hard to read."""


def build_console(*, stderr: bool = False) -> Console:
    """Return a console that shows text literally: nothing in it is markup, the name of an emoji or highlighted."""
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False, stderr=stderr)
    made.width = min(made.width, WIDEST)
    return made


def print_view(view: RenderableType) -> None:
    """Print a view to stdout."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    shown = build_console()
    with shown.capture() as drawn:
        shown.print(view, soft_wrap=not shown.is_terminal)
    # rich would end the process itself when nobody reads on
    sys.stdout.write(drawn.get())
    sys.stdout.flush()


def is_terminal() -> bool:
    """Say whether both stdout and stderr are terminals."""
    return sys.stdout.isatty() and sys.stderr.isatty()
