"""One pure parser per file format: bytes or fields in, an Article without id and source out.

Which file it came from, its id and its frame (title lines, navigation) are the business of reader.py and metadata.py.
Whatever can't become an article raises UnreadableError with a reason to show.
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
from retrieval.reading import hidden_html
from retrieval.reading.encodings import UnreadableError, decode, normalise
from retrieval.text.dates import parse_date

_MOST_VALUES = 10_000
_DEEPEST = 50
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<yaml>[\w\"'#][^\n]*\n(?:.*\n)*?|)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_MARKDOWN_ONLY_IMAGE = re.compile(
    r"^[ \t]*(?:!\[[^\]\n]*\]\([^)\n]*\)|<!--[^\n]*-->|<img\b[^>\n]*>)[ \t]*$", re.MULTILINE
)
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext", "pypdf")


def plain(data: bytes) -> Article:
    """Read a plain text."""
    return Article(id="", text=decode(data))


def markdown(data: bytes) -> Article:
    """Read Markdown; YAML front matter becomes fields and is skipped, and so are lines that are only an image."""
    text = decode(data)
    images = [Span(*found.span()) for found in _MARKDOWN_ONLY_IMAGE.finditer(text)]
    found = _FRONT_MATTER.match(text)
    if not found:
        return Article(id="", text=text, skipped=tuple(images))
    fields = _yaml(found["yaml"])
    if fields is None:
        return Article(id="", text=text, skipped=tuple(images))
    start, end = found.start() + len(found[0]) - len(found[0].lstrip()), found.start() + len(found[0].rstrip())
    skipped = (Span(start, end), *(span for span in images if span.start >= end))
    given = _lenient(fields)
    return Article(id=given.pop("id", ""), text=text, skipped=skipped, **given)


def html(data: bytes) -> Article:
    """Read a web page: the main text without scripts and hidden parts, and what its metadata say."""
    declared = _DECLARED.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "ignore") if declared else "")
    quieten()
    try:
        text, said = _main_text(page)
    except Exception as error:  # parsers of web pages fail in many ways, and each of them means the same here
        raise UnreadableError(f"can't be read as HTML ({_short(error)}); save the page again") from error
    if not text.strip():
        raise UnreadableError("no main text found in this HTML; save it as text if it is an article")
    known = {name: said.get(name) for name in ("sitename", "description", "categories", "tags", "language", "license")}
    return Article(
        id="",
        text=normalise(text),
        title=line(said.get("title") or ""),
        author=line((said.get("author") or "").replace("; ", ", ")),
        published=parse_date(said.get("date") or ""),
        url=line(said.get("url") or ""),
        metadata=simple({name: value for name, value in known.items() if value}),
    )


def pdf(data: bytes) -> Article:
    """Read the text layer of a PDF, with wrapped lines joined and page furniture left out.

    The creation date stays metadata: it is when the file was printed, not when the article was published.
    """
    quieten()
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        pages = [] if locked else [page.extract_text() for page in reader.pages]
        said = {} if locked else {name.lstrip("/"): str(value) for name, value in (reader.metadata or {}).items()}
    except Exception as error:  # pypdf raises many things on damaged files
        raise UnreadableError(f"can't be read as PDF ({_short(error)}); it may be damaged, export it again") from error
    if locked:
        raise UnreadableError("is an encrypted PDF; remove the password and ingest it again")
    text = normalise(_flowing([normalise(page) for page in pages]))
    if not any(character.isalnum() for character in text):
        raise UnreadableError("is a PDF without a text layer (a scan?); run text recognition on it, such as ocrmypdf")
    title = line(said.pop("Title", ""))
    if re.search(r"^(?:microsoft word|untitled|document\d*$)|\.(?:docx?|pdf|indd|qxp|odt|tex)$", title, re.IGNORECASE):
        title = ""
    return Article(id="", text=text, title=title, author=line(said.pop("Author", "")), metadata=simple(said))


def record(fields: Any) -> Article:
    """Read one JSON object; the article's `id` is "" when none is given. Fields beyond the known are metadata."""
    if not isinstance(fields, dict):
        raise UnreadableError(f'is {_kind(fields)}, not an object; write it like {{"title": "...", "text": "..."}}')
    rest = dict(fields)
    text = rest.pop("text", None)
    if text is None:
        raise UnreadableError('has no "text"; give the article\'s text under this name')
    if not isinstance(text, str):
        raise UnreadableError(f'"text" is {_kind(text)}, not a string')
    return Article(
        id=_id(rest.pop("id", None)),
        text=normalise(text.removeprefix("\ufeff")),
        title=_string(rest, "title"),
        author=_names(rest.pop("author", None)),
        published=_published(rest.pop("published", None)),
        url=_string(rest, "url"),
        metadata=simple(rest),
    )


