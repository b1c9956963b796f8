"""A sentence, taken apart for comparison: its words, and the facts in it that a paraphrase may not change. Pure.

Facts are numbers, dates, names and quotes; negations are kept beside them. English is known best: number words, months
and words of negation are its own. Whether one sentence carries another is left to support.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Literal

from retrieval.question import STOP_WORDS

Kind = Literal["number", "date", "name", "quote"]

REMEMBERED = 4096
COMMON = 3.0
"""Words rarer than this (Zipf scale, log10 of uses in a billion words) all weigh the same."""
COMMONEST = 7.5

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:[’'](?=\w)[^\W_]+)*|[$€£¥₹%]", re.UNICODE
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_GLYPHS = str.maketrans("‘’‚‛“”„‟«»′″–—‐‑−", '\'\'\'\'""""""\'"-----')
_POSSESSIVE = re.compile(r"[’']s?$", re.IGNORECASE)

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?|"
    rf"\b(?P<month2>{_MONTH})\b\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])|"
    rf"\b\d{{4}}-(?P<month3>\d\d)-(?P<day3>\d\d)\b|"
    rf"\b(?P<month4>{_MONTH})\b",
    re.IGNORECASE,
)
_MULTIPLIERS = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_DIGITS = re.compile(
    r"(?<![\w.])(?<!\w[-’'])(?:(?P<sign>[$€£¥₹])\s?)?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<suffix>st|nd|rd|th|s)|[\s-]?(?P<times>hundred|thousand|million|billion|trillion)s?|(?P<letter>k|m|mn|b|bn|tn))?"
    r"(?!\w|[.,]\d)(?P<percent>\s?%|[\s-]per ?cent(?:age)?\b)?",
    re.IGNORECASE,
)
_LARGE = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
}
_TIMES = {
    word: value
    for value, words in {
        0.5: "half halve halves halved", 2.0: "double doubles doubled doubling twice twofold", 3.0: "triple triples tripled "
        "tripling threefold thrice treble trebled", 4.0: "quadruple quadrupled quadruples fourfold quadrupling",
        5.0: "fivefold quintupled",
    }.items()
    for word in words.split()
}  # fmt: skip
_CURRENCIES = {
    "$": "dollar", "dollar": "dollar", "dollars": "dollar", "€": "euro", "euro": "euro", "euros": "euro", "£": "pound",
    "pound": "pound", "pounds": "pound", "¥": "yen", "yen": "yen", "yuan": "yuan", "₹": "rupee", "rupee": "rupee",
    "rupees": "rupee",
}  # fmt: skip
_QUOTED = re.compile(
    r"“([^”“\n]{2,}?)[”\"]|\"([^\"\n]{2,}?)\"|«([^»\n]{2,}?)»|„([^“”\n]{2,}?)[“”]|"
    r"(?<![\w’'])‘([^‘\n]{2,}?)’(?!\w)|(?<![\w’'])'([^'\n]{2,}?)'(?!\w)"
)
_NEGATIONS = frozenset(
    "not no never none neither nor nobody nothing nowhere without cannot cant dont wont lack lacks lacked lacking fail "
    "fails failed failing failure refuse refuses refused refusing deny denies denied denying unable hardly barely rarely "
    "seldom scarcely unlikely absence absent".split()
)
_CONNECTORS = frozenset("of de la le van von der den del di da du dos al bin ibn e y".split())
_SURE_NAME_AFTER = re.compile(r"[’']s\b|,? (?:who|said|says|told|added|stated|announced|claimed|wrote|warned|argued)\b")


def flat(text: str) -> str:
    """Return text for comparison letter by letter: composed, visible, straight quotes, single blanks, no case."""
    composed = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_GLYPHS)
    return " ".join(composed.casefold().split())


def folded(word: str) -> str:
    """Return a word as names are compared: no case, accents, possessive or dots; capitals of an acronym stay."""
    bare = _POSSESSIVE.sub("", word).replace(".", "")
    plain = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return plain if plain.isupper() and 2 <= len(plain) <= 5 else plain.casefold()


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the text; `stem` is the lexical index's term, `weight` is 0 for words without topic."""

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
    """False for a single capitalised word that opens a sentence, and so may be no name."""


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
        """Numbers, dates, names and quotes, in this order; words of a quote or date make no other fact."""
        quotes = [*self._spans("quote", self._quotes())]
        dates = [*self._spans("date", self._dates())]
        numbers = [*self._spans("number", self._digits()), *self._spelled()]
        taken = {n for fact in [*quotes, *dates] for n in range(fact.first, fact.last)}
        inside = {n for fact in quotes for n in range(fact.first, fact.last)}
        apart = [fact for fact in numbers if fact.first not in (inside if fact.last - fact.first == 1 else taken)]
        years = {fact for fact in apart if fact.first in taken and not _year(fact)}
        kept = [fact for fact in apart if fact not in years]
        taken |= {n for fact in kept for n in range(fact.first, fact.last)}
        return (*kept, *(d for d in dates if d.first not in inside), *self._names(taken), *quotes)

    @cached_property
    def negations(self) -> tuple[int, ...]:
        """The places of the words that negate."""
        return tuple(n for n, w in enumerate(self.words) if w.key in _NEGATIONS or _contracted(w.text))

    @cached_property
    def initials(self) -> frozenset[str]:
        """The initials of each run of capitalised words: "US" for "United States"."""
        runs = (
            "".join(w.text[0] for w in run)
            for capital, run in groupby(self.words, key=lambda w: w.text[:1].isupper())
            if capital
        )
        return frozenset(initials[start:] for initials in runs for start in range(len(initials) - 1))

    def _spans(self, kind: Kind, found: Iterator[tuple[tuple[object, ...], int, int]]) -> Iterator[Fact]:
        for value, start, end in found:
            inside = [n for n, word in enumerate(self.words) if word.start < end and start < word.end]
            if inside:
                yield Fact(kind, value, inside[0], inside[-1] + 1, self.text[start:end])

    def _quotes(self) -> Iterator[tuple[tuple[object, ...], int, int]]:
        for match in _QUOTED.finditer(self.text):
            yield (next(group for group in match.groups() if group),), match.start(), match.end()

    def _dates(self) -> Iterator[tuple[tuple[object, ...], int, int]]:
        for match in _DATE.finditer(self.text):
            name = match["month"] or match["month2"] or match["month4"]
            if match["month4"] and not (name[0].isupper() and self._is_month(match.start(), name)):
                continue
            month = MONTHS[name.lower()] if name else int(match["month3"])
            day = match["day"] or match["day2"] or match["day3"]
            yield (month, int(day) if day else None), match.start(), match.end()

    def _is_month(self, start: int, name: str) -> bool:
        """Tell the months May and March from the verbs by the word before them or a year behind."""
        if name.lower() not in {"may", "march", "mar", "jan", "jun", "sep", "dec", "august"}:
            return True
        before = re.search(
            r"\b(in|on|for|since|until|by|of|from|to|last|this|next|early|late|mid|during)[ -]$",
            self.text[:start],
            re.I,
        )
        return bool(before or re.match(r",? \d{4}\b", self.text[start + len(name) :]))

    def _digits(self) -> Iterator[tuple[tuple[object, ...], int, int]]:
        for match in _DIGITS.finditer(self.text):
            times = (match["times"] or match["letter"] or "").lower()
            amount = float(match["digits"].replace(",", "")) * _MULTIPLIERS.get(times, 1.0)
            suffix = (match["suffix"] or "").lower()
            unit = "%" if match["percent"] else _CURRENCIES.get(match["sign"] or "", "")
            unit = unit or {"s": "decade", "": ""}.get(suffix, "ordinal") or self._currency(match.end())
            yield (amount, unit), match.start(), match.end()

    def _currency(self, end: int) -> str:
        following = re.match(r"(?: US| U\.S\.)? (\w+)", self.text[end:])
        return _CURRENCIES.get(following.group(1).lower(), "") if following else ""

    def _spelled(self) -> Iterator[Fact]:
        """Yield numbers written in words: "twenty-five", "two hundred and six", "a million", "third"."""
        parts = [(n, word.text.lower()) for n, word in enumerate(self.words)]
        place = 0
        while place < len(parts):
            length, value, unit = _number_at([part for _, part in parts[place : place + 12]])
            if not length:
                place += 1
                continue
            first, last = parts[place][0], parts[place + length - 1][0] + 1
            end = self.words[last - 1].end
            percent = re.match(r"[\s-]*(?:%|per ?cent)", self.text[end:], re.I)
            unit = unit or ("%" if percent else self._currency(end))
            yield Fact("number", (value, unit), first, last, self.text[self.words[first].start : end], value != 1.0)
            place += length

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
            if first < last:
                words = self.words[first:last]
                text = self.text[words[0].start : words[-1].end]
                sure = len(words) > 1 or not self._opens(first) or bool(_SURE_NAME_AFTER.match(self.text, words[0].end))
                keys = tuple(word.key for word in words if word.key not in _CONNECTORS)
                yield Fact("name", keys, first, last, text, sure)
            place = last

    def _capital(self, place: int) -> bool:
        word = self.words[place].text
        return word[0].isupper() and word not in {"I", "I’m", "I'm", "A"} or any(c.isupper() for c in word[1:])

    def _joined(self, place: int) -> bool:
        """Say whether a word goes on with the name before it; "of" does where a capitalised word follows."""
        between = self.text[self.words[place - 1].end : self.words[place].start]
        if between not in {" ", "-", ". ", "  "}:
            return False
        if between == ". " and len(self.words[place - 1].text) > 4:
            return False
        following = place + 1 < len(self.words) and self._capital(place + 1)
        return self._capital(place) or (self.words[place].key in _CONNECTORS and following)

    def _opens(self, place: int) -> bool:
        """Say whether a word opens a sentence or a quoted one."""
        before = self.text[: self.words[place].start].rstrip(" \n\"“”‘’'([-•*")
        return not before or before[-1] in ".!?:;…"


