"""Text -> its names and topic words, each weighed by how rare it is in English. Pure.

Good enough to say what a question or an answer is about without a language model; how that is used is left to
conversation/.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.text.english import STOP_WORDS, TITLES

WORD = re.compile(r"[^\W_](?:[\w’'&.-]*\w)?")

MAX_TOPIC_FREQUENCY = 5.6
"""More frequent words are no topic; on Zipf's scale, the logarithm to base 10 of a word's number in a billion."""
MAX_WORD_WEIGHT = 8.0
"""The rarest words weigh this much; others less by their frequency on Zipf's scale."""
NAME_BONUS = 2.0
"""How much more a name or a number weighs than an ordinary word."""

_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…:“\"]\s*)$")
_SOURCE = re.compile(r"\barticles?(?= (?:say|said|tell|told|mention|report|state|name|give)s?\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TopicWord:
    """A word that tells what a text is about, with its offsets there; numbers count as names."""

    text: str
    start: int
    end: int
    weight: float
    name: bool

    @property
    def key(self) -> str:
        """What the word is compared by."""
        return normalize_word(self.text)


def find_topic_words(text: str) -> list[TopicWord]:
    """Return the words of a text that tell its topic, in order; question words and common ones are none."""
    found = []
    for match in WORD.finditer(_SOURCE.sub(lambda source: " " * len(source.group()), text)):
        word, name = _POSSESSIVE.sub("", match.group()), is_name(text, match)
        if not word or word.lower() in TITLES or (word.lower() in STOP_WORDS and not name):
            continue
        frequency = get_zipf_frequency(word.lower())
        if name or frequency <= MAX_TOPIC_FREQUENCY:
            end = match.start() + len(word)
            found.append(TopicWord(word, match.start(), end, MAX_WORD_WEIGHT - frequency + NAME_BONUS * name, name))
    return found


def is_name(text: str, match: re.Match[str]) -> bool:
    """Return whether a word of the text is a name or a number: a capital that no sentence's beginning explains."""
    word = match.group()
    if word[0].isdigit() or (word in ("US", "UK", "EU", "UN")):
        return True
    if not word[0].isupper() or normalize_word(word) in STOP_WORDS:
        return False
    if not _OPENS_SENTENCE.search(text[max(0, match.start() - 3) : match.start()]):
        return True
    return bool(re.match(r"(?: (?:of|de|the))? [A-Z]|\W*$", text[match.end() :]))


def normalize_word(word: str) -> str:
    """Return the form that words are compared by: lower case, without the possessive 's."""
    return _POSSESSIVE.sub("", word).lower()


@cache
def get_zipf_frequency(word: str) -> float:
    """Return how frequent a word in lower case is in English, on Zipf's scale, 0 where it is unknown."""
    if word.isascii() and word.isalpha() and (listed := _read_word_list()):
        return round(9 - listed[word] / 100, 2) if word in listed else 0.0
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, "en", wordlist="small"))


@cache
def _read_word_list() -> dict[str, int]:
    """Return wordfreq's words of English, and how rare each is in hundredths of a power of ten; none if they moved.

    Importing wordfreq takes a tenth of a second, for tokenizing that a word of plain letters does not need.
    """
    import gzip

    import msgpack

    package = importlib.util.find_spec("wordfreq")
    for root in (package and package.submodule_search_locations) or ():
        path = Path(root) / "data" / "small_en.msgpack.gz"
        if path.is_file():
            _, *ranks = msgpack.unpackb(gzip.decompress(path.read_bytes()))
            return {word: rank for rank, words in enumerate(ranks) for word in words}
    return {}
