"""Whether a claim's facts stand in a sentence, and in the same place there as in the claim. Pure.

A fact's place is told by the words around it: so a changed name is told from one that the sentence leaves out, and
"5 to 7" from "7 to 5". Which sentences to look at, and what follows, is left to verifier.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from retrieval.verification.features import is_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Reference, Sentence
    from retrieval.verification.features import Fact, Word, Wording

NEIGHBOURS = 3
"""Topic words to either side of a fact that tell its place in a sentence."""
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
_BY = re.compile(
    r"\b(?:(?:is|are|was|were|been|being|be)\b(?: \w+){0,4}|\w+(?:ed|en|wn|[lh]d|[^e]nt|ught)) by\b(?! [\d$€£])"
)
_CLAUSE_END = re.compile(
    r"[,;:](?!\d)|\b(?:and|but|while|whereas|after|before|although|though|compared)\b", re.IGNORECASE
)
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


def _initials(fact: Fact) -> str:
    keys = [str(key) for key in fact.value]
    return "".join(key[0].upper() for key in keys) if len(keys) > 1 else ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The stems of the nearest topic words on either side of a fact, and the very words beside it."""

    left: frozenset[str]
    right: frozenset[str]
    clause: frozenset[str] = frozenset()

    def shared(self, other: Surroundings) -> int:
        """Count the neighbours that two places have on the same side, and those in their clauses on either side."""
        return len(self.left & other.left) + len(self.right & other.right) + len(self.clause & other.clause)


def surroundings(text: Wording, fact: Fact) -> Surroundings:
    """Return what stands around a fact; other facts of its kind are left out."""
    facts = {n for other in text.facts if other.kind == fact.kind for n in range(other.first, other.last)}
    left = [word for n, word in enumerate(text.words[: fact.first]) if n not in facts][::-1]
    right = [word for n, word in enumerate(text.words[fact.last :], start=fact.last) if n not in facts]
    return Surroundings(_nearest(left), _nearest(right), _clause(text, fact) if fact.kind == "number" else frozenset())


def _clause(text: Wording, fact: Fact) -> frozenset[str]:
    """Return the stems of the nearest topic words of a fact's own clause."""
    start, end = text.words[fact.first].start, text.words[fact.last - 1].end
    begins = max((match.end() for match in _CLAUSE_END.finditer(text.text, 0, start)), default=0)
    ends = _CLAUSE_END.search(text.text, end)
    facts = {n for other in text.facts if other.kind == fact.kind for n in range(other.first, other.last)}
    inside = [
        word.stem
        for n, word in enumerate(text.words)
        if word.weight and begins <= word.start < (ends.start() if ends else len(text.text)) and n not in facts
    ]
    return frozenset(inside)


def beside(text: Wording, place: int) -> Surroundings:
    """Return what stands around a word."""
    return Surroundings(_nearest(text.words[:place][::-1]), _nearest(text.words[place + 1 :]))


def _nearest(words: Sequence[Word]) -> frozenset[str]:
    beside = {f"{word.key} beside" for word in words[:1]}
    return frozenset(beside | {word.stem for word in [w for w in words if w.weight][:NEIGHBOURS]})


def closeness(fact: Fact, claim: Wording, text: Wording) -> int:
    """Return how many neighbours a claim's fact has at its best place in a text, -1 where it does not stand there."""
    here = surroundings(claim, fact)
    return max((here.shared(surroundings(text, other)) for other in _own(fact, text)), default=-1)


def rival(fact: Fact, claim: Wording, text: Wording) -> int:
    """Return how many of the fact's neighbours another fact has, one that the claim lacks, -1 where there is none."""
    if passive(claim) != passive(text):
        return -1
    here, own = surroundings(claim, fact), _own(fact, text)
    others = [f for f in text.facts if _alike(f, fact) and f not in own and not _partners(f, fact, claim)]
    return max((here.shared(surroundings(text, other)) for other in others), default=-1)


def swapped(fact: Fact, claim: Wording, text: Wording) -> bool:
    """Say whether a fact has changed places with another: they share more neighbours crosswise than with themselves."""
    if passive(claim) != passive(text):
        return False
    here, own = surroundings(claim, fact), _own(fact, text)
    mine = max((here.shared(surroundings(text, place)) for place in own), default=0)
    for other in text.facts:
        partners = _partners(other, fact, claim) if _alike(other, fact) and other not in own else []
        if not partners or not own:
            continue
        there = surroundings(text, other)
        kept = mine + max(surroundings(claim, partner).shared(there) for partner in partners)
        crossed = max(surroundings(claim, p).shared(surroundings(text, place)) for p in partners for place in own)
        if here.shared(there) + crossed > kept:
            return True
    return False


def _alike(one: Fact, other: Fact) -> bool:
    """Say whether two facts could stand in each other's place: years could not for amounts."""
    return one.kind == other.kind and (one.kind != "number" or is_year(one) == is_year(other))


def _own(fact: Fact, text: Wording) -> list[Fact]:
    """Return the facts of a text that say what a claim's fact says, or else the words that do."""
    found = [other for other in text.facts if other.kind == fact.kind and same(fact, other)]
    return found or [replace(fact, first=n, last=n + 1) for n in places(fact, text)]


def _partners(other: Fact, fact: Fact, claim: Wording) -> list[Fact]:
    """Return the facts of a claim that say what another fact of a text says."""
    return [f for f in claim.facts if f.kind == fact.kind and f != fact and same(f, other)]


def same(fact: Fact, other: Fact) -> bool:
    """Say whether two facts of a kind are the same: of names, all words of one are among the other's."""
    if fact.kind != "name":
        return fact.kind == other.kind and _equal(fact, other)
    short, long = sorted((fact, other), key=lambda each: len(each.value))
    return all(_among(str(key), long) for key in short.value if key not in _TITLES)


def _among(key: str, name: Fact) -> bool:
    """Say whether a word is one of a name's, or the initials of some of them."""
    return any(same_name(key, str(other)) for other in name.value) or (len(key) > 1 and key in _initials(name))


@cache
def passive(text: Wording) -> bool:
    """Say whether a text tells who did it by "by"."""
    return bool(_BY.search(text.text))
