"""Bylines and names of authors as web pages write them -> the people's names. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from retrieval.reading.page_lines import fold, stands_aside
from retrieval.text.english import BYLINE_ROLES, MONTHS, NAME_PARTICLES, NO_NAMES, NOBODIES, ROLE_MODIFIERS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.reading.structured_data import PageData

_LONGEST_BYLINE = 200
_MOST_NAMES = 20
_BYLINE_ELEMENTS = (
    "//*[@itemprop='author' or contains(@itemprop, 'author ')]//*[@itemprop='name']|//*[@rel='author']",
    "//*[@itemprop='author']",
    "//*[contains(@class, 'username') or contains(@class, 'author') or contains(@class, 'Author')"
    " or contains(@class, 'byline') or contains(@class, 'Byline') or contains(@class, 'writer')"
    " or contains(@class, 'submitted') or contains(@id, 'author') or contains(@id, 'byline')]",
)
_LEAD = re.compile(
    r"^\W*(?:(?:written|posted|published|submitted|reported|story|text|words|analysis|opinion|article)\s+)?"
    r"(?:by|von|par|por|door|di|af|av)\b[\s:]+",
    re.IGNORECASE,
)
_OTHERS_WORK = re.compile(
    r"\b(?:edited|photo(?:graph)?s?|photography|video|illustrat\w*|graphics?|additional reporting|translated|reviewed)"
    r"\s+by\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NOT_NAMES = re.compile(r"\([^()]{0,100}\)|\[[^\[\]]{0,100}\]|https?://\S+|\S+@\S+|@\w+")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;|/·•&+\n]|\s[–—-]\s|\b(?:and|und|et|with)\b)\s*", re.IGNORECASE)
_SHORT_MONTHS = {month[:3] for month in MONTHS}
_WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*[\w'’.])?\.?")
_ORGANISATION = re.compile(
    r"\b(?:press|news|media|agenc(?:y|ies)|newspapers?|magazine|network|radio|tv|television|reuters|afp|dpa|bloomberg|cnn|bbc)\b",
    re.IGNORECASE,
)
_LEAST_SITE = 6
"""Letters of a name that may be told from the address of its site."""


def choose_authors(data: PageData, shown: Sequence[str]) -> tuple[str, ...]:
    """Return the authors: people of JSON-LD, else those of meta tags, else those shown; without people, organisations.

    Where what is shown names all that is stated and more, it is right. The site itself is no author.
    """
    sites = [fold(site).replace(" ", "") for site in data.sites]
    stated = _clean_all(data.people, sites) or _clean_all(data.bylines, sites)
    visible = _clean_all(shown, sites)
    if visible and set(map(fold, stated)) < set(map(fold, visible)):
        return visible
    if stated:
        return stated
    return tuple(name for name in data.organisations if not _is_site(name, sites)) or data.people


def find_bylines(tree: Any, lines_near_title: Iterable[str]) -> list[str]:
    """Return the texts of a page that name its authors: elements marked as bylines, else a line near the title."""
    for path in _BYLINE_ELEMENTS:
        marked = [element for element in tree.xpath(path)[:_MOST_NAMES] if not stands_aside(element)]
        texts = [" ".join(element.itertext()) for element in marked]
        texts = [text for text in (" ".join(each.split()) for each in texts) if 0 < len(text) <= _LONGEST_BYLINE]
        if any(clean_names(text, ()) for text in texts):
            return texts
    return [line for line in lines_near_title if _LEAD.match(line)][:1]


def clean_names(text: str, sites: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a byline, without roles, weekdays, places and publishers.

    `sites` are folded and without spaces.
    """
    text = _OTHERS_WORK.sub("", _NOT_NAMES.sub(" ", text[:_LONGEST_BYLINE]))
    lead = _LEAD.match(text)
    segments = _BETWEEN_NAMES.split(text[lead.end() if lead else 0 :])
    names = [" ".join(_take_name(_LEAD.sub("", segment))) for segment in segments]
    return tuple(dict.fromkeys(name for name in names if name and not _is_site(name, sites)))


def _clean_all(texts: Iterable[str], sites: Sequence[str]) -> tuple[str, ...]:
    """Return the names in all of the texts: people rather than organisations, full names rather than single words."""
    found = [name for text in texts for name in clean_names(text, sites)]
    found = [name for name in found if not _ORGANISATION.search(name)] or found
    found = [name for name in found if " " in name] or found
    return tuple(dict.fromkeys(found))[:_MOST_NAMES]


def _take_name(segment: str) -> list[str]:
    """Return the words of the name that a part of a byline begins with; none where it is a role or a day."""
    words = segment.split()
    while words and _is_role(words[0]):
        words = words[1:]
    taken: list[str] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if _is_role(word):
            while taken and _reduce(taken[-1]) in ROLE_MODIFIERS:
                taken.pop()
            break
        if not _belongs_to_name(word, following, opens=not taken):
            break
        taken.append(word)
    while taken and _reduce(taken[-1]) in NAME_PARTICLES:
        taken.pop()
    return taken if len(taken) > 1 or (taken and _reduce(taken[0]) not in NOBODIES) else []


def _belongs_to_name(word: str, following: str, *, opens: bool) -> bool:
    reduced = _reduce(word)
    if reduced in WEEKDAYS or reduced in NO_NAMES:
        return False
    if reduced[:3] in _SHORT_MONTHS and (following[:1].isdigit() or (opens and not following)):
        return False
    return bool(_WORD.fullmatch(word)) and (not word[0].islower() or (reduced in NAME_PARTICLES and bool(following)))


def _is_role(word: str) -> bool:
    return _reduce(word) in BYLINE_ROLES


def _reduce(word: str) -> str:
    return word.lower().strip(".,:'’")


def _is_site(name: str, sites: Sequence[str]) -> bool:
    """Tell whether a name is that of the site, which may be known by its address alone."""
    joined = fold(name).removeprefix("the ").replace(" ", "")
    return any(joined == site.removeprefix("the") or (len(joined) >= _LEAST_SITE and joined in site) for site in sites)