def line(text: str) -> str:
    """Bring a title or name on one line."""
    return " ".join(normalise(text).split())


def simple(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return metadata as plain JSON values with string keys; UnreadableError when there is too much of it."""
    budget = [_MOST_VALUES]

    def walk(value: Any, depth: int) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or depth > _DEEPEST:
            raise UnreadableError(
                f"has more than {_MOST_VALUES:,} metadata values or nests them too deeply; leave some out"
            )
        if isinstance(value, Mapping):
            return {normalise(str(key)): walk(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [walk(item, depth + 1) for item in value]
        if isinstance(value, str):
            return normalise(value)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if value is None or isinstance(value, bool | int | float):
            return value
        return value.isoformat() if isinstance(value, date | datetime) else normalise(str(value))

    walked: dict[str, Any] = walk(fields, 0)
    return walked


def quieten() -> None:
    """Keep the parsers' own complaints off the terminal: what matters of them becomes a reason."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _yaml(block: str) -> dict[Any, Any] | None:
    """Return the fields of front matter; None when the block is prose between two rules."""
    from frontmatter.default_handlers import YAMLHandler

    try:
        fields = YAMLHandler().load(block)
    except Exception as error:  # YAML's constructors raise far more than YAMLError on odd values
        if not re.match(r"(?:#[^\n]*\n)*[\w\"'-]+[ \t]*:", block):
            return None
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        raise UnreadableError(
            f"front matter is not valid YAML{where}; put values with a colon or quote in quotes"
        ) from error
    return {} if fields is None else fields if isinstance(fields, dict) else None


def _lenient(fields: dict[Any, Any]) -> dict[str, Any]:
    """Take what front matter says under its usual names; a value of an odd type stays in the metadata."""
    rest = {str(key): value for key, value in fields.items()}
    lower = {key.lower(): key for key in reversed(rest)}
    taken: dict[str, Any] = {}
    readers = (
        ("id", ("id",), _id),
        ("title", ("title", "headline"), lambda value: line(str(value))),
        ("author", ("author", "authors", "byline", "by"), _names),
        ("published", ("published", "date", "pubdate", "publishdate", "publish_date", "published_at"), _published),
        ("url", ("url", "link", "canonical", "canonical_url", "source_url"), line),
    )
    for name, keys, reader in readers:
        for key in keys:
            if key not in lower or rest[lower[key]] in (None, "", []):
                continue
            try:
                taken[name] = reader(rest[lower[key]])
            except (UnreadableError, TypeError, AttributeError):
                continue
            del rest[lower[key]]
            break
    return taken | {"metadata": simple(rest)}


def _main_text(page: str) -> tuple[str, dict[str, Any]]:
    from trafilatura import bare_extraction, extract_metadata, load_html
    from trafilatura.settings import use_config

    raw: Any = load_html(page, max_size=len(page) + 1)
    if raw is None:
        return "", {}
    # Without the extensive search no date is guessed from footers and copyright years.
    dates = {"original_date": True, "extensive_search": False}
    said = extract_metadata(raw, date_config=dates, extensive=False).as_dict()
    tree: Any = load_html(page, max_size=len(page) + 1)
    hidden_html.drop(tree)
    texts = []
    # The library's fallback for short pages loses the paragraphs; asking it for short texts keeps them.
    for least in ("250", "1"):
        config = use_config()
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", least)
        found: Any = bare_extraction(tree, include_comments=False, config=config, max_tree_size=None)
        texts.append((found.text or "") if found else "")
        if len(texts[0]) >= 250 and "\n" in texts[0]:
            return texts[0], said
    return texts[1] if len(texts[1]) > 0.7 * len(texts[0]) else texts[0], said


def _flowing(pages: list[str]) -> str:
    """Join the lines that a page layout broke, so that sentences are whole; paragraphs stay apart.

    A hyphen at a line's end goes only when the joined word stands elsewhere in the document: no word is invented.
    """
    rows = [[row.strip() for row in page.split("\n")] for page in pages]
    _drop_furniture(rows)
    lines = [row for page in rows for row in [*page, ""]]
    widths = [len(row) for row in lines if row]
    if not widths:
        return ""
    full = 0.6 * quantiles(widths, n=10)[8] if len(widths) > 1 else widths[0]
    words = {word.lower() for row in lines for word in re.findall(r"\w+", row)}
    text = ""
    for index, row in enumerate(lines):
        before = text[-1:]
        if not row:
            # A page may end in the middle of a sentence.
            following = next((later for later in lines[index + 1 :] if later), "")
            text += "" if before == "\n" or (before and before not in '.!?:"”' and following[:1].islower()) else "\n"
        elif not text or before == "\n":
            text += row
        elif before == "\xad":
            text = text[:-1] + row
        elif before == "-" and row[:1].islower():
            joined = re.search(r"\w*$", text[:-1])[0] + re.match(r"\w*", row)[0]  # type: ignore[index]
            text = (text[:-1] if joined.lower() in words else text) + row
        else:
            previous = len(text) - text.rfind("\n") - 1
            wrapped = len(lines[index - 1]) >= full or (not lines[index - 1] and previous > 0)
            text += (" " if wrapped and before not in ".!?:" else "\n") + row
    return text.strip("\n")


def _drop_furniture(pages: list[list[str]]) -> None:
    """Blank page numbers and the headers and footers that stand on most pages."""

    def shape(row: str) -> str:
        return re.sub(r"\d+", "0", row)

    ends = [[index for index, row in enumerate(page) if row] for page in pages]
    edges = Counter(
        shape(page[at]) for page, found in zip(pages, ends, strict=True) for at in {*found[:1], *found[-1:]}
    )
    for page, found in zip(pages, ends, strict=True):
        for at in {*found[:1], *found[-1:]}:
            often = len(pages) >= 3 and edges[shape(page[at])] > len(pages) / 2
            if often or re.fullmatch(r"(?:page )?\W{0,3}\d{1,4}\W{0,3}(?:(?:of|/) ?\d{1,4})?", page[at], re.IGNORECASE):
                page[at] = ""


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.pop(name, None)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f'"{name}" is {_kind(value)}, not a string')
    return line(value)


def _id(value: Any) -> str:
    """Accept a string or a whole number as an id."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError(f'"id" is {_kind(value)}, not a string')
    given = str(value).strip()
    if len(given) > 300 or normalise(given) != given or re.search(r"[\x00-\x1f\x7f]", given):
        raise UnreadableError('"id" must be at most 300 characters, on one line')
    return given


def _names(value: Any) -> str:
    """Accept one author or a list of them, as strings or as objects with a name."""
    values = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in values]
    if not all(name is None or isinstance(name, str) for name in names):
        raise UnreadableError(f'"author" is {_kind(value)}, not a string or a list of strings')
    return ", ".join(line(name) for name in names if name)


def _published(value: Any) -> date | None:
    """Accept a date; one that can't be understood is an error, since date filters would silently never find it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise UnreadableError(f'"published" is {_kind(value)}, not a date in a string such as "2023-06-27"')
    if day := parse_date(value):
        return day
    raise UnreadableError(
        f'"published" is {line(value)[:60]!r}, which is not a date or could be two; write it like 2023-06-27'
    )


def _kind(value: Any) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
