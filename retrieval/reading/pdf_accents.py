"""Accents that a PDF sets beside their letters, as old TeX does ("caf´e", "M¨uller") -> the letters with them. Pure."""

from __future__ import annotations

import re
import unicodedata

_COMBINING = {
    "´": "\u0301",
    "`": "\u0300",
    "ˆ": "\u0302",
    "¨": "\u0308",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˚": "\u030a",
    "¸": "\u0327",
    "˘": "\u0306",
    "˙": "\u0307",
    "˝": "\u030b",
    "˛": "\u0328",
    "¯": "\u0304",
}
"""Accents that stand alone, with those that combine."""
_APOSTROPHE = r"(?!(?:s|t|d|m|ll|re|ve)\b)"
"""An accent is typed for an apostrophe, too: "it´s", "we´re"."""
_SET_APART = re.compile(
    rf"(?P<accent>[{''.join(each for each in _COMBINING if each != '`')}]|(?<![^\W\d_])[\u0300-\u030c\u0327\u0328]) ?"
    rf"{_APOSTROPHE}(?P<letter>[A-Za-zıȷ])"
    r"|(?P<grave>(?<=[^\W\d_])`) ?(?P<under>[AEIOUaeiouı])"
    r"|(?<!\S)(?P<alone>`) ?(?P<a>[Aa])(?= [^\W\d_])"
)
"""A grave accent is a quotation mark as well: it counts inside words, and on the word "à"."""


_FOLLOWED = re.compile(r"[^\W\d_][\u0300-\u036f]+")


def join_combining(text: str) -> str:
    """Return a text in which each letter and the combining accents after it are one character, where there is one."""
    return _FOLLOWED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def are_set_apart(text: str) -> bool:
    """Tell whether a text has accents beside their letters: a program that does so has no letters with accents."""
    apart = sum(1 for _ in _SET_APART.finditer(text))
    return apart > sum("\u00c0" <= letter <= "\u017f" and letter not in "×÷ßØøÆæŒœıŁł" for letter in text)


def mend_accents(text: str) -> str:
    """Return a text whose accents are set apart with them on their letters; what can't be put together stays."""
    return join_combining(_SET_APART.sub(_compose, text))


def _compose(found: re.Match[str]) -> str:
    accent = found["accent"] or found["grave"] or found["alone"]
    letter = found["letter"] or found["under"] or found["a"]
    base = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    whole = unicodedata.normalize("NFC", base + _COMBINING.get(accent, accent))
    return whole if len(whole) == 1 else found[0]
