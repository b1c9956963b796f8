"""What a claim takes from around it: from the question that was asked, and from the claim before it. Pure.

Knows English. Whether the claim then stands is left to verifier.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.verification.features import wording

if TYPE_CHECKING:
    from retrieval.verification.features import Fact

_CLOSED = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|well|ok|okay|please)\b\W*)*"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n['’]t)?\b|"
    r",\s*(?:right|correct|no|true|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)(?:n['’]t)? \w+)"
    r"\s*\?\s*$",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"^\W*(?:(?:however|moreover|furthermore|also|then|later|but|and|in addition|additionally|therefore|thus),? )?"
    r"(he|she|they|it|(?:this|that|these|those)(?! (?:week|month|year|spring|summer|autumn|fall|winter|morning|"
    r"afternoon|evening|weekend)s?\b)|both(?! (?:[\w-]+ ){1,4}and\b)|such|his|her|their|its|the (?:former|latter))\b"
    r"(?! (?:is|was|remains|seems|appears)(?: not| still)? "
    r"(?:(?:un)?(?:clear|likely|known|certain)|(?:im)?possible|expected|reported|said|believed|that)\b)",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"^(?:(?:however|but|yet|still|instead|nevertheless|nonetheless|moreover|furthermore|also|then|in addition|"
    r"additionally|besides|therefore|thus|hence|so|as a result|consequently|by contrast|in contrast|conversely|"
    r"on the other hand|otherwise|similarly|likewise),\s+|(?:but|and|nor)\s+(?!for\b))(?=\S)",
    re.IGNORECASE,
)
"""How a sentence opens that goes on with, or turns against, the one before it."""
_NO_PERSON = re.compile(
    r"\b(?:department|ministry|house|university|council|party|government|company|police|court|union|states|kingdom|"
    r"\w+(?:ese|ish)|china|russia|taiwan|ukraine|france|germany|japan|india|europe|america)\b",
    re.IGNORECASE,
)
_PLACED = re.compile(r"(?:\b(?:in|at|from|to|on|of|with|against|by|for)(?: the)?) $", re.IGNORECASE)


def closed(question: str) -> bool:
    """Say whether a question asks for yes or no, so that what it says is not yet so."""
    return bool(_CLOSED.search(question.strip()))


def hangs(claim: str) -> bool:
    """Say whether a claim opens with "he", "it", "this" or "their", and so goes on with what is said before it."""
    return bool(_LEANING.match(claim))


def drop_connective(claim: str) -> str:
    """Return a claim without the word that ties it to the one before it: "However, it rained" is "It rained"."""
    bare = _CONNECTIVE.sub("", claim)
    return bare if bare == claim else bare[:1].upper() + bare[1:]


def resolve_pronouns(claim: str, before: str) -> str:
    """Return a claim that opens with "he" or "she" with the person of the claim before in its place, where one is."""
    found = _LEANING.match(claim)
    if not found or found.group(1).lower() not in {"he", "she"}:
        return claim
    person = next((fact for fact in wording(before).facts if _person(fact, before)), None)
    return claim[: found.start(1)] + person.text + claim[found.end(1) :] if person else claim


def _person(fact: Fact, text: str) -> bool:
    if fact.kind != "name" or not fact.sure or _NO_PERSON.search(fact.text) or fact.text.isupper():
        return False
    start = wording(text).words[fact.first].start
    return not start or not _PLACED.search(text[:start])
