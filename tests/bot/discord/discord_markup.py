"""Discord's reading of a text, stricter than Discord: what in it would format, link, mention or hide something."""

import re

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
ESCAPED_CHARACTER = "\ue000"
"""Stands for a sign that a backslash has made a mere sign."""

CLIENT_MARKUP = {
    "bold, italics": r"[*_]",
    "struck": r"~~",
    "spoiler": r"\|\|",
    "code": r"`",
    "masked link": r"\]\(",
    "link": r"[a-zA-Z]://",
    "mention": r"@everyone|@here|<@[!&]?\d+>",
    "channel": r"<#\d+>",
    "command": r"</[^>]*:\d+>",
    "time": r"<t:-?\d+(:\w)?>",
    "emoji": r"<a?:\w+:\d+>|:[\w+~-]+:",
    "navigation": r"<(id|sound):",
    "angled": r"<[^\s<>]+[:@][^\s<>]+>|<\+\d",
    "heading": r"(?m)^[^\S\n]*#{1,3}(\s|$)",
    "small": r"(?m)^[^\S\n]*-#",
    "list": r"(?m)^[^\S\n]*([-+]|\d+\.)\s",
    "quote": r"(?m)^[^\S\n]*>",
}
"""What the program that shows a message makes something of, after backslashes."""

SERVER_MARKUP = {
    "mention": r"@(everyone|here|silent)|<@[!&]?\d+>",
    "channel": r"<#\d+>",
    "command": r"</[^>]*:\d+>",
    "link": r"(?i)https?://",
    "invitation": r"(?i)discord(app)?\.(gg|com)/",
    "emoji": r"<a?:\w+:\d+>",
}
"""What the servers look for in a message, who know of no backslashes."""

HIDDEN = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff\x00-\x08\x0b-\x1f\x7f]")


def find_markup(text: str) -> list[str]:
    """Name what Discord would make of a text beside letters."""
    active = ESCAPED.sub(ESCAPED_CHARACTER, text)
    found = [name for name, pattern in CLIENT_MARKUP.items() if re.search(pattern, active)]
    return found + [name for name, pattern in SERVER_MARKUP.items() if re.search(pattern, text)]


def render_plain(text: str) -> str:
    """Return what a reader sees of a text in which nothing is drawn."""
    return ESCAPED.sub(r"\1", text).replace("\u2060", "")


def find_foreign_markup(text: str, *links: str) -> list[str]:
    """Name what Discord would make of a text of ours, after what we may put there is taken out."""
    for link in links:
        text = text.replace(f"]({link})", "]")
    text = re.sub(r"(?m)^(-# |> )", "", text)
    text = re.sub(r"(?<!\\)((?:\\\\)*)\*\*", r"\1", text)
    return find_markup(text)
