"""Regular expressions that are compiled when they are first used.

Compiling all three hundred of them took .35 s of the processor, a fifth of a cold answer; most questions need a third.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


def compile_later(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what can be used as the compiled pattern; it is compiled, and wrong ones are found, at its first use."""
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))


class _LatePattern:
    """Passes everything on to the pattern; each of its methods is looked up once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._given)
