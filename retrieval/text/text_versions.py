"""Whether two texts that share most of their words are copies, or versions that say different things. Pure.

A version has another number, name, date or word in the same place, or a negation more. Words are compared within
sentences that are near each other; a sentence that only one of the texts has makes no version of it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.text.english import MAGNITUDES, NEGATIONS, NUMBERS, STOP_WORDS, TENS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SAME_SENTENCE = 0.5
"""Sentences of which the shorter shares this part of its words with the other speak of the same."""
FEWEST_SHARED = 4
"""Words that a sentence and its version share, at least."""
SAME_SPELLING = 4
"""Words that begin with so many equal letters are forms of one word: "centre" and "center"."""

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_DATELINE = re.compile(r"^\W*(?:[A-Z][\w.,’' ]{0,40}\([^()]{2,40}\)|[A-Z]{3,}[\w., ]{0,30}) ?[-–—]+ ")
_NUMERALS = frozenset((*NUMBERS, *TENS, *MAGNITUDES))


def are_versions(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two texts, given as their sentences, contradict or amend each other somewhere."""
    common = {*one} & {*other}
    ours, theirs = ([_DATELINE.sub("", each) for each in text if each not in common] for text in (one, other))
    for sentence in ours:
        nearest = max(theirs, key=lambda each: _measure_overlap(sentence, each), default="")
        if _measure_overlap(sentence, nearest) >= SAME_SENTENCE and say_different_things(sentence, nearest):
            return True
    return False


def is_version(one: str, other: str) -> bool:
    """Say whether two sentences both share most of their words with the other and yet say different things."""
    words = [_lower(_WORD.findall(each)) for each in (one, other)]
    shared = len(words[0] & words[1])
    return shared >= max(FEWEST_SHARED, SAME_SENTENCE * max(map(len, words))) and say_different_things(one, other)


def say_different_things(one: str, other: str) -> bool:
    """Say whether two similar sentences differ in a number, a name, a date, a negation, or in a word for another."""
    counts = [Counter(_WORD.findall(each)) for each in (one, other)]
    ours, theirs = (
        [word for word in counts[n] - counts[1 - n] if word.lower() not in _lower(counts[1 - n])] for n in (0, 1)
    )
    if any(_is_fact(word, n) for text in (one, other) for n, word in _place(text, [*ours, *theirs])):
        return True
    topics = [[word.lower() for word in side if word.lower() not in STOP_WORDS] for side in (ours, theirs)]
    replaced = [a for a in topics[0] if not any(a[:SAME_SPELLING] == b[:SAME_SPELLING] for b in topics[1])]
    return bool(replaced and topics[1])


def _lower(words: Collection[str]) -> set[str]:
    return {word.lower() for word in words}


def _place(text: str, words: Collection[str]) -> list[tuple[int, str]]:
    return [(n, word) for n, word in enumerate(_WORD.findall(text)) if word in words]


def _is_fact(word: str, place: int) -> bool:
    """Say whether a word is a number, a negation or, where it does not open the sentence, a name."""
    lower = word.lower()
    return (
        word[0].isdigit()
        or lower in _NUMERALS
        or lower in NEGATIONS
        or lower.endswith(("n't", "n’t"))
        or (place > 0 and word[0].isupper() and lower not in STOP_WORDS)
    )


def _measure_overlap(one: str, other: str) -> float:
    words = [_lower(_WORD.findall(each)) for each in (one, other)]
    shorter = min(map(len, words))
    return len(words[0] & words[1]) / shorter if shorter else 0.0
