"""The pieces of a PDF's pages in reading order -> lines, and lines -> the text before a layout broke it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from retrieval.reading.pdf_pages import Piece, share_line
from retrieval.text.keywords import get_zipf_frequency

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

LARGER = 1.15
"""How much larger than most of the text a heading is."""
LONGEST_HEADING = 200
APART = 1.35
"""Times the usual distance of two lines from which a gap lies between them."""
FULL = 0.6
"""Share of the width around it from which a line may have been broken because it was full."""
BRIM_FULL = 0.85
"""The same where the next line stands elsewhere, on another page or in another column."""
NEARBY = 3
"""Lines before and after one that tell the width of its column."""
REPEATED = 0.4
"""Share of the pages whose first or last line is the same, but for its digits, from which it is none of the text."""
_LONGEST_WORD = 100
_ENDS = re.compile(r"[.!?:…][\"'”’»)\]]*$|[\"”]$")
_BULLET = re.compile(r"[•‣▪●◦■□–*-]\s+\S")
_BROKEN = re.compile(rf"(?P<word>\S{{1,{_LONGEST_WORD}}})(?P<hyphen>[-‐\xad])$")
_PAGE_NUMBER = re.compile(r"(?:page )?\W{0,3}\d{1,4}\W{0,3}(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)


class PdfLine(NamedTuple):
    """A line of one column, its cells between tabs where it has several; distances are in points."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    page: int

    @property
    def has_cells(self) -> bool:
        """Whether it is a row of a table."""
        return "\t" in self.text


def make_lines(pages: Sequence[Sequence[Piece]]) -> list[PdfLine]:
    """Return the lines of all pages in order, without page numbers, headers and footers."""
    lines = [_keep_rows(list(_join_pieces(pieces, number))) for number, pieces in enumerate(pages)]
    edges = [{max(page, key=lambda line: line.top), min(page, key=lambda line: line.bottom)} for page in lines if page]
    counts = Counter(_mask_digits(line) for page in edges for line in page)

    def is_running(line: PdfLine) -> bool:
        often = len(pages) >= 3 and counts[_mask_digits(line)] > REPEATED * len(pages)
        return often or bool(_PAGE_NUMBER.fullmatch(line.text))

    running = {line for page in edges for line in page if is_running(line)}
    return [line for page in lines for line in page if line not in running]


def find_heading(lines: Sequence[PdfLine]) -> str:
    """Return what stands in the largest letters on the first page; "" where none are larger than the text's."""
    body = _measure_body(lines)
    first = [line for line in lines if line.page == 0 and _is_upright(line) and _count_letters(line) >= 4]
    size = max((line.size for line in first), default=0.0)
    if not first or size < LARGER * body:
        return ""
    start = next(n for n, line in enumerate(lines) if line in first and line.size == size)
    end = next((n for n in range(start + 1, len(lines)) if not _continues(lines[n - 1], lines[n])), len(lines))
    heading = " ".join(join_lines(lines[start:end]).split())
    return heading if len(heading) <= LONGEST_HEADING else ""


def join_lines(lines: Sequence[PdfLine]) -> str:
    """Return the text of the lines: those that a layout broke are joined, words broken by a hyphen, too."""
    if not lines:
        return ""
    body, usual = _measure_body(lines), _measure_distance(lines)
    words = {word for line in lines for word in re.findall(r"\w+(?:-\w+)*", line.text.lower())}
    parts = [lines[0].text]
    for n, (before, line) in enumerate(pairwise(lines), 1):
        around = lines[max(0, n - 1 - NEARBY) : n + NEARBY]
        gap = _find_gap(before, line, around, body=body, usual=usual)
        broken = _BROKEN.search(before.text[-_LONGEST_WORD:])
        if broken and line.text[0].isalnum() and _same_size(before, line):
            gap = ""
            if _is_one_word(broken, line.text, words):
                parts[-1] = parts[-1][:-1]
        parts += [gap, line.text]
    return "".join(parts)


