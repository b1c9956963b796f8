"""What a sentence of the archive says about a claim: how much of it it carries, and what it says otherwise. Pure.

A claim is compared word by word and fact by fact: whether its facts stand there in the same place, whether one is
denied that the other affirms, and whether a word has become its opposite. Which sentences to compare, and what follows,
is left to verification.py.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.domain import Reference, Sentence
    from retrieval.wording import Fact, Word, Wording

NEIGHBOURS = 3
"""Topic words to either side of a fact that tell its place in a sentence."""
REACH = 9
"""Words between a negation and a word it denies, at most."""
LONGEST_CLAUSE = 10
"""Topic words that a negation may deny."""
MOSTLY = 0.6
"""Of the words that two texts share, the part that must lie in a denied clause for it to be what they are about."""

_OF_COUNTRY = re.compile(r"|a|ia|e|y|o")
_OF_PEOPLE = re.compile(r"(?:|n|an|ian|ean|ese|nese|ish|i)s?")
_SAME_NAMES = (
    frozenset({"US", "USA", "america", "american", "americans"}),
    frozenset({"UK", "britain", "british", "britons"}),
    frozenset({"france", "french"}),
    frozenset({"netherlands", "dutch", "holland"}),
    frozenset({"germany", "german", "germans"}),
    frozenset({"greece", "greek", "greeks"}),
    frozenset({"spain", "spanish", "spaniards"}),
    frozenset({"wales", "welsh"}),
    frozenset({"poland", "polish", "poles", "pole"}),
    frozenset({"turkey", "turkish", "turks"}),
    frozenset({"denmark", "danish", "danes"}),
    frozenset({"sweden", "swedish", "swedes"}),
    frozenset({"finland", "finnish", "finns"}),
    frozenset({"ireland", "irish"}),
    frozenset({"switzerland", "swiss"}),
    frozenset({"norway", "norwegian", "norwegians"}),
    frozenset({"UN", "U.N."}),
)
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "sir", "lord", "lady", "miss", "prof", "professor"})
_OPPOSITES = """
    increase decrease; rise fall; rose fell; gain lose; gained lost; win lose; won lost; grow shrink; grew shrank; raise
    lower; raise cut; begin end; began ended; start stop; start end; open close; opened closed; accept reject; accept
    refuse; approve reject; agree disagree; agree refuse; allow forbid; allow ban; allow prevent; permit prohibit; support
    oppose; include exclude; create destroy; build demolish; before after; early late; earlier later; more less; more
    fewer; most least; many few; high low; higher lower; highest lowest; large small; larger smaller; largest smallest;
    big small; bigger smaller; biggest smallest; long short; longer shorter; longest shortest; strong weak; stronger weaker;
    good bad; better worse; best worst; first last; old new; older newer; older younger; oldest newest; oldest youngest; rich
    poor; hot cold; warm cool; warmer cooler; north south; northern southern; east west; eastern western; major minor;
    majority minority; maximum minimum; above below; over under; inside outside; internal external; public private; male
    female; men women; man woman; same different; similar different; always never; always rarely; often rarely; often
    seldom; frequently rarely; common rare; success failure; succeed fail; succeeded failed; positive negative; easy
    difficult; easy hard; easier harder; simple complex; safe dangerous; legal illegal; possible impossible; strengthen
    weaken; improve worsen; expand contract; expand reduce; increase reduce; import export; arrive depart; arrived departed;
    enter leave; join leave; remember forget; love hate; peace war; ally enemy; friend enemy; true false; correct wrong;
    deny confirm; denied confirmed; guilty innocent; alive dead; born died; present absent; full empty; heavy light; fast
    slow; faster slower; ancient modern; innocent guilty; buy sell; bought sold; borrow lend; push pull; attack defend;
    victory defeat; advantage disadvantage; all none; everyone nobody; everything nothing; both neither; up down; upper
    lower; top bottom; left right; wide narrow; thick thin; deep shallow; near far; expensive cheap; hire fire; praise
    criticise; praise criticize; praise condemn; encourage discourage; appear disappear; connect disconnect; continue stop;
    continue cease; optimistic pessimistic; formal informal; temporary permanent; voluntary compulsory; mandatory optional;
    liberal conservative; democratic republican; rural urban; urban rural; hardware software; ascending descending; widen
    narrow; broaden narrow; accelerate slow; advance retreat; appoint dismiss; acquit convict; safer riskier; tense relaxed
