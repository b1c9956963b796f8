"""A live blog's page -> its posts, each with its time. Pure; finding the main text of other pages is page_text.py's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

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
_TIME = re.compile(r"[T ](\d\d:\d\d)")
_LONGEST_TIME = 40
_LONGEST_CLOCK = 16


@dataclass(frozen=True, slots=True)
class LivePost:
    """A post of a live blog; `time` is empty where only the day is known."""

    day: date
    time: str
    lines: tuple[str, ...]


def find_posts(tree: Any, lines: Sequence[PageLine], data: PageData, day: date | None = None) -> list[LivePost]:
    """Return the posts that a page shows and those of its JSON-LD beside them, in its order; none for others.

    A page that does not say what it is shows a live blog where most of it is elements of one kind, each with a time, in
    order. `day` is the page's, for times without one.
    """
    if not data.is_live:
        return _find_unsaid_posts(tree, lines, day)
    shown = list(_find_shown_posts(_list_times(tree), lines).values())
    known = {(post.day, post.time) for post in shown}
    stated = [post for post in map(_read_stated, data.posts) if post and (post.day, post.time) not in known]
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
    if len(moments) < _FEWEST_UNSAID or not all(time for _, time in moments) or len({*moments}) < len(moments) * 3 / 4:
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


def _list_times(tree: Any) -> dict[Any, tuple[date, str]]:
    """Return the elements that state a moment, each with it."""
    found = ((each, _read_moment(each.get("datetime") or "")) for each in tree.iter("time"))
    return {each: moment for each, moment in found if moment}


def _list_clocks(tree: Any, day: date) -> dict[Any, tuple[date, str]]:
    """Return the elements that show a time of day and nothing else, each as a moment of the day."""
    found: dict[Any, tuple[date, str]] = {}
    for each in tree.iter(*_CLOCK_TAGS):
        shown = (each.text or "").strip()
        clock = _CLOCK.fullmatch(shown) if 0 < len(shown) <= _LONGEST_CLOCK and not len(each) else None
        if clock:
            half, hour = (clock["half"] or "").lower(), int(clock["hour"])
            hour = hour % 12 + (12 if half == "p" else 0) if half else hour
            found[each] = (day, f"{hour:02}:{clock['minute']}")
    return found


def _find_shown_posts(times: Mapping[Any, tuple[date, str]], lines: Sequence[PageLine]) -> dict[Any, LivePost]:
    """Return the posts of a page: elements of one kind, each with a time, of which one element holds the most."""
    children: dict[Any, dict[Any, None]] = {}
    for time in times:
        for each in (time, *time.iterancestors()):
            if each.getparent() is not None:
                children.setdefault(each.getparent(), {})[each] = None
    if not children:
        return {}
    kinds = {_describe(each) for each in max(children.values(), key=len)}
    posts: dict[Any, LivePost] = {}
    for time, moment in times.items():
        holder = next((each for each in time.iterancestors() if _describe(each) in kinds), None)
        if holder is not None:
            posts.setdefault(holder, LivePost(*moment, ()))
    found: dict[Any, list[str]] = {holder: [] for holder in posts}
    written = {fold(time.text_content()) for time in times}
    for line in lines:
        holder = next((each for each in (line.element, *line.element.iterancestors()) if each in found), None)
        if holder is not None and not line.aside and fold(line.text) not in written:
            found[holder].append(line.text)
    return {holder: replace(post, lines=tuple(found[holder])) for holder, post in posts.items() if found[holder]}


def _count_words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def _describe(element: Any) -> tuple[str, str]:
    return element.tag, element.get("class", "")


def _read_stated(post: Any) -> LivePost | None:
    moment = _read_moment(post.published)
    lines = [line for line in (post.heading, *post.text.split("\n")) if line]
    return LivePost(*moment, tuple(lines)) if moment and lines else None


def _read_moment(written: str) -> tuple[date, str] | None:
    """Return the day and the time of a moment as it is written, in its own time zone."""
    written = written.strip()[:_LONGEST_TIME]
    day = parse_date(written) if re.match(r"\d{4}-\d\d-\d\d", written) else None
    time = _TIME.search(written)
    return (day, time[1] if time else "") if isinstance(day, date) else None
