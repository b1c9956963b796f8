"""The pieces of a PDF's page -> the same pieces, columns one after the other. Pure.

The order in which a page is drawn is nearly always the order in which it is read. It is not where lines are drawn
across columns, as by text recognition and by some layout programs; such columns are found here and taken apart. Tables
are drawn row by row, too, and stay as they are.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from retrieval.reading.pdf_pages import WIDE_GAP, share_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reading.pdf_pages import Piece

FEWEST_LINES = 3
"""Lines of a column, and changes between columns, that show that lines are drawn across them."""
FEWEST_LETTERS = 12
"""Letters of a column's middle line: what has fewer is a table's cell."""
FARTHEST = 2.5
"""Letter sizes from line to line: headings in a margin are farther apart."""
LEAST_PROSE = 0.4
"""Share of a column's lines that go on in the middle of a sentence: cells begin with a capital letter or a number."""
NARROWEST = WIDE_GAP / 2
"""Letter sizes of white space between columns, at its narrowest."""
MOST_COLUMNS = 8
DOUBTFUL_LINES = 5
"""Lines drawn across columns that may as well be a table, from which it is said."""
DOUBTFUL_PROSE = 0.2
"""The share of lines from which a column is in doubt: a table's cells hardly have so many."""


class _ColumnBlock(NamedTuple):
    """Pieces from `start` to `end` between which a strip of the page stays white; `edge` is in it.

    `first` is the first of the two that stand side by side.
    """

    start: int
    first: int
    end: int
    edge: float


class OrderedPage(NamedTuple):
    """The pieces of a page in reading order; `doubtful` where what was read as a table may be columns."""

    pieces: list[Piece]
    doubtful: bool


def order_columns(pieces: Sequence[Piece], *, most: int = MOST_COLUMNS) -> OrderedPage:
    """Return the pieces of a page in reading order: where lines are drawn across columns, column by column."""
    ordered: list[Piece] = []
    doubtful = False
    at = 0
    while block := _find_block(pieces, at):
        held = pieces[block.start : block.end]
        sides = [piece.left >= block.edge for piece in held]
        left = [piece for piece, right in zip(held, sides, strict=True) if not right]
        right = [piece for piece, right in zip(held, sides, strict=True) if right]
        changes = sum(not one and other for one, other in pairwise(sides))
        across = changes >= max(FEWEST_LINES, min(len(left), len(right)) / 2)
        if most > 1 and across and _is_prose(left) and _is_prose(right):
            ordered += pieces[at : block.start]
            for side in (left, right):
                inside = order_columns(side, most=most - 1)
                ordered += inside.pieces
                doubtful = doubtful or inside.doubtful
            at = block.end
            continue
        doubtful = doubtful or (changes >= DOUBTFUL_LINES and across and _may_be_prose(left) and _may_be_prose(right))
        # A header of two parts soon ends a block, and columns may begin in it.
        end = block.end if len(held) >= 2 * FEWEST_LINES else block.first + 2
        ordered += pieces[at:end]
        at = end
    return OrderedPage(ordered + list(pieces[at:]), doubtful)


def _find_block(pieces: Sequence[Piece], at: int) -> _ColumnBlock | None:
    """Return the next pieces that have a strip of white between them, from one side by side on."""
    first = next((n for n in range(at, len(pieces) - 1) if _stand_apart(pieces[n], pieces[n + 1])), None)
    if first is None:
        return None
    left, right = pieces[first].right, pieces[first + 1].left
    end = first + 2
    for piece in pieces[end:]:
        narrower = _narrow(left, right, piece)
        if narrower is None:
            break
        left, right = narrower
        end += 1
    start = first
    # A column may begin above its neighbour.
    while start > at and (narrower := _narrow(left, right, pieces[start - 1])):
        left, right = narrower
        start -= 1
    return _ColumnBlock(start, first, end, (left + right) / 2)


def _stand_apart(piece: Piece, after: Piece) -> bool:
    return after.left > piece.right and share_line(piece, after)


def _narrow(left: float, right: float, piece: Piece) -> tuple[float, float] | None:
    """Return the white strip with one more piece beside it; None where too little would be left."""
    if piece.left > left:
        right = min(right, piece.left)
    else:
        left = max(left, piece.right)
    return (left, right) if right - left >= NARROWEST * piece.size else None


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Tell whether the lines of a column, or of several, are parts of sentences, and close to each other."""
    return _may_be_prose(pieces, LEAST_PROSE)


def _may_be_prose(pieces: Sequence[Piece], least: float = DOUBTFUL_PROSE) -> bool:
    if len(pieces) < FEWEST_LINES or median(_count_letters(piece.text) for piece in pieces) < FEWEST_LETTERS:
        return False
    if median(abs(before.bottom - piece.bottom) / piece.size for before, piece in pairwise(pieces)) > FARTHEST:
        return False
    inside = sum(piece.text[0].isalpha() and not piece.text[0].isupper() for piece in pieces)
    return inside >= least * len(pieces)


def _count_letters(text: str) -> int:
    return sum(map(str.isalpha, text))
