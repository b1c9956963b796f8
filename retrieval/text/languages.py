"""Whether a text is in English, and whether it is surely in another language. Pure.

Words are looked up in wordfreq's lists of 26 languages in Latin letters; a text in other letters needs none. Words with
a capital are left out but for the first: they may be names. Of 4,636 English questions, many of them full of foreign
names, the most foreign one has a lead of 6.5; of 55 short questions in 29 other languages 49 are told.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.keywords import get_zipf_frequency

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

LANGUAGES = re.findall(r"\w+", "ca cs da de es fi fil fr hu id is it lt lv ms nb nl pl pt ro sh sk sl sv tr vi")
"""Languages in Latin letters that wordfreq has a list of, besides English."""
LEAD = 8.0
"""By how much a text's words are more frequent in another language, in all, on Zipf's scale."""
KNOWN_WORDS = 3
"""Different words of a text that another language must know."""
ENGLISH, HARDLY_ENGLISH = 5.0, 4.4
"""Average Zipf frequency in English: of prose at least, and below which a text may be in another language."""
UNKNOWN = 2.0
"""The frequency of a word that no list has: the rarest that they have is one of 3."""
LETTERS = 4
"""Letters that tell another script."""
LONGEST_TEXT = 2_000
"""Characters of a text that are looked at."""

_WORD = re.compile(r"[^\W\d_]+")


def is_english(text: str) -> bool:
    """Say whether the words of a text are common English ones, as those of prose are."""
    words = _list_words(text)
    return bool(words) and _average(words) >= ENGLISH and not _is_in_other_letters(text)


def is_foreign(text: str) -> bool:
    """Say whether a text is surely in another language than English."""
    if _is_in_other_letters(text):
        return True
    words = _list_words(text)
    if len(words) < KNOWN_WORDS or _average(words) > HARDLY_ENGLISH:
        return False
    in_english = sum(max(get_zipf_frequency(word), UNKNOWN) for word in words)
    for known in _look_up(words):
        frequency = sum(known.get(word, UNKNOWN) for word in words)
        if len(known) >= KNOWN_WORDS and frequency - in_english >= LEAD:
            return True
    return False


def count_known(words: Collection[str]) -> int:
    """Return how many different words in lower case English or one of the other languages knows."""
    unknown = {word for word in words if not get_zipf_frequency(word)}
    return len(set(words)) - len(unknown.difference(*_look_up(unknown)))


def _list_words(text: str) -> list[str]:
    """Return the different words that are no names, in lower case."""
    words = enumerate(_WORD.findall(unicodedata.normalize("NFC", text[:LONGEST_TEXT])))
    return list(dict.fromkeys(word.lower() for n, word in words if n == 0 or word[0].islower()))


def _average(words: list[str]) -> float:
    return sum(max(get_zipf_frequency(word), UNKNOWN) for word in words) / len(words)


def _is_in_other_letters(text: str) -> bool:
    letters = [letter for letter in text[:LONGEST_TEXT] if letter.isalpha() and not letter.isascii()]
    others = sum(not unicodedata.name(letter, "LATIN").startswith("LATIN") for letter in letters)
    return others >= LETTERS and 2 * others > sum(map(str.isalpha, text[:LONGEST_TEXT]))


def _look_up(words: Collection[str]) -> Iterator[Mapping[str, float]]:
    """Yield the Zipf frequencies of the words that each language knows."""
    for language in LANGUAGES:
        hashes, bins = _index_words(language)
        places = {word: int(hashes.searchsorted(hash(word))) for word in set(words)}
        known = {word: at for word, at in places.items() if at < len(hashes) and hashes[at] == hash(word)}
        yield {word: 9 - int(bins[at]) / 100 for word, at in known.items()}


@cache
def _index_words(language: str) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Return the hashes of a language's words, in order, and the bin of each: a tenth of the size of the list itself.

    All of them take 10 MB and 0.3 s, when a question is first looked up.
    """
    import numpy as np
    from wordfreq import available_languages, read_cBpack

    # the n-th bin holds the words of a frequency of 10 ** (-n / 100)
    bins = read_cBpack(available_languages("small")[language])
    hashes = np.fromiter(map(hash, chain.from_iterable(bins)), np.int64)
    numbers = np.repeat(np.arange(len(bins), dtype=np.int16), list(map(len, bins)))
    order = np.argsort(hashes)
    return hashes[order], numbers[order]
