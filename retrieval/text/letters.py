"""Latin letters -> the plain ones that people type instead: Łódź is Lodz, Yıldız is Yildiz. Pure.

For comparing alone; what is shown keeps the letters of the article.
"""

from __future__ import annotations

import unicodedata

UNDIVIDED = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ß": "ss", "æ": "ae", "œ": "oe",
    "þ": "th", "Ł": "L", "Ø": "O", "Đ": "D", "Ð": "D", "Ħ": "H", "Ŧ": "T", "Ŋ": "N", "ẞ": "SS", "Æ": "Ae", "Œ": "Oe",
    "Þ": "Th",
}  # fmt: skip
"""Letters of European alphabets that Unicode does not take apart into a plain letter and a mark."""
LIGATURES = "ﬀﬁﬂﬃﬄﬅﬆ"
"""Letters joined by a printer; fold_letters finds them by itself, others need to be told."""

_MARKS = range(0x300, 0x370)


class _Folds(dict[int, str]):
    """What each code point is folded to, found when it is first met."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        if point in _MARKS:
            folded = ""
        elif "LATIN" in unicodedata.name(letter, ""):  # ligatures and full-width forms, too
            plain = "".join(each for each in unicodedata.normalize("NFKD", letter) if ord(each) not in _MARKS)
            folded = "".join(UNDIVIDED.get(each, each) for each in plain)
        else:
            folded = letter
        self[point] = folded
        return folded


_FOLDS = _Folds()


def fold_letters(text: str) -> str:
    """Return a text with its Latin letters plain and without marks, in the same case; it may become longer."""
    return text if text.isascii() else text.translate(_FOLDS)
