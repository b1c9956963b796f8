"""Whether a text layer is a text, or what fonts without a table of letters and failed text recognition leave. Pure."""

from __future__ import annotations

import re
from itertools import islice

from retrieval.text.keywords import get_zipf_frequency
from retrieval.text.languages import count_known

FEWEST_LETTERS = 0.6
"""Share of letters and digits among all characters: of 129 real files the least is .74, of recognized noise .53."""
UNMAPPED = 0.3
"""Share of words, in a font that does not say which letters it shows, from which the words are doubted."""
KNOWN_IF_UNMAPPED = 0.3
"""Share of such words that some language must know: of real files filled with Latin, the least is .27."""
KNOWN = 0.1
"""The same of all other words, where many look like none: Welsh, which no list has, has .06 and looks like words."""
ODD = 0.3
"""Share of words that are of no shape that words have, from which a text is doubted; of code it is up to .46."""
FOREIGN = 0.5
"""Share of letters outside a to z: in Vietnamese a quarter, in Cyrillic read with a Western table all."""
FEWEST_WORDS = 5
_LONGEST = 20_000
_WORD = re.compile(r"[a-z\xc0-\u024f]{4,}")
_PLAIN = re.compile(r"\W*(?:[^\W\d_]+(?:['’/.-][^\W\d_]+)*|\d[\d.,:/-]*\w{0,2})?\W*")
_RUN = re.compile(r"(\W)(?:\s*\1)+")


def is_legible(text: str, *, unmapped: float) -> bool:
    """Tell whether a text is one; `unmapped` is the share of its words whose font does not say what it shows."""
    text = text[:_LONGEST]
    shown = "".join(_RUN.sub(r"\1", text).split())
    if len(shown) >= 100 and sum(map(str.isalnum, shown)) < FEWEST_LETTERS * len(shown):
        return False
    words = set(islice((word[0] for word in _WORD.finditer(text.lower())), 500))
    known = sum(bool(get_zipf_frequency(word)) for word in words)
    if known >= KNOWN_IF_UNMAPPED * len(words) and words:
        return True
    known = count_known(words)
    if unmapped > UNMAPPED:
        return known >= KNOWN_IF_UNMAPPED * len(words) > 0
    if len(words) < FEWEST_WORDS or known >= KNOWN * len(words):
        return True
    letters = [letter for letter in text if letter.isalpha()]
    tokens = text.split()
    odd = sum(not _PLAIN.fullmatch(token) for token in tokens)
    foreign = sum(not letter.isascii() for letter in letters if letter < "\u0250")
    return odd <= ODD * len(tokens) and foreign <= FOREIGN * len(letters)
