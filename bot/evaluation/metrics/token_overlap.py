"""How far an answer's own words and an accepted answer are the same: whole words, and shared tokens. Pure."""

from __future__ import annotations

import string
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bot.evaluation.golden.expectations import extract_own_words
from bot.evaluation.golden.normalization import NormalizedText, normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Answer

ARTICLES = frozenset({"a", "an", "the"})


def contains_accepted(accepted: Sequence[str], answer: Answer) -> bool:
    """Say whether the answer's own words contain one of the accepted answers, as whole words."""
    words = NormalizedText(extract_own_words(answer))
    return any(words.contains(normalize(each)) for each in accepted)


def compute_token_f1(accepted: Sequence[str], answer: Answer) -> float:
    """Return the best F1 of the answer's tokens and those of an accepted answer (Rajpurkar et al. 2016)."""
    given = count_tokens(extract_own_words(answer))
    return max((_compute_f1(given, count_tokens(each)) for each in accepted), default=0.0)


def count_tokens(text: str) -> Counter[str]:
    """Count the words of a text, without case, punctuation, "a", "an" and "the"."""
    kept = "".join(character for character in normalize(text) if not _is_punctuation(character))
    return Counter(word for word in kept.split() if word not in ARTICLES)


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def _compute_f1(given: Counter[str], wanted: Counter[str]) -> float:
    """Return 2 shared tokens / (tokens given + tokens wanted), which is the harmonic mean of precision and recall."""
    if not given or not wanted:
        return float(given == wanted)
    return 2 * (given & wanted).total() / (given.total() + wanted.total())
