"""Where in a list or a text somebody is: what a button must hold to turn a page after a restart. Pure.

How the page looks is the business of browse.py, the buttons are pagination.py's.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from retrieval.domain import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence

What = Literal["search", "articles", "article"]

LONGEST = 100
"""Characters of a custom id."""
MOST_PAGES = 99_999

CODES: dict[str, What] = {"s": "search", "l": "articles", "a": "article"}
_LETTERS: dict[What, str] = {what: letter for letter, what in CODES.items()}
_BLANK = re.compile(r"\s*")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Place:
    """A page of what one person looks at: passages for a question, a list of articles, or an article's text.

    `text` is the question, or the article's short name (see `short`); pages count from 0.
    """

    what: What
    person_id: int
    page: int = 0
    text: str = ""
    where: Filter = field(default_factory=Filter)

    def at(self, page: int) -> Place:
        """Return another page of the same."""
        return replace(self, page=page)


def packed(place: Place) -> str:
    """Return what tells a place apart from all others but for its page: dates, author, text; `unpacked` reads it."""
    days = "".join(f"{day:%Y%m%d}" if day else "-" for day in (place.where.since, place.where.until))
    return f"{days}|{place.where.author.replace('|', ' ')}|{place.text}"


def unpacked(text: str) -> tuple[Filter, str]:
    """Return the filter and the text that were packed; raise ValueError for anything that was not."""
    days, author, rest = text.split("|", 2)
    found: list[date | None] = []
    for _ in range(2):
        size = 1 if days.startswith("-") else 8
        found.append(None if size == 1 else date.fromisoformat(days[:size]))
        days = days[size:]
    if days:
        raise ValueError(text)
    return Filter(found[0], found[1], author), rest


def custom_id(place: Place, rest: str) -> str:
    """Return the custom id of a button that leads to a place; `rest` is the packed place, or # and a stored key."""
    return f"c:page:{_LETTERS[place.what]}:{place.page}:{base36(place.person_id)}:{rest}"


def fits(place: Place) -> bool:
    """Say whether any page of this can be named by a custom id alone."""
    return len(custom_id(place.at(MOST_PAGES), packed(place))) <= LONGEST


def base36(number: int) -> str:
    """Write a number of 0 or more in the fewest letters and digits that `int(text, 36)` reads."""
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits


def short(article_id: str) -> str:
    """Return a name of an article for buttons and choices, which hold at most 100 characters; ids may be longer."""
    return hashlib.sha256(article_id.encode("utf-8", "replace")).hexdigest()[:20]


def pages(count: int, size: int) -> int:
    """Return how many pages of a size hold so many things; at least 1."""
    return max(1, -(-count // size))


def parts(text: str, longest: int) -> list[str]:
    """Cut a text into parts of at most so many characters, at the end of a paragraph, line, sentence or word.

    Nothing is lost but the white space at the cuts. A text of white space has one empty part.
    """
    text = text.strip()
    found: list[str] = []
    start = 0
    while len(text) - start > longest:
        cut = _cut(text, start, longest)
        found.append(text[start:cut].rstrip())
        start = _word(text, cut)
    rest = text[start:]
    return [*found, rest] if rest or not found else found


def _cut(text: str, start: int, longest: int, ends: Sequence[str] = ("\n\n", "\n", ". ", " ")) -> int:
    for end in ends:
        at = text.rfind(end, start + longest // 2, start + longest)
        if at > start:
            return at + len(end)
    return start + longest


def _word(text: str, at: int) -> int:
    """Return where white space ends."""
    found = _BLANK.match(text, at)
    return found.end() if found else at
