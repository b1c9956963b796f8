"""Texts without what names a person, a role, a channel, a server or a message at Discord: these are numbers.

A word such as @everyone names nobody.
"""

from __future__ import annotations

import re

from bot.render.terminal_safe import clean, clean_line

_DISCORD = re.compile(r"<(@[!&]?|#)\d+>|<a?(:\w+:)\d+>|(https?://\S*discord\S*/channels/)[\d/@me]+|\b\d{17,20}\b")
_MENTIONS = {"@": "@someone", "@!": "@someone", "@&": "@role", "#": "#channel"}


def anonymize(text: str) -> str:
    """Return text without Discord's numbers and without what no YAML may hold; line ends stay."""
    named = _DISCORD.sub(lambda found: _MENTIONS.get(found[1] or "", found[2] or found[3] or "(number)"), clean(text))
    return "\n".join(each.expandtabs(4).rstrip() for each in named.splitlines()).strip()


def anonymize_line(text: str) -> str:
    """Return such a text on one line."""
    return clean_line(anonymize(text))
