"""Plain text and Markdown -> an Article without source; front matter becomes fields."""

from __future__ import annotations

import re
from typing import Any

from retrieval.domain import Article, Span
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import LIGATURES, decode
from retrieval.reading.fields import extract_fields

_LONGEST_FRONT_MATTER = 100_000
"""Characters of front matter: YAML has values, such as a number in base 60, that take quadratic time."""
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<yaml>[\w\"'#][^\n]*\n(?:.*\n)*?|)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_MARKDOWN_ONLY_IMAGE = re.compile(
    r"^[ \t]*(?:!\[[^\]\n]*\]\([^)\n]*\)|<!--[^\n]*-->|<img\b[^>\n]*>)[ \t]*$", re.MULTILINE
)


def parse_plain_text(data: bytes) -> Article:
    """Parse a plain text; ligatures, of which texts copied from PDFs are full, become letters."""
    return Article(id="", text=decode(data).translate(LIGATURES))


def parse_markdown(data: bytes) -> Article:
    """Parse Markdown; YAML front matter becomes fields and is skipped, and so are lines that are only an image."""
    text = decode(data).translate(LIGATURES)
    images = [Span(*image.span()) for image in _MARKDOWN_ONLY_IMAGE.finditer(text)]
    block = _FRONT_MATTER.match(text)
    front_matter = _parse_front_matter(block["yaml"]) if block else None
    if not block or front_matter is None:
        return Article(id="", text=text, skipped=tuple(images))
    start, end = len(block[0]) - len(block[0].lstrip()), len(block[0].rstrip())
    skipped = (Span(start, end), *(span for span in images if span.start >= end))
    fields = extract_fields(front_matter)
    return Article(id=fields.pop("id", ""), text=text, skipped=skipped, **fields)


def _parse_front_matter(block: str) -> dict[Any, Any] | None:
    """Return the fields of front matter; None when the block is prose between two rules."""
    import yaml

    named = re.match(r"(?:#[^\n]*\n)*[\w\"'-]+[ \t]*:", block)
    if len(block) > _LONGEST_FRONT_MATTER:
        if not named:
            return None
        raise UnreadableError(f"front matter has over {_LONGEST_FRONT_MATTER:,} characters; shorten it")
    try:
        fields = yaml.safe_load(block)
    except Exception as error:  # YAML's constructors raise far more than YAMLError on odd values
        if not named:
            return None
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        raise UnreadableError(
            f"front matter is not valid YAML{where}; put values with a colon or quote in quotes"
        ) from error
    return {} if fields is None else fields if isinstance(fields, dict) else None
