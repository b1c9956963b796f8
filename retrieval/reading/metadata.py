"""Finds title, byline and date in the first lines of an article, and boilerplate lines that a web page leaves behind.

Pure. The text is never changed: what passages leave out is returned as spans of code points. Only whole lines are
judged, and a line in doubt stays; splitting the rest into sentences is left to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.domain import PublicationDate, Span
from retrieval.text.dates import could_be_two_days, parse_date
from retrieval.text.english import MONTH_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEADING_LINES = 12
_HEADING_WIDTH = 300
_LONGEST_BOILERPLATE = 500
"""Characters of a boilerplate line: the longest pattern has fewer, and some take quadratic time on a long line."""

_SERVICES = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|reddit|e-?mail|pinterest|instagram|youtube|threads|bluesky)"
)
_TAIL = r"[^.\n\"“”]{0,80}"
_NOT_REPORTED = r"(?!.*\b(?:said|says|told)\b)"  # a report about cookies is not a notice

_END = r"(?:[^\S\n]|[\])*:.!…→»>›-])*$"
_LINK = r"(?: *: *(?![^\n]*[.!\"”] *$)[^\n]{1,200})?"  # a headline, not a sentence

# Each is the whole of a line.
_BOILERPLATE = (
    # newsletters and alerts
    r"get (?:the|our|all the) (?:latest|breaking|top|daily) (?:news|headlines|stories)(?: updates?| alerts?)?"
    rf"(?: (?:delivered |sent |straight |directly )*(?:to|in|by|via|on) (?:your|e-?mail|whatsapp|telegram){_TAIL})?",
    r"(?:please )?(?:subscribe|sign up|register)(?: (?:now|today|here|(?:for )?free))?"
    r"(?: (?:to|for) (?:our |the |my |this |your )?(?:[\w'’-]+ ){0,3}"
    r"(?:newsletters?|news ?alerts?|mailing list|channel|podcast|updates|briefing)"
    rf"(?: (?:to|and|for|here|now|today){_TAIL})?)?",
    r"unsubscribe|manage (?:your )?(?:subscriptions?|preferences)",
    r"already a subscriber[? ]{1,3}(?:log|sign) in",
    # sharing and following
    r"share(?: (?:this|the)(?: (?:article|story|post|page|news))?)?"
    rf"(?: (?:on|via|with) (?:{_SERVICES}|friends|social media)\b{_TAIL})?",
    rf"(?:{_SERVICES}\b[ \t,|/·•]*){{2,12}}",
    r"(?:tweet|print|e-?mail|like|save|bookmark)(?: this(?: (?:article|story|post|page))?)?",
    rf"(?:follow|like|join|find) us (?:on|at) {_TAIL}",
    rf"follow .{{1,40}} on {_SERVICES}\b{_TAIL}",
    rf"join (?:our|the) (?:[\w'’-]+ )?{_SERVICES} (?:channel|group|community|page)\b{_TAIL}",
    rf"(?:download|get) (?:our|the)(?: [\w'’-]+){{0,3}} app\b{_TAIL}",
    rf"(?:click|tap) here (?:to|for) {_TAIL}",
    # advertising
    r"(?:advertisements?|sponsored(?: content)?|promoted(?: content)?|paid (?:content|post))"
    r"(?:[^\w\n]+(?:continue reading|scroll|(?:story|article) continues)[^.\n]{0,40})?",
    r"(?:story|article) continues (?:below|after)[^.\n]{0,40}",
    r"(?:continue reading|scroll to continue)(?: below| the main story| after advertisement)?",
    # other articles
    r"(?:read|see|watch|listen|learn|find out)(?: more| also| next| now| the full (?:story|article))(?: here)?"
    rf"{_LINK}",
    rf"(?:also read|don['’]?t miss|related(?: articles?| stories| posts| news| topics| links)?){_LINK}",
    r"more on this story|more (?:stories|news|from this author)|recommended(?: for you| stories)?",
    r"editors?['’]?s? picks?|most (?:read|popular|viewed)",
    r"you (?:may|might) also (?:like|be interested in)|trending(?: now)?|in case you missed it|up next",
    # the site itself
    r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? cookies\b"
    rf"{_NOT_REPORTED}[^\n\"“”]{{0,250}}",
    rf"by (?:continuing|using|browsing|clicking)[^\n\"“”]{{0,120}}\bcookies?\b{_NOT_REPORTED}[^\n\"“”]{{0,120}}",
    r"(?:cookie|privacy) (?:policy|settings|preferences|notice)",
    r"accept (?:all )?cookies|(?:reject|decline)(?: all)? cookies",
    r"terms (?:of (?:use|service)|and conditions)|all rights reserved",
    r"(?:copyright *)?(?:©|\(?c\))[^\n]{0,150}|copyright \d{4}[^\n]{0,150}",
    r"skip to (?:main )?content|back to top|toggle navigation|my account",
    r"(?:main )?menu|search|(?:log|sign) ?(?:in|out)|home *[>»/›] *[^\n]{1,100}",
    r"(?:tags?|filed under|posted in|categor(?:y|ies)|keywords) *: *(?![^\n]*[.!\"”] *$)[^\n]{1,200}",
    r"(?:estimated reading time[: ]{0,2})?\d{1,3}[ -]min(?:ute)?s?(?: read| to read)?",
    r"leave a (?:comment|reply)|(?:view|show|hide|post|add)(?: all| a)? comments?",
    r"\d+ comments?|no comments(?: yet)?",
)
_BOILERPLATE_LINE = re.compile(
    rf"^[^\S\n]*(?:[-–—*•|>»#\[(]+[^\S\n]*)?(?:{'|'.join(_BOILERPLATE)}){_END}", re.IGNORECASE | re.MULTILINE
)
_SHORT_LINE = re.compile(rf"^[^\n]{{1,{_LONGEST_BOILERPLATE}}}$", re.MULTILINE)
_RULE = re.compile(r"^[^\S\n]*(?:[-*_=~#•·—–]{3,}|(?:[*•·—–_~-] ){2,}[*•·—–_~-])[^\S\n]*$", re.MULTILINE)
_PARTICLES = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|bin|ibn|al|el|ter|ten|zu) ){0,3}"
_NAME = rf"[^\W\d_a-z][\w.'’-]*(?:(?:,? and |,? & |, | ){_PARTICLES}[^\W\d_a-z][\w.'’-]*){{0,11}}"
_BYLINE = re.compile(
    r"(?P<lead>(?i:(?:written|posted|published|reported|story|text|words|analysis|opinion|edited|compiled)\s+by|by)\b)"
    rf"\s*:?\s+(?P<name>{_NAME})"
    r"(?:,\s+(?:[\w'’-]+\s+){0,4}(?i:reporter|writer|correspondent|editor|columnist|analyst|staff))?"
    r"(?:\s*(?:\||·|•|—|–|-|,|/|\bon\b)\s*(?P<date>\D{0,20}\d[^|\n]{0,60}?))?(?:\s*\|[^\n]{0,60})?"
)
_ROLE = re.compile(r",\s[^,]*\b(?:reporter|writer|correspondent|editor|columnist|analyst|staff)$", re.IGNORECASE)
_NAME_AND_DATE = re.compile(rf"(?P<name>{_NAME})\s*(?:\||·|•)\s*(?P<date>[^|\n]{{6,60}})")
_FIELD = re.compile(
    r"(?P<field>title|headline|authors?|byline|date|published(?: on)?|publication date|updated|last updated"
    r"|posted(?: on)?|source|url|link)\s*:\s*(?P<value>\S[^\n]{0,250})",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?:published|posted|updated|last updated)(?: on| at| in)?\s+(?P<date>\S.{4,60})", re.IGNORECASE)
_MONTH_AND_YEAR = re.compile(rf"{MONTH_PATTERN}\.?,? [12]\d{{3}}", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z .'’/-]{2,40}(?:, [A-Z][A-Za-z. ]{1,30}?)?),? "
    r"\(?(?P<date>[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8}\.?,? \d{4})\)?(?P<rest>.*)"
)
_SENTENCE_END = (".", ",", ";", ":", "…", '."', ".”", ".'", ".’", ".)", "。", "、")
_FRAMED = re.compile(r"\[(?P<text>[^\]\n]+)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """Title, author and date from the first lines of a text, and the spans of these lines.

    `doubtful` is the date as it is written, where each that there is could be two days.
    """

    title: str = ""
    author: str = ""
    published: PublicationDate | None = None
    doubtful: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _HeadingLine:
    """One of the first lines: `apart` when a gap follows it, `mixed` when a part of it is skipped."""

    start: int
    end: int
    text: str
    apart: bool
    mixed: bool = False


def find_boilerplate(text: str) -> list[Span]:
    """Return the spans of navigation, subscription, sharing, advertising and cookie lines anywhere in the text."""
    short = (line.span() for line in _SHORT_LINE.finditer(text))
    found = [*_RULE.finditer(text), *filter(None, (_BOILERPLATE_LINE.match(text, *line) for line in short))]
    return [_trim_span(text, *line.span()) for line in found]


def read_heading(
    text: str, start: int = 0, *, title: str = "", author: str = "", skipped: Iterable[Span] = ()
) -> Heading:
    """Return title, author and date from the lines after `start`, up to the first line of prose.

    Lines in `skipped` are passed over. With `title` given, only a line that repeats it is a title; one that repeats the
    `author` given is a byline.
    """
    starts = {span.start for span in skipped}
    first_lines = [*_split_first_lines(text, start), _HeadingLine(len(text), len(text), "", True)]
    lines = [
        replace(line, apart=line.apart or after.start in starts, mixed=any(line.start < at < line.end for at in starts))
        for line, after in pairwise(first_lines)
        if line.start not in starts
    ]
    found_title, known, author, dates, spans = title, _normalize_title(author), "", list[str](), []
    titled = False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        # A bare "By Jane Doe" needs a title or a date beside it; parsing the date may be slow.
        dated_next = following is not None and line.text[:3].lower() == "by " and bool(_find_date(following.text))
        trusted = bool(found_title) or dated_next
        heading = "" if titled else _parse_title(line, following, title, trusted=trusted)
        if heading:
            titled, found_title = True, title or heading
        elif known and _normalize_title(line.text) == known:
            author = author or line.text
        elif by := _parse_byline(line.text, trusted=trusted):
            author = author or by[0]
            dates.append(by[1])
        elif field := _parse_field(line.text):
            name, value = field
            if name == "title":
                titled, found_title = True, found_title or value
            author = author or (value if name == "author" else "")
            dates.append(value if name == "date" else "")
        elif written := _find_date(line.text):
            dates.append(written)
        else:
            dates.append(_find_agency_date(line.text))
            break
        spans.append(Span(line.start, line.end))
    stated = list(filter(None, dates))
    certain = next((each for each in stated if not could_be_two_days(each)), "")
    return Heading(found_title, author, parse_date(certain), "" if certain else "".join(stated[:1]), tuple(spans))


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that overlap; empty ones vanish."""
    result: list[Span] = []
    for span in sorted(spans):
        if span.start >= span.end:
            continue
        if result and span.start < result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def _split_first_lines(text: str, start: int) -> Iterator[_HeadingLine]:
    """Yield the first non-blank lines, each cut at a width no title or byline has."""
    count = 0
    while count < _HEADING_LINES and start < len(text):
        end = text.find("\n", start, start + _HEADING_WIDTH + 1)
        if end < 0:
            end = min(len(text), start + _HEADING_WIDTH)
        span = _trim_span(text, start, end)
        if span.start < span.end:
            count += 1
            apart = re.compile(r"[ \t]*(?:\n[ \t]*(?:\n|$)|$)").match(text, span.end) is not None
            yield _HeadingLine(span.start, span.end, text[span.start : span.end], apart)
        if end < len(text) and text[end] != "\n":
            return
        start = end + 1


