"""Escapes text for Markdown: it is shown literally, and nothing in it becomes a link, an image, a heading or HTML."""

from __future__ import annotations

import re

from bot.render.terminal_safe import clean, clean_line

_INLINE = re.compile(r"[\\`*_{}\[\]<>#&|~$^]")
_LINKED = re.compile(r"(?<=[a-z]):(?=//)|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)
"""What makes a link of a bare address in dialects of Markdown."""
_OPENING = re.compile(r"^(?:[-+=:]|\d{1,9}(?=[.)]))")
"""What makes a list, a rule, a heading or a container at the beginning of a line."""
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows literally, on one line."""
    shown = _INLINE.sub(r"\\\g<0>", clean_line(text))
    shown = _LINKED.sub(r"\\\g<0>", shown)
    return _OPENING.sub(lambda found: _escape_opening(found[0]), shown)


def _escape_opening(opening: str) -> str:
    return f"{opening}\\" if opening[0].isdigit() else f"\\{opening}"


def format_link(url: str) -> str:
    """Return a web address as a link, anything else as text."""
    return f"<{url}>" if _ADDRESS.fullmatch(url) and clean(url) == url else escape_markdown(url)
