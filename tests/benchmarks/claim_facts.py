"""A sentence of an article -> the same with another number, date, name or place. Pure.

Each way returns nothing where the change might leave the sentence true: a number after "more than", a name that the
sentence has twice or that is part of a longer one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks import claim_words as words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.benchmarks.claim_faithful import Line

_NUMBER = re.compile(r"(?<![\w.,:/–-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/–]|[.,]\d|-\d)")
_BOUND = re.compile(
    r"(?:more than|over|less than|under|fewer than|at least|at most|up to|above|below|exceed\w*|or|than)(?: an?)? "
    r"\S{0,4}$",
    re.I,
)
_DAY = re.compile(rf"\b({'|'.join(words.MONTHS)}) (\d{{1,2}})(?!\d)|\b(\d{{1,2}}) ({'|'.join(words.MONTHS)})\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(words.MONTHS)})(?= \d|,)")
_YEAR = re.compile(r"(?<![\w,.$£€:–/-])(?:1[0-9]|20)\d\d(?![\w:–/%]|[,.]\d|-)")
_NAME = re.compile(r"(?<![\w'’-])(?:[A-Z][\w'’-]*[a-z][\w-]*)(?: (?:(?:of|de|the|von|van) )?[A-Z][\w-]*[a-z][\w-]*)*")
_TITLED = re.compile(r"^(?:Mr|Mrs|Ms|Dr|President|Secretary|King|Queen|General|Prime|US|The|Sir|Lord|Duke|Pope) ")


@dataclass(frozen=True, slots=True)
class Around:
    """What else an article, and another article, has to swap in: names, numbers, words, sentences."""

    names: Sequence[str]
    numbers: Sequence[str]
    vocabulary: Sequence[str]
    other_names: Sequence[str]
    other_sentence: str = ""


def find_names(text: str) -> list[str]:
    """Return the proper names in a text, those that open a sentence left out unless they stand elsewhere, too."""
    found = [(match[0], match.start()) for match in _NAME.finditer(text)]
    inside = {name for name, start in found if start > 1 and re.search(r"[\w,] ?$", text[max(0, start - 2) : start])}
    return list(dict.fromkeys(name for name, _ in found if name in inside and _is_name(name, text)))


def _is_name(name: str, text: str) -> bool:
    first = name.split(maxsplit=1)[0]
    dated = name in words.MONTHS or name.endswith("day")
    common = first.lower() in words.FUNCTION_WORDS or first in words.CONNECTIVES or dated
    return len(name) > 3 and not common and not re.search(rf"\b{re.escape(name.lower())}\b", text)


def find_numbers(text: str) -> list[str]:
    """Return the numbers written in digits, years aside."""
    return list(dict.fromkeys(found[0] for found in _NUMBER.finditer(text) if not _YEAR.fullmatch(found[0])))


def number(line: Line, around: Around, chance: Random) -> str:
    return _renumbered(line, chance, lambda found: _other_number(found, chance))


def number_of_article(line: Line, around: Around, chance: Random) -> str:
    """Put in a number that the article has elsewhere."""

    def other(found: str) -> str:
        like = [each for each in around.numbers if each not in line.text and ("." in each) == ("." in found)]
        return chance.choice(like) if like else ""

    return _renumbered(line, chance, other)


def _renumbered(line: Line, chance: Random, other: Callable[[str], str]) -> str:
    places = [
        found
        for found in _NUMBER.finditer(line.bare)
        if not _YEAR.fullmatch(found[0]) and not _BOUND.search(line.bare[: found.start()]) and not _dated(line, found)
        and not re.match(r"(?:st|nd|rd|th)\b", line.bare[found.end() :])
        and not re.search(r"[A-Z][\w.]* ?$", line.bare[: found.start()])
    ]  # fmt: skip
    if not places:
        return ""
    found = chance.choice(places)
    new = other(found[0])
    if not new or new == found[0] or re.search(rf"(?<!\d){re.escape(new)}(?!\d)", line.bare):
        return ""
    return line.bare[: found.start()] + new + line.bare[found.end() :]


def _dated(line: Line, found: re.Match[str]) -> bool:
    return any(day.start() <= found.start() < day.end() for day in _DAY.finditer(line.bare))


def _other_number(written: str, chance: Random) -> str:
    value = float(written.replace(",", ""))
    if "." in written:
        places = len(written.partition(".")[2])
        return f"{value + chance.choice((-0.4, 0.3, 1.2, 2.6)) * max(1, value / 5):.{places}f}" if value > 2 else ""
    whole = int(value)
    if whole < 13:
        return str(chance.choice([each for each in range(2, 13) if abs(each - whole) > 1]))
    if whole % 10 == 0 and whole >= 100:
        changed = int(whole * chance.choice((0.3, 0.5, 1.5, 2, 3)))
    else:
        changed = max(2, whole + chance.choice((-7, -3, 4, 11, 20)) * max(1, whole // 60))
    return f"{changed:,}" if "," in written else str(changed)


def number_word(line: Line, around: Around, chance: Random) -> str:
    pattern = rf"(?<![-\w])({'|'.join(list(words.WORD_NUMBERS)[2:])})(?= (?:\w+ )?[a-z]{{2,}}s\b)"
    places = [found for found in re.finditer(pattern, line.bare) if not _BOUND.search(line.bare[: found.start()])]
    if not places:
        return ""
    found = chance.choice(places)
    value = words.WORD_NUMBERS[found[1]]
    near = [word for word, other in words.WORD_NUMBERS.items() if other > 1 and 0 < abs(other - value) < 30]
    new = chance.choice([word for word in near if word not in line.bare] or [""])
    return line.bare[: found.start()] + new + line.bare[found.end() :] if new else ""


def unit(line: Line, around: Around, chance: Random) -> str:
    swaps = {"million": "billion", "billion": "million", "thousand": "million", "kilometers": "miles", "km": "miles",
             "miles": "kilometers", "percent": "times", "years": "months", "hours": "minutes", "days": "weeks",
             "meters": "kilometers", "seconds": "minutes", "tons": "kilograms", "horsepower": "kilowatts"}  # fmt: skip
    for old, new in swaps.items():
        if re.search(rf"\d {old}\b", line.bare) and not re.search(rf"\b{new}\b", line.bare):
            return re.sub(rf"(?<=\d ){old}\b", new, line.bare, count=1)
    return ""


def percent(line: Line, around: Around, chance: Random) -> str:
    found = re.search(r"(?<![\d.–-])(\d{1,2})(?= ?%| percent| per cent)", line.bare)
    if not found or _BOUND.search(line.bare[: found.start()]):
        return ""
    new = str((int(found[1]) + chance.choice((7, 13, 24, 38))) % 97 + 2)
    return "" if new in line.bare else line.bare[: found.start()] + new + line.bare[found.end() :]


def year(line: Line, around: Around, chance: Random) -> str:
    places = [found for found in _YEAR.finditer(line.bare) if not re.search(r"[A-Z]\w+ $", line.bare[: found.start()])
              or re.search(rf"(?:{'|'.join(words.MONTHS)}|In|Since|By) $", line.bare[: found.start()])]  # fmt: skip
    if not places:
        return ""
    found = chance.choice(places)
    new = str(min(2025, int(found[0]) + chance.choice((-31, -12, -4, -2, -1, 1, 2, 3, 8, 15))))
    return "" if new in line.bare else line.bare[: found.start()] + new + line.bare[found.end() :]


def month(line: Line, around: Around, chance: Random) -> str:
    found = _MONTH.search(line.bare)
    if not found:
        return ""
    new = chance.choice([each for each in words.MONTHS if each not in line.bare])
    return line.bare[: found.start()] + new + line.bare[found.end() :]


def day(line: Line, around: Around, chance: Random) -> str:
    found = _DAY.search(line.bare)
    if not found:
        return ""
    old = found[2] or found[3]
    new = str(chance.choice([each for each in range(1, 29) if each != int(old)]))
    return line.bare.replace(found[0], found[0].replace(old, new), 1)


def name_of_article(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, around.names, around, chance)


def name_of_another(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, [name for name in around.other_names if name not in line.article], around, chance)


def name_invented(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, words.INVENTED_NAMES, around, chance)


def _renamed(line: Line, others: Sequence[str], around: Around, chance: Random) -> str:
    here = [name for name in around.names if _whole(name, line.bare) and line.bare.count(name.split()[-1]) == 1]
    if not here:
        return ""
    old = chance.choice(here)
    like = [name for name in others if differ(name, old, line) and _shape(name) == _shape(old)] or [
        name for name in others if differ(name, old, line)
    ]
    if not like or _in_longer_name(old, line.bare):
        return ""
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", chance.choice(like), line.bare, count=1)


def _whole(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def _shape(name: str) -> tuple[int, bool, str]:
    return len(name.split()), " of " in name, name[-2:] if name.endswith(("an", "se", "sh", "ns")) else ""


def differ(name: str, old: str, line: Line) -> bool:
    """Say whether two names share no word and the sentence, with the one before it, has no word of the other's."""
    parts = [part[:4].lower() for part in re.split(r"[\s-]", name) if len(part) > 2]
    seen = f"{line.text} {line.before} {line.title}".lower()
    return not any(part in seen for part in parts) and not {part[:4].lower() for part in old.split()} & set(parts)


def _in_longer_name(name: str, text: str) -> bool:
    """Say whether a name is part of a title, a list of epithets or another name: there a change may leave it true."""
    before = re.search(rf"([A-Z][\w.-]*) {re.escape(name)}", text)
    if before and before[1].lower() not in words.FUNCTION_WORDS:
        return True
    return bool(re.search(rf"(?:of |['\"“(]){re.escape(name)}|{re.escape(name)} [A-Z(\d]", text))


def place(line: Line, around: Around, chance: Random) -> str:
    here = [
        each
        for each in words.PLACES
        if re.search(rf"(?<!University of )(?<![A-Z]\w )\b{each}\b(?! [A-Z]|['’-])", line.bare)
    ]
    here = [
        each for each in here if line.bare.count(each) == 1 and not re.search(rf"[A-Z]\w+,? (?:of )?{each}", line.bare)
    ]
    if not here:
        return ""
    old = chance.choice(here)
    new = chance.choice([each for each in words.PLACES if each not in line.text + line.before + line.title])
    return re.sub(rf"\b{old}\b", new, line.bare)