def _parse_title(line: _HeadingLine, following: _HeadingLine | None, known: str, *, trusted: bool) -> str:
    """Return the title if this line is one: a heading, the known title again, or a short line set apart."""
    if known:
        return known if _normalize_title(line.text) == _normalize_title(known) else ""
    if found := re.fullmatch(r"#\s+(\S.*?)(?:\s+#+)?", line.text):
        return _FRAMED.sub(r"\g<text>", found[1]).strip("*_ ")
    words = line.text.split()
    if following is None or len(words) > 25 or len(line.text) > 150 or line.text.endswith(_SENTENCE_END):
        return ""
    first = line.text.lstrip("*_\"'“‘«¿¡([")[:1]
    if not first.isalnum() or first.islower() or line.text.startswith(("- ", "* ", "> ")):
        return ""
    if line.mixed or re.search(r"[a-z]{4}[.!?]\s+[A-Z]", line.text):
        return ""
    if (
        _parse_byline(line.text, trusted=trusted)
        or _parse_field(line.text)
        or _find_date(line.text)
        or _find_agency_date(line.text)
    ):
        return ""
    if line.apart or _parse_byline(following.text, trusted=True) or _find_date(following.text):
        return line.text.strip("*_ ")
    # Without a blank line only a following paragraph that is not wrapped tells a title from a wrapped first line.
    return line.text.strip("*_ ") if len(following.text) > max(150, 2 * len(line.text)) else ""


