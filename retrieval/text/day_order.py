"""Whether the day comes first in the dates of a language, where they are written in figures. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.languages import is_foreign

if TYPE_CHECKING:
    from retrieval.text.dates import DayOrder

_MONTH_FIRST = ("en-us", "en-ph", "fil")
_UNDECIDED = ("zh", "ja", "ko", "hu", "lt", "fa", "mn")
"""Languages that put the year first."""
_WRITTEN_BOTH_WAYS = ("en", "en-ca")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def find_day_order(language: str) -> DayOrder:
    """Return which figure comes first in the dates of a language, such as "en-US" or "de"; "" where it is not known."""
    tag = language.strip().lower().replace("_", "-")
    if not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", tag):
        return ""
    if tag in _WRITTEN_BOTH_WAYS or tag.partition("-")[0] in _UNDECIDED:
        return ""
    return "month" if tag.startswith(_MONTH_FIRST) else "day"


def guess_day_order(text: str) -> DayOrder:
    """Return which figure comes first in the dates of the language that a text is in; "" for one in English."""
    return "day" if is_foreign(text) and not _EAST_ASIAN.search(text) else ""
