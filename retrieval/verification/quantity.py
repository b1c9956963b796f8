"""Whether a claim says of all or most what a sentence says of some or many. Pure; knows English."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.verification.features import Wording

REACH = 3
"""Topic words after a quantity that it may be of."""
BEFORE = 6
"""Words before a word in which its quantity stands."""
GENERAL = 3
"""From this step on a quantity says more than that there are some."""

_STEPS = """
    4 all every each everyone everybody always entire whole
    3 most mostly majority usually generally
    2 many often numerous several
    1 some sometimes certain few handful
"""
_PART = re.compile(r"\bout of\b|\b(?:\d[\d.,]*|half|third|quarter|part|some|many|few|several|one) of\b", re.IGNORECASE)


def overstated(claim: Wording, texts: Sequence[Wording]) -> bool:
    """Say whether a quantity in a claim is greater than that of the same words in the texts."""
    said = {word.key for word in claim.words}
    for place, step in _quantities(claim):
        if step < GENERAL:
            continue
        following = [w.stem for w in claim.words[place + 1 :] if w.weight and w.key not in _steps()][:REACH]
        found = [steps for text in texts for steps in _steps_of(following, text, said)]
        if found and max(found) < step:
            return True
    return False


def _steps_of(stems: Sequence[str], text: Wording, said: set[str]) -> Iterator[int]:
    """Yield the steps of a text's quantities of these stems' words; small ones that the claim has, too, don't count."""
    for n, word in enumerate(text.words):
        if word.stem not in stems:
            continue
        before = text.words[max(0, n - BEFORE) : n]
        steps = [(w.key, _steps()[w.key]) for w in before if w.key in _steps()]
        yield from (step for key, step in steps if step >= GENERAL or key not in said)
        if before and _PART.search(text.text[before[0].start : word.end]):
            yield 1


def _quantities(text: Wording) -> Iterator[tuple[int, int]]:
    """Yield the places of words of quantity outside quotes, and their steps."""
    quoted = {n for fact in text.facts if fact.kind == "quote" for n in range(fact.first, fact.last)}
    for n, word in enumerate(text.words):
        if word.key in _steps() and n not in quoted:
            yield n, _steps()[word.key]


@cache
def _steps() -> dict[str, int]:
    lines = (line.split() for line in _STEPS.strip().splitlines())
    return {word: int(step) for step, *words in lines for word in words}
