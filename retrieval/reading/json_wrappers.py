"""Articles in a JSON object around them, as interfaces and exporters write them: {"data": {"results": [...]}}. Pure.

Which list holds them is told by its shape: by objects that have a text. What their fields mean is json_objects.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from retrieval.errors import UnreadableError
from retrieval.reading.fields import has_text

DEEPEST = 4
"""Objects around a list, at most."""
MOST_LOOKED_AT = 1_000
"""Values of the objects around, and objects of a list, that are looked at."""
SHARE_WITH_TEXT = 0.5
"""Share of a list's objects that have a text: some articles have a title and a picture only."""


@dataclass(frozen=True, slots=True)
class WrappedList:
    """A list of articles, and the names that lead to it, such as "data.results"."""

    name: str
    entries: list[Any]


def find_wrapped(value: Any) -> WrappedList | None:
    """Return the list of articles in an object that is none itself; raise UnreadableError where there are several."""
    if not isinstance(value, dict) or has_text(value):
        return None
    found: list[WrappedList] = []
    waiting, looked_at = [("", value, 1)], 0
    while waiting:
        name, inside, depth = waiting.pop(0)
        for key, each in inside.items():
            looked_at += 1
            if looked_at > MOST_LOOKED_AT:
                break
            path = f"{name}.{key}" if name else str(key)
            if isinstance(each, dict) and depth < DEEPEST:
                waiting.append((path, each, depth + 1))
            elif isinstance(each, list) and _holds_articles(each):
                found.append(WrappedList(path, each))
    if len(found) > 1:
        names = ", ".join(f'"{each.name}"' for each in found[:5])
        raise UnreadableError(f"holds several lists that may be articles ({names}); keep one of them")
    return found[0] if found else None


def _holds_articles(entries: list[Any]) -> bool:
    seen = entries[:MOST_LOOKED_AT]
    texts = sum(isinstance(each, dict) and has_text(each) for each in seen)
    return bool(texts) and texts >= SHARE_WITH_TEXT * len(seen)
