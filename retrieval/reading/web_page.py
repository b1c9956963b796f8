"""A web page -> an Article without source: its main text without scripts and hidden parts, and its metadata."""

from __future__ import annotations

import logging
import re
from typing import Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading import hidden_html
from retrieval.reading.encodings import decode, normalize_text
from retrieval.reading.fields import collapse_whitespace, simplify_metadata
from retrieval.text.dates import parse_date

_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MAX_ATTRIBUTES = 1_000
"""Attributes of a tag of a web page: parsers compare each of them with all others."""
_TAG = re.compile(r"<[a-z](?:[^\"'>]|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"[\s/][^\s/>=\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]++))?")
_MANY_MARKS = 2_000
"""Inline tags that a page of code has; for so many, texts side by side take no time to speak of."""
_MARKS = (
    *("abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "dfn", "em", "font", "i", "ins", "kbd", "mark", "nobr"),
    *("ruby", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
)
"""Inline tags that the parser takes out of a page anyway."""
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")


def parse_html(data: bytes) -> Article:
    """Parse a web page: its main text without scripts and hidden parts, and its metadata."""
    declared = _DECLARED.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "ignore") if declared else "")
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if any(_has_too_many_attributes(tag[0]) for tag in _TAG.finditer(page)):
        raise UnreadableError(
            f"has a tag with over {_MAX_ATTRIBUTES:,} attributes; save it as text if it is an article"
        )
    try:
        text, fields = _extract_main_text(page)
    except Exception as error:  # parsers of web pages fail in many ways, and each of them means the same here
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as HTML ({reason}); save the page again") from error
    if not text.strip():
        raise UnreadableError("no main text found in this HTML; save it as text if it is an article")
    names = ("sitename", "description", "categories", "tags", "language", "license")
    return Article(
        id="",
        text=normalize_text(text),
        title=collapse_whitespace(fields.get("title") or ""),
        author=collapse_whitespace((fields.get("author") or "").replace("; ", ", ")),
        published=parse_date(fields.get("date") or ""),
        url=collapse_whitespace(fields.get("url") or ""),
        metadata=simplify_metadata({name: fields[name] for name in names if fields.get(name)}),
    )


def _has_too_many_attributes(tag: str) -> bool:
    return len(tag) > 2 * _MAX_ATTRIBUTES and sum(1 for _ in _ATTRIBUTE.finditer(tag)) > _MAX_ATTRIBUTES


def _extract_main_text(page: str) -> tuple[str, dict[str, Any]]:
    from trafilatura import bare_extraction, extract_metadata, load_html
    from trafilatura.settings import use_config

    raw: Any = load_html(page, max_size=len(page) + 1)
    if raw is None:
        return "", {}
    # Without the extensive search no date is guessed from footers and copyright years.
    dates = {"original_date": True, "extensive_search": False}
    fields = extract_metadata(raw, date_config=dates, extensive=False).as_dict()
    tree: Any = load_html(page, max_size=len(page) + 1)
    hidden_html.drop_hidden(tree)
    tree = _unmark(tree)
    texts = []
    # The library's fallback for short pages loses the paragraphs; asking it for short texts keeps them.
    for least in ("250", "1"):
        config = use_config()
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", least)
        document: Any = bare_extraction(tree, include_comments=False, config=config, max_tree_size=None)
        texts.append((document.text or "") if document else "")
        if len(texts[0]) >= 250 and "\n" in texts[0]:
            return texts[0], fields
    return texts[1] if len(texts[1]) > 0.7 * len(texts[0]) else texts[0], fields


def _unmark(tree: Any) -> Any:
    """Return a page of very many inline tags without them: looking at texts side by side takes quadratic time."""
    from lxml.etree import strip_tags, tostring
    from trafilatura import load_html

    if sum(1 for _ in tree.iter(*_MARKS)) <= _MANY_MARKS:
        return tree
    strip_tags(tree, *_MARKS)
    unmarked = tostring(tree, encoding="unicode", method="html")
    return load_html(unmarked, max_size=len(unmarked) + 1)  # read again, each run of texts is one
