"""A saved feed (RSS, Atom) -> an article without source for each entry, with the text that the feed has of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.fields import collapse_whitespace, simplify_metadata
from retrieval.reading.markup import read_html
from retrieval.reading.parsed_article import Entry
from retrieval.text.dates import parse_date

if TYPE_CHECKING:
    from retrieval.domain import PublicationDate


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
