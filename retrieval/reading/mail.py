"""Mail -> articles without source: messages, those attached to them, mailboxes, and pages saved as MHTML.

What else is attached is not read, and named in the metadata.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import decode, normalize_text
from retrieval.reading.fields import collapse_whitespace, simplify_metadata
from retrieval.reading.markup import read_html
from retrieval.reading.parsed_article import Entry
from retrieval.reading.web_page import parse_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MOST_PARTS = 1_000
"""Parts of a message; parts within parts are counted, too."""
SEPARATOR = re.compile(rb"From (?:\S+ )?\w{3} \w{3} [ \d]\d \d\d:\d\d[^\n]* \d{4}")
"""What begins each message of a mailbox: "From news@example.org Tue Mar  3 07:00:00 2026"."""

_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def parse_mail(data: bytes) -> list[Entry]:
    """Parse a message and those attached to it: subject, sender, date, and the text that mail programs show."""
    message = _read_message(data)
    attached = [part.get_payload(0) for part in message.walk() if _holds_message(part)]
    try:
        articles = [_parse_message(each) for each in (message, *attached)]
    except Exception as error:  # the standard library fails in many ways on broken headers
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as mail ({reason}); save the message again") from error
    if attached and not articles[0].text:
        del articles[0]  # a digest, or a forwarded message
    return [Entry(each, each.metadata.get("message-id", "")) for each in articles]


def parse_mhtml(data: bytes) -> Article:
    """Parse a page that a browser saved with all it shows in one file."""
    message = _read_message(data)
    pages = (part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml"))
    page = next(pages, None)
    if page is None:
        raise UnreadableError("holds no web page; save the page again as HTML")
    address = _read_header(message, "Snapshot-Content-Location") or _read_header(page, "Content-Location")
    article = parse_html(_decode_part(page).encode())
    return replace(
        article,
        title=article.title or _read_header(message, "Subject"),
        url=article.url or (address if address.startswith("http") else ""),
    )


def split_mailbox(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """Yield the messages of a mailbox (mbox), one at a time in memory; one over the limit is cut after it."""
    lines: list[bytes] = []
    size, blank = 0, True
    while line := stream.readline(limit):
        if blank and SEPARATOR.match(line):
            yield from _join_lines(lines)
            lines, size = [], 0
        elif size <= limit:
            lines.append(line)
            size += len(line)
        blank = not line.strip()
    yield from _join_lines(lines)


def _join_lines(lines: list[bytes]) -> Iterator[bytes]:
    if (message := b"".join(lines)).strip():
        yield _ESCAPED.sub(rb"\1", message)


def _read_message(data: bytes) -> Any:
    try:
        message: Any = message_from_bytes(data, policy=policy.default)
        parts = sum(1 for _ in message.walk())
    except Exception as error:  # such as a RecursionError
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as mail ({reason}); save the message again") from error
    if not message.keys():
        raise UnreadableError("is no mail: it does not begin with headers such as Subject; name it for what it is")
    if parts > MOST_PARTS:
        raise UnreadableError(f"has over {MOST_PARTS:,} parts; save its text")
    return message


def _holds_message(part: Any) -> bool:
    return part.get_content_type() in ("message/rfc822", "message/global") and part.is_multipart()


def _parse_message(message: Any) -> Article:
    sender = getattr(message["From"], "addresses", ())
    names = ", ".join(collapse_whitespace(each.display_name or each.addr_spec) for each in sender)
    address = _read_header(message, "Archived-At").strip("<>")
    metadata = {
        "from": _read_header(message, "From"),
        "list": _read_header(message, "List-Id"),
        "message-id": _read_header(message, "Message-ID").strip("<>"),
        "attachments": [part.get_filename() for part in _list_leaves(message) if part.get_filename()],
    }
    return Article(
        id="",
        text="\n\n".join(text for text in _list_texts(message) if text),
        title=_read_header(message, "Subject"),
        author=names,
        published=_read_day(message),
        url=address if address.startswith("http") else "",
        metadata=simplify_metadata({name: value for name, value in metadata.items() if value}),
    )


def _list_texts(part: Any) -> list[str]:
    """Return the texts of a part that mail programs show, one after the other."""
    kind = part.get_content_type()
    if part.is_multipart():
        if _holds_message(part):
            return []
        parts = [_list_texts(each) for each in part.get_payload()]
        if kind != "multipart/alternative":
            return [text for texts in parts for text in texts]
        return next((texts for texts in reversed(parts) if any(texts)), [])  # the last is the richest
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return []
    if kind == "text/html":
        return [read_html(_decode_part(part))]
    if kind != "text/plain":
        return []
    text = _decode_part(part)
    if part.get_param("format") == "flowed":
        text = re.sub(r"(?m)^-- $", "--", text)
        text = re.sub(r" \n(?=[^\s>])", " ", text)
    return [text.strip()]


def _list_leaves(part: Any) -> Iterator[Any]:
    for each in part.walk():
        if not each.is_multipart():
            yield each


def _decode_part(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    charset = part.get_content_charset() or ""
    try:
        # Mail says what it is written in; a guess could take seven-bit Japanese for ASCII.
        return normalize_text(data.decode(charset))
    except (LookupError, ValueError):
        return decode(data, charset)


def _read_header(part: Any, name: str) -> str:
    return collapse_whitespace(str(part[name] or ""))


def _read_day(message: Any) -> date | None:
    moment = getattr(message["Date"], "datetime", None)
    return moment.date() if moment else None