_OPENERS = frozenset(
    "however moreover furthermore meanwhile although though despite while since after before during according both each "
    "many most several some all another other yet still also then thus therefore instead later earlier today yesterday "
    "recently finally additionally overall similarly there here because unlike once until under over between among "
    "within without through even only just perhaps when where who what why how which whether nothing everything someone "
    "mr mrs ms dr".split()
)


@lru_cache(maxsize=REMEMBERED)
def wording(text: str) -> Wording:
    """Return a text taken apart; the latest are remembered."""
    return Wording(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def _words(text: str) -> Iterator[Word]:
    from retrieval.lexical import terms

    for match in _WORD.finditer(text):
        word = match.group()
        key = folded(word)
        stems = terms(_POSSESSIVE.sub("", word).replace(".", ""))
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


def _year(fact: Fact) -> bool:
    amount = fact.value[0]
    return isinstance(amount, float) and 1000 <= amount <= 2100 and fact.value[1] == ""


def _number_at(parts: list[str]) -> tuple[int, float, str]:
    """Return how many of the words spell a number, its value, and "ordinal" where it is one."""
    if parts[0] in _TIMES:
        return 1, _TIMES[parts[0]], "times"
    total, current, length, place = 0.0, 0.0, 0, 0
    while place < len(parts):
        word = parts[place]
        if word in _UNITS and (not length or current % 10 == 0) or word in _TENS and current % 100 == 0:
            current += _UNITS.get(word, _TENS.get(word, 0))
        elif word in _ORDINALS and (not length or current % 10 == 0) and not (word == "second" and length):
            return place + 1, total + current + _ORDINALS[word], "ordinal"
        elif word == "hundred" and place:
            current *= 100
        elif word in _LARGE and place:
            total, current = total + current * _MULTIPLIERS[word], 0.0
        elif word in {"a", "an"} and not place and parts[1:2] and parts[1] in _LARGE:
            current, place = 1.0, place + 1
            continue
        elif (
            word == "and"
            and length
            and parts[place - 1] in {"hundred", "thousand"}
            and _number_at(parts[place + 1 :])[0]
        ):
            place += 1
            continue
        else:
            break
        place += 1
        length = place
    return length, total + current, ""
