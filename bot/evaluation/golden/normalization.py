"""Text as expectations compare it: no case, straight quotes and dashes, single blanks; and its positions. Pure.

Characters are normalized one by one, so that each character of the result has a position in the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from retrieval.domain import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GLYPHS = dict(zip("‘’‚‛′´`“”„‟″«»‐‑‒–—―−", "'''''''" + '"' * 7 + "-" * 7, strict=True))
_HANGUL = ("\uac00", "\ud7a3")
# Scripts that put no blanks between words: Thai to Burmese, Khmer, kana, Chinese characters, and Korean, which glues
# particles to its words.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"\S+")
# 1,200 and 3.5, but not 27.06.2023, of which a part may be meant.
_NUMBER = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![.,]?\d)")


def normalize(text: str) -> str:
    """Return a text for comparison: composed or not, its case, kinds of quotes, dashes and white space are the same.

    What nobody sees, such as a soft hyphen, is left out. The result is composed of decomposed characters, but for
    Korean syllables, which stay as they were written.
    """
    return " ".join(text.translate(_CHARACTERS).split())


class NormalizedText:
    """A normalized text, in which others are looked for; spans are ranges of the original text."""

    def __init__(self, original: str) -> None:
        self._original = original
        self.text = normalize(original)

    def contains(self, needle: str) -> bool:
        """Say whether a normalized text occurs here as whole words and numbers."""
        return next(self._find_starts(needle), None) is not None

    def find_spans(self, needle: str) -> tuple[Span, ...]:
        """Return where a normalized text occurs as whole words and numbers, in the original; they do not overlap."""
        ends, found = 0, list[Span]()
        for at in self._find_starts(needle):
            if at >= ends:
                ends = at + len(needle)
                found.append(Span(self._index[at], self._index[ends - 1] + 1))
        return tuple(found)

    def _find_starts(self, needle: str) -> Iterator[int]:
        at = self.text.find(needle) if needle else -1
        while at >= 0:
            if self._is_whole(at, at + len(needle)):
                yield at
            at = self.text.find(needle, at + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        if not (_is_boundary(self.text, start) and _is_boundary(self.text, end)):
            return False
        if not any(self.text[at].isdigit() or self.text[at] in ".," for at in (start, end - 1)):
            return True
        # Numbers do not overlap, so that only the first and the last one that is touched can be cut.
        first, last = (bisect_right(self._numbers, at, key=lambda number: number.end) for at in (start, end - 1))
        return not any(
            number.start < end and start < number.end and not (start <= number.start and number.end <= end)
            for number in (*self._numbers[first : first + 1], *self._numbers[last : last + 1])
        )

    @cached_property
    def _numbers(self) -> list[Span]:
        return [Span(*match.span()) for match in _NUMBER.finditer(self.text)]

    @cached_property
    def _index(self) -> list[int]:
        """The position in the original of each normalized character; of a run of blanks its first."""
        index, end = list[int](), 0
        for word in _WORD.finditer(self._original):
            places: Sequence[int] = range(*word.span())
            if not word[0].isascii():
                places = [at for at in places for _ in _normalize_character(self._original[at])]
            if places:
                index += [end, *places] if index else places
                end = word.end()
        return index


def occurs_in(needle: str, text: str) -> bool:
    """Say whether one text occurs in another as whole words and numbers, both as they were written."""
    return NormalizedText(text).contains(normalize(needle))


def _is_boundary(text: str, at: int) -> bool:
    """Say whether a word may begin or end between two characters."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in {"Mn", "Mc"}:
        return False
    if not (_is_word_character(before) and _is_word_character(after)):
        return True
    return bool(_UNSPACED.match(before) or _UNSPACED.match(after))


def _is_word_character(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}


@lru_cache(maxsize=65_536)
def _normalize_character(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    if _HANGUL[0] <= character <= _HANGUL[1]:
        return character
    decomposed = unicodedata.normalize("NFD", character).casefold()
    return unicodedata.normalize("NFD", "".join(_GLYPHS.get(each, each) for each in decomposed))


class _CharacterMap(dict[int, str]):
    """Letters by code point, made when they are first met."""

    def __missing__(self, code: int) -> str:
        self[code] = letters = _normalize_character(chr(code))
        return letters


_CHARACTERS = _CharacterMap()
