"""Regular expressions that are compiled when they are first used.

For the modules with the largest ones: to compile all their patterns at the start took a fifth of a cold answer, and a
question needs a third of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LOOK_ALIKES = str.maketrans("İıſK", "iisk")
"""Letters that `re.IGNORECASE` takes for ASCII letters, beside the capitals."""


def compile_later(pattern: str, flags: int = 0, *, needs: Collection[str] = ()) -> re.Pattern[str]:
    """Return what has the methods of the compiled pattern; it is compiled, or found to be wrong, at its first use.

    `needs` are texts in small ASCII letters of which every match holds one, in letters of either case: `search`,
    `match` and `finditer` do not compile the pattern for a text without any, in which it can't be found.

    It is no `re.Pattern` to `isinstance`, and `re.search` and the like don't take it.
    """
    late = NeedyPattern(pattern, flags, tuple(needs)) if needs else LatePattern(pattern, flags)
    return cast("re.Pattern[str]", late)


def fold_case(text: str) -> str:
    """Return a text with ASCII letters in small ones wherever `re.IGNORECASE` takes a letter for one."""
    return text.translate(_LOOK_ALIKES).lower()


class LatePattern:
    """Passes everything on to the pattern; each of its methods is looked up once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __repr__(self) -> str:
        return f"compile_later{self._given!r}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what copies and pickles looks for, before there is anything
            raise AttributeError(name)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._given)


class NeedyPattern(LatePattern):
    """Looks for what a match needs before it looks for the pattern."""

    def __init__(self, pattern: str, flags: int, needs: tuple[str, ...]) -> None:
        super().__init__(pattern, flags)
        self._needs = needs

    def search(self, text: str, *place: int) -> re.Match[str] | None:
        """Return the first match in a text, or between two places in it."""
        return self._compiled.search(text, *place) if self._may_match(text) else None

    def match(self, text: str, *place: int) -> re.Match[str] | None:
        """Return the match at the beginning of a text, or at a place in it."""
        return self._compiled.match(text, *place) if self._may_match(text) else None

    def finditer(self, text: str, *place: int) -> Iterator[re.Match[str]]:
        """Return all matches in a text, or between two places in it."""
        return self._compiled.finditer(text, *place) if self._may_match(text) else iter(())

    def _may_match(self, text: str) -> bool:
        folded = fold_case(text)
        return any(need in folded for need in self._needs)