def _find_gap(before: PdfLine, line: PdfLine, around: Sequence[PdfLine], *, body: float, usual: float) -> str:
    """Return what separates two lines: a space inside a paragraph, else a line's end, else an empty line."""
    if before.size > LARGER * body and _continues(before, line):
        return " "
    beside = [each for each in around if _overlap(before, each) and _same_size(before, each)]
    left, right = min(each.left for each in beside), max(each.right for each in beside)
    filled = (before.right - left) / max(right - left, 1.0)
    ended = bool(_ENDS.search(before.text))
    same_size = _same_size(before, line)
    moved = not (_overlap(before, line) and line.bottom < before.bottom and line.page == before.page)
    if moved or not same_size or before.bottom - line.bottom > APART * usual:
        inside = not ended and same_size and not _BULLET.match(line.text)
        if inside and (line.text[0].islower() or (moved and filled >= BRIM_FULL)) and filled >= FULL:
            return " "
        return "\n\n"
    if _BULLET.match(line.text) or (before.has_cells and line.has_cells):
        return "\n"
    if ended:
        first_word = line.text.split(maxsplit=1)[0]
        width = (line.right - line.left) * (len(first_word) + 1) / len(line.text)
        indented = line.left > left + line.size / 2
        return "\n" if before.right + width < right or indented else " "
    return " " if filled >= FULL else "\n"


def _is_one_word(broken: re.Match[str], after: str, words: Collection[str]) -> bool:
    """Tell whether a hyphen at a line's end was put there by the layout: "dan-gerous", and not "well-known"."""
    head, tail = broken["word"].lower(), re.match(r"\w*", after)[0]  # type: ignore[index]
    if broken["hyphen"] == "\xad":
        return True
    if not tail[:1].islower() or "-" in head:
        return False
    head = re.search(r"\w*$", head)[0]  # type: ignore[index]
    if head + tail in words or f"{head}-{tail}" in words:
        return head + tail in words
    return bool(get_zipf_frequency(head + tail)) or not (get_zipf_frequency(head) and get_zipf_frequency(tail))


def _join_pieces(pieces: Sequence[Piece], page: int) -> Iterator[PdfLine]:
    line: PdfLine | None = None
    for piece in pieces:
        if line and share_line(line, piece) and piece.left >= line.right - piece.size:
            space = "\t" if piece.left - line.right > 2 * piece.size else " "
            line = line._replace(
                text=line.text + space + piece.text,
                bottom=min(line.bottom, piece.bottom),
                right=piece.right,
                top=max(line.top, piece.top),
            )
            continue
        if line:
            yield line
        line = PdfLine(*piece, page)
    if line:
        yield line


def _keep_rows(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines, with spaces for the tabs of one that stands alone: it is no row, but stretched to a margin."""
    rows = [False, *(line.has_cells for line in lines), False]
    return [
        line if rows[n - 1] or rows[n + 1] else line._replace(text=line.text.replace("\t", " "))
        for n, line in enumerate(lines, 1)
    ]


def _continues(heading: PdfLine, line: PdfLine) -> bool:
    """Tell whether a heading goes on in the next line."""
    same = abs(heading.size - line.size) < 0.05 * heading.size and heading.page == line.page
    return same and 0 < heading.bottom - line.bottom < 2 * heading.size and _overlap(heading, line)


def _same_size(one: PdfLine, other: PdfLine) -> bool:
    return max(one.size, other.size) <= LARGER * min(one.size, other.size)


def _overlap(one: PdfLine, other: PdfLine) -> bool:
    return one.left < other.right and other.left < one.right


def _measure_body(lines: Sequence[PdfLine]) -> float:
    """Return the size of the letters that most of the text is set in."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _measure_distance(lines: Sequence[PdfLine]) -> float:
    """Return how far below a line the next one usually is."""
    distances = [
        before.bottom - line.bottom
        for before, line in pairwise(lines)
        if before.page == line.page and 0 < before.bottom - line.bottom < 4 * before.size
    ]
    return median(distances) if distances else 0.0


def _is_upright(line: PdfLine) -> bool:
    return line.right - line.left > line.top - line.bottom


def _count_letters(line: PdfLine) -> int:
    return sum(map(str.isalpha, line.text))


def _mask_digits(line: PdfLine) -> str:
    return re.sub(r"\d+", "0", line.text)
