"""The numbers and dates of an English text, with their values and places, in digits or in words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number or a date: its value and the code points [start, end) that say it.

    The value of a number is (amount, unit): the unit is "" where none is known, "ordinal" for "third", "decades" for
    "1990s", "times" for "doubled". The value of a date is (month, day or None); its year is a number.
    """

    value: tuple[float, str] | tuple[int, int | None]
    start: int
    end: int


def _table(text: str) -> dict[str, str]:
    """Read "value: word word; ..." as a mapping from each word to its value."""
    entries = (entry.split(":") for entry in text.split(";"))
    return {word: value.strip() for value, words in entries for word in words.split()}


def _amounts(text: str) -> dict[str, float]:
    return {word: float(value) for word, value in _table(text).items()}


MONTHS = {
    word: int(value)
    for word, value in _table(
        """1: january jan; 2: february feb; 3: march mar; 4: april apr; 5: may; 6: june jun; 7: july jul; 8: august aug;
        9: september sept sep; 10: october oct; 11: november nov; 12: december dec"""
    ).items()
}
_UNITS = _amounts(
    """0: zero; 1: one; 2: two; 3: three; 4: four; 5: five; 6: six; 7: seven; 8: eight; 9: nine; 10: ten; 11: eleven;
    12: twelve; 13: thirteen; 14: fourteen; 15: fifteen; 16: sixteen; 17: seventeen; 18: eighteen; 19: nineteen"""
)
_TENS = _amounts("20: twenty; 30: thirty; 40: forty; 50: fifty; 60: sixty; 70: seventy; 80: eighty; 90: ninety")
_LARGE = _amounts("1e2: hundred; 1e3: thousand; 1e6: million; 1e9: billion; 1e12: trillion")
_LETTERS = _amounts("1e3: k; 1e6: m mn; 1e9: b bn; 1e12: tn")
_ORDINALS = _amounts(
    """1: first; 2: second; 3: third; 4: fourth; 5: fifth; 6: sixth; 7: seventh; 8: eighth; 9: ninth; 10: tenth;
    11: eleventh; 12: twelfth; 13: thirteenth; 14: fourteenth; 15: fifteenth; 16: sixteenth; 17: seventeenth;
    18: eighteenth; 19: nineteenth; 20: twentieth"""
)
_TIMES = _amounts(
    """0.5: half halve halves halved; 2: double doubles doubled doubling twice twofold; 3: triple triples tripled
    tripling threefold thrice treble trebled; 4: quadruple quadruples quadrupled fourfold; 5: fivefold quintupled"""
)
_MEASURES = _table(
    """dollar: $ dollar dollars usd; euro: € euro euros eur; pound: £ pound pounds gbp; yen: ¥ yen; yuan: yuan renminbi;
    rupee: ₹ rupee rupees; second: second seconds sec secs; minute: minute minutes min mins; hour: hour hours hr hrs;
    day: day days; week: week weeks; month: month months; year: year years yr yrs; decade: decade decades;
    century: century centuries; millimetre: mm millimetre millimetres millimeter millimeters;
    centimetre: cm centimetre centimetres centimeter centimeters; metre: metre metres meter meters;
    kilometre: km kilometre kilometres kilometer kilometers; inch: inch inches; foot: foot feet ft; yard: yard yards;
    mile: mile miles mi; acre: acre acres; hectare: hectare hectares ha; gram: gram grams grammes;
    kilogram: kg kilogram kilograms kilogrammes; tonne: tonne tonnes ton tons; ounce: ounce ounces oz;
    litre: litre litres liter liters; gallon: gallon gallons; watt: watt watts; kilowatt: kw kilowatt kilowatts;
    megawatt: mw megawatt megawatts; gigawatt: gw gigawatt gigawatts; horsepower: hp horsepower bhp; volt: volt volts;
    times: times; degree: degree degrees °; byte: byte bytes"""
)

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?|"
    rf"\b(?P<month2>{_MONTH})\b\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])|"
    rf"\b\d{{4}}-(?P<month3>\d\d)-(?P<day3>\d\d)\b|"
    rf"\b(?P<month4>{_MONTH})\b",
    re.IGNORECASE,
)
_ALSO_WORDS = frozenset({"may", "march", "mar", "jan", "jun", "sep", "dec", "august"})
_BEFORE_MONTH = re.compile(
    r"\b(?:in|on|for|since|until|by|of|from|to|last|this|next|early|late|mid|during)[ -]$", re.IGNORECASE
)
_YEAR = re.compile(r",? \d{4}\b")
_DIGITS = re.compile(
    r"(?<![\w.])(?<![^\W\d][-’'])(?:(?P<sign>[$€£¥₹])\s?)?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<suffix>st|nd|rd|th|s)|[\s-]?(?P<times>hundred|thousand|million|billion|trillion)s?|"
    r"(?P<letter>k|m|mn|b|bn|tn))?(?!\w|[.,]\d)(?P<percent>\s?%|[\s-]per ?cent(?:age)?\b)?",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?:\s?(?:to|and|or|-|–)\s?[\d.,]*\d)?[\s-]?"
    r"(?:(?P<percent>%|per ?cent)|(?:US |U\.S\. |(?P<power>square |cubic |sq ))?(?P<unit>[^\W\d]+[23²³]?|°))",
    re.IGNORECASE,
)
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")
_TOGETHER = re.compile(r"[\s-]{1,2}")


