"""Which parser reads which file: bytes in, an Article without id and source out, or an UnreadableError.

Ids, sources and what the text says of itself (title, byline) are left to reader.py and metadata.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.reading.pdf import parse_pdf
from retrieval.reading.text_files import parse_markdown, parse_plain_text
from retrieval.reading.web_page import parse_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.domain import Article

PARSERS: dict[str, Callable[[bytes], Article]] = {
    ".txt": parse_plain_text,
    ".md": parse_markdown,
    ".markdown": parse_markdown,
    ".html": parse_html,
    ".htm": parse_html,
    ".pdf": parse_pdf,
}
UNBOUNDED = (parse_html, parse_pdf)
"""Parsers of other projects: their time has no bound, so each of their files has one."""
