"""A draft -> its claims: one a sentence, with the numbers of the references that its markers name. Pure.

Markers are read as models write them: `[1]`, `[1][2]`, `[1, 3]`, `[2-4]`, `【1】`. Whether a claim stands is left to
verifier.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.passages import split_prose

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

MOST = 12
"""Claims that one draft may make: a model that has begun to repeat itself is cut short."""
WIDEST_RANGE = 20
"""References that one marker like [2-4] may span."""

_SEPARATOR = r"\s*(?:,|;|&|\band\b|-|–|—)\s*"
_LABEL = r"(?:\^|#|(?:passages?|sources?|refs?|references?|articles?|citations?)\s*)?"
_ANY_MARKER = re.compile(
    rf"\s*[\[【［]\s*({_LABEL}\d+(?:{_SEPARATOR}{_LABEL}\d+)*)\s*(?:†[^\]】］]*)?[\]】］]", re.IGNORECASE
)
_RANGE_OR_NUMBER = re.compile(r"(\d+)\s*[-–—]\s*(?:[^\d\s]*\s*)?(\d+)|(\d+)")
_LINE = re.compile(r"[^\n]+")
_LEAD = re.compile(r"(?:\s*(?:[-*•+>]|#{1,6}|\d{1,2}[.)])\s+)*\s*")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft without its markers; `lead` is the line break and bullet before it, if any."""

    text: str
    markers: tuple[int, ...] = ()
    lead: str = ""

    def marked(self, numbers: tuple[int, ...]) -> str:
        """Return the sentence with markers before its full stop, or at its end when it closes with a quote."""
        return self.noted("".join(f"[{number}]" for number in numbers))

    def noted(self, shown: str) -> str:
        """Return the sentence with a note where its markers would stand."""
        end = len(self.text) - 1 if self.text[-1:] in ".!?…" else len(self.text)
        return f"{self.text[:end].rstrip()} {shown}{self.text[end:]}" if shown else self.text


def split_claims(draft: str, known: Container[int]) -> list[Claim]:
    """Return a draft's claims in order; markers that name no known reference are dropped.

    A marker belongs to the sentence that it stands in or right after. A sentence that is said twice counts once.
    """
    found: dict[str, Claim] = {}
    for number, line in enumerate(_LINE.finditer(draft)):
        for claim in _of_line(line.group(), known, first=not number):
            found.setdefault(" ".join(claim.text.lower().split()), claim)
    return list(found.values())[:MOST]


def _of_line(line: str, known: Container[int], *, first: bool) -> Iterator[Claim]:
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    bullet = "- " if line[:start].strip() else ""
    bare, places = _without_markers(line[start:])
    spans = split_prose(bare)
    for place, span in enumerate(spans):
        until = spans[place + 1].start if place + 1 < len(spans) else len(bare)
        after = span.start if place else -1
        numbers = [n for at, ns in places if after < at <= until for n in ns if n in known]
        begins = "" if first else "\n"
        yield Claim(bare[span.start : span.end], tuple(dict.fromkeys(numbers)), "" if place else begins + bullet)


def _without_markers(line: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """Return a line without its markers, and for each the place where it stood and the numbers it named."""
    bare, places, end = "", list[tuple[int, list[int]]](), 0
    for marker in _ANY_MARKER.finditer(line):
        bare += line[end : marker.start()]
        places.append((len(bare), list(_numbers(marker.group(1)))))
        end = marker.end()
    return bare + line[end:], places


def _numbers(inside: str) -> Iterator[int]:
    for first, last, single in _RANGE_OR_NUMBER.findall(inside):
        if single:
            yield int(single[:9])
        elif 0 <= int(last[:9]) - int(first[:9]) <= WIDEST_RANGE:
            yield from range(int(first[:9]), int(last[:9]) + 1)
