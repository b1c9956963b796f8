"""A live blog's page -> its posts, each with its time. Pure; finding the main text of other pages is page_text.py's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from retrieval.reading.page_lines import fold
from retrieval.text.dates import format_day, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.reading.page_lines import PageLine
    from retrieval.reading.structured_data import PageData

_FEWEST_POSTS = 2
_FEWEST_UNSAID = 4
"""Posts of a page that does not say that it is a live blog."""
_MOST_DAYS = 7
_POST_WORDS = 12
"""Words that half of such posts have: lists of headlines have times, too."""
_LEAST_OF_PAGE = 0.5
"""Share of a page's words that such posts are of: comments and teasers stand beside an article."""
_MOST_LINKED = 0.5
"""Share of such posts that may be links."""
_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)\s*(?:(?P<half>[ap])\.?m\.?)?\s*(?:uhr|h|[a-z]{2,4})?\W*",
    re.IGNORECASE,
)
_CLOCK_TAGS = ("time", "span", "div", "p", "h2", "h3", "h4", "strong", "b", "small", "em")
_NO_BLOG = re.compile(r"comment|reply|replies|disqus|discussion|related|teaser|forum", re.IGNORECASE)
_CLOCK_WITHIN = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])\s*(?:(?P<half>[ap])\.?m\b)?", re.IGNORECASE
)
_TIME = re.compile(r"[T ](\d\d:\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_HEADINGS = 20
"""Lines between posts in which a day is looked for."""
_HALF_A_DAY, _DAY, _QUARTER = 12 * 60, 24 * 60, 15
"""Minutes. A clock that goes back by more than half a day has passed midnight; time zones are quarters apart."""
_LONGEST_TIME = 40
_LONGEST_CLOCK = 16


@dataclass(frozen=True, slots=True)
class LivePost:
    """A post of a live blog; `time` is empty where only the day is known."""

    day: date
    time: str
    lines: tuple[str, ...]


class _Moment(NamedTuple):
    """A day and a time as they are shown, and the moment in UTC where that is known."""

    day: date
    time: str
    instant: datetime | None = None


def find_posts(tree: Any, lines: Sequence[PageLine], data: PageData, day: date | None = None) -> list[LivePost]:
    """Return the posts that a page shows and those of its JSON-LD beside them, in its order; none for others.

    A page that does not say what it is shows a live blog where most of it is elements of one kind, each with a time, in
    order. `day` is the page's, for times without one.
    """
    if not data.is_live:
        return _find_unsaid_posts(tree, lines, day)
    times = _list_times(tree)
    if len(found := _find_shown_posts(times, lines)) < _FEWEST_POSTS and day:
        found = _find_shown_posts(_list_clocks(tree, day), lines) or found
    shown = list(found.values())
    known = {(post.day, post.time) for post in shown} | {moment.instant for moment in times.values() if moment.instant}
    zone = _find_zone(times.values())
    stated = [
        LivePost(moment.day, moment.time, lines_of_it)
        for moment, lines_of_it in (_read_stated(post, zone) for post in data.posts)
        if moment and lines_of_it and not known & {(moment.day, moment.time), moment.instant}
    ]
    posts = [*shown, *stated]
    if shown and stated:
        posts.sort(key=lambda post: (post.day, post.time), reverse=shown[0].day >= shown[-1].day)
    return posts if len(posts) >= _FEWEST_POSTS else []


def write_posts(posts: Iterable[LivePost]) -> str:
    """Return posts as a text, each under its day and time."""
    return "\n\n".join(
        "\n\n".join([f"{format_day(post.day)}, {post.time}".removesuffix(", "), *post.lines]) for post in posts
    )


def _find_unsaid_posts(tree: Any, lines: Sequence[PageLine], day: date | None) -> list[LivePost]:
    for times in (_list_times(tree), _list_clocks(tree, day) if day else {}):
        posts = _find_shown_posts(times, lines)
        if _are_live(posts, lines):
            return list(posts.values())
    return []


def _are_live(posts: Mapping[Any, LivePost], lines: Sequence[PageLine]) -> bool:
    """Tell whether elements with times are posts of a live blog, and neither comments nor a list of articles."""
    moments = [(post.day, post.time) for post in posts.values()]
    if (
        len(moments) < _FEWEST_UNSAID
        or not all(clock for _, clock in moments)
        or len({*moments}) < len(moments) * 3 / 4
    ):
        return False
    if moments not in (sorted(moments), sorted(moments, reverse=True)):
        return False
    if (max(moments)[0] - min(moments)[0]).days > _MOST_DAYS:
        return False
    lengths = [_count_words(*post.lines) for post in posts.values()]
    whole = sum(_count_words(line.text) for line in lines if not line.aside)
    if median(lengths) < _POST_WORDS or sum(lengths) < _LEAST_OF_PAGE * whole:
        return False
    linked = sum(_count_words(link.text_content()) for holder in posts for link in holder.iter("a"))
    holder = next(iter(posts))
    named = " ".join(f"{each.get('class')} {each.get('id')}" for each in (holder, *holder.iterancestors()))
    return linked <= _MOST_LINKED * sum(lengths) and not _NO_BLOG.search(named)


def _list_times(tree: Any) -> dict[Any, _Moment]:
    """Return the elements that state a moment, each with it; where they show it in another zone, as they show it."""
    found = ((each, _read_moment(each.get("datetime") or "", each.text_content())) for each in tree.iter("time"))
    return {each: moment for each, moment in found if moment}


def _find_zone(moments: Iterable[_Moment]) -> timedelta | None:
    """Return how far from UTC the moments of a page are shown, where that is one zone."""
    zones = {
        datetime.combine(each.day, time.fromisoformat(each.time)) - each.instant for each in moments if each.instant
    }
    return zones.pop() if len(zones) == 1 else None


def _list_clocks(tree: Any, day: date) -> dict[Any, _Moment]:
    """Return the elements that show a time of day and nothing else, each as a moment.

    The oldest one is of the page's day. Where the clock has passed midnight the next day begins, and where a line
    between the posts says a day, it is theirs.
    """
    elements: list[Any] = []
    minutes: list[int] = []
    stated: dict[int, date] = {}
    tried = 0
    for each in tree.iter(*_CLOCK_TAGS):
        shown = (each.text or "").strip()
        if len(each) or not 0 < len(shown) <= _LONGEST_TIME:
            continue
        clock = _CLOCK.fullmatch(shown) if len(shown) <= _LONGEST_CLOCK else None
        if clock:
            elements.append(each)
            minutes.append(_count_minutes(clock))
        elif elements and tried < _MOST_HEADINGS and _YEAR.search(shown):
            tried += 1
            if isinstance(found := parse_date(shown), date):
                stated[len(elements)] = found
    days = _find_days(minutes, stated, day)
    return {
        each: _Moment(day, f"{at // 60:02}:{at % 60:02}") for each, day, at in zip(elements, days, minutes, strict=True)
    }


def _find_days(minutes: Sequence[int], stated: Mapping[int, date], oldest: date) -> list[date]:
    """Return the days of times in their order on a page; `stated` are those that are known, by their places."""
    steps = [after - before for before, after in pairwise(minutes)]
    back = sum(step < 0 for step in steps) > sum(step > 0 for step in steps)  # the newest first
    passed = [0]
    for step in steps:
        midnight = step > _HALF_A_DAY if back else step < -_HALF_A_DAY
        passed.append(passed[-1] + (midnight and (-1 if back else 1)))
    known = {place: day for place, day in stated.items() if place < len(minutes)}
    days, place = list[date](), min(known, default=len(minutes) - 1 if back else 0)
    for number, _ in enumerate(minutes):
        place = number if number in known else place
        days.append(known.get(place, oldest) + timedelta(passed[number] - passed[place]))
    return days


def _count_minutes(clock: re.Match[str]) -> int:
    half, hour = (clock["half"] or "").lower(), int(clock["hour"])
    return 60 * (hour % 12 + (12 if half == "p" else 0) if half else hour) + int(clock["minute"])


def _find_shown_posts(times: Mapping[Any, _Moment], lines: Sequence[PageLine]) -> dict[Any, LivePost]:
    """Return the posts of a page: elements of one kind, each with a time, of which one element holds the most."""
    children: dict[Any, dict[Any, None]] = {}
    for element in times:
        for each in (element, *element.iterancestors()):
            if each.getparent() is not None:
                children.setdefault(each.getparent(), {})[each] = None
    if not children:
        return {}
    kinds = {_describe(each) for each in max(children.values(), key=len)}
    posts: dict[Any, LivePost] = {}
    for element, moment in times.items():
        holder = next((each for each in element.iterancestors() if _describe(each) in kinds), None)
        if holder is not None:
            posts.setdefault(holder, LivePost(moment.day, moment.time, ()))
    found: dict[Any, list[str]] = {holder: [] for holder in posts}
    written = {fold(element.text_content()) for element in times}
    for line in lines:
        holder = next((each for each in (line.element, *line.element.iterancestors()) if each in found), None)
        if holder is not None and not line.aside and fold(line.text) not in written:
            found[holder].append(line.text)
    return {holder: replace(post, lines=tuple(found[holder])) for holder, post in posts.items() if found[holder]}


def _count_words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def _describe(element: Any) -> tuple[str, str]:
    return element.tag, element.get("class", "")


def _read_stated(post: Any, zone: timedelta | None) -> tuple[_Moment | None, tuple[str, ...]]:
    """Return moment and lines of a post in JSON-LD, in the zone in which the page shows others."""
    moment = _read_moment(post.published)
    if moment and moment.instant and zone is not None:
        local = moment.instant + zone
        moment = _Moment(local.date(), f"{local:%H:%M}", moment.instant)
    return moment, tuple(line for line in (post.heading, *post.text.split("\n")) if line)


def _read_moment(written: str, shown: str = "") -> _Moment | None:
    """Return a moment as it is written, in its own time zone or in the one in which a clock beside it is `shown`."""
    written = written.strip()[:_LONGEST_TIME]
    day = parse_date(written) if re.match(r"\d{4}-\d\d-\d\d", written) else None
    if not isinstance(day, date):
        return None
    clock = _TIME.search(written)
    try:
        local = datetime.fromisoformat(written)
        instant = local.astimezone(UTC).replace(tzinfo=None) if local.tzinfo else None
    except (ValueError, OverflowError):
        instant = None
    if clock is None or instant is None:
        return _Moment(day, clock[1] if clock else "")
    local = local.replace(tzinfo=None)
    clocks = list(_CLOCK_WITHIN.finditer(shown[:_LONGEST_TIME]))
    if len(clocks) == 1:
        apart = _count_minutes(clocks[0]) - 60 * local.hour - local.minute
        apart = (apart + _HALF_A_DAY) % _DAY - _HALF_A_DAY
        local += timedelta(minutes=apart if apart % _QUARTER == 0 else 0)
    return _Moment(local.date(), f"{local:%H:%M}", instant.replace(second=0, microsecond=0))
