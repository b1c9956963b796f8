"""Which parser reads which file, by the end of its name or, where that says nothing, by its first bytes.

A parser makes an Article without id and source of bytes, or several, or raises UnreadableError. Ids, sources and what
the text says of itself (title, byline) are left to reader.py and metadata.py. Formats are named by a suffix that stands
for them.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import UnreadableError
from retrieval.reading.documents import parse_docx, parse_odt, parse_rtf
from retrieval.reading.ebooks import parse_epub
from retrieval.reading.encodings import decode
from retrieval.reading.feed_files import parse_feed
from retrieval.reading.mail import SEPARATOR, parse_mail, parse_mhtml
from retrieval.reading.pdf import parse_pdf
from retrieval.reading.text_files import parse_markdown, parse_plain_text
from retrieval.reading.web_page import parse_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.domain import Article
    from retrieval.reading.parsed_article import Entry

PARSERS: dict[str, Callable[[bytes], Article]] = {
    ".txt": parse_plain_text,
    ".md": parse_markdown,
    ".html": parse_html,
    ".pdf": parse_pdf,
    ".text": parse_plain_text,
    ".markdown": parse_markdown,
    ".htm": parse_html,
    ".xhtml": parse_html,
    ".shtml": parse_html,
    ".mhtml": parse_mhtml,
    ".mht": parse_mhtml,
    ".docx": parse_docx,
    ".odt": parse_odt,
    ".rtf": parse_rtf,
    ".epub": parse_epub,
}
PAGES = (".html", ".htm", ".xhtml", ".shtml")
"""Pages, of which a live blog may be an article for each of its days."""
E_BOOK = ".epub"
"""Books, of which each chapter may be an article."""
SEVERAL_PARSERS: dict[str, Callable[[bytes], list[Entry]]] = {
    ".eml": parse_mail,
    ".rss": parse_feed,
    ".atom": parse_feed,
    ".rdf": parse_feed,
}
"""Parsers of files that may hold several articles."""
SINGLE_SUFFIXES = tuple(PARSERS)
"""Suffixes of files that are one article each."""
BOUNDED = (parse_plain_text, parse_markdown)
"""Parsers whose time is bounded by what they read; those of other projects have a limit for each file."""
NAMED_BY_FILE = (".pdf",)
"""Files whose name is the title of an article that has none."""
MAILBOX = ".mbox"
WEB_ARCHIVE = ".warc"
JSON_LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv")
BY_CONTENT = (".php", ".asp", ".aspx", ".jsp", ".xml", ".gz")
"""Suffixes of what may hold an article or something else; a file without any is one of them, too."""
FORMATS = (*PARSERS, *SEVERAL_PARSERS, MAILBOX, WEB_ARCHIVE, ".json", *JSON_LINES, *TABLES)
SUFFIXES = (*FORMATS, *BY_CONTENT)
HEAD_BYTES = 8_192
"""Bytes by which the format of a file is told."""

# What lies in folders of articles and tells of them; each is read when it is named itself.
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "copying", "notice", "authors", "changelog", "makefile")
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,9}")
_ROOT = re.compile(
    r"\s*+(?>(?:<\?(?>.*?\?>)|<!--(?>.*?-->)|<!doctype[^>]*>)\s*)*+<(?:[a-z_][\w.-]*:)?([a-z]\w*)",
    re.IGNORECASE | re.DOTALL,
)
_STARTS = {re.compile(rb"\s*\{\\rtf"): ".rtf", re.compile(rb"WARC/\d"): WEB_ARCHIVE, SEPARATOR: MAILBOX}
_ZIP_SIGNS = {b"application/epub+zip": ".epub", b"application/vnd.oasis.opendocument.text": ".odt", b"word/": ".docx"}
_SAVED_PAGE = re.compile(
    r"^(?:Snapshot-Content-Location:|Content-Type: multipart/related)", re.MULTILINE | re.IGNORECASE
)
_PAGE_TAGS = {"html", "head", "body", "main", "article", "section", "div", "p", "h1", "h2", "table", "meta", "title"}


def get_suffix(name: str) -> str:
    """Return the suffix of a file's name in lower case, that of what is packed in a .gz; "" where none names a format.

    What follows the last dot of "2023.06.27 Talks" or "page.html?id=3" is no suffix.
    """
    suffix = PurePath(name.lower().removesuffix(".gz")).suffix
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def may_be_read(name: str) -> bool:
    """Tell whether a file of this name may hold articles; its first bytes may say otherwise."""
    suffix = get_suffix(name)
    return suffix in SUFFIXES or not suffix


def describe_kind(name: str) -> str:
    """Return what files that are not read are counted as."""
    if name.lower() in _ABOUT_THE_FOLDER:
        return name
    packed = ".gz" if name.lower().endswith(".gz") else ""
    return (get_suffix(name) + packed) or "without a suffix"


def tells_of_folder(name: str) -> bool:
    """Tell whether a file lies in a folder to tell of it: README, LICENSE."""
    return name.lower() in _ABOUT_THE_FOLDER


def recognise(head: bytes) -> str:
    """Return the format of a file by its first bytes, "" when it is none that is read."""
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    for start, suffix in _STARTS.items():
        if start.match(head):
            return suffix
    if head.startswith(b"PK\x03\x04"):
        return next((suffix for sign, suffix in _ZIP_SIGNS.items() if sign in head), "")
    try:
        text = decode(head).lstrip()
    except UnreadableError:
        return ""
    if text.startswith("<"):
        return _recognise_markup(text)
    if text.startswith(("{", "[{")):
        return ".json"
    if text.startswith("---\n"):
        return ".md"
    if _is_mail(text):
        return ".mhtml" if _SAVED_PAGE.search(text) else ".eml"
    return ".txt" if text else ""


def _recognise_markup(text: str) -> str:
    root = _ROOT.match(text)
    name = root[1].lower() if root else ""
    return ".rss" if name in ("rss", "rdf", "feed") else ".html" if name in _PAGE_TAGS else ""


def _is_mail(text: str) -> bool:
    """Tell whether a text begins as mail does: with headers, among them the sender and the subject or the date."""
    head = re.match(r"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*+)++", text)
    names = {name.lower() for name in re.findall(r"(?m)^([A-Za-z][\w-]*):", head[0])} if head else set()
    return "from" in names and bool(names & {"subject", "message-id", "mime-version"})
