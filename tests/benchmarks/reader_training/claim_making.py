"""Texts -> claims that they carry and claims that they do not, made by rule: more of them than writers write.

A sentence stands as it is, or is false by one change: a name or number of the same text in another's place, two names
exchanged, a negation put in or taken out. A question with an answer is a claim, too: true with its own answer, false
with the answer of another question to the same text.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

Change = tuple[str, bool]
"""A claim, and whether the text carries it."""

NAME = re.compile(r"(?<![.!?\"“] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |the |de |van )?[A-Z][\w'’-]+)*")
"""Capitalized words that do not open a sentence."""
NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
AUXILIARY = re.compile(r"\b(is|are|was|were|will|would|can|could|has|had|have|does|did|do|should|may|must)\b(?! not)")
NEGATED = re.compile(r"\b(is|are|was|were|will|would|could|has|had|have|does|did|do|should|may|must) not\b")
JOINED = re.compile(r"^(?:,| and| or| with|, and)? ?$")
"""What stands between two names that may change places without harm."""
SHORTEST, LONGEST = 40, 300
"""Characters of a sentence that is made a claim."""


def change_sentence(sentence: str, text: str, chance: random.Random) -> Change | None:
    """Return the sentence, true as it stands or made false, or None where it can't be changed."""
    if not SHORTEST <= len(sentence) <= LONGEST or sentence.endswith("?"):
        return None
    if chance.random() < 0.5:
        return sentence, True
    ways: list[Callable[[str, str, random.Random], str]] = [_replace_name, _replace_number, _exchange_names, _negate]
    chance.shuffle(ways)
    for way in ways:
        changed = way(sentence, text, chance)
        if changed and changed != sentence and changed not in text:
            return changed, False
    return None


def answer_question(
    question: str, answers: Sequence[str], others: Sequence[str], chance: random.Random
) -> Change | None:
    """Return question and answer as one claim, false where the answer is one of `others`' that looks like it."""
    mark = question if question.endswith("?") else f"{question}?"
    if chance.random() < 0.5:
        return f"{mark} {_close(chance.choice(answers))}", True
    known = {each.lower() for each in answers}
    like = [
        each
        for each in others
        if _shape(each) == _shape(answers[0]) and not any(each.lower() in k or k in each.lower() for k in known)
    ]
    return (f"{mark} {_close(chance.choice(like))}", False) if like else None


def _replace_name(sentence: str, text: str, chance: random.Random) -> str:
    here = [each.group() for each in NAME.finditer(sentence)]
    there = sorted({each.group() for each in NAME.finditer(text)} - set(here))
    there = [each for each in there if not any(each in name or name in each for name in here)]
    if not here or not there:
        return ""
    return sentence.replace(chance.choice(here), chance.choice(there), 1)


def _replace_number(sentence: str, text: str, chance: random.Random) -> str:
    here = [each.group() for each in NUMBER.finditer(sentence)]
    if not here:
        return ""
    old = chance.choice(here)
    there = sorted({each.group() for each in NUMBER.finditer(text)} - set(here))
    like = [each for each in there if abs(len(each) - len(old)) <= 1]
    digits = re.sub(r"\d", lambda each: str((int(each.group()) + chance.randint(1, 8)) % 9 + 1), old)
    return sentence.replace(old, chance.choice(like) if like and chance.random() < 0.6 else digits, 1)


def _exchange_names(sentence: str, text: str, chance: random.Random) -> str:
    found = list(NAME.finditer(sentence))
    pairs = [(one, two) for one, two in pairwise(found) if not JOINED.match(sentence[one.end() : two.start()])]
    if not pairs:
        return ""
    one, two = chance.choice(pairs)
    between = sentence[one.end() : two.start()]
    return f"{sentence[: one.start()]}{two.group()}{between}{one.group()}{sentence[two.end() :]}"


def _negate(sentence: str, text: str, chance: random.Random) -> str:
    if NEGATED.search(sentence):
        return NEGATED.sub(r"\1", sentence, count=1)
    return AUXILIARY.sub(r"\1 not", sentence, count=1)


def _close(answer: str) -> str:
    return answer if answer.endswith(".") else f"{answer}."


def _shape(answer: str) -> tuple[bool, bool, bool]:
    """Return what tells a name from a number from a phrase."""
    words = answer.split()
    return any(each.isdigit() for each in answer), answer[:1].isupper(), len(words) > 4
