"""A sentence -> the year that it says something of, for putting sentences in order. Pure.

Years of four digits are read where they stand as years stand ("in 1954", "4 July 1776", "(1933)", "1754-1763", "the
1960s"), with the month and day before them; smaller ones where an era is named ("44 BC"); and centuries.
"""

from __future__ import annotations

import re

from retrieval.text.english import MONTH_PATTERN, MONTHS, ORDINALS
from retrieval.text.late_patterns import compile_later

CENTURIES = (
    *ORDINALS,
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
    *("nineteenth", "twentieth", "twenty-first"),
)
DAYS = 372.0
"""Days of a year of twelve months with 31 days each."""

_ERA = r"(?:BCE?|B\.C\.(?:E\.)?)"
_YEAR = compile_later(
    rf"\b(?P<before>\d{{1,4}})\s?{_ERA}"
    r"|\b(?:AD|A\.D\.) ?(?P<after>\d{1,4})\b|\b(?P<common>\d{1,4})\s?(?:AD|CE|A\.D\.)(?!\w)"
    rf"|\b(?P<century>\d{{1,2}}(?=st|nd|rd|th)|{'|'.join(CENTURIES)})(?:st|nd|rd|th)?[ -]century(?P<era> {_ERA})?"
    rf"|\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? )?(?P<month>{MONTH_PATTERN})\.?(?: (?P<on>\d{{1,2}})(?:st|nd|rd|th)?)?"
    r",? (?P<dated>1\d{3}|20\d{2})\b"
    r"|(?:\b(?:in|since|by|from|until|till|around|circa|c\.|of|to|between|during|early|late|mid|before|after|year|the"
    r"|spring|summer|autumn|fall|winter)[ -]|[(–—-]|^)(?P<year>1\d{3}|20\d{2})s?\b(?! ?[%$€£]|[,.]\d)",
    re.IGNORECASE,
)


def find_stated_year(text: str) -> float | None:
    """Return the first year that a text states, a day in it as a part of the year, one before Christ as negative."""
    found = _YEAR.search(text)
    if found is None:
        return None
    if before := found["before"]:
        return -float(before)
    if century := found["century"]:
        number = int(century) if century.isdigit() else CENTURIES.index(century.lower()) + 1
        return 50.0 - 100.0 * number if found["era"] else 100.0 * number - 50.0
    if dated := found["dated"]:
        month = [each[:3] for each in MONTHS].index(found["month"][:3].lower())
        return int(dated) + (31 * month + int(found["day"] or found["on"] or 0)) / DAYS
    return float(found["year"] or found["after"] or found["common"])
