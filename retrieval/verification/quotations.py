"""Whether what a claim puts in quotation marks stands in an article, word for word. Pure.

White space, case, the form of quotation marks and the punctuation at a quote's ends may differ, and words may be left
out where an ellipsis or brackets say so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.verification.features import Wording, flat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.verification.evidence import Evidence

_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[[^\]]*\]|\([^)]*\.\.\.[^)]*\))\s*")
_EDGES = " .,;:!?'\"-"
LONG = 20
"""Letters from which on a sentence that lies inside a quote is part of it by no accident."""
END = 40
"""Letters at either end of a quote that tell where it begins and ends."""


def quoting(said: Wording, evidence: Sequence[Evidence], texts: Mapping[str, str]) -> list[Evidence] | None:
    """Return the sentences that hold the claim's quotes, word for word; None where one stands nowhere."""
    holding: list[Evidence] = []
    for fact in (fact for fact in said.facts if fact.kind == "quote"):
        parts = [part for piece in _ELLIPSIS.split(str(fact.value[0])) if (part := flat(piece).strip(_EDGES))]
        if not parts:
            continue
        articles = {
            e.reference.article.id for e in evidence if stands_in(flattened(texts[e.reference.article.id]), parts)
        }
        titled = any(stands_in(flat(e.title.text), parts) for e in evidence)
        if not articles and not titled:
            return None
        holding += [
            e
            for e in evidence
            if e.reference.article.id in articles and any(_overlaps(flat(e.sentence.text), part) for part in parts)
        ]
    return holding


def stands_in(text: str, parts: Sequence[str]) -> bool:
    """Say whether the parts stand in a text in this order, each as whole words."""
    at = 0
    for part in parts:
        found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(text, at)
        if not found:
            return False
        at = found.end()
    return True


def _overlaps(sentence: str, part: str) -> bool:
    """Say whether a quote lies in a sentence, or the sentence in a quote that goes on beyond it."""
    bare = sentence.strip(_EDGES)
    return part in sentence or (len(bare) > LONG and bare in part) or part[:END] in sentence or part[-END:] in sentence


@lru_cache(maxsize=64)
def flattened(text: str) -> str:
    """Return a text for comparison letter by letter; the latest articles are remembered."""
    return flat(text)
