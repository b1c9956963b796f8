"""A question -> what it is about, without the words that only say what is wanted. Pure.

Words that ask are taken off both ends, never out of the middle: "Give me an overview of the dock strike, please" is
about "the dock strike". A noun that may be a topic as well ("the paper mill", "the boil order") is taken off only where
the words beside it ask, too.
"""

from __future__ import annotations

import re

from retrieval.text.english import (
    ASKED_NOUNS,
    ASKING_PHRASES,
    ASKING_VERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    MONTH_PATTERN,
    NUMBERS,
    PERSONAL_PRONOUNS,
    PREPOSITIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    TIME_WORDS,
    WEEKDAY_PATTERN,
)
from retrieval.text.late_patterns import compile_later

_TLDR = re.compile(r"tl[;:,]? ?dr", re.IGNORECASE)
_SENTENCE_END = re.compile(
    r"(?<=[.?!])\s+(?=[^a-z])|(?<=[^.][.?!])\s+(?=(?:what|how|who|when|where|why|which)\b)|(?<=[a-z])\s+(?=(?:What|How|Who|When|Where|Why|Which)(?:['’]s|\s(?:is|are|was|were|do|does|did|has|have)\b))"
)
_MANNER = re.compile(r"\b(\w+) by \1\b", re.IGNORECASE)
"""Step by step, day by day."""
_AFTERTHOUGHT = re.compile(
    r"(?:,|\s[–—-])\s+(?=(?:from|with|in|as|what|how|when|please|pls|including)\b)", re.IGNORECASE
)
"""What introduces a remark on how the question is to be answered: "..., from start to finish"."""
_FORETHOUGHT = compile_later(
    r"^\W*(?:from|in|for|over|to|at)\b[^,:?]*[,:]\s+"
    rf"(?=(?:{'|'.join(sorted(QUESTION_WORDS | ASKING_VERBS | AUXILIARIES))})\b)",
    re.IGNORECASE,
    needs=(",", ":"),
)
"""The same before it: "From the first letter to the trial, how did the case go?"."""
_FOR_WHOM = re.compile(r"\s+for (?:me|us)(?=,|\W*$)", re.IGNORECASE)
_WORD = re.compile(rf"{_TLDR.pattern}|\w+(?:[’'.&-]\w+)*", re.IGNORECASE)
_CONTRACTION = re.compile(
    r"^(what|who|how|where|when|that|it|let|here|there|i|you|we|\w*day|week|month|year)['’](?:s|re|ve|d|m|ll)$"
)
_TIME = re.compile(rf"(?:{MONTH_PATTERN}|{WEEKDAY_PATTERN}|\d{{1,2}}(?:st|nd|rd|th)?|20\d\d)\.?")
_PARTICLES = frozenset({"up", "out", "down"})
"""What belongs to the verb before it: "sum up"."""
_OPENS = (
    QUESTION_WORDS
    | AUXILIARIES
    | PREPOSITIONS
    | CONJUNCTIONS
    | PERSONAL_PRONOUNS
    | ASKING_VERBS
    | _PARTICLES
    | STOP_WORDS - DETERMINERS
    | frozenset({"appear", "appeared", "print", "printed", "publish", "published", "ran", "written", "wrote"})
)
"""What may stand before a subject and is no part of it."""
_ASKED = DETERMINERS | ASKED_NOUNS | TIME_WORDS
"""What belongs to a subject where it stands right before it: "this bridge", "the news conference"."""
_PHRASES = ASKING_PHRASES - _PARTICLES | frozenset(NUMBERS)
"""And what belongs to it right before or after it: "the new ferry", "the boil order"."""


def find_subject(text: str) -> str:
    """Return what a question is about, as it is written there, or nothing: "What happened last week?".

    Of several sentences the last one that asks about anything says it, or else the last one that is about anything.
    """
    sentences = [sentence for sentence in reversed(_SENTENCE_END.split(text)) if sentence]
    return next(filter(None, map(_strip_asking, sorted(sentences, key=lambda each: not _asks(each)))), "")


def _asks(sentence: str) -> bool:
    """Say whether a sentence is a question, and no mere remark with a question mark: "In order, please?"."""
    words = {_CONTRACTION.sub(r"\1", word.lower()) for word in _WORD.findall(sentence)}
    return sentence.rstrip().endswith("?") and not words.isdisjoint(QUESTION_WORDS | AUXILIARIES)


def _strip_asking(text: str) -> str:
    text = _FOR_WHOM.sub("", _MANNER.sub(" ", text))
    if (opening := _FORETHOUGHT.match(text)) and (asked := _strip_asking(text[opening.end() :])):
        return asked
    text = _AFTERTHOUGHT.split(text, maxsplit=1)[0] if _strip_ends(_AFTERTHOUGHT.split(text, maxsplit=1)[0]) else text
    return _strip_ends(text)


def _strip_ends(text: str) -> str:
    words = list(_WORD.finditer(text))
    roles = [_find_role(match.group(), shouted=text.isupper()) for match in words]
    first, last = 0, len(words)
    while first < last and roles[first]:
        first += 1
    if first == last:
        return ""
    while first and roles[first - 1] in {"asked", "phrase"}:
        first -= 1
    while roles[last - 1]:
        last -= 1
    while last < len(words) and roles[last] == "phrase":
        last += 1
    return text[words[first].start() : words[last - 1].end()]


def _find_role(word: str, *, shouted: bool) -> str:
    """Return what a word does beside a subject, or nothing where it is of one, as the US in capitals is."""
    if len(word) > 1 and word.isupper() and not shouted and not _TLDR.fullmatch(word):
        return ""
    word = _CONTRACTION.sub(r"\1", word.lower())
    if word in _PHRASES:
        return "phrase"
    if word in _ASKED or _TIME.fullmatch(word):
        return "asked"
    return "opens" if word in _OPENS or _TLDR.fullmatch(word) else ""
