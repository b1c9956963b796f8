"""A saved feed (RSS, Atom, JSON Feed) -> an article without source for each entry, with the text that it has of it."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import decode
from retrieval.reading.fields import collapse_whitespace, join_authors, simplify_metadata
from retrieval.reading.markup import read_html
from retrieval.reading.parsed_article import Entry
from retrieval.text.dates import parse_date

if TYPE_CHECKING:
    from retrieval.domain import PublicationDate

_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org\b')


def parse_feed(data: bytes) -> list[Entry]:
    """Parse the entries of a feed; an entry's text is its content, or its summary where it has no other."""
    import feedparser

    try:
        # A stream: what looks like an address or a path would be opened.
        feed: Any = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser repairs what it can, and fails in many ways on the rest
        raise UnreadableError(f"can't be read as a feed ({summarize_error(error)[:100]}); save it again") from error
    if not feed.entries:
        raise UnreadableError("is no feed with entries; save the page of an article instead")
    name = collapse_whitespace(feed.feed.get("title", ""))
    return [_parse_entry(each, name) for each in feed.entries]


def parse_json_feed(data: bytes) -> list[Entry]:
    """Parse the items of a JSON Feed, https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is broken JSON ({summarize_error(error)[:100]}); save it again") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        raise UnreadableError("is no feed with items; save the page of an article instead")
    return [_parse_item(each if isinstance(each, dict) else {}, feed) for each in items]


def is_json_feed(data: bytes) -> bool:
    """Tell whether JSON says that it is a feed."""
    return _JSON_FEED.search(data) is not None


def _parse_item(item: dict[str, Any], feed: dict[str, Any]) -> Entry:
    def read(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    text = max(read_html(read("content_html")), read("content_text").strip(), key=len) or read("summary").strip()
    metadata = {
        "feed": feed.get("title"),
        "summary": read("summary") if read("summary").strip() != text else "",
        "tags": item.get("tags"),
        "updated": read("date_modified") if read("date_modified") != read("date_published") else "",
        "language": item.get("language") or feed.get("language"),
    }
    article = Article(
        id="",
        text=text,
        title=collapse_whitespace(read("title")),
        author=_read_authors(item) or _read_authors(feed),
        published=parse_date(read("date_published")) or parse_date(read("date_modified")),
        url=collapse_whitespace(read("url") or read("external_url")),
        metadata=simplify_metadata({name: value for name, value in metadata.items() if value}),
    )
    identity = item.get("id")
    return Entry(article, str(identity) if isinstance(identity, str | int) and identity else article.url)


def _read_authors(of: dict[str, Any]) -> str:
    """Return the authors of an item or a feed; version 1.0 has one `author`."""
    try:
        return join_authors(of.get("authors") or of.get("author"))
    except (UnreadableError, AttributeError, TypeError):
        return ""


def _parse_entry(entry: Any, feed: str) -> Entry:
    contents = [_read_text(each) for each in entry.get("content", [])]
    summary = _read_text(entry.get("summary_detail", {}))
    text = max([*contents, summary], key=len)
    authors = [each.get("name", "") for each in entry.get("authors", [])] or [entry.get("author", "")]
    updated = _get(entry, "updated")
    metadata = {
        "feed": feed,
        "summary": summary if summary != text else "",
        "tags": [each.get("term") for each in entry.get("tags", []) if each.get("term")],
        "updated": updated if updated != _get(entry, "published") else "",
    }
    article = Article(
        id="",
        text=text,
        title=collapse_whitespace(_read_text(entry.get("title_detail", {}))),
        author=", ".join(collapse_whitespace(each) for each in authors if each),
        published=_read_day(entry),
        url=collapse_whitespace(entry.get("link", "")),
        metadata=simplify_metadata({name: value for name, value in metadata.items() if value}),
    )
    return Entry(article, entry.get("id") or article.url)


def _read_text(part: Any) -> str:
    value = part.get("value", "")
    return value.strip() if part.get("type") == "text/plain" and "<" not in value else read_html(value)


def _read_day(entry: Any) -> PublicationDate | None:
    """Return the day of an entry where it was written, which may be another in Greenwich."""
    for name in ("published", "created", "updated"):
        if day := parse_date(_get(entry, name)):
            return day
    return None


def _get(entry: Any, name: str) -> str:
    """Return a value as the feed has it: feedparser gives `published` for a missing `updated`, with a warning."""
    return str(dict.get(entry, name, ""))
