"""Splits a long text into pieces that fit one message each, at ends of lines and sentences; code is kept whole.

A text is escaped sentence by sentence and never cut afterwards, so that no cut parts a backslash from its character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.discord import escaping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FENCE = re.compile(r"^```[^\S\n]*(?:[\w+#.-]*)[^\S\n]*\n(.*?)\n?^```[^\S\n]*$", re.MULTILINE | re.DOTALL)
_ABBREVIATED = r"(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)"
"""What ends in a point may be "Mr." or "U.S.": a sentence that ends so is merely kept together with the next."""
_MARKERS = r"[\"'”’»)\]]*(?:[^\S\n]?\[\d{1,3}\])*"
_SENTENCE_END = re.compile(rf"[.!?…]{_ABBREVIATED}{_MARKERS}(?:\s+|\Z)|[。！？]{_MARKERS}\s*|\n\s*")
_CLUSTER_END = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]"
)
_MARKER_BEGUN = re.compile(r"\[\d{0,3}\Z")
LONGEST_MARKER = 4
"""Characters of a marker before its closing bracket: how far a cut moves back to avoid one."""
LONGEST_CLUSTER = 32
"""Characters that a cut moves back to keep a letter with its accents; longer sequences are cut."""


def split_units(text: str, limit: int, *, markers: bool = False, code: bool = False) -> Iterator[str]:
    """Yield the safe sentences, lines and code blocks of untrusted text, each with the white space after it.

    `code` says that code fences in it are meant so, as in a chat model's answer; else they are escaped.
    """
    text = re.sub(r"\n[^\S\n]*(?:\n[^\S\n]*)+", "\n\n", escaping.strip_hidden(text)).strip()
    at = 0
    for found in _FENCE.finditer(text) if code else ():
        yield from _split_sentences(text[at : found.start()], limit, markers=markers)
        yield from (f"{each}\n" for each in _split_code(found[1], limit - 1))
        at = found.end()
    yield from _split_sentences(text[at:].lstrip("\n") if at else text, limit, markers=markers)


def pack(parts: Iterable[str], limit: int) -> list[str]:
    """Join parts in order into pieces of at most `limit` units; a part is never cut."""
    found, current, used = list[str](), list[str](), 0
    for part in parts:
        if current and used + escaping.count_units(part.rstrip()) > limit:
            found.append("".join(current).strip())
            current, used = [], 0
        current.append(part)
        used += escaping.count_units(part)
    return [piece for piece in (*found, "".join(current).strip()) if piece]


def _split_sentences(text: str, limit: int, *, markers: bool) -> Iterator[str]:
    at = 0
    for end in (*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)):
        yield from _split_chunks(text[at:end], limit, markers=markers)
        at = end


def _split_chunks(text: str, limit: int, *, markers: bool) -> Iterator[str]:
    """Yield a sentence; one too long by itself in chunks, cut between words, in a word only where it is endless."""
    while (
        escaping.count_units(text.rstrip()) > limit
        or escaping.count_units(escaping.escape(text, markers=markers).rstrip()) > limit
    ):
        end = _find_end(text, limit, markers=markers)
        yield escaping.escape(text[:end], markers=markers)
        text = text[end:]
    if text:
        yield escaping.escape(text, markers=markers)


def _find_end(text: str, limit: int, *, markers: bool) -> int:
    least, most = 1, min(len(text), limit)
    while least < most:
        half = (least + most + 1) // 2
        fits = escaping.count_units(escaping.escape(text[:half], markers=markers).rstrip()) <= limit
        least, most = (half, most) if fits else (least, half - 1)
    space = max(text.rfind(" ", 0, least + 1), text.rfind("\t", 0, least + 1))
    if space > least // 2:
        return space + 1
    nearest = max(least - LONGEST_CLUSTER, 1)
    end = least
    while end > nearest and _CLUSTER_END.match(text, end):
        end -= 1
    begun = _MARKER_BEGUN.search(text, max(end - LONGEST_MARKER, 0), end)
    return begun.start() if begun and begun.start() else end


def _split_code(code: str, limit: int) -> Iterator[str]:
    """Yield a code block, or several where one message can't hold it, cut at ends of lines."""
    whole = escaping.format_code(code)
    if escaping.count_units(whole) <= limit:
        yield whole
        return
    lines: list[str] = []
    for row in (part for each in code.split("\n") for part in _split_row(each, limit)):
        if lines and escaping.count_units(escaping.format_code("\n".join([*lines, row]))) > limit:
            yield escaping.format_code("\n".join(lines))
            lines = []
        lines.append(row)
    yield escaping.format_code("\n".join(lines))


def _split_row(row: str, limit: int) -> Iterator[str]:
    step = (limit - 20) // 2
    yield from (row[at : at + step] for at in range(0, max(len(row), 1), step))