def _parse_byline(line: str, *, trusted: bool) -> tuple[str, str] | None:
    """Return author and written date of a byline; a bare "By ..." is one only when `trusted`: by a title or date."""
    line = line.strip("*_ ")
    if found := _BYLINE.fullmatch(line):
        written = found["date"] or ""
        if (
            (written and not _is_date(written))
            or not re.fullmatch(_NAME, found["name"])
            or len(found["name"].split()) > 12
        ):
            return None
        if not trusted and not written and found["lead"].lower() == "by":
            return None
        return _ROLE.sub("", found["name"]), written
    if (found := _NAME_AND_DATE.fullmatch(line)) and re.fullmatch(_NAME, found["name"]):
        return (_ROLE.sub("", found["name"]), found["date"]) if _is_date(found["date"]) else None
    return None


def _parse_field(line: str) -> tuple[str, str] | None:
    """Return ("title" | "author" | "date" | "other", value) of a line such as "Author: Jane Doe"."""
    found = _FIELD.fullmatch(line.strip("*_ "))
    if not found:
        return None
    field, value = found["field"].lower(), found["value"].strip("*_ ")
    if field in {"title", "headline"}:
        return "title", value
    if field in {"author", "authors", "byline"}:
        return "author", re.sub(r"^by\s+", "", value, flags=re.IGNORECASE)
    if field in {"source", "url", "link"}:
        return ("other", value) if len(value) < 100 or "://" in value else None
    if not _is_date(value):
        return None
    return ("other" if "updated" in field else "date"), value


