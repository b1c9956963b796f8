"""Claims and verdicts of fact checks, from JSON-LD, boxes or labels, are kept together in the text. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.reading.page_lines import fold
from retrieval.reading.structured_data import RatedClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.reading.page_lines import PageLine

_CLAIM_LABEL = re.compile(r"(?:the |our )?(?:claim|myth|rumou?r|statement)(?: \d+)?\s*[:–—]?\s*", re.IGNORECASE)
_VERDICT_LABEL = re.compile(r"(?:the |our )?(?:verdict|rating|ruling|conclusion)(?: \d+)?\s*[:–—]?\s*", re.IGNORECASE)
_LABELS = ("claim", "verdict", "rating", "ruling", "conclusion", "our rating", "our verdict")
_NEAR = 6
"""Lines after a claim within which its verdict stands."""
_LONGEST_CLAIM = 500
_MOST_CLAIMS = 20
"""Claims of a page: each is looked for in all of its text."""


def find_claims(lines: Sequence[PageLine]) -> list[RatedClaim]:
    """Return the claims that a page shows under a label of their own, each with the verdict that follows."""
    texts = [line.text for line in lines if len(line.text) <= _LONGEST_CLAIM]
    found = []
    for place, text in enumerate(texts):
        if not _CLAIM_LABEL.fullmatch(text) or place + 1 == len(texts):
            continue
        verdict = next(_find_verdict(texts[place + 2 : place + 2 + _NEAR]), "")
        if verdict:
            found.append(RatedClaim(texts[place + 1], verdict))
    return found


def open_with_claims(text: str, claims: Iterable[RatedClaim]) -> str:
    """Return a text that opens with its claims, each with its verdict on the next line, and not elsewhere by itself."""
    lines = [folded for folded in map(fold, text.split("\n")) if folded]
    apart = [each for each in [*dict.fromkeys(claims)][:_MOST_CLAIMS] if not _stand_together(each, lines)]
    if not apart:
        return text
    moved = {*_LABELS, *(fold(part) for claim in apart for part in claim)}
    rest = [line for line in text.split("\n") if fold(line) not in moved]
    opening = [f"Claim: {claim.claim}\nVerdict: {claim.verdict}" for claim in apart]
    return "\n\n".join([*opening, "\n".join(rest).strip("\n")])


def _find_verdict(texts: Sequence[str]) -> Iterator[str]:
    for place, text in enumerate(texts):
        label = _VERDICT_LABEL.match(text)
        if label and label.end() < len(text) and label[0].rstrip().endswith((":", "–", "—")):
            yield text[label.end() :]
        elif label and label.end() == len(text) and place + 1 < len(texts):
            yield texts[place + 1]


def _stand_together(claim: RatedClaim, lines: Sequence[str]) -> bool:
    """Tell whether a verdict stands in the line of its claim or, with its label, in the next one."""
    said, found = map(fold, claim)
    verdicts = {found, *(f"{label} {found}" for label in _LABELS)}
    in_next = any(line.endswith(said) and after in verdicts for line, after in pairwise(lines))
    return in_next or any(line.endswith(f"{said} {verdict}") for line in lines for verdict in verdicts)
