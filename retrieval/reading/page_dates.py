"""What a web page says of when it was published -> a date; one that could be two days is never guessed. Pure.

A month stays one where the page states no day in it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.domain import PartialDate
from retrieval.reading.page_lines import stands_aside
from retrieval.text.dates import could_be_two_days, parse_date
from retrieval.text.english import MONTH_PATTERN, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.domain import PublicationDate
    from retrieval.text.dates import DayOrder

_NUMERIC = re.compile(r"(?<![\d./-])(?P<first>\d{1,2})(?P<sep>[./-])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)")
_WRITTEN = re.compile(
    r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:(?:of|de|d')\s)?[^\W\d_]{3,12}\.?,?[\s-]+(?:(?:de|del)\s)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})(?!\d)"
)
_YEAR_OR_MONTH = re.compile(rf"\d{{4}}\D.*|{MONTH_PATTERN}\.? \d{{4}}", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)([/-]?)(?P<month>0[1-9]|1[0-2])\2(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_CHANGED = re.compile(
    r"updat|modif|edit(?:ed|iert)|revis|correct|amend|aktualisiert|geändert|mis à jour|actualizad|aggiornat|atualizad"
    r"|bijgewerkt|uppdatera|opdateret|oppdatert|zaktualizowan|обновл",
    re.IGNORECASE,
)
_MARKED = "//time|//*[contains(@class, 'date') or contains(@class, 'publish') or contains(@class, 'posted')]"
_LONGEST_DATE = 200
MONTHS_A_YEAR = 12
_TRIED = 20
"""Texts in which a date is looked for; each month that is no English one costs dateparser some milliseconds."""


def find_marked_dates(tree: Any) -> list[str]:
    """Return what the elements of a page say that are marked as dates, those beside the article left out."""
    marked = [element for element in tree.xpath(_MARKED)[:_TRIED] if not stands_aside(element)]
    texts = [element.get("datetime") or " ".join(element.text_content()[:_LONGEST_DATE].split()) for element in marked]
    return [
        date for text in texts for date in (find_written_dates([text]) or [text] * bool(_YEAR_OR_MONTH.fullmatch(text)))
    ]


def is_written(day: date, page: str) -> bool:
    """Tell whether a page has a day in a form that can mean no other; what was guessed from figures is not.

    Nor is a day that a month was filled up with.
    """
    forms = rf"{day:%Y}(?P<sep>[-/]?){day:%m}(?P=sep){day:%d}(?!\d)|(?<!\d)0?{day.day}\.0?{day.month}\.{day:%Y}"
    name = MONTHS[day.month - 1][:3]
    before, after = r"(?:st|nd|rd|th)?[\s.-]{1,3}(?:of )?", r"[a-z]{0,6}\.?\s{1,2}"
    words = rf"(?<!\d)0?{day.day}{before}{name}|{name}{after}0?{day.day}(?!\d)"
    if day.day > MONTHS_A_YEAR or day.day == day.month:
        words += rf"|(?<!\d)0?{day.day}(?!\d).{{1,25}}(?<!\d){day:%Y}|{day:%Y}.{{1,25}}(?<!\d)0?{day.day}(?!\d)"
    return bool(re.search(f"{forms}|{words}", page, re.IGNORECASE))


def choose_date(stated: Iterable[str], order: DayOrder = "") -> PublicationDate | None:
    """Return the first date that is stated, those trusted most first.

    Where it could be two days, the next one that is one of them settles it; else there is none. Where it is a month or
    a year, the next day in it is the date.
    """
    doubtful: set[date] = set()
    known: PartialDate | None = None
    for text in stated:
        if isinstance(found := parse_date(text), PartialDate):
            known = known or found
            continue
        days = read_days(text, order)
        if len(days) > 1:
            doubtful = (doubtful & days) or doubtful or days
        elif days and (not doubtful or days <= doubtful):
            (day,) = days
            if known is None or known.first <= day <= known.last:
                return day
    return known


def read_days(text: str, order: DayOrder = "") -> set[date]:
    """Return the day that a text states, both of those that it could mean, or nothing."""
    found = _NUMERIC.search(text)
    for written in (text, found[0] if found else ""):
        if isinstance(day := parse_date(written), date):
            return {day}
    if not found:
        return set()
    first, second = int(found["first"]), int(found["second"])
    pairs = {"day": [(first, second)], "month": [(second, first)], "": [(first, second), (second, first)]}[order]
    return {
        date(int(found["year"]), month, day) for day, month in pairs if 1 <= month <= MONTHS_A_YEAR and 1 <= day <= 28
    }


def find_numeric_date(stated: Iterable[str]) -> str:
    """Return the first date in figures that could be two days, as it is written; else ""."""
    written = (found[0] for text in stated if (found := _NUMERIC.search(text)))
    return next(filter(could_be_two_days, written), "")


def find_written_dates(lines: Iterable[str], *, changed: bool = False) -> list[str]:
    """Return the dates in lines as they are written: those of updates and corrections if `changed`, else the others."""
    found: list[str] = []
    for line in lines:
        start = 0
        for written in _WRITTEN.finditer(line):
            if bool(_CHANGED.search(line, start, written.start())) == changed:
                found.append(written[0])
            start = written.end()
        if len(found) >= _TRIED:
            break
    return found


def find_date_in_address(url: str) -> str:
    """Return the day that an address holds: "/2023/06/27/talks"; a month alone is none."""
    found = _IN_ADDRESS.search(url[:1_000])
    return f"{found['year']}-{found['month']}-{found['day']}" if found else ""
