"""The titles that a web page states and shows -> the one that is its article's. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.reading.page_lines import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SEPARATOR = re.compile(r"\s+(?:[|–—»«·•:]|-{1,2}|::)\s+")
_LEAST = 10
"""Characters by which a title is known again; "News" begins many."""
_LONGEST_SITE = 4
"""Words of a site's name after a title."""
_ALIKE = 0.5
"""The part of a stated title's words that a heading must hold to be the same title in other words."""


def choose_title(stated: Iterable[str], headings: Sequence[str], sites: Iterable[str]) -> str:
    """Return the heading that begins like a stated title, else the first stated title, without the site's name.

    What is stated may be cut short, at a quotation mark or after so many characters, or go on with the site's name.
    What is shown is whole, but may begin with a label that is no part of the title.
    """
    names = [fold(name).replace(" ", "") for name in sites]
    titles = [title for title in (trim_site(each, names) for each in stated) if title]
    headings = [heading for heading in headings if not _is_site(heading, names)]
    for heading in headings:
        for title in titles:
            if _begins_alike(heading, title):
                return heading
            if len(fold(title)) >= _LEAST and fold(heading).endswith(fold(title)):
                return title
    for heading in headings:
        if any(_shares_words(heading, title) for title in titles):
            return heading
    if titles:
        return max((title for title in titles if _goes_on(titles[0], title)), key=len, default=titles[0])
    return headings[0] if headings else ""


def trim_site(title: str, names: Sequence[str]) -> str:
    """Return a title without the name of the site before or after it; `names` are folded and without spaces."""
    parts = list(_SEPARATOR.finditer(title))
    while parts and _is_site(title[parts[-1].end() :], names):
        title = title[: parts.pop().start()]
    while parts and _is_site(title[: parts[0].start()], names):
        title = title[parts[0].end() :]
        parts = list(_SEPARATOR.finditer(title))
    return "" if _is_site(title, names) else title.strip()


def trim_unknown_site(title: str) -> str:
    """Return a <title> without what may be the site's name, which follows a last separator: up to four names."""
    parts = list(_SEPARATOR.finditer(title))
    words = title[parts[-1].end() :].split() if parts else []
    if 0 < len(words) <= _LONGEST_SITE and not any(word[0].islower() for word in words) and title[-1] not in "?!.":
        return title[: parts[-1].start()]
    return title


def _is_site(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text is the name of the site, which may also be known by its address."""
    name = fold(text).replace(" ", "")
    return not name or name in names or any(len(name) >= _LEAST and name in known for known in names)


def _begins_alike(heading: str, title: str) -> bool:
    shorter, longer = sorted(
        (
            fold(heading),
            fold(title.rstrip("….")),
        ),
        key=len,
    )
    return shorter == longer or (len(shorter) >= _LEAST and longer.startswith(shorter))


def _goes_on(title: str, other: str) -> bool:
    """Tell whether another title is this one, not cut short: what follows is no separator and another name."""
    rest = other[len(title) :]
    return other.startswith(title) and len(title) >= _LEAST and not _SEPARATOR.match(rest)


def _shares_words(heading: str, title: str) -> bool:
    words, others = set(fold(heading).split()), set(fold(title).split())
    return len(words) > 2 and len(words & others) >= _ALIKE * max(len(words), len(others))
