"""Finds the words for dates and events in a question, and how they limit: in, since, before, as of.

Pure: what today is, and from when to when the archive's articles are, gets passed in. Which phrase limits a search and
when an event was is left to conversation/time_limits.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from retrieval.text.dates import read_period
from retrieval.text.english import MONTH_PATTERN, NUMBERS, QUESTION_WORDS, WEEKDAY_PATTERN
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from retrieval.text.dates import Period

Relation = Literal["in", "since", "after", "before", "until", "by", "as of"]

ENDED = timedelta(days=31)
"""An archive whose newest article is older than this has ended: "last week" then counts from that article."""

SPANS = {"day": 1, "days": 7, "week": 7, "fortnight": 14, "weeks": 28, "month": 31, "months": 92}
"""How many days "in the week after" takes in."""

_M = rf"{MONTH_PATTERN}\b\.?"
_W = rf"{WEEKDAY_PATTERN}\b\.?"
_Y = r"[12]\d{3}\b"
_D = r"\d{1,2}(?:st|nd|rd|th)?\b(?![.:]\d)"
_OF_MONTH = r"(?:the\s+month\s+of\s+)?"
_DATE = "|".join(
    (
        r"\d{4}-\d{2}(?:-\d{2})?\b(?!-)",
        r"\d{1,2}[./]\d{1,2}[./]\d{4}\b",
        rf"(?:{_W},?\s+)?(?:the\s+)?{_D}(?:\s+of)?\s+{_M}(?:,?\s+{_Y})?(?!\s+(?:street|road|avenue|square|lane)\b)",
        rf"(?:{_W},?\s+)?{_M}\s+(?:the\s+)?{_D}(?:,?\s+{_Y})?",
        r"(?:early|mid|late|(?:the\s+)?(?:beginning|start|middle|end|first days|first week|(?:first|second) half)\s+of)"
        rf"[\s-]+{_M}(?:,?\s+(?:of\s+)?{_Y})?",
        rf"{_OF_MONTH}{_M},?\s+(?:of\s+)?{_Y}",
        rf"(?:the\s+)?(?:first|second|third|fourth)\s+quarter\s+of\s+{_Y}",
        rf"(?:the\s+)?week\s+of\s+(?:the\s+)?{_D}(?:\s+of)?\s+{_M}(?:,?\s+{_Y})?",
        rf"(?:the\s+)?(?:last|past|previous)\s+(?:\d{{1,3}}|{'|'.join(NUMBERS)})\s+(?:day|week|month|year)s?\b",
        rf"(?:this|current|last|past|previous)\s+(?:week(?:end)?|month|year|{_M}|{_W})\b",
        rf"(?:\d{{1,3}}|an?|{'|'.join(NUMBERS)})\s+(?:day|week|month|year)s?\s+ago\b",
        r"the\s+day\s+before\s+yesterday\b|yesterday\b|today\b|tonight\b|last\s+night\b"
        r"|this\s+(?:morning|afternoon|evening)\b",
    )
)
_BARE = rf"{_OF_MONTH}{_M}|{_W}|{_Y}|the\s+weekend\b"
_END = rf"{_DATE}|{_BARE}"
_RANGE = rf"(?:{_DATE}|{_D})\s*(?:-|–|\band\b|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*(?:{_DATE})"
_RANGE += rf"|(?:{_DATE})\s*(?:-|–|\bto\b)\s*{_D}(?:,?\s+{_Y})?|(?:{_BARE})\s*(?:-|–|\band\b|\bto\b)\s*(?:{_END})"
_JOIN = compile_later(r"\s*(?:-(?!\d\d\b(?:-|$))|–|\band\b|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*", re.IGNORECASE)

_RELATIONS: dict[Relation, str] = {
    "as of": r"as\s+(?:of|at)|back\s+(?:on|in)|as\s+(?:things|it|matters)\s+(?:stood|were|was|looked)\s+(?:on|in|at|by)"
    r"|(?:going|judging)\s+by\s+what\s+was\s+\w+\s+(?:on|in|by|at)"
    r"|(?:had|if)\s+(?:\w+\s+|\w+['’]d\s+){0,3}asked\s+(?:\w+\s+){0,2}(?:on|in)",
    "by": r"by",
    "since": r"since|starting|beginning|as\s+from",
    "after": r"after|following|later\s+than",
    "before": r"before|prior\s+to|ahead\s+of|earlier\s+than|in\s+the\s+run-up\s+to",
    "until": r"until|till|up\s+(?:to|until)(?:\s+and\s+including)?|no(?:t)?\s+later\s+than",
    "in": r"in|on|during|throughout|within|over|at|around|between|from|for|of",
}
_AROUND = rf"(?:(?:in|during)\s+)?the\s+(?:first\s+)?(?P<span>{'|'.join(SPANS)})\s+(?P<side>after|before|following)"
_PREPOSITION = "|".join(f"(?P<r{n}>{words})" for n, words in enumerate(_RELATIONS.values()))
_PHRASE = compile_later(
    rf"(?<![\w-])(?:{_AROUND}\s+|(?P<preposition>{_PREPOSITION})\s+)?"
    rf"(?:(?P<range>{_RANGE})|(?P<date>{_DATE})|(?P<bare>{_BARE}))(?P<onward>\s+on(?:wards?)?\b(?!\s+\w))?",
    re.IGNORECASE,
)
_CUE = compile_later(
    rf"\d|\b(?:{_M}|{_W}|today|yesterday|tonight|last\s+night|this\s+\w+|(?:week(?:end)?|month|year|day)s?)\b",
    re.IGNORECASE,
)
_EVENT_CUE = compile_later(r"\b(?:since|after|before|until|till|following|prior|ahead|run-up)\b", re.IGNORECASE)
_RANGE_GOES_ON = compile_later(r"\s+(?:and|to|until|till|up\s+to)\s+(?=[^\W\d])", re.IGNORECASE)
_CALENDAR = compile_later(rf"\d|\b(?:{_M})", re.IGNORECASE)
_MONTH = compile_later(_M, re.IGNORECASE)
_WEEKDAY = compile_later(_W, re.IGNORECASE)
_NAMED_AFTER = r"(?<!named )(?<!called )(?<!look )(?<!looked )(?<!looks )(?<!looking )(?<!long )(?<!soon )(?<!run )"
_EVENT = compile_later(
    rf"(?<![\w-]){_NAMED_AFTER}(?:{_AROUND}|(?P<preposition>since|after|before|until|till|following|prior\s+to|ahead\s+of"
    rf"|in\s+the\s+run-up\s+to))\s+(?P<event>(?:(?:the|that|this|last)\s+(?=[^\W\d])|(?-i:(?=[A-Z])))"
    rf"[\w'’-]+(?:\s+(?!(?:{'|'.join(QUESTION_WORDS)}|did|does|do)\b)[\w'’-]+){{0,6}})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """Words for a time, with the word before them that says how they limit, and the first and last day they name.

    `counted_from` is the archive's newest article where "last week" counts from that and not from today.
    """

    start: int
    end: int
    relation: Relation
    preposition: str
    first: date
    last: date
    counted_from: date | None = None


@dataclass(frozen=True, slots=True)
class EventPhrase:
    """Words such as "before the recount": the event, and how it limits; `days` where they are so many around it."""

    start: int
    end: int
    relation: Relation
    event: str
    days: int = 0


def mentions_time(text: str) -> bool:
    """Say whether a text has any word that could be one for a time; most questions have none."""
    return _CUE.search(text) is not None or _EVENT_CUE.search(text) is not None


def find_date_phrases(text: str, today: date, archive: Period) -> list[DatePhrase]:
    """Return the words for dates in a text, in their order; `archive` are the days of its oldest and newest article.

    A day or month without a year is the latest one in which the archive has articles, else the latest that has begun.
    """
    return [phrase for found in _PHRASE.finditer(text) if (phrase := _read_phrase(text, found, today, archive))]


def find_event_phrases(text: str) -> list[EventPhrase]:
    """Return the words for times before and after events; whether there was such an event is not known here."""
    return [
        EventPhrase(
            found.start(),
            found.end(),
            _get_side(found) if found["span"] else _match_relation(found["preposition"]),
            found["event"],
            SPANS[found["span"].lower()] if found["span"] else 0,
        )
        for found in _EVENT.finditer(text)
    ]


def place_around(relation: Relation, days: int, first: date, last: date) -> Period:
    """Return so many days right before or after a time."""
    if relation == "before":
        return first - timedelta(days=days), first - timedelta(days=1)
    return last + timedelta(days=1), last + timedelta(days=days)


def _read_phrase(text: str, found: re.Match[str], today: date, archive: Period) -> DatePhrase | None:
    preposition = " ".join((found["preposition"] or "").lower().split())
    if found["bare"] and not _is_date_after(preposition, found["bare"], text[found.end() :], spanned=found["span"]):
        return None
    words = found["range"] or found["date"] or found["bare"]
    period, counted_from = _resolve(words, today, archive, ranged=bool(found["range"]))
    if period is None:
        return None
    relation = _match_relation(preposition) if preposition else "in"
    if relation == "in" and (found["onward"] or _opens_range(preposition, text[found.end() :], found["range"])):
        relation = "since"
    if found["span"]:
        period = place_around(_get_side(found), SPANS[found["span"].lower()], *period)
    phrase = DatePhrase(found.start(), found.end(), relation, preposition, *period, counted_from)
    return phrase if found["onward"] is None or relation == "since" else replace(phrase, end=found.start("onward"))


def _opens_range(preposition: str, following: str, ranged: str | None) -> bool:
    """Say whether a time is where a range begins that ends with no date: "between late May and the regatta"."""
    return not ranged and preposition in {"between", "from"} and bool(_RANGE_GOES_ON.match(following))


def _is_date_after(preposition: str, word: str, following: str, *, spanned: str | None) -> bool:
    """Say whether a lone month, weekday or year is one: "in march", not "the march" or "by June Carter"."""
    if spanned:
        return True
    if not preposition:
        return False
    if _WEEKDAY.fullmatch(word):
        full = len(word) > len("Wed.") or word[0].isupper()
        return full and preposition not in {"in", "of", "for", "at"}
    if preposition in {"for", "at", "on", "over", "around"}:
        return False
    named = re.match(r"\s+[A-Z]", following) is not None
    return not (named and preposition in {"by", "from", "of", "for", "after", "before"} and _MONTH.fullmatch(word))


def _resolve(words: str, today: date, archive: Period, *, ranged: bool) -> tuple[Period | None, date | None]:
    """Return what words name, and the day that they were counted from where that is not today."""
    read = _read_range if ranged else read_period
    period, newest = read(words, today), archive[1]
    if period is None:
        return None, None
    if _CALENDAR.search(words) and not re.search(r"\bago\b|\b(?:last|past|previous)\s+\d", words, re.IGNORECASE):
        other = read(words, newest)
        return (other if other and not _overlap(period, archive) and _overlap(other, archive) else period), None
    if today - newest > ENDED:
        return read(words, newest), newest
    return period, None


def _read_range(words: str, today: date) -> Period | None:
    """Read "3 to 10 March": what one end leaves out, the other says."""
    for join in _JOIN.finditer(words):
        left, right = words[: join.start()], words[join.end() :]
        last = read_period(right, today)
        if last is None and (first := read_period(left, today)) and (day := re.match(r"\d{1,2}", right)):
            last = _replace_day(first[0], day[0])
        first = read_period(left, today)
        if last and (first is None or left.isdigit()) and (day := re.match(r"(?:the\s+)?(\d{1,2})", left)):
            first = _replace_day(last[0], day[1])
        if first and last:
            if first[0] > last[1]:  # from December to January
                first = read_period(left, last[1]) or first
            return (first[0], last[1]) if first[0] <= last[1] else None
    return None


def _replace_day(day: date, number: str) -> Period | None:
    try:
        return (replaced := day.replace(day=int(number))), replaced
    except ValueError:
        return None


def _overlap(one: Period, other: Period) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _get_side(found: re.Match[str]) -> Relation:
    return "before" if found["side"].lower() == "before" else "after"


def _match_relation(preposition: str) -> Relation:
    return next(name for name, words in _RELATIONS.items() if re.fullmatch(words, preposition, re.IGNORECASE))
