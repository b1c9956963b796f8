"""Bytes -> text: finds the encoding, normalizes newlines and rejects what is not text.

From here on a text is never rewritten: all offsets refer to what `decode` or `normalize_text` returned.
"""

from __future__ import annotations

import codecs
import logging
import re

from retrieval.errors import UnreadableError

REPLACEMENT = "\ufffd"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LIGATURES = str.maketrans(dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)))
"""Letters joined by a printer, in PDFs and in what is copied from them: people ask in single letters."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Tab, newline, form feed, carriage return and escape (ISO-2022-JP) occur in texts; the other controls don't.
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_CONTROL_CHARACTERS = str.maketrans("", "", _CONTROLS.decode() + REPLACEMENT)
_SAMPLE = 100_000
_WIDE = ["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "utf_7"]
# A Western letter followed by one of these is Polish, Czech or Turkish decoded with the wrong table.
_MISREAD = re.compile(r"[^\W\d_][¡¢£¤¥¦¨ª¬¯±²³´µ¶¸¹º¼¾¿]")


def decode(data: bytes, hint: str = "") -> str:
    """Return the text of a file, decoded by its byte order mark, else as UTF-8, else as `hint`, else as detected.

    A stray NUL or a few broken bytes become U+FFFD, one for one. Raises UnreadableError for binary data.
    """
    return normalize_text(decode_with_newlines(data, hint))


def decode_with_newlines(data: bytes, hint: str = "") -> str:
    """Decode as `decode` does, and leave the newlines as they are: cells of a table are told apart by them."""
    text = _decode_bytes(data, hint)
    broken = len(text) - len(text.translate(_CONTROL_CHARACTERS))
    if broken > 3 and broken * 100 > len(text):
        raise UnreadableError("is binary, not text; export it as text, HTML or PDF")
    return text


def normalize_text(text: str) -> str:
    r"""Turn newlines into \n, and what no store can hold (NUL, lone surrogates) into U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub(REPLACEMENT, text)


def normalize_in_place(text: str) -> str:
    r"""Normalize a text that a caller gave, with as many characters: its offsets stay those of what was given.

    \r\n becomes a space and \n, and a byte order mark a space.
    """
    text = text.replace("\r\n", " \n")
    return normalize_text(" " + text[1:] if text.startswith("\ufeff") else text)


def _decode_bytes(data: bytes, hint: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if encoding := _detect_utf16(data):
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count(REPLACEMENT)
    # One broken character in a long UTF-8 text must not turn all others into mojibake.
    if sum(1 for character in text if character > "\x7f") > 10 * broken:
        return text
    if hint:
        try:
            return data.decode(hint)
        except (LookupError, ValueError):
            pass
    return data.decode(_detect_encoding(data), "replace")


def _detect_utf16(data: bytes) -> str:
    """Return the variant of UTF-16 of Latin text without a byte order mark, where every other byte is NUL, or ""."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if not sample.count(0) > 0.3 * len(sample):
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 20 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 20 * odd else ""


def _detect_encoding(data: bytes) -> str:
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1] or sample
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > 3 and controls * 20 > len(sample):
        raise UnreadableError("is binary, not text; export it as text, HTML or PDF")
    from charset_normalizer import from_bytes

    logging.getLogger("charset_normalizer").setLevel(logging.CRITICAL)
    matches = from_bytes(sample, cp_exclusion=_WIDE)
    best = matches.best()
    if best is None:
        return "cp1252"
    # Short Western texts are decodable by every Latin table; Windows-1252 is what they nearly always are.
    western = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
    if western and western.chaos <= best.chaos + 0.1 and best.encoding != "cp1254":
        if not _MISREAD.search(sample.decode("cp1252", "replace")):
            return "cp1252"
        if best is western:
            return next((match.encoding for match in matches if match is not western), "cp1252")
    return best.encoding
