"""A live blog's page -> its posts, each with its time. Pure; finding the main text of other pages is page_text.py's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.reading.page_lines import fold
from retrieval.text.dates import format_day, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.reading.page_lines import PageLine
    from retrieval.reading.structured_data import PageData

_FEWEST_POSTS = 2
_TIME = re.compile(r"[T ](\d\d:\d\d)")
_LONGEST_TIME = 40


@dataclass(frozen=True, slots=True)
class LivePost:
    """A post of a live blog; `time` is empty where only the day is known."""

    day: date
    time: str
    lines: tuple[str, ...]


def find_posts(tree: Any, lines: Sequence[PageLine], data: PageData) -> list[LivePost]:
    """Return the posts that a page shows and those of its JSON-LD beside them, in its order; none for others."""
    if not data.is_live:
        return []
    shown = _find_shown_posts(tree, lines)
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


def _find_shown_posts(tree: Any, lines: Sequence[PageLine]) -> list[LivePost]:
    """Return the posts of a page: elements of one kind, each with a time, of which one element holds the most."""
    times = [each for each in tree.iter("time") if _read_moment(each.get("datetime") or "")]
    children: dict[Any, dict[Any, None]] = {}
    for time in times:
        for each in (time, *time.iterancestors()):
            if each.getparent() is not None:
                children.setdefault(each.getparent(), {})[each] = None
    if not children:
        return []
    kinds = {_describe(each) for each in max(children.values(), key=len)}
    posts: dict[Any, LivePost] = {}
    for time in times:
        holder = next((each for each in time.iterancestors() if _describe(each) in kinds), None)
        moment = _read_moment(time.get("datetime"))
        if holder is not None and moment:
            posts.setdefault(holder, LivePost(*moment, ()))
    found: dict[Any, list[str]] = {holder: [] for holder in posts}
    written = {fold(time.text_content()) for time in times}
    for line in lines:
        holder = next((each for each in (line.element, *line.element.iterancestors()) if each in found), None)
        if holder is not None and not line.aside and fold(line.text) not in written:
            found[holder].append(line.text)
    return [replace(post, lines=tuple(found[holder])) for holder, post in posts.items() if found[holder]]


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
