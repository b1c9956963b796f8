"""Whether the numbers of a claim stand in the passages or follow from those that do. Pure; knows English.

A number may be said another way (20 % and a fifth, three times and tripled, 14 days and two weeks), rounded where the
claim says so ("nearly 180"), counted ("three towns"), or be the sum, the difference or the ratio of two numbers that
the passages give. What a number counts is left to the score of the claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from retrieval.text.english import NUMBERS, ORDINALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.verification.features import Fact, Wording

ROUGHLY = 0.1
"""How far, in shares of it, a number may lie from one that is said to be near it."""
BEYOND = 0.35
"""How far a number may lie beyond one that it is said to be more or less than."""
NEARLY = 0.03
"""How far a ratio may lie from the one that two numbers have: "a third" is said of 34 per cent."""
YEAR_LENGTHS = 0.04
"""How far two lengths of time in different units may lie apart: a month has 28 to 31 days."""
SMALL = 12
"""Counts up to this one are made by whoever reads a list, and are in words: "the three towns"."""
COUNTED_YEARS = 200
"""Years that two dates may lie apart for their distance to be a number of a claim."""

_UNITS = {
    unit: (dimension, float(size))
    for dimension, units in {
        "time": "second 1 minute 60 hour 3600 day 86400 week 604800 month 2629800 year 31557600 decade 315576000 "
        "century 3155760000",
        "length": "millimetre .001 centimetre .01 metre 1 kilometre 1000 inch .0254 foot .3048 yard .9144 mile 1609.3",
        "mass": "gram .001 kilogram 1 tonne 1000",
    }.items()
    for unit, size in zip(units.split()[::2], units.split()[1::2], strict=True)
}
_COUNTS = {word: number for number, word in enumerate(NUMBERS, start=1)}
_PARTS = {"half": 2, "halve": 2, "quarter": 4, "hundredth": 100} | {
    word: number for number, word in enumerate(ORDINALS, start=1) if number > 2
}
_COUNT = "|".join(NUMBERS[:SMALL])
_PART = re.compile(
    rf"(?<!\band )(?<!\band a )\b(?:(?P<count>an?|{_COUNT})[ -])?(?:(?:full|good|mere) )?(?P<part>{'|'.join(_PARTS)})"
    r"(?P<plural>s)?\b(?!-)(?P<of> of\b)?",
    re.IGNORECASE,
)
_EACH = re.compile(rf"\b(?P<some>{_COUNT}|\d{{1,2}}) (?:in|out of)(?: every)? (?P<all>{_COUNT}|\d{{1,3}})\b", re.I)
_PERIOD = re.compile(
    r"\b(?P<part>half|quarter)(?: of)? an? (?P<unit>minute|hour|day|week|month|year|decade|century)\b", re.IGNORECASE
)
_BEFORE = r"[\s-]*(?:an? |the )?(?:US )?[$€£¥₹]?\s*$"
_ROUGH = re.compile(
    r"\b(?:about|around|roughly|almost|nearly|some|approximately|close to|up to|as (?:many|much) as|estimated|mid)"
    + _BEFORE,
    re.IGNORECASE,
)
_BOUND = re.compile(r"\b(?:over|under|(?:more|less|fewer) than|at (?:least|most))" + _BEFORE, re.IGNORECASE)
_BASIS_POINTS = re.compile(r"\s*(?:basis points?|bps?)\b", re.IGNORECASE)
_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as numerals.py names it, and by how much of it the text says that it may be off.

    `digits` is how many digits it is written in, 0 where it is in words, -1 where there is more than digits.
    """

    value: float
    unit: str
    off: float
    digits: int = 0

    @property
    def counted(self) -> bool:
        """Whether the number is in words."""
        return not self.digits

    @property
    def base(self) -> tuple[float, str]:
        """The value in the unit that all of its dimension are compared in, and the dimension."""
        dimension, size = _UNITS.get(self.unit, (self.unit, 1.0))
        return self.value * size, dimension

    @property
    def is_year(self) -> bool:
        """Whether this may be a year: four digits and no comma."""
        return self.digits == 4 and not self.unit and 1000 <= self.value <= 2100


def find_unfounded(said: Wording, known: Sequence[Wording]) -> list[Quantity]:
    """Return the numbers of a claim that neither stand in the texts nor follow from their numbers."""
    claimed = [quantity for quantity in find_quantities(said) if not _is_count(quantity)]
    if not claimed:
        return []
    given = [quantity for text in known for quantity in find_quantities(text)]
    return [quantity for quantity in claimed if not follows_from(quantity, given)]


def find_quantities(text: Wording) -> list[Quantity]:
    """Return the numbers of a text, parts of a whole as per cent; a part of a period is that period's."""
    shares = list(_find_shares(text.text))
    taken = [span for _, span in shares]
    found = [quantity for quantity, _ in shares]
    for fact in (*text.facts, *text.quoted):
        start, end = text.words[fact.first].start, text.words[fact.last - 1].end
        if fact.kind == "number" and not any(first < end and start < last for first, last in taken):
            found.append(_read(fact, text.text, start, end))
    return found


def _read(fact: Fact, text: str, start: int, end: int) -> Quantity:
    value, unit = float(str(fact.value[0])), str(fact.value[1])
    if _BASIS_POINTS.match(text, end):
        value, unit = value / _PERCENT, "%"
    digits = 0 if fact.text[0].isalpha() else len(fact.text) if fact.text.isdigit() else -1
    return Quantity(value, unit, _read_off(text[:start]), digits)


