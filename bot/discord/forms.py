"""Texts with placeholders -> what finds them filled in: "since {date}" finds "since 3 March 2026". Pure."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from bot.discord.local_dates import DATED

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = frozenset({"number", "count", "longest", "most"})
"""Placeholders that stand for numbers, as do those that end so: "all_number". What begins with "date" is a day."""


@cache
def compile_form(text: str, *, named: bool = True) -> re.Pattern[str]:
    """Return the expression that a form is matched by, with its placeholders as groups if these are to be `named`."""
    return re.compile("".join(_write(text, named=named)), re.DOTALL)


def _write(text: str, *, named: bool) -> Iterator[str]:
    for words, name, *_ in Formatter().parse(text):
        yield re.escape(words)
        if name:
            number = name in NUMBERS or name.endswith("_number")
            value = DATED if name.startswith("date") else "[0-9,.]+" if number else ".+?"
            yield f"(?P<{name}>{value})" if named else f"(?:{value})"
