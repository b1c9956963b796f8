"""A PDF's text layer -> an Article without source; broken lines are joined, page numbers and headers left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from statistics import quantiles

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import normalize_text
from retrieval.reading.fields import collapse_whitespace, simplify_metadata

_LONGEST_WORD = 100
"""Characters of a word that a line end may have broken."""


def parse_pdf(data: bytes) -> Article:
    """Parse the text layer of a PDF: broken lines are joined, and page numbers, headers and footers are left out.

    The creation date stays metadata: it is when the file was printed, not when the article was published.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        pages = [] if locked else [page.extract_text() for page in reader.pages]
        fields = {} if locked else {name.lstrip("/"): str(value) for name, value in (reader.metadata or {}).items()}
    except Exception as error:  # pypdf raises many things on damaged files
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as PDF ({reason}); it may be damaged, export it again") from error
    if locked:
        raise UnreadableError("is an encrypted PDF; remove the password and ingest it again")
    text = normalize_text(_join_broken_lines([normalize_text(page) for page in pages]))
    if not any(character.isalnum() for character in text):
        raise UnreadableError("is a PDF without a text layer (a scan?); run text recognition on it, such as ocrmypdf")
    title = collapse_whitespace(fields.pop("Title", ""))
    if re.search(r"^(?:microsoft word|untitled|document\d*$)|\.(?:docx?|pdf|indd|qxp|odt|tex)$", title, re.IGNORECASE):
        title = ""
    return Article(
        id="",
        text=text,
        title=title,
        author=collapse_whitespace(fields.pop("Author", "")),
        metadata=simplify_metadata(fields),
    )


def _join_broken_lines(pages: list[str]) -> str:
    """Join the lines that a page layout broke, so that sentences are whole; paragraphs stay apart.

    A hyphen at a line's end is removed only when the joined word occurs elsewhere in the document.
    """
    rows = [[row.strip() for row in page.split("\n")] for page in pages]
    _blank_running_lines(rows)
    lines = [row for page in rows for row in [*page, ""]]
    widths = [len(row) for row in lines if row]
    if not widths:
        return ""
    full = 0.6 * quantiles(widths, n=10)[8] if len(widths) > 1 else widths[0]
    words = {word.lower() for row in lines for word in re.findall(r"\w+", row)}
    following = ""
    followings = [following := row or following for row in reversed(lines)][::-1]
    joined: list[str] = []
    ending = ""  # of what is joined: looking at all of it for each line would take quadratic time
    for index, row in enumerate(lines):
        before, added, drops_hyphen = ending[-1:], row, False
        if not row:
            # A page may end in the middle of a sentence.
            goes_on = before and before not in '.!?:"”' and followings[index][:1].islower()
            added = "" if before == "\n" or goes_on else "\n"
        elif before == "\xad":
            drops_hyphen = True
        elif before == "-" and row[:1].islower():
            word = re.search(r"\w*$", ending[:-1])[0] + re.match(r"\w*", row)[0]  # type: ignore[index]
            drops_hyphen = word.lower() in words
        elif before not in ("", "\n"):
            wrapped = len(lines[index - 1]) >= full or not lines[index - 1]
            added = (" " if wrapped and before not in ".!?:" else "\n") + row
        if drops_hyphen:
            joined[-1], ending = joined[-1][:-1], ending[:-1]
        if added:
            joined.append(added)
            ending = (ending + added)[-_LONGEST_WORD:]
    return "".join(joined).strip("\n")


def _blank_running_lines(pages: list[list[str]]) -> None:
    """Blank page numbers, and the headers and footers of most pages."""

    def mask_digits(row: str) -> str:
        return re.sub(r"\d+", "0", row)

    ends = [[index for index, row in enumerate(page) if row] for page in pages]
    edges = Counter(
        mask_digits(page[at]) for page, found in zip(pages, ends, strict=True) for at in {*found[:1], *found[-1:]}
    )
    for page, found in zip(pages, ends, strict=True):
        for at in {*found[:1], *found[-1:]}:
            often = len(pages) >= 3 and edges[mask_digits(page[at])] > len(pages) / 2
            if often or re.fullmatch(r"(?:page )?\W{0,3}\d{1,4}\W{0,3}(?:(?:of|/) ?\d{1,4})?", page[at], re.IGNORECASE):
                page[at] = ""
