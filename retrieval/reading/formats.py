"""One pure parser per file format: bytes or fields in, an Article without source out.

Ids, sources and what the text says of itself (title, byline) are left to reader.py and metadata.py. Whatever can't
become an article raises UnreadableError.
"""

from __future__ import annotations

import io
import logging
import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from statistics import quantiles
from typing import Any

from retrieval.domain import Article, Span
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading import hidden_html
from retrieval.reading.encodings import decode, normalize_text
from retrieval.text.dates import parse_date

_MAX_METADATA_VALUES = 10_000
_MAX_METADATA_DEPTH = 50
_LONGEST_FRONT_MATTER = 100_000
"""Characters of front matter: YAML has values, such as a number in base 60, that take quadratic time."""
_LONGEST_WORD = 100
"""Characters of a word that a line end may have broken."""
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<yaml>[\w\"'#][^\n]*\n(?:.*\n)*?|)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_MARKDOWN_ONLY_IMAGE = re.compile(
    r"^[ \t]*(?:!\[[^\]\n]*\]\([^)\n]*\)|<!--[^\n]*-->|<img\b[^>\n]*>)[ \t]*$", re.MULTILINE
)
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MAX_ATTRIBUTES = 1_000
"""Attributes of a tag of a web page: parsers compare each of them with all others."""
_TAG = re.compile(r"<[a-z](?:[^\"'>]|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"[\s/][^\s/>=\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]++))?")
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext", "pypdf")


def parse_plain_text(data: bytes) -> Article:
    """Parse a plain text."""
    return Article(id="", text=decode(data))


def parse_markdown(data: bytes) -> Article:
    """Parse Markdown; YAML front matter becomes fields and is skipped, and so are lines that are only an image."""
    text = decode(data)
    images = [Span(*image.span()) for image in _MARKDOWN_ONLY_IMAGE.finditer(text)]
    block = _FRONT_MATTER.match(text)
    front_matter = _parse_front_matter(block["yaml"]) if block else None
    if not block or front_matter is None:
        return Article(id="", text=text, skipped=tuple(images))
    start, end = len(block[0]) - len(block[0].lstrip()), len(block[0].rstrip())
    skipped = (Span(start, end), *(span for span in images if span.start >= end))
    fields = _extract_fields(front_matter)
    return Article(id=fields.pop("id", ""), text=text, skipped=skipped, **fields)


def parse_html(data: bytes) -> Article:
    """Parse a web page: its main text without scripts and hidden parts, and its metadata."""
    declared = _DECLARED.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "ignore") if declared else "")
    silence_parsers()
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


def parse_pdf(data: bytes) -> Article:
    """Parse the text layer of a PDF: broken lines are joined, and page numbers, headers and footers are left out.

    The creation date stays metadata: it is when the file was printed, not when the article was published.
    """
    silence_parsers()
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


def parse_record(fields: Any) -> Article:
    """Parse one JSON object; the article's `id` is "" when none is given. Unknown fields become metadata."""
    if not isinstance(fields, dict):
        raise UnreadableError(
            f'is {_name_type(fields)}, not an object; write it like {{"title": "...", "text": "..."}}'
        )
    rest = dict(fields)
    text = rest.pop("text", None)
    if text is None:
        raise UnreadableError('has no "text"; give the article\'s text under this name')
    if not isinstance(text, str):
        raise UnreadableError(f'"text" is {_name_type(text)}, not a string')
    return Article(
        id=_parse_id(rest.pop("id", None)),
        text=normalize_text(text.removeprefix("\ufeff")),
        title=_take_line(rest, "title"),
        author=_join_authors(rest.pop("author", None)),
        published=_parse_published(rest.pop("published", None)),
        url=_take_line(rest, "url"),
        metadata=simplify_metadata(rest),
    )


def collapse_whitespace(text: str) -> str:
    """Put a title or name on one line."""
    return " ".join(normalize_text(text).split())


def simplify_metadata(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return metadata as plain JSON values with string keys; UnreadableError when there is too much of it."""
    budget = [_MAX_METADATA_VALUES]

    def walk(value: Any, depth: int) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or depth > _MAX_METADATA_DEPTH:
            raise UnreadableError(
                f"has more than {_MAX_METADATA_VALUES:,} metadata values or nests them too deeply; leave some out"
            )
        if isinstance(value, Mapping):
            return {normalize_text(str(key)): walk(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [walk(item, depth + 1) for item in value]
        if isinstance(value, str):
            return normalize_text(value)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if value is None or isinstance(value, bool | int | float):
            return value
        return value.isoformat() if isinstance(value, date | datetime) else normalize_text(str(value))

    walked: dict[str, Any] = walk(fields, 0)
    return walked


def silence_parsers() -> None:
    """Keep the parsers' own messages off the terminal: what matters of them becomes an UnreadableError."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


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


def _extract_fields(fields: dict[Any, Any]) -> dict[str, Any]:
    """Return an article's fields from front matter by their usual names; values of an odd type stay in the metadata."""
    rest = {str(key): value for key, value in fields.items()}
    lower = {key.lower(): key for key in reversed(rest)}
    taken: dict[str, Any] = {}
    parsers = (
        ("id", ("id",), _parse_id),
        ("title", ("title", "headline"), lambda value: collapse_whitespace(str(value))),
        ("author", ("author", "authors", "byline", "by"), _join_authors),
        (
            "published",
            ("published", "date", "pubdate", "publishdate", "publish_date", "published_at"),
            _parse_published,
        ),
        ("url", ("url", "link", "canonical", "canonical_url", "source_url"), collapse_whitespace),
    )
    for name, keys, parse in parsers:
        for key in keys:
            if key not in lower or rest[lower[key]] in (None, "", []):
                continue
            try:
                taken[name] = parse(rest[lower[key]])
            except (UnreadableError, TypeError, AttributeError):
                continue
            del rest[lower[key]]
            break
    return taken | {"metadata": simplify_metadata(rest)}


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


def _take_line(fields: dict[str, Any], name: str) -> str:
    value = fields.pop(name, None)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f'"{name}" is {_name_type(value)}, not a string')
    return collapse_whitespace(value)


def _parse_id(value: Any) -> str:
    """Accept a string or a whole number as an id."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError(f'"id" is {_name_type(value)}, not a string')
    given = str(value).strip()
    if len(given) > 300 or normalize_text(given) != given or re.search(r"[\x00-\x1f\x7f]", given):
        raise UnreadableError('"id" must be at most 300 characters, on one line')
    return given


def _join_authors(value: Any) -> str:
    """Accept one author or a list of them, as strings or as objects with a name."""
    values = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in values]
    if not all(name is None or isinstance(name, str) for name in names):
        raise UnreadableError(f'"author" is {_name_type(value)}, not a string or a list of strings')
    return ", ".join(collapse_whitespace(name) for name in names if name)


def _parse_published(value: Any) -> date | None:
    """Accept a date; one that can't be understood is an error, since date filters would silently never find it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise UnreadableError(f'"published" is {_name_type(value)}, not a date in a string such as "2023-06-27"')
    if day := parse_date(value):
        return day
    written = collapse_whitespace(value)[:60]
    raise UnreadableError(f'"published" is {written!r}, which is not a date or could be two; write it like 2023-06-27')


def _name_type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return {**names, dict: "an object"}.get(type(value), type(value).__name__)
