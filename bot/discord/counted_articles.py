"""Lines in which `retrieval` counts articles -> the language that is spoken now, part by part.

"5 of 12 articles by Ida Renn since 1 March 2026 mention eels; 2 give no date": how many, whose and of what time, what
they do, and what is added are forms of their own, as each may stand beside each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.discord.forms import compile_form
from bot.discord.localisation import mark, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NUMBERED = (
    mark("None of the {all_number} articles"),
    mark("{number} of {all_number} articles"),
    mark("{number} articles"),
    mark("{number} article"),
    mark("No article"),
)
LIMITED = (
    mark("from {date_first} to {date_last}"),
    mark("since {date}"),
    mark("until {date}"),
    mark("of {date}"),
    mark("by {author}"),
)
DOING = (
    mark("is about something other than {words}"),
    mark("are about something other than {words}"),
    mark("is about {words}"),
    mark("are about {words}"),
    mark("mentions {words}"),
    mark("mention {words}"),
    mark("is marked as “{words}”"),
    mark("are marked as “{words}”"),
    mark("gives no date"),
    mark("give no date"),
    mark("gives no author"),
    mark("give no author"),
)
ADDED = (
    mark("; {number} gives no date"),
    mark("; {number} give no date"),
    mark("; {number} names no author"),
    mark("; {number} name no author"),
    mark("; none gives a date"),
    mark(", from {date_first} to {date_last}"),
    mark(", {number} author"),
    mark(", {number} authors"),
    mark("; the newest first"),
    mark("; the oldest first"),
    mark("; the longest first"),
    mark("; the shortest first"),
    mark("; the newest"),
    mark("; the oldest"),
    mark("; the longest"),
    mark("; the shortest"),
    mark("; the {number} newest"),
    mark("; the {number} oldest"),
    mark("; the {number} longest"),
    mark("; the {number} shortest"),
)
AND = " and "
LONGEST = 500
"""Characters of a line that is looked at: subjects are as long as questions make them."""


def say_count(text: str, fill: Callable[[str, Sequence[str]], str]) -> str:
    """Return such a line in the language that is spoken now, "" for another text; `fill` fills one of some forms."""
    found = _compile_line().fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        return ""
    limits = "".join(f" {fill(each, LIMITED)}" for each in _compile_part(LIMITED).findall(found["limits"]))
    doing = re.split(f"{AND}(?={_join(DOING)})", found["doing"] or "")
    does = f" {say('and')} ".join(fill(each, DOING) for each in doing if each)
    added = "".join(fill(each, ADDED) for each in re.findall(f"{_join(ADDED)}(?=[;,]|$)", found["added"]))
    return fill(found["number"], NUMBERED) + limits + (f" {does}" if does else "") + added


@cache
def _compile_line() -> re.Pattern[str]:
    number, limit, doing, added = map(_join, (NUMBERED, LIMITED, DOING, ADDED))
    does = f"(?: (?P<doing>{doing}(?:{AND}{doing})*))?"
    return re.compile(f"(?P<number>{number})(?P<limits>(?: {limit})*){does}(?P<added>(?:{added})*)", re.DOTALL)


@cache
def _compile_part(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?<= ){_join(forms)}(?= (?:{_join(forms)})|$)", re.DOTALL)


def _join(forms: Sequence[str]) -> str:
    return f"(?:{'|'.join(compile_form(form, named=False).pattern for form in forms)})"