def dates(text: str) -> Iterator[Numeral]:
    """Yield the days and months of a text; "May" and "March" are months only where a date is likely."""
    for match in _DATE.finditer(text):
        name = match["month"] or match["month2"] or match["month4"]
        if match["month4"] and not _is_month(text, match.start(), name):
            continue
        month = MONTHS[name.lower()] if name else int(match["month3"])
        day = match["day"] or match["day2"] or match["day3"]
        yield Numeral((month, int(day) if day else None), match.start(), match.end())


def _is_month(text: str, start: int, name: str) -> bool:
    if not name[0].isupper():
        return False
    dated = _BEFORE_MONTH.search(text[:start]) or _YEAR.match(text, start + len(name))
    return name.lower() not in _ALSO_WORDS or bool(dated)


def numbers(text: str) -> Iterator[Numeral]:
    """Yield the numbers of a text: those in digits, then those in words."""
    for match in _DIGITS.finditer(text):
        times = _LARGE.get((match["times"] or "").lower(), 1.0) * _LETTERS.get((match["letter"] or "").lower(), 1.0)
        amount = float(match["digits"].replace(",", "")) * times
        suffix = {"s": "decades", "": ""}.get((match["suffix"] or "").lower(), "ordinal")
        if suffix == "decades" and not _is_decade(amount):
            suffix = ""
        counted = "%" if match["percent"] else _MEASURES.get(match["sign"] or "", "")
        yield Numeral((amount, suffix or counted or _unit(text, match.end())), match.start(), match.end())
    words = list(_LETTERS_ONLY.finditer(text))
    place = 0
    while place < len(words):
        run = _run(text, words[place : place + 12])
        length, amount, unit = _spelled([word.group().lower() for word in run])
        if length:
            end = run[length - 1].end()
            yield Numeral((amount, unit or _unit(text, end)), run[0].start(), end)
        place += max(1, length)


def _is_decade(amount: float) -> bool:
    """Say whether a number may be that of a decade: "1910s" and "80s" are, those of models, such as "170s", are not."""
    return amount % 10 == 0 and (amount < HUNDRED or 10 * HUNDRED <= amount <= 21 * HUNDRED)


def _unit(text: str, end: int) -> str:
    """Return what the number that ends here counts: of "5 to 7 percent" both numbers count per cent."""
    following = _MEASURED.match(text, end)
    if not following:
        return ""
    if following["percent"]:
        return "%"
    unit = _MEASURES.get(following["unit"].lower().rstrip("23²³"), "")
    square = following["power"] or following["unit"][-1] in "23²³"
    return f"square {unit}" if unit and square else unit


def _run(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the first words as far as only blanks or hyphens stand between them."""
    for place in range(1, len(words)):
        if not _TOGETHER.fullmatch(text, words[place - 1].end(), words[place].start()):
            return words[:place]
    return words


def _spelled(words: list[str]) -> tuple[int, float, str]:
    """Return how many of the first words spell a number, its amount, and "ordinal" or "times" where it is one."""
    if words[0] in _TIMES:
        return 1, _TIMES[words[0]], "times"
    total, current, length, place = 0.0, 0.0, 0, 0
    if words[0] in {"a", "an"} and words[1:] and words[1] in _LARGE:
        current, place = 1.0, 1
    while place < len(words):
        word = words[place]
        if (word in _UNITS and (not length or current % 10 == 0)) or (word in _TENS and current % HUNDRED == 0):
            current += _UNITS.get(word, 0.0) + _TENS.get(word, 0.0)
        elif word in _ORDINALS and (not length or (current % 10 == 0 and word != "second")):
            return place + 1, total + current + _ORDINALS[word], "ordinal"
        elif word == "hundred" and place:
            current *= HUNDRED
        elif word in _LARGE and place:
            total, current = total + current * _LARGE[word], 0.0
        elif word == "and" and length and words[place - 1] in _LARGE and _spelled(words[place + 1 :] or [""])[0]:
            place += 1
            continue
        else:
            break
        place += 1
        length = place
    return length, total + current, ""