"""
_NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis", "anti")


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
        found = [_name_places(key, text) for key in fact.value if key not in _TITLES]
        expanded = _initials(fact) in text.keys
        if expanded:
            return [n for n, word in enumerate(text.words) if word.key == _initials(fact)]
        return sorted(set(chain(*found))) if all(found) else []
    return [other.first for other in text.facts if other.kind == fact.kind and _equal(fact, other)]


def _equal(fact: Fact, other: Fact) -> bool:
    (one, detail), (two, other_detail) = fact.value, other.value
    if one != two:
        return False
    if fact.kind == "date":
        return detail is None or detail == other_detail
    units = {detail, other_detail}
    return len(units) == 1 or ("" in units and not units & {"ordinal", "decade"})


def _name_places(key: object, text: Wording) -> list[int]:
    key = str(key)
    found = [n for n, word in enumerate(text.words) if same_name(key, word.key)]
    if not found and key.isupper() and key in text.initials:
        return [n for n, word in enumerate(text.words) if word.text[:1] == key[0]][:1]
    return found


@cache
def same_name(one: str, other: str) -> bool:
    """Say whether two folded words name the same: equal, or one a country and the other its people."""
    if one == other:
        return True
    if any(one in group and other in group for group in _SAME_NAMES):
        return True
    shared = os.path.commonprefix([one.casefold(), other.casefold()])
    rests = [word.casefold()[len(shared) :] for word in (one, other)]
    ends = [(_OF_COUNTRY, _OF_PEOPLE), (_OF_PEOPLE, _OF_COUNTRY)]
    return len(shared) >= 4 and any(a.fullmatch(rests[0]) and b.fullmatch(rests[1]) for a, b in ends)


def _initials(fact: Fact) -> str:
    keys = [str(key) for key in fact.value]
    return "".join(key[0].upper() for key in keys) if len(keys) > 1 else ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The stems of the nearest topic words on either side of a fact, and the very words beside it."""

    left: frozenset[str]
    right: frozenset[str]

    def shared(self, other: Surroundings) -> int:
        """Count the neighbours that two places have on the same side."""
        return len(self.left & other.left) + len(self.right & other.right)


def surroundings(text: Wording, fact: Fact) -> Surroundings:
    """Return what stands around a fact; other facts of its kind are left out."""
    facts = {n for other in text.facts if other.kind == fact.kind for n in range(other.first, other.last)}
    left = [word for n, word in enumerate(text.words[: fact.first]) if n not in facts][::-1]
    right = [word for n, word in enumerate(text.words[fact.last :], start=fact.last) if n not in facts]
    return Surroundings(_nearest(left), _nearest(right))


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
    others = [f for f in text.facts if f.kind == fact.kind and f not in own and not _partners(f, fact, claim, text)]
    return max((here.shared(surroundings(text, other)) for other in others), default=-1)


def swapped(fact: Fact, claim: Wording, text: Wording) -> bool:
    """Say whether a fact has changed places with another one: they share more neighbours crosswise than with themselves."""
    if passive(claim) != passive(text):
        return False
    here, own = surroundings(claim, fact), _own(fact, text)
    mine = max((here.shared(surroundings(text, place)) for place in own), default=0)
    for other in text.facts:
        partners = _partners(other, fact, claim, text) if other.kind == fact.kind and other not in own else []
        if not partners or not own:
            continue
        there = surroundings(text, other)
        kept = mine + max(surroundings(claim, partner).shared(there) for partner in partners)
        crossed = max(surroundings(claim, p).shared(surroundings(text, place)) for p in partners for place in own)
        if here.shared(there) + crossed > kept:
            return True
    return False


