"""A PDF -> an Article without source, as its text layer has it.

Pages are read by pdf_pages.py, columns put in order by pdf_columns.py, lines joined by pdf_paragraphs.py, and what the
file says of itself judged by pdf_fields.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import normalize_text
from retrieval.reading.fields import simplify_metadata
from retrieval.reading.legibility import is_legible
from retrieval.reading.pdf_accents import are_set_apart, join_combining, mend_accents
from retrieval.reading.pdf_columns import order_columns
from retrieval.reading.pdf_fields import take_author, take_title
from retrieval.reading.pdf_pages import read_contents
from retrieval.reading.pdf_paragraphs import find_heading, join_lines, make_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reading.pdf_pages import Piece


def parse_pdf(data: bytes) -> Article:
    """Parse the text layer of a PDF; without a title of its own, it has its first heading's.

    The creation date stays metadata: it is when the file was printed, not when the article was published.
    """
    try:
        contents = read_contents(data)
    except UnreadableError:
        raise
    except Exception as error:  # damaged files raise many things
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as PDF ({reason}); it may be damaged, export it again") from error
    ordered = [order_columns(page) for page in _mend_pages(contents.pages)]
    lines = make_lines([page.pieces for page in ordered])
    text = normalize_text(join_lines(lines))
    if not any(character.isalnum() for character in text):
        raise UnreadableError("is a PDF without a text layer (a scan?); run text recognition on it, such as ocrmypdf")
    if not is_legible(text, unmapped=contents.unmapped):
        raise UnreadableError(
            "is a PDF whose text layer is no text (its fonts don't say which letters they show, or text recognition"
            " failed); run text recognition on it, such as ocrmypdf --force-ocr"
        )
    fields = dict(contents.fields)
    return Article(
        id="",
        text=text,
        title=take_title(fields) or find_heading(lines),
        author=take_author(fields),
        metadata=simplify_metadata(fields),
        doubts=_describe_doubt([number for number, page in enumerate(ordered, 1) if page.doubtful]),
    )


def _mend_pages(pages: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Return the pieces with accents on their letters, also where the file sets them apart."""
    apart = are_set_apart(" ".join(piece.text for page in pages for piece in page))
    mend = mend_accents if apart else join_combining
    return [[piece._replace(text=mend(piece.text)) for piece in page] for page in pages]


def _describe_doubt(pages: Sequence[int]) -> tuple[str, ...]:
    """Say on which pages lines were read across what may be columns."""
    if not pages:
        return ()
    where = f"page {pages[0]}" if len(pages) == 1 else f"page {pages[0]} and {len(pages) - 1:,} more"
    return (f"may have columns that were read across, on {where}; see whether its sentences go on",)