def _is_date(text: str) -> bool:
    return could_be_two_days(text) or bool(parse_date(text))


def _find_date(line: str) -> str:
    """Return the date, as it is written, of a line that holds nothing else but a label, a time or a place; else ""."""
    line = line.strip("*_ ()|")
    if found := _DATED.fullmatch(line):
        line = found["date"]
    if not (_has_day_and_year(line) or _MONTH_AND_YEAR.fullmatch(line)):
        return ""
    if _is_date(line):
        return line
    dateline = _DATELINE.fullmatch(line)
    alone = dateline and not dateline["rest"].strip(" |-–—") and _is_date(dateline["date"])
    return dateline["date"] if dateline and alone else ""


def _has_day_and_year(line: str) -> bool:
    """Tell whether a short line has a day and a year in it: a cheap test before the date is parsed."""
    return (
        len(line) <= 70
        and line.count(" ") <= 6
        and bool(re.search(r"\b\d{1,2}(?!\d)", line) and re.search(r"(?<!\d)[12]\d{3}(?!\d)", line))
    )


def _find_agency_date(line: str) -> str:
    """Return the date in an agency's dateline: "BEIJING, June 27, 2023 (Reuters) - ..."; the line itself is prose."""
    found = _DATELINE.match(line)
    return found["date"] if found and _is_date(found["date"]) else ""


def _trim_span(text: str, start: int, end: int) -> Span:
    line = text[start:end]
    start += len(line) - len(line.lstrip())
    return Span(start, start + len(line.strip()))


def _normalize_title(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
