"""The sentences that claims are compared with, and where a claim's numbers, dates and names stand in them. Pure.

A name is found by its parts, by its initials, and as a people for its country. What follows is left to verdicts.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Reference, Sentence
    from retrieval.verification.features import Fact, Wording

LONGEST_INITIALS = 6
"""Words that initials may stand for."""

_OF_COUNTRY = re.compile(r"|a|ia|e|y|o")
_OF_PEOPLE = re.compile(r"(?:|n|an|ian|ean|ese|nese|ish|i)s?")
_COUNTRIES = """
    US USA america american americans
    UK britain british britons
    france french
    netherlands dutch holland
    germany german germans
    greece greek greeks
    spain spanish spaniards
    wales welsh
    poland polish poles
    turkey turkish turks
    denmark danish danes
    sweden swedish swedes
    finland finnish finns
    ireland irish
    switzerland swiss
    norway norwegian
"""
_SAME_NAMES = [frozenset(names.split()) for names in _COUNTRIES.splitlines()]
_OFFICES = {
    "CEO": ("chief", "executive"),
    "CFO": ("chief", "financial"),
    "PM": ("prime", "minister"),
    "VP": ("vice", "president"),
    "MP": ("member", "of", "parliament"),
}
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "sir", "lord", "lady", "miss", "prof", "professor"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a reference, with those before it, nearest first, and the title that it stands under."""

    reference: Reference
    sentence: Sentence
    wording: Wording
    before: tuple[Wording, ...]
    title: Wording


def places(fact: Fact, text: Wording) -> list[int]:
    """Return where a number, date or name of a claim stands in a text: the places of the words."""
    if fact.kind == "name":
        keys = [str(key) for key in fact.value if key not in _TITLES]
        return _name_places(keys, text) or _office_places(keys, text)
    return [other.first for other in (*text.facts, *text.quoted) if other.kind == fact.kind and _equal(fact, other)]


def _equal(fact: Fact, other: Fact) -> bool:
    (one, detail), (two, other_detail) = fact.value, other.value
    if one != two:
        return False
    if fact.kind == "date":
        return detail is None or detail == other_detail
    units = {detail, other_detail}
    return len(units) == 1 or ("" in units and not units & {"ordinal", "decades", "%"})


def _name_places(keys: Sequence[str], text: Wording) -> list[int]:
    """Return where the words of a name stand, none unless all do; initials stand for words and words for initials."""
    found: list[int] = []
    place = 0
    while place < len(keys):
        key = keys[place]
        at = [n for n, word in enumerate(text.words) if same_name(key, word.key)]
        if not at and key.isupper() and key in text.initials:
            at = [n for n, word in enumerate(text.words) if word.text[:1] == key[0]][:1]
        taken = 1
        for length in range(min(LONGEST_INITIALS, len(keys) - place), 1, -1) if not at else ():
            initials = "".join(key[0] for key in keys[place : place + length]).upper()
            at = [n for n, word in enumerate(text.words) if word.key == initials]
            if at:
                taken = length
                break
        if not at:
            return []
        found += at
        place += taken
    return sorted(set(found))


def _office_places(keys: Sequence[str], text: Wording) -> list[int]:
    """Return where the words of an office stand that the initials of a name are of, as "CEO" of a chief executive."""
    found = []
    for key in keys:
        words = _OFFICES.get(key, ())
        pairs = [n for n in range(len(text.words)) if tuple(w.key for w in text.words[n : n + len(words)]) == words]
        at = pairs if words else _name_places([key], text)
        if not at:
            return []
        found += at
    return sorted(set(found))


@cache
def same_name(one: str, other: str) -> bool:
    """Say whether two folded words name the same: equal, or one a country and the other its people."""
    if one == other:
        return True
    if any(one in group and other in group for group in _SAME_NAMES):
        return True
    one, other = one.casefold(), other.casefold()
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = [(_OF_COUNTRY, _OF_PEOPLE), (_OF_PEOPLE, _OF_COUNTRY)]
    return shared >= 4 and any(a.fullmatch(one, shared) and b.fullmatch(other, shared) for a, b in ends)
