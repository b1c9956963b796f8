"""Prints views: coloured and wrapped on a terminal, one paragraph per line elsewhere."""

from __future__ import annotations

import codecs
import io
import sys
from typing import TYPE_CHECKING

from retrieval.text.letters import fold_letters

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDEST = 100
"""Maximum number of columns: longer lines are hard to read."""


PLAIN_SIGNS = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "…": "...", "·": "-", "–": "-", "—": "-"}
)
"""What stands for a sign that a terminal does not have."""
_TRANSLITERATE = "clippings.transliterate"


def build_console(*, stderr: bool = False) -> Console:
    """Return a console that shows text literally: nothing in it is markup, the name of an emoji or highlighted."""
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False, stderr=stderr)
    made.width = min(made.width, WIDEST)
    return made


def print_view(view: RenderableType) -> None:
    """Print a view to stdout; where its encoding lacks a letter, a plain one stands for it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error(_TRANSLITERATE, _transliterate)
        sys.stdout.reconfigure(errors=_TRANSLITERATE)
    shown = build_console()
    with shown.capture() as drawn:
        shown.print(view, soft_wrap=not shown.is_terminal)
    # rich would end the process itself when nobody reads on
    sys.stdout.write(drawn.get())
    sys.stdout.flush()


def _transliterate(error: UnicodeError) -> tuple[str, int]:
    """Return plain letters and signs for what an encoding has not, and "?" where there are none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = fold_letters(error.object[error.start : error.end]).translate(PLAIN_SIGNS)
    return "".join(each if each.isascii() else "?" for each in plain), error.end


def is_terminal() -> bool:
    """Say whether both stdout and stderr are terminals."""
    return sys.stdout.isatty() and sys.stderr.isatty()
