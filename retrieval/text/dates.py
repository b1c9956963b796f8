"""Dates as people write them: publication dates, and the bounds of a search in time.

Everything here is pure; what "today" is gets passed in. Common forms are parsed here, so that dateparser, which takes
a second to load, is only asked about other languages. A date that could be two days (03/04/2023) is never guessed:
its weekday settles it, or who knows the order of its figures.
Which of two publication dates is the earlier one is left to publication_dates.py.
"""

from __future__ import annotations

import logging
import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from retrieval.domain import PartialDate
from retrieval.errors import InputError
from retrieval.text.english import MONTH_PATTERN, MONTHS, NUMBERS, WEEKDAY_PATTERN, WEEKDAYS
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import ArticleInfo, Citation, PublicationDate

Period = tuple[date, date]
DayOrder = Literal["day", "month", ""]
"""Which of two figures before a year comes first, where that is known."""

# Each language costs dateparser about 50 ms when nothing matches; all of its 200 cost six seconds.
LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "pl", "cs", "ru", "uk", "tr", "ar", "zh", "ja"]

_MONTH = rf"(?P<month>{MONTH_PATTERN})\.?"
_WEEKDAY = rf"(?P<weekday>{WEEKDAY_PATTERN})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = r"(?:[\s,|–—-]*(?:at\s+|@\s*)?\d{1,2}[:.]\d{2}.{0,30})?"
_LEAD = rf"(?:{_WEEKDAY}[,\s]+)?"

