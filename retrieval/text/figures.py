"""The figures of an English text: amounts with what they count, in digits or words; no dates or times. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from retrieval.text.english import MAGNITUDES, MONTH_PATTERN, NUMBERS, STOP_WORDS, TENS, TIME_UNITS
from retrieval.text.late_patterns import compile_later


class Amount(NamedTuple):
    """An amount, and the word that says of what: "people", "%", "crowns"; "" where none stands beside it."""

    amount: float
    unit: str


_SMALL = {word: n for n, word in enumerate(NUMBERS, 1)} | {word: 20 + 10 * n for n, word in enumerate(TENS)}
_LARGE = dict(zip(MAGNITUDES, (1e2, 1e3, 1e6, 1e9, 1e12), strict=True)) | {"m": 1e6, "bn": 1e9, "k": 1e3}
_WORD_NUMBER = rf"(?:(?:{'|'.join(TENS)})-)?(?:{'|'.join((*NUMBERS, *TENS))})"
_FIGURE = compile_later(
    r"(?<![\w.,/-])(?P<sign>[$€£¥₹])?\s?"
    rf"(?:(?P<digits>\d{{1,3}}(?:[, ]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>{_WORD_NUMBER}))"
    rf"(?:[\s-]?(?P<times>(?:{'|'.join(MAGNITUDES)})|m|bn|k)\b)?(?P<percent>\s?%|\s?per ?cent\b)?(?![\w/]|[.:,]\d)",
    re.IGNORECASE,
)
_NO_FIGURE = compile_later(
    rf"^\s?(?:to (?:{'|'.join(NUMBERS[:12])})\b|st|nd|rd|th|a\.?m\b|p\.?m\b|o['’]clock|(?:of )?{MONTH_PATTERN}\b)",
    re.IGNORECASE,
)
_AFTER_MONTH = compile_later(rf"\b{MONTH_PATTERN}\.? $", re.IGNORECASE)
_CLOCK = compile_later(rf"\bat \d{{1,2}}\.\d\d$|\b(?:{'|'.join((*NUMBERS, *TENS))}) to [a-z]+$", re.IGNORECASE)
_UNIT = compile_later(r"\s(?:(?:of|more|other|new) )?(?P<unit>[^\W\d_]+)")
SAME_ORDER = 5.0
"""Figures of one thing differ by at most this factor."""
TELLING = 10
"""Amounts from which on one that stands in two texts is hardly there by chance."""
_YEARS = range(1500, 2100)


def find_figures(text: str) -> list[Amount]:
    """Return the figures of a text, in order; "one" alone is none."""
    found = []
    for match in _FIGURE.finditer(text):
        after = text[match.end() :]
        word = (match["word"] or "").lower()
        is_time = _NO_FIGURE.match(after) or _CLOCK.search(text[: match.end()])
        if is_time or _AFTER_MONTH.search(text[: match.start()]) or word == "one":
            continue
        amount = sum(_SMALL[each] for each in word.split("-")) if word else float(re.sub(r"[, ]", "", match["digits"]))
        times, unit = match["times"], _UNIT.match(after)
        is_bare = not (times or match["percent"] or match["sign"])
        if is_bare and not word and "," not in match["digits"] and amount in _YEARS:
            continue
        counted = unit["unit"].lower() if unit and unit["unit"].lower() not in STOP_WORDS else ""
        named = "%" if match["percent"] else match["sign"] or counted
        found.append(Amount(amount * _LARGE.get((times or "").lower(), 1.0), named))
    return found


def contradict_in_figures(one: str, other: str) -> bool:
    """Say whether both texts give figures of one and the same thing, and no figure of it is in both."""
    ours, theirs = find_figures(one), find_figures(other)
    units = {unit for _, unit in ours if unit} & {unit for _, unit in theirs}
    return any(
        {a for a, unit in ours if unit == each}.isdisjoint(a for a, unit in theirs if unit == each) for each in units
    )


def are_rival_figures(one: str, other: str) -> bool:
    """Say whether two neighbouring sentences may give different figures of the same thing: of one order, in one unit.

    A unit that only one of them names fits: "6,000 people walked. Police put the crowd at 2,400."
    """
    ours, theirs = find_figures(one), find_figures(other)
    if not ours or not theirs or {amount for amount, _ in ours} & {amount for amount, _ in theirs}:
        return False
    return any(
        1 / SAME_ORDER <= a / b <= SAME_ORDER and (x == y or (not (x and y) and not (_is_measure(x) or _is_measure(y))))
        for a, x in ours
        for b, y in theirs
        if a and b
    )


def takes_up_figure(one: str, other: str) -> bool:
    """Say whether a text repeats a figure of another one's and gives a new one of its order: "not 310,000 but 265,000".

    Small numbers are too common to tell that.
    """
    ours, theirs = ({amount for amount, _ in find_figures(each)} for each in (one, other))
    known = [amount for amount in ours & theirs if amount >= TELLING]
    return any(1 / SAME_ORDER <= new / old <= SAME_ORDER for new in theirs - ours for old in known)


def _is_measure(unit: str) -> bool:
    return unit in {"%", *"$€£¥₹"} or unit.rstrip("s") in TIME_UNITS
