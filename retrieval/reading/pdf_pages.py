"""A PDF's bytes -> the pieces of lines that stand on its pages, each with its place, and what the file says of itself.

The only importer of PDFium. In which order pieces are read, and which lines make a paragraph, is left to
pdf_columns.py and pdf_paragraphs.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from retrieval.errors import UnreadableError
from retrieval.reading.encodings import LIGATURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDE_GAP = 1.0
"""Letter sizes between words from which they may belong to different columns: justified lines hardly have such gaps."""
_CLOSE = 0.15
"""Letter sizes between what belongs to one word: a superscript and what it stands at."""
_LINE_END_HYPHEN = "\x02"  # PDFium's own sign
_GLYPHS = LIGATURES | str.maketrans({_LINE_END_HYPHEN: "-", "\x00": "\ufffd", "\uf0b7": "•", "\uf0a7": "▪"})


class _Placed(Protocol):
    @property
    def bottom(self) -> float: ...
    @property
    def top(self) -> float: ...


class Piece(NamedTuple):
    """Words of one line without a wide gap: their place on the page as shown, in points, and their letters' size."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class PdfContents:
    """The pieces of each page in the order in which they are drawn, and the fields of the file.

    `unmapped` is the share of words whose font does not say which letters it shows.
    """

    pages: tuple[tuple[Piece, ...], ...]
    fields: dict[str, str]
    unmapped: float


class _PdfWord(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    opens_line: bool
    mapped: bool


def read_contents(data: bytes) -> PdfContents:
    """Read a PDF; raise UnreadableError where it needs a password, and what PDFium raises where it is damaged."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise UnreadableError("is an encrypted PDF; remove the password and ingest it again") from error
        raise
    pages, count, unmapped = [], 0, 0
    try:
        for page in document:
            words = list(_read_words(page))
            count += len(words)
            unmapped += sum(not word.mapped for word in words)
            pages.append(tuple(_join_words(words)))
            page.close()
        fields = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    return PdfContents(tuple(pages), fields, unmapped / max(1, count))


def _read_words(page: Any) -> Iterator[_PdfWord]:
    """Yield the words of a page. Asking for the places of first and last letters alone halves the time."""
    from pypdfium2 import raw

    shown, turn = page.get_textpage(), page.get_rotation()
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()

    def locate(at: int) -> tuple[float, float, float, float]:
        raw.FPDFText_GetLooseCharBox(shown, at, box)
        return _turn(box.left, box.bottom, box.right, box.top, turn)

    def read_word(start: int, end: int, *, opens_line: bool) -> _PdfWord:
        boxes = locate(start), locate(end - 1)
        raw.FPDFText_GetMatrix(shown, start, matrix)
        size = raw.FPDFText_GetFontSize(shown, start) * math.hypot(matrix.c, matrix.d)
        return _PdfWord(
            "".join(letters[start:end]).translate(_GLYPHS),
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
            size or boxes[0][3] - boxes[0][1],
            opens_line,
            raw.FPDFText_HasUnicodeMapError(shown, start) != 1,
        )

    letters = [chr(raw.FPDFText_GetUnicode(shown, at)) for at in range(shown.count_chars())]
    start, opens_line = 0, True
    for at, letter in enumerate([*letters, "\n"]):
        if letter.isspace():
            if start < at:
                yield read_word(start, at, opens_line=opens_line)
                opens_line = False
            opens_line, start = opens_line or letter in "\r\n", at + 1
        elif letter == _LINE_END_HYPHEN and start < at:
            yield read_word(start, at + 1, opens_line=opens_line)
            opens_line, start = True, at + 1
    shown.close()


def _turn(left: float, bottom: float, right: float, top: float, degrees: int) -> tuple[float, float, float, float]:
    """Return a box as it lies on a page that is shown turned clockwise, up to a shift."""
    if degrees == 90:
        return bottom, -right, top, -left
    if degrees == 180:
        return -right, -top, -left, -bottom
    if degrees == 270:
        return -top, left, -bottom, right
    return left, bottom, right, top


def _join_words(words: Sequence[_PdfWord]) -> Iterator[Piece]:
    if not words:
        return
    held = [words[0]]
    for before, word in pairwise(words):
        if _starts_piece(before, word):
            yield _make_piece(held)
            held = []
        held.append(word)
    yield _make_piece(held)


def _starts_piece(before: _PdfWord, word: _PdfWord) -> bool:
    """Tell whether a word stands apart from the one drawn before it: on another line, or behind a wide gap.

    PDFium tells where lines end, but it ends them at superscripts, too, and neither at gaps nor between lines of
    different columns that nearly stand at the same height.
    """
    if word.left - before.right > WIDE_GAP * max(before.size, word.size):
        return True
    goes_back = word.left < before.left
    if word.opens_line:
        return goes_back or not share_line(before, word)
    return goes_back and abs(word.bottom - before.bottom) > _CLOSE * word.size


def share_line(one: _Placed, other: _Placed) -> bool:
    """Tell whether two things stand at the same height: the middle of one is within the other."""
    return (
        one.bottom <= (other.bottom + other.top) / 2 <= one.top
        or other.bottom <= (one.bottom + one.top) / 2 <= other.top
    )


def _make_piece(words: Sequence[_PdfWord]) -> Piece:
    text = words[0].text
    for before, word in pairwise(words):
        attached = word.opens_line and word.left - before.right < _CLOSE * before.size
        text += word.text if attached else " " + word.text
    return Piece(
        text,
        min(word.left for word in words),
        min(word.bottom for word in words),
        max(word.right for word in words),
        max(word.top for word in words),
        sorted(word.size for word in words)[len(words) // 2],
    )