def _own(fact: Fact, text: Wording) -> list[Fact]:
    """Return the facts of a text that say what a claim's fact says."""
    return [other for other in text.facts if other.kind == fact.kind and _same(fact, other, text)]


def _partners(other: Fact, fact: Fact, claim: Wording, text: Wording) -> list[Fact]:
    """Return the facts of a claim that say what another fact of a text says."""
    return [f for f in claim.facts if f.kind == fact.kind and f != fact and _same(f, other, text)]


def _same(fact: Fact, other: Fact, text: Wording) -> bool:
    return bool(set(places(fact, text)) & set(range(other.first, other.last)))


@cache
def passive(text: Wording) -> bool:
    """Say whether a text tells who did it by "by"."""
    return bool(re.search(r"\b(?:is|are|was|were|been|being|be)\b(?: \w+){0,4} by\b", text.text))


def denied(one: Wording, others: Sequence[Wording]) -> bool:
    """Say whether a negation of one text denies what some of the others affirm and none of them denies."""
    for place, clause in _negated_clauses(one):
        standings = [_standing(clause, one, other) for other in others]
        if "affirmed" in standings and "denied" not in standings:
            return True
    return False


def _negated_clauses(text: Wording) -> Iterator[tuple[int, list[str]]]:
    """Yield the place of each negation and the stems of the topic words that it denies, to the end of its clause."""
    quoted = {n for fact in text.facts if fact.kind == "quote" for n in range(fact.first, fact.last)}
    for place in text.negations:
        following = text.words[place + 1].text.lower() if place + 1 < len(text.words) else ""
        if following in {"only", "just", "merely", "least", "later"} or place in quoted:
            continue
        clause: list[str] = []
        for word, after in zip(text.words[place + 1 :], text.words[place + 2 :] or (), strict=False):
            clause += [word.stem] if word.weight and word.key not in _AUXILIARY else []
            if _CLAUSE_END.search(text.text[word.end : after.end]):
                break
        else:
            clause += [word.stem for word in text.words[max(place + 1, len(text.words) - 1) :] if word.weight]
        if clause:
            yield place, clause[:LONGEST_CLAUSE]


def _standing(clause: Sequence[str], one: Wording, other: Wording) -> Literal["affirmed", "denied", "absent"]:
    """Say whether a text affirms or denies what a clause of another one denies, or does not speak of it."""
    common = {word.stem for word in one.words if word.weight} & other.stems
    matched = common & set(clause)
    if not matched or not (clause[0] in matched or len(matched) >= MOSTLY * len(common)):
        return "absent"
    at = [n for n, word in enumerate(other.words) if word.stem in matched]
    return "denied" if any(-2 <= n - place <= REACH for n in at for place in other.negations) else "affirmed"


_CLAUSE_END = re.compile(
    r"[,;:—–]|\b(?:but|and|although|though|while|because|which|who|whereas|however)\b", re.IGNORECASE
)
_AUXILIARY = frozenset("been being be have has had do does did yet even any longer".split())


def opposite(claim: Wording, text: Wording) -> bool:
    """Say whether a word of the claim is the opposite of one in the text, neither text having both."""
    gone, new = text.stems - claim.stems, claim.stems - text.stems
    pairs = _opposites()
    if any(pairs.get(stem, frozenset()) & gone for stem in new):
        return True
    said = {w.key for w in text.words} - {w.key for w in claim.words}
    claimed = {w.key for w in claim.words} - {w.key for w in text.words}
    return _prefixed(claimed, said) or _prefixed(said, claimed)


def _prefixed(some: Iterable[str], others: set[str]) -> bool:
    cut = (word.removeprefix(prefix) for word in some for prefix in _NEGATING_PREFIXES if word.startswith(prefix))
    return any(len(rest) > 3 and rest in others for rest in cut)


@cache
def _opposites() -> dict[str, frozenset[str]]:
    from retrieval.lexical import terms

    found: dict[str, frozenset[str]] = {}
    for pair in _OPPOSITES.split(";"):
        one, other = (terms(word)[0] for word in pair.split())
        found[one] = found.get(one, frozenset()) | {other}
        found[other] = found.get(other, frozenset()) | {one}
    return found
