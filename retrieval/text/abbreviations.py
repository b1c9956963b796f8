"""What an abbreviation stands for, where a text spells it out: "the Port Health Board (PHB)". Pure.

After Schwartz and Hearst (2003): the letters of the abbreviation are found in order, from the last one back, in the
words before it, the first one at the beginning of a word.
"""

from __future__ import annotations

import re

from retrieval.domain import Span

SHORTEST, LONGEST = 2, 8
"""Letters of an abbreviation."""

_ABBREVIATION = re.compile(rf"(?<![\w.&-])[A-Z][A-Z&-]{{{SHORTEST - 1},{LONGEST - 1}}}(?![\w&-])")
_ASKED = re.compile(rf"\b(\w{{{SHORTEST},{LONGEST}}}) (?:stands?|short) for\b")
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_NAMES = re.compile(rf"{_NAME.pattern}(?: (?:(?:of|and|for|the|de|&) ){{0,2}}{_NAME.pattern})+")


def list_abbreviations(text: str) -> list[str]:
    """Return the abbreviations of a question: words in capitals, and what is asked to be spelled out."""
    asked = [word.upper() for word in _ASKED.findall(text)]
    return asked if asked or text.isupper() else list(dict.fromkeys(_ABBREVIATION.findall(text)))


def list_initials(text: str) -> list[tuple[str, str]]:
    """Return the runs of three and more words in capitals in a text, each behind what may be its abbreviation."""
    found = []
    for name in _NAMES.findall(text):
        words = list(_NAME.finditer(name))
        runs = (words[first:last] for first in range(len(words)) for last in range(first + 3, len(words) + 1))
        found += [("".join(word[0][0] for word in run), name[run[0].start() : run[-1].end()]) for run in runs]
    return found


def find_long_form(abbreviation: str, text: str) -> Span | None:
    """Return where a text spells an abbreviation out, before or inside brackets."""
    short = re.escape(abbreviation)
    if match := re.search(rf"\((?:[a-z]+ )?[“\"]?{short}[”\"]?[);,]", text):
        before = text[: match.start()].rstrip()
        if (start := _find_start(abbreviation, before)) is not None:
            return Span(start, len(before))
    for match in re.finditer(rf"\b{short} \(([^()]+)\)", text):
        if _find_start(abbreviation, match.group(1)) == 0:
            return Span(*match.span(1))
    return None


def _find_start(abbreviation: str, before: str) -> int | None:
    """Return where the words begin, at the end of a text, that an abbreviation is made of."""
    letters = [letter for letter in abbreviation.lower() if letter.isalnum()]
    words = list(re.finditer(r"\S+", before))[-min(len(letters) + 5, 2 * len(letters)) :]
    if not words:
        return None
    place = len(before)
    for number, letter in reversed(list(enumerate(letters))):
        place = before.lower().rfind(letter, words[0].start(), place)
        while number == 0 and place > 0 and before[place - 1].isalnum():
            place = before.lower().rfind(letter, words[0].start(), place)
        if place < 0:
            return None
    return place