def _read_off(before: str) -> float:
    """Return by how much a number may be off, by the words before it."""
    if _BOUND.search(before):
        return BEYOND
    return ROUGHLY if _ROUGH.search(before) else 0.0


def _find_shares(text: str) -> Iterator[tuple[Quantity, tuple[int, int]]]:
    """Yield "a fifth of", "three tenths", "half" and "one in seven" as per cent, "half a year" as six months."""
    for match in _PERIOD.finditer(text):
        yield Quantity(1 / _PARTS[match["part"].lower()], match["unit"].lower(), ROUGHLY), match.span()
    for match in _EACH.finditer(text):
        some, whole = (_count(match[name]) for name in ("some", "all"))
        if some < whole:
            yield Quantity(_PERCENT * some / whole, "%", ROUGHLY), match.span()
    for match in _PART.finditer(text):
        parts, count = _PARTS[match["part"].lower()], (match["count"] or "").lower()
        if parts != 2 and not (match["plural"] or count in ("a", "an", "one")):
            continue
        if parts > 4 and not (match["plural"] or match["of"]):
            continue
        some = _COUNTS.get(count, 1)
        off = max(ROUGHLY, _read_off(text[: match.start()]))
        yield Quantity(_PERCENT * (some if some < parts else 1) / parts, "%", off), match.span()


def _count(word: str) -> int:
    return _COUNTS.get(word.lower()) or int(word)


def _is_count(quantity: Quantity) -> bool:
    """Say whether a number is one that any reader may count or rank by: "three towns", "the second chamber"."""
    if quantity.unit == "ordinal" or (quantity.counted and quantity.value == 1):
        return True
    return quantity.counted and not quantity.unit and quantity.value <= SMALL


def follows_from(quantity: Quantity, given: Sequence[Quantity]) -> bool:
    """Say whether a number is among those given, or is what two of them make."""
    near = quantity.off
    if any(_is_same(quantity, other, near) for other in given):
        return True
    years = [other for other in given if other.is_year]
    others = [other for other in given if not other.is_year and other.unit not in ("ordinal", "decades")]
    if quantity.unit in ("%", "times"):
        return _is_ratio(quantity, others) or _is_sum(quantity, others, near)
    if quantity.is_year:
        return _is_year_after(quantity, years, others)
    if (not quantity.unit or quantity.base[1] == "time") and _is_distance(quantity, years, near):
        return True
    return _is_sum(quantity, others, near)


def _is_same(one: Quantity, other: Quantity, near: float) -> bool:
    (value, dimension), (other_value, other_dimension) = one.base, other.base
    if dimension == other_dimension:
        apart = max(near, YEAR_LENGTHS) if dimension == "time" and one.unit != other.unit else near
        return _is_near(value, other_value, apart)
    units = {one.unit, other.unit}
    if units == {"%", "times"}:
        share, times = (one, other) if one.unit == "%" else (other, one)
        return any(_is_near(share.value, _PERCENT * (times.value - less), NEARLY) for less in (0, 1))
    if "decades" in units:
        decade, year = (one, other) if one.unit == "decades" else (other, one)
        return year.is_year and 0 <= year.value % (1e4 if decade.value >= _PERCENT else _PERCENT) - decade.value < 10
    return "" in units and not units & {"ordinal", "%"} and _is_near(one.value, other.value, near)


def _is_near(one: float, other: float, apart: float) -> bool:
    return abs(one - other) <= max(apart, 1e-6) * max(abs(one), abs(other))


def _is_ratio(quantity: Quantity, given: Sequence[Quantity]) -> bool:
    """Say whether a share or a multiple is what one number is of another, or what it has changed by."""
    wanted = quantity.value / _PERCENT if quantity.unit == "%" else quantity.value
    near = max(quantity.off, NEARLY)
    if any(other.unit == "%" and _is_near(1 - other.value / _PERCENT, wanted, near) for other in given):
        return True
    for one, other in permutations(given, 2):
        if other.value and one.base[1] == other.base[1]:
            ratio = one.base[0] / other.base[0]
            changed = quantity.unit == "%" and _is_near(abs(1 - ratio), wanted, near)
            if changed or _is_near(ratio, wanted, near):
                return True
    return False


def _is_year_after(quantity: Quantity, years: Sequence[Quantity], given: Sequence[Quantity]) -> bool:
    lengths = [other.value for other in given if other.unit in ("year", "") and 0 < other.value < COUNTED_YEARS]
    return any(abs(year.value - quantity.value) in lengths for year in years)


def _is_distance(quantity: Quantity, years: Sequence[Quantity], near: float) -> bool:
    """Say whether a number is the years between two of the texts' years."""
    counted = quantity.base[0] / _UNITS["year"][1] if quantity.unit else quantity.value
    if counted > COUNTED_YEARS or quantity.unit not in ("", "year", "decade", "century"):
        return False
    apart = (abs(one.value - other.value) for one, other in combinations(years, 2))
    return any(abs(years_apart - counted) <= max(1.0, near * counted) for years_apart in apart)


def _is_sum(quantity: Quantity, given: Sequence[Quantity], near: float) -> bool:
    value, dimension = quantity.base
    for one, other in combinations(given, 2):
        (first, unit), (second, other_unit) = one.base, other.base
        alike = unit == other_unit and (unit == dimension or not unit or not dimension)
        if alike and any(_is_near(made, value, near) for made in (first + second, abs(first - second)) if made):
            return True
    return False
