"""An order to sum up all articles, on no subject in particular: "Sum up both articles.", told by its words. Pure."""

from __future__ import annotations

import re

from retrieval.conversation.subject import find_subject
from retrieval.text.late_patterns import compile_later

_SUMS_UP = compile_later(
    r"\b(?:sum(?:med|ming)?(?:\s+\w+){0,3}?\s+up|summar(?:y|ies|i[sz]e[sd]?|i[sz]ing)|recap|gist|nutshell|"
    r"tl[;:,]? ?dr)\b",
    re.IGNORECASE,
    needs=("sum", "recap", "gist", "nutshell", "tl"),
)
"""An overview is none: it asks for the main topics."""
_ALL = compile_later(
    r"\b(?:articles|pieces|stories|texts|reports|columns|archive|library|collection|everything|both|"
    r"all of (?:them|it))\b",
    re.IGNORECASE,
)


def asks_to_sum_up_all(text: str) -> bool:
    """Say whether a question asks for the gist of all articles there are, and names no subject."""
    return bool(_SUMS_UP.search(text) and _ALL.search(text)) and not find_subject(text)
