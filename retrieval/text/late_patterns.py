"""Regular expressions that are compiled when they are first used.

For the modules with the largest ones: to compile all their patterns at the start took a tenth of a cold answer, and a
question needs a third of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


def compile_later(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what has the methods of the compiled pattern; it is compiled, or found to be wrong, at its first use.

    It is no `re.Pattern` to `isinstance`, and `re.search` and the like don't take it.
    """
    return cast("re.Pattern[str]", LatePattern(pattern, flags))


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
