"""A sentence, taken apart for comparison: its words, and the facts in it that a paraphrase may not change. Pure.

Facts are numbers, dates, names and quotes; negations are kept beside them. English is known best: number words, months
and words of negation are its own. Whether one sentence carries another is left to evidence.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from retrieval.text.english import STOP_WORDS
from retrieval.text.sanitizing import strip_invisible
from retrieval.verification import numerals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.verification.numerals import Numeral

Kind = Literal["number", "date", "name", "quote"]

REMEMBERED = 4096
COMMON = 3.0
"""Words rarer than this (Zipf scale, log10 of uses in a billion words) all weigh the same."""
COMMONEST = 7.5

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:[’'](?=\w)[^\W_]+)*|[$€£¥₹%]", re.UNICODE
)
_GLYPHS = str.maketrans("‘’‚‛“”„‟«»′″–—‐‑−", '\'\'\'\'""""""\'"-----')
_POSSESSIVE = re.compile(r"[’']s?$", re.IGNORECASE)

_QUOTED = re.compile(
    r"“([^”“\n]{2,}?)[”\"]|\"([^\"\n]{2,}?)\"|«([^»\n]{2,}?)»|„([^“”\n]{2,}?)[“”]|"
    r"(?<![\w’'])‘([^‘\n]{2,}?)’(?!\w)|(?<![\w’'])'([^'\n]{2,}?)'(?!\w)"
)
_NEGATIONS = frozenset(
    re.findall(
        r"\w+",
        """
        not no never none neither nor nobody nothing nowhere without cannot cant dont wont lack lacks lacked
        lacking fail fails failed failing failure refuse refuses refused refusing deny denies denied denying
        except unable hardly barely rarely seldom scarcely unlikely absence absent
        """,
    )
)
_BEFORE_A_FEW = frozenset(re.findall(r"\w+", "a the these those last next past first every quite his her their"))
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        """
        however moreover furthermore meanwhile although though despite while since after before during
        according both each many most several some all another other yet still also then thus therefore
        instead later earlier today yesterday recently finally additionally overall similarly there here
        because unlike once until under over between among within without through even only just perhaps
        when where who what why how which whether nothing everything someone mr mrs ms dr
        """,
    )
)
_CONNECTORS = frozenset(re.findall(r"\w+", "of on for de la le van von der den del di da du dos al bin ibn e y"))
_WEEKDAYS = frozenset(re.findall(r"\w+", "monday tuesday wednesday thursday friday saturday sunday"))
_SMALL = frozenset({"of", "on", "for", "in", "and", "the", "de"})
_SURE_NAME_AFTER = re.compile(r"[’']s\b|,? (?:who|said|says|told|added|stated|announced|claimed|wrote|warned|argued)\b")


def flat(text: str) -> str:
    """Return text for comparison letter by letter: composed, visible, straight quotes, single blanks, no case."""
    composed = unicodedata.normalize("NFKC", strip_invisible(text)).translate(_GLYPHS)
    return " ".join(composed.casefold().split())


def folded(word: str) -> str:
    """Return a word as names are compared: no case, accents, possessive or dots; capitals of an acronym stay."""
    bare = _POSSESSIVE.sub("", word).replace(".", "")
    plain = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return plain if plain.isupper() and 2 <= len(plain) <= 5 else plain.casefold()


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place; `stem` is the lexical index's term, `weight` is 0 for words without topic."""

    text: str
    start: int
    end: int
    key: str
    stem: str
    weight: float


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a paraphrase may not change: what it is, its value, and the words [first, last) that say it.

    Values: of a number (amount, unit), of a date (month, day or None), of a name its folded words, of a quote its text.
    """

    kind: Kind
    value: tuple[object, ...]
    first: int
    last: int
    text: str
    sure: bool = True
    """False for a single capitalised word that opens a sentence and is not rare, and so may be no name."""


@dataclass(frozen=True)
class Wording:
    """A text with its words and facts."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order; signs of currencies and percentages count as words."""
        return tuple(_words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words."""
        return frozenset(word.stem for word in self.words)

    @cached_property
    def keys(self) -> frozenset[str]:
        """All words as names are compared."""
        return frozenset(word.key for word in self.words)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Numbers, dates, names and quotes, in this order; words of a quote or a date make no other fact."""
        quotes = list(self._quotes())
        quoted = _words_of(quotes)
        dates = [fact for fact in self._facts("date", numerals.dates(self.text)) if fact.first not in quoted]
        dated = _words_of(dates)
        every = self._facts("number", numerals.numbers(self.text))
        numbers = [n for n in every if n.first not in quoted and (n.first not in dated or is_year(n))]
        return (*numbers, *dates, *self._names(quoted | dated | _words_of(numbers)), *quotes)

    @cached_property
    def quoted(self) -> tuple[Fact, ...]:
        """The numbers and dates inside quotes."""
        inside = _words_of(fact for fact in self.facts if fact.kind == "quote")
        every = (*self._facts("number", numerals.numbers(self.text)), *self._facts("date", numerals.dates(self.text)))
        return tuple(fact for fact in every if fact.first in inside)

    @cached_property
    def negations(self) -> tuple[int, ...]:
        """The places of the words that negate."""
        return tuple(
            n
            for n, w in enumerate(self.words)
            if w.key in _NEGATIONS
            or _contracted(w.text)
            or (w.key == "few" and (not n or self.words[n - 1].key not in _BEFORE_A_FEW))
        )

    @cached_property
    def initials(self) -> frozenset[str]:
        """The initials of each run of capitalised words: "US" for "United States"."""
        telling = (w for w in self.words if w.text[0].isupper() or w.text not in _SMALL)
        runs = (
            "".join(w.text[0] for w in run)
            for capital, run in groupby(telling, lambda w: w.text[0].isupper())
            if capital
        )
        return frozenset(
            run[start:end]
            for run in runs
            for start in range(len(run))
            for end in range(start + 2, min(start + 6, len(run)) + 1)
        )

    def _facts(self, kind: Kind, found: Iterable[Numeral]) -> Iterator[Fact]:
        for each in found:
            first, last = self._between(each.start, each.end)
            yield Fact(kind, each.value, first, last, self.text[each.start : each.end], each.value != (1.0, ""))

    def _quotes(self) -> Iterator[Fact]:
        for match in _QUOTED.finditer(self.text):
            first, last = self._between(match.start(), match.end())
            if first < last:
                yield Fact("quote", (next(filter(None, match.groups())),), first, last, match.group())

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last of the words that share a character with a span, the last exclusive."""
        inside = [n for n, word in enumerate(self.words) if word.start < end and start < word.end] or [0]
        return inside[0], inside[-1] + bool(self.words)

    def _names(self, taken: set[int]) -> Iterator[Fact]:
        place = 0
        while place < len(self.words):
            if place in taken or not self._capital(place):
                place += 1
                continue
            last = place + 1
            while last < len(self.words) and last not in taken and self._joined(last):
                last += 1
            while not self._capital(last - 1):
                last -= 1
            first = place + 1 if self._opens(place) and self.words[place].key in STOP_WORDS | _OPENERS else place
            described = first + 2 < last and self.words[first + 1].key == "of"  # "Residents of Bela"
            if described and self._opens(first) and self.words[first].weight < 1:
                first += 2
            if first < last:
                words = self.words[first:last]
                text = self.text[words[0].start : words[-1].end]
                marked = words[0].weight == 1 or bool(_SURE_NAME_AFTER.match(self.text, words[0].end))
                sure = len(words) > 1 or not self._opens(first) or marked
                keys = tuple(word.key for word in words if word.key not in _CONNECTORS) or (words[-1].key,)
                yield Fact("name", keys, first, last, text, sure)
            place = last

    def _capital(self, place: int) -> bool:
        word = self.words[place].text
        return (word[0].isupper() and word not in {"I", "I’m", "I'm", "A"}) or any(c.isupper() for c in word[1:])

    def _joined(self, place: int) -> bool:
        """Say whether a word goes on with the name before it; "of" does where a capitalised word follows."""
        between = self.text[self.words[place - 1].end : self.words[place].start]
        if between not in {" ", "-", ". ", "  "} or self.words[place].key in _WEEKDAYS:
            return False
        if between == ". " and len(self.words[place - 1].text) > 4:
            return False
        following = place + 1 < len(self.words) and self._capital(place + 1)
        following = following and self.words[place + 1].key not in _WEEKDAYS
        return self._capital(place) or (self.words[place].key in _CONNECTORS and following)

    def _opens(self, place: int) -> bool:
        """Say whether a word opens a sentence or a quoted one."""
        before = self.text[: self.words[place].start].rstrip(" \n\"“”‘’'([-•*")
        return not before or before[-1] in ".!?:;…"


@lru_cache(maxsize=REMEMBERED)
def wording(text: str) -> Wording:
    """Return a text taken apart; the latest are remembered."""
    return Wording(unicodedata.normalize("NFC", strip_invisible(text)))


def _words(text: str) -> Iterator[Word]:
    from retrieval.index.lexical import extract_terms

    for match in _WORD.finditer(text):
        word = match.group()
        key = folded(word)
        stems = extract_terms(_POSSESSIVE.sub("", word).replace(".", ""))
        bare = word.casefold().replace("’", "'").partition("'")[0]
        stopped = bare in STOP_WORDS and not (key.isupper() and len(key) > 1)
        yield Word(word, match.start(), match.end(), key, stems[-1] if stems else key, 0.0 if stopped else _weight(key))


@lru_cache(maxsize=REMEMBERED)
def _weight(word: str) -> float:
    """Weigh a word by how rare it is in ordinary English, from 0.3 (said) to 1."""
    from wordfreq import zipf_frequency

    frequency = min(max(zipf_frequency(word, "en"), COMMON), COMMONEST)
    return max(0.3, 1 - (frequency - COMMON) / (COMMONEST - COMMON))


def _contracted(word: str) -> bool:
    return word.lower().replace("’", "'").endswith("n't")


def is_year(fact: Fact) -> bool:
    """Say whether a number may be a year."""
    amount = fact.value[0]
    return isinstance(amount, float) and 1000 <= amount <= 2100 and fact.value[1] == ""


def _words_of(facts: Iterable[Fact]) -> set[int]:
    return {n for fact in facts for n in range(fact.first, fact.last)}
