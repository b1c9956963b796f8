"""Dates in the manner of the language that is spoken: "27. Juni 2023", "27 juin 2023"; English ones stay as they are.

`retrieval.text.dates` words them in English, within answers too: what is said elsewhere is read back from that.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from bot.discord.localisation import ENGLISH, get_language
from retrieval.text import dates

if TYPE_CHECKING:
    from retrieval.domain import PublicationDate

_MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
_MONTH = "|".join(_MONTHS)
DATED = rf"(?:\d{{1,2}}(?: (?:{_MONTH}))?(?: \d{{4}})? to )?(?:\d{{1,2}} )?(?:(?:{_MONTH}) )?\d{{4}}"
"""The form of a date or a span of days in English, as a regular expression."""
_PERIOD = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?: (?P<month>{_MONTH}))?(?: (?P<year>\d{{4}}))? to )?"
    rf"(?:(?P<last_day>\d{{1,2}}) )?(?:(?P<last_month>{_MONTH}) )?(?P<last_year>\d{{4}})"
)


def say_day(published: PublicationDate | None) -> str:
    """Write a date as far as it is known, in the language that is spoken now; nothing for none."""
    return say_dates(dates.format_day(published))


def say_dates(text: str) -> str:
    """Return a date or span of days that `retrieval.text.dates` wrote as the language spoken now has it; else ""."""
    if get_language() == ENGLISH or not text:
        return text
    return _format(text, get_language())


@cache
def _format(text: str, language: str) -> str:
    found = _PERIOD.fullmatch(text)
    if not found:
        return ""
    from babel import dates as local

    month = _MONTHS.index(found["last_month"]) + 1 if found["last_month"] else 0
    year, day = int(found["last_year"]), int(found["last_day"] or 0)
    if not month:
        return text
    if not day:
        return local.format_skeleton("yMMMM", date(year, month, 1), locale=language)
    last = date(year, month, day)
    if not found["day"]:
        return local.format_date(last, "long", locale=language)
    first_month = _MONTHS.index(found["month"]) + 1 if found["month"] else month
    first = date(int(found["year"] or year), first_month, int(found["day"]))
    return local.format_interval(first, last, "yMMMd", locale=language)