_ISO_WEEK_OR_COMPACT = compile_later(r"\d{8}|\d{4}-?W\d{2}(?:-?\d)?")
_ISO_WEEK = compile_later(r"\d{4}-?w\d{2}")
_YEAR_FIRST = compile_later(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?:(?P=sep)(?P<day>\d{1,2}))?(?:[t\s].{0,40})?"
)
_YEAR_LAST = compile_later(
    rf"{_LEAD}(?P<first>\d{{1,2}})(?P<sep>[-/.])\s?(?P<second>\d{{1,2}})(?P=sep)\s?{_YEAR}{_TIME}"
)
_TWO_MONTHS = compile_later(r"(?<!\d)(?:(?:0?[1-9]|1[0-2])[-/]\s?){2}\d{4}")
_DAY_FIRST = compile_later(rf"{_LEAD}(?:the\s+)?{_DAY}[\s.-]+(?:of\s+)?{_MONTH}[\s,-]*{_YEAR}\s?{_TIME}")
_MONTH_FIRST = compile_later(rf"{_LEAD}{_MONTH}\s*{_DAY}[\s,]+{_YEAR}{_TIME}")
_MONTH_YEAR = compile_later(rf"{_MONTH}[\s,-]*(?:of\s+)?{_YEAR}")
_QUARTER = compile_later(
    rf"(?:q(?P<quarter>[1-4])|(?:the\s+)?(?P<named>first|second|third|fourth)\s+quarter)[\s/-]*(?:of\s+)?{_YEAR}"
)
_PARTS = {
    "beginning": (1, 10),
    "start": (1, 10),
    "early": (1, 10),
    "mid": (11, 20),
    "middle": (11, 20),
    "late": (21, 31),
    "end": (21, 31),
    "first days": (1, 10),
    "first week": (1, 7),
    "first half": (1, 15),
    "second half": (16, 31),
}
"""Which days of a month its parts are."""
_AGO = compile_later(rf"(?P<count>\d{{1,6}}|an?|{'|'.join(NUMBERS)})\s+(?P<unit>day|week|month|year)s?\s+ago")
_RUNNING = compile_later(
    rf"(?:last|past|previous)\s+(?P<count>\d{{1,6}}|{'|'.join(NUMBERS)})\s+(?P<unit>day|week|month|year)s?"
)
_NAMED = compile_later(
    rf"(?P<which>this|current|last|past|previous)\s+(?:(?P<unit>week|month|year)|{_MONTH}|{_WEEKDAY})"
)
_BARE = compile_later(rf"{_MONTH}|{_WEEKDAY}")
_YEARLESS = (
    compile_later(rf"{_LEAD}(?:the\s+)?{_DAY}[\s.-]+(?:of\s+)?{_MONTH}"),
    compile_later(rf"{_LEAD}{_MONTH}\s*(?:the\s+)?{_DAY}"),
)
_PART = compile_later(
    rf"(?P<part>early|mid|late|(?:the\s+)?(?:{'|'.join(_PARTS)})\s+of)[\s-]+{_MONTH}(?:[\s,]+(?:of\s+)?{_YEAR})?"
)
_WEEKEND = compile_later(r"(?:(?P<which>this|last|past|previous|the)\s+)?weekend")
_WEEK_OF = compile_later(r"(?:the\s+)?week\s+of\s+(?P<day>.+)")
# Three letters, or one of a script that writes "June" with fewer.
_WORDY = compile_later(r"[^\W\d_]{3}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


_DAYS_BACK = {"today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0}
_DAYS_BACK |= {"yesterday": 1, "last night": 1, "the day before yesterday": 2}

LEAP_YEARS = 9
"""Years within which there is always a 29 February."""
SATURDAY = 5
MONTHS_A_YEAR = 12


def format_day(published: PublicationDate | None) -> str:
    """Write a date as people do, as far as it is known: 27 June 2023, June 2023, 2023, or nothing."""
    if isinstance(published, PartialDate):
        return format_period(published.first, published.last)
    return f"{published.day} {published:%B %Y}" if published else ""


def say_when(published: PublicationDate) -> str:
    """Write a date with its preposition: on 27 June 2023, in June 2023, in 2023."""
    return f"{'in' if isinstance(published, PartialDate) else 'on'} {format_day(published)}"


def format_dates(article: ArticleInfo | Citation) -> str:
    """Write when a text was published, and when it was updated; of an earlier text of an article, which one it is."""
    if article.superseded:
        began = format_day(article.updated or article.published)
        return f"version of {began}" if began else f"version before {format_day(article.superseded)}"
    updated = f"updated {format_day(article.updated)}" if article.updated else ""
    return ", ".join(part for part in (format_day(article.published), updated) if part)


def format_period(first: date, last: date) -> str:
    """Write a span of days as people do: March 2026, 21 to 24 March 2026, 28 February to 3 March 2026."""
    if first == last:
        return format_day(first)
    for unit, written in (("year", f"{first:%Y}"), ("month", f"{first:%B %Y}")):
        if _enclose(first, unit) == (first, last):
            return written
    if first.year != last.year:
        return f"{format_day(first)} to {format_day(last)}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%B}'} to {format_day(last)}"


def parse_date(text: str, order: DayOrder = "") -> PublicationDate | None:
    """Return the publication date that the whole text states, None when it states none or could mean two.

    "June 2023" and "2023" stay a month and a year; weeks, quarters and the like become the month or year they are in.
    Nothing is relative here: "yesterday" is None. The `order` tells which day "03/04/2023" is.
    """
    words = _normalize(text)
    period = _parse_absolute(words, order)
    if period is None and re.search(r"\b\d{4}\b|\d{4}年", words) and _WORDY.search(words):
        period = _parse_other_language(words, None)
    return _make_publication_date(*period) if period else None


def could_be_two_days(text: str) -> bool:
    """Say whether a text is a date whose day and month could change places: 03/04/2023."""
    found = _YEAR_LAST.fullmatch(_normalize(text))
    return found is not None and int(found["second"]) <= MONTHS_A_YEAR and _order_day_and_month(found) is None


def parse_since(text: str, today: date, order: DayOrder = "") -> date:
    """Return the first day of what the text names: "June 2023" is 1 June, "last year" 1 January; or InputError."""
    return _parse_period(text, today, order)[0]


def parse_until(text: str, today: date, order: DayOrder = "") -> date:
    """Return the last day of what the text names: "June 2023" is 30 June, "last year" 31 December; or InputError."""
    return _parse_period(text, today, order)[1]


def load_languages(today: date) -> None:
    """Load what reading a date in any other language takes, which is seconds for the first one."""
    _parse_other_language("no date in any of them", today)


def read_period(text: str, today: date) -> Period | None:
    """Return the first and the last day of what an English text names, such as "late May"; None when it names none.

    A day or month without its year is the latest one that has begun.
    """
    words = re.sub(r"^the\s+(?:month\s+of\s+|(?=last|past|previous))", "", _normalize(text))
    with suppress(ValueError, OverflowError):
        return _parse_absolute(words) or _parse_relative(words, today)
    return None


def _parse_period(text: str, today: date, order: DayOrder) -> Period:
    words = re.sub(r"^(?:in|on|the)\s+", "", _normalize(text))
    found = None
    with suppress(ValueError, OverflowError):
        found = _parse_absolute(words, order) or _parse_relative(words, today)
        if found is None and _WORDY.search(words):
            found = _parse_other_language(words, today)
    if found:
        return found
    if (numbers := _YEAR_LAST.fullmatch(words)) and _order_day_and_month(numbers) is None:
        raise InputError(f"{text.strip()!r} could be two days or none; write the year first, like 2023-06-27")
    raise InputError(
        f"{text.strip()[:60]!r} is not a date; "
        'write it like "2023-06-27", "June 2023", "2023", "last month" or "3 weeks ago"'
    )


def _make_publication_date(first: date, last: date) -> PublicationDate:
    if first == last:
        return first
    # A week at the turn of the year counts as the new one's: that can't have it published before it was.
    same_month = first.isoformat()[:7] == last.isoformat()[:7]
    return PartialDate(last.isoformat()[: 7 if same_month else 4])


def _normalize(text: str) -> str:
    return " ".join(text[:120].lower().split()).strip(" ,;|") if len(text) <= 120 else ""


def _parse_absolute(words: str, order: DayOrder = "") -> Period | None:
    """Read a date that needs no today; None also for impossible days."""
    with suppress(ValueError, OverflowError):
        if _ISO_WEEK_OR_COMPACT.fullmatch(words.upper()):
            return _enclose(date.fromisoformat(words.upper()), "week" if _ISO_WEEK.fullmatch(words) else "day")
        if found := _YEAR_FIRST.fullmatch(words):
            month, day = int(found["month"]), int(found["day"] or 0)  # 00 is written for what is not known
            first = date(int(found["year"]), month if month or day else 1, day or 1)
            return _enclose(first, "day" if day else "month" if month else "year")
        if found := _YEAR_LAST.fullmatch(words):
            pair = _order_day_and_month(found, order)
            return _enclose(date(int(found["year"]), pair[1], pair[0])) if pair else None
        if found := _MONTH_FIRST.fullmatch(words) or _DAY_FIRST.fullmatch(words):
            return _enclose(date(int(found["year"]), _find_month(found["month"]), int(found["day"])))
        if found := _MONTH_YEAR.fullmatch(words):
            return _enclose(date(int(found["year"]), _find_month(found["month"]), 1), "month")
        if found := _QUARTER.fullmatch(words):
            named = ("first", "second", "third", "fourth")
            quarter = int(found["quarter"] or 0) or named.index(found["named"]) + 1
            year, month = int(found["year"]), 3 * quarter
            return date(year, month - 2, 1), _enclose(date(year, month, 1), "month")[1]
        if re.fullmatch(r"[12]\d{3}", words):
            return _enclose(date(int(words), 1, 1), "year")
    return None


def _order_day_and_month(found: re.Match[str], order: DayOrder = "") -> tuple[int, int] | None:
    """Return day and month of two numbers before a year; None where it could be either.

    Dots mean that the day is first. With slashes and dashes one of them is no month, or only one of the days is of the
    weekday that is named, or the order is known.
    """
    first, second = int(found["first"]), int(found["second"])
    if found["sep"] == "." or first > MONTHS_A_YEAR or first == second:
        return first, second
    if second > MONTHS_A_YEAR:
        return second, first
    readings = {"day": (first, second), "month": (second, first)}
    if found["weekday"]:
        wanted, year = _position(found["weekday"], WEEKDAYS), int(found["year"])
        fitting = [pair for pair in readings.values() if date(year, pair[1], pair[0]).weekday() == wanted]
        return fitting[0] if len(fitting) == 1 else None
    return readings[order] if order else None


def _parse_relative(words: str, today: date) -> Period | None:
    """Read a date that counts from today; a bare month or weekday is the latest one that has begun."""
    if words in _DAYS_BACK:
        return _enclose(today - timedelta(days=_DAYS_BACK[words]))
    if found := _AGO.fullmatch(words):
        return _enclose(_go_back(today, _parse_count(found["count"]), found["unit"]))
    if found := _RUNNING.fullmatch(words):
        return _go_back(today, _parse_count(found["count"]), found["unit"]), today
    if found := _NAMED.fullmatch(words):
        back = 0 if found["which"] in {"this", "current"} else 1
        if found["unit"]:
            return _enclose(_go_back(today, back, found["unit"]), found["unit"])
        if found["month"]:
            month = _find_month(found["month"])
            return _enclose(date(today.year - (back and month >= today.month), month, 1), "month")
        return _find_latest(found, today - timedelta(days=back))
    if found := _BARE.fullmatch(words):
        return _find_latest(found, today)
    if found := next(filter(None, (pattern.fullmatch(words) for pattern in _YEARLESS)), None):
        month, day = _find_month(found["month"]), int(found["day"])
        years = range(today.year, today.year - LEAP_YEARS, -1)
        return next((_enclose(date(year, month, day)) for year in years if _has_begun(year, month, day, today)), None)
    if found := _PART.fullmatch(words):
        month = _find_month(found["month"])
        first, last = _PARTS[found["part"].removeprefix("the ").removesuffix(" of")]
        year = int(found["year"] or today.year - ((month, first) > (today.month, today.day)))
        return date(year, month, first), date(year, month, min(last, monthrange(year, month)[1]))
    if found := _WEEKEND.fullmatch(words):
        monday = today - timedelta(days=today.weekday())
        this = found["which"] == "this" or (found["which"] in {None, "the"} and today.weekday() >= SATURDAY)
        saturday = monday + timedelta(days=SATURDAY if this else SATURDAY - 7)
        return saturday, saturday + timedelta(days=1)
    if found := _WEEK_OF.fullmatch(words):
        named = _parse_absolute(found["day"]) or _parse_relative(found["day"], today)
        return _enclose(named[0], "week") if named else None
    return None


def _has_begun(year: int, month: int, day: int, today: date) -> bool:
    return day <= monthrange(year, month)[1] and date(year, month, day) <= today


def _find_latest(found: re.Match[str], today: date) -> Period:
    if found["month"]:
        month = _find_month(found["month"])
        return _enclose(date(today.year - (month > today.month), month, 1), "month")
    return _enclose(today - timedelta(days=(today.weekday() - _position(found["weekday"], WEEKDAYS)) % 7))


def _parse_other_language(words: str, today: date | None) -> Period | None:
    """Ask dateparser; without a today only complete dates count."""
    try:
        said = _load_dateparser(today).get_date_data(words)
    except Exception:  # it raises many things on odd input, and each of them means "not a date"
        return None
    if said.date_obj is None:
        return None
    day: date = said.date_obj.date()
    if today is None and str(day.year) not in words:
        return None
    if _TWO_MONTHS.search(words) and str(said.locale).startswith("en"):  # in other languages the day comes first
        return None
    return _enclose(day, said.period if said.period in {"month", "year"} else "day")


@lru_cache(maxsize=4)
def _load_dateparser(today: date | None) -> Any:
    from dateparser.date import DateDataParser

    logging.getLogger("dateparser").setLevel(logging.CRITICAL)
    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past", "PREFER_DAY_OF_MONTH": "first", "DATE_ORDER": "DMY"}
    if today is None:
        settings |= {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["month", "year"]}
    else:
        settings |= {"RELATIVE_BASE": datetime(today.year, today.month, today.day)}
    return DateDataParser(languages=LANGUAGES, settings=settings)


def _enclose(day: date, unit: str = "day") -> Period:
    """Return the first and the last day of the week, month or year that a day is in, or just the day."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return (date(day.year, 1, 1), date(day.year, 12, 31)) if unit == "year" else (day, day)


def _go_back(day: date, count: int, unit: str) -> date:
    """Go back so many units; 31 March less a month is the last of February."""
    if unit in {"day", "week"}:
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _parse_count(word: str) -> int:
    if word in {"a", "an"}:
        return 1
    return NUMBERS.index(word) + 1 if word in NUMBERS else int(word)


def _find_month(name: str) -> int:
    return _position(name, MONTHS) + 1


def _position(abbreviated: str, names: Sequence[str]) -> int:
    return next(n for n, name in enumerate(names) if name.startswith(abbreviated[:3]))
