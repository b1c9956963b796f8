"""What the text of a setting means: numbers, choices, folders, addresses and secrets, each with why a text is none.

No library reads them: what pydantic-settings and pydantic bring took a sixth of a cold answer, and msgspec's lax mode
takes neither "yes" nor "05", but "null". Each function raises ValueError whose words follow the variable's name.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

FLAGS = dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True) | dict.fromkeys(
    ("0", "false", "f", "no", "n", "off"), False
)

_WHOLE = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?")
_RATES = re.compile(r"(?: *[1-9]\d{0,8} */ *(?:[1-9]\d{0,3} *)?(?:second|minute|hour|day)s? *(?:;(?!\Z)|\Z))+")


class Secret:
    """A text that only `reveal` shows: neither `str` nor `repr`, nor what writes the fields of a value."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({'**********' if self._text else ''!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def expect_whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number between two bounds, both included."""

    def parse(text: str) -> int:
        if not _WHOLE.fullmatch(stripped := text.strip()):
            raise ValueError("should be a valid integer, unable to parse string as an integer")
        number = int(stripped.partition(".")[0])
        _require_between(number, least, most)
        return number

    return parse


def expect_number(
    *, above: float = -math.inf, least: float = -math.inf, most: float = math.inf
) -> Callable[[str], float]:
    """Return what reads a finite number that is greater than `above` and between the other two, both included."""

    def parse(text: str) -> float:
        try:
            number = float(text.strip().encode("ascii"))
        except ValueError:
            raise ValueError("should be a valid number, unable to parse string as a number") from None
        if not math.isfinite(number):
            raise ValueError("should be a finite number")
        if number <= above:
            raise ValueError(f"should be greater than {above}")
        _require_between(number, least, most)
        return number

    return parse


def _require_between(number: float, least: float, most: float) -> None:
    if number < least:
        raise ValueError(f"should be greater than or equal to {least}")
    if number > most:
        raise ValueError(f"should be less than or equal to {most}")


def expect_choice(choices: Any) -> Callable[[str], Any]:
    """Return what reads one of the texts of a `Literal`."""
    *others, last = map(repr, get_args(choices))

    def parse(text: str) -> str:
        if text not in get_args(choices):
            raise ValueError(f"should be {', '.join(others)} or {last}")
        return text

    return parse


def parse_flag(text: str) -> bool:
    """Return what a word such as true, yes, on or 1 says, in letters of either case."""
    if (flag := FLAGS.get(text.lower())) is None:
        raise ValueError("should be a valid boolean, unable to interpret input")
    return flag


def parse_folder(text: str) -> Path:
    """Return the absolute path of a folder, which may start at a user's home."""
    return Path(text).expanduser().absolute()


def parse_url(text: str) -> str:
    """Return the address of a server without a slash at its end."""
    if not text.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return text.rstrip("/")


def parse_rates(text: str) -> str:
    """Return how often something may be done, as it was written; bot/discord/rate_limits.py counts by it."""
    if not _RATES.fullmatch(text):
        raise ValueError("must be a rate such as 6/minute, or several: 6/minute; 100/day")
    return text


def parse_names(text: str) -> str:
    """Return names separated by commas alone."""
    return ",".join(name.strip() for name in text.split(",") if name.strip())
