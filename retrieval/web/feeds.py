"""Feeds, sitemaps and front pages -> the pages that they list, and what they say of each.

Pure. Fetching is left to fetching.py, what is done with the pages to syncing.py.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from retrieval.errors import UnreadableError
from retrieval.text.dates import parse_date
from retrieval.web.addresses import join_address
from retrieval.web.fetching import unpack_gzip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.web.fetching import Reply

Kind = Literal["feed", "sitemap", "front page"]

MAX_LISTED = 50_000
"""Pages that one feed or sitemap may list: what the protocol of sitemaps allows."""
LONGEST_TITLE, LONGEST_AUTHOR = 300, 200
WHOLE_WORDS = 250
"""Words from which a feed's text counts as the whole article, unless it breaks off: teasers have under 100."""

_BREAKS_OFF = re.compile(
    r"(?i)(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\b(?:read|learn|see) (?:more|on|the (?:full|whole|rest)[\w ]{0,20})"
    r"|continue reading|appeared first on [^.]{1,80})[\s.»›→>)\]]*$"
)
_MARKUP = re.compile(r"</?[a-zA-Z!][^>]*>")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_OLDER = ("prev-archive", "next")
_ARTICLE_PATH = re.compile(r"\d{4,}|[^/]+(?:[-_][^/-]+){2,}")
"""What the path of an article has, and that of a section has not: a number or a day, or a title of three words."""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page as a source lists it; what the source says of it wins over what the page says.

    `version` differs when the source says that the page changed, `changed` is its day. `content` is the whole text as
    HTML where the source has it.
    """

    address: str
    title: str = ""
    author: str = ""
    published: date | None = None
    changed: date | None = None
    version: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class SourceListing:
    """What a source lists; `further` are the addresses of more: parts of a sitemap, older pages of a feed."""

    kind: Kind
    title: str
    pages: tuple[ListedPage, ...]
    further: tuple[str, ...] = ()


def read_listing(reply: Reply, *, since: date | None = None) -> SourceListing:
    """Return what a feed, a sitemap or a front page lists, each page once; nothing from before `since`.

    Raises UnreadableError for what is none of them.
    """
    body = reply.body
    if body.startswith(b"\x1f\x8b"):
        body = unpack_gzip(body, MAX_LISTED * 1_000)
    start = body[:2_000].lower()
    if body.lstrip()[:1] == b"{":
        found = _read_json_feed(body, reply.address)
    elif re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", start):
        found = _read_sitemap(body, reply.address, since)
    elif re.search(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", start):
        found = _read_feed(body, reply)
    elif b"<html" in start or b"<!doctype html" in start or reply.kind in {"text/html", "application/xhtml+xml"}:
        found = _read_front_page(body, reply.address)
    else:
        raise UnreadableError(f"is no feed, no sitemap and no web page, but {reply.kind or 'something else'}")
    pages: dict[str, ListedPage] = {}
    for page in found.pages:
        if page.address and (not since or (page.published or page.changed or since) >= since):
            pages.setdefault(page.address, page)
    return replace(found, pages=tuple(pages.values())[:MAX_LISTED])


def find_feeds(reply: Reply) -> list[str]:
    """Return the feeds that a web page names, those of comments left out."""
    tree = _parse_html(reply.body)
    base = _find_base(tree, reply.address)
    links = tree.iterfind(".//link[@href]") if tree is not None else ()
    found = [
        join_address(base, link.get("href"))
        for link in links
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").partition(";")[0].strip().lower() in _FEED_TYPES
        and "comment" not in f"{link.get('href')} {link.get('title')}".lower()
    ]
    return [each for each in dict.fromkeys(found) if each]


def _read_feed(body: bytes, reply: Reply) -> SourceListing:
    """Read RSS, RDF and Atom."""
    import feedparser

    headers = {"content-type": "application/xml", "content-location": reply.address}
    found = feedparser.parse(BytesIO(body), response_headers=headers)  # bytes alone would be taken for a file's name
    if not found.version:
        raise UnreadableError("is a broken feed: see whether another program can read it")
    everyone = _join_authors(found.feed.get("authors", ())) if found.version.startswith("atom") else ""
    pages = [_read_entry(entry, reply.address, everyone) for entry in found.entries]
    older = [link.href for link in found.feed.get("links", ()) if link.get("rel") in _OLDER and link.get("href")]
    return SourceListing(
        "feed", _strip_markup(found.feed.get("title", "")), tuple(pages), _join_all(reply.address, older)
    )


def _read_entry(entry: Any, base: str, everyone: str) -> ListedPage:
    texts = [(each.value, each.get("type", "")) for each in entry.get("content", ()) if each.get("value")]
    if entry.get("summary"):
        texts.append((entry.summary, entry.get("summary_detail", {}).get("type", "")))
    content, kind = max(texts, key=lambda each: len(each[0]), default=("", ""))
    if kind == "text/plain":
        content = _mark_up(content)
    updated = dict.get(entry, "updated") or ""  # feedparser's own `get` warns, and answers with another field
    return _make_page(
        join_address(base, entry.get("link", "")),
        title=entry.get("title", ""),
        author=_join_authors(entry.get("authors", ())) or everyone,
        published=entry.get("published") or updated,
        updated=updated,
        content=content,
    )


def _read_json_feed(body: bytes, base: str) -> SourceListing:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("is broken JSON, and no feed") from error
    if (
        not isinstance(feed, dict)
        or not isinstance(feed.get("items"), list)
        or "jsonfeed.org" not in str(feed.get("version"))
    ):
        raise UnreadableError("is JSON, but no JSON Feed")
    everyone = _list_json_authors(feed)
    pages = []
    for item in feed["items"]:
        if not isinstance(item, dict):
            continue
        address = next((v for k in ("url", "id", "external_url") if isinstance(v := item.get(k), str) and v), "")
        content = item.get("content_html") or _mark_up(str(item.get("content_text") or ""))
        page = _make_page(
            join_address(base, address) if "/" in address else "",
            title=str(item.get("title") or ""),
            author=_join_authors(_list_json_authors(item) or everyone),
            published=str(item.get("date_published") or ""),
            updated=str(item.get("date_modified") or ""),
            content=str(content),
        )
        pages.append(page)
    older = [feed["next_url"]] if isinstance(feed.get("next_url"), str) else []
    return SourceListing("feed", _strip_markup(str(feed.get("title") or "")), tuple(pages), _join_all(base, older))


def _list_json_authors(item: dict[str, Any]) -> list[Any]:
    found = item.get("authors") or [item.get("author")]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _read_sitemap(body: bytes, base: str, since: date | None) -> SourceListing:
    """Read a sitemap or an index of them; parts of the index that did not change since then are left out."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("is a broken sitemap: see whether another program can read it") from error
    pages, parts = [], []
    for element in root if root is not None else ():
        fields = dict(_list_fields(element))
        address = join_address(base, fields.get("loc", "")) if fields.get("loc") else ""
        if not address or not _are_neighbours(address, base):
            continue
        changed = _read_day(fields.get("lastmod", ""))
        if etree.QName(element).localname == "sitemap":
            if not since or (changed or since) >= since:
                parts.append(address)
            continue
        page = _make_page(
            address,
            title=fields.get("title", ""),
            published=fields.get("publication_date", ""),
            updated=fields.get("lastmod", ""),
        )
        pages.append(replace(page, changed=changed))
    return SourceListing("sitemap", "", tuple(pages), tuple(dict.fromkeys(parts)))


def _list_fields(element: Any) -> Iterator[tuple[str, str]]:
    """Yield the fields of an entry, and of the news in it; an image's address is not the page's."""
    from lxml import etree

    for child in element:
        if not isinstance(child.tag, str):  # a comment
            continue
        name = etree.QName(child).localname
        if name == "news":
            yield from _list_fields(child)
        elif child.text and len(child) == 0:
            yield name, child.text.strip()


def _read_front_page(body: bytes, address: str) -> SourceListing:
    """Read the links of a page to what look like articles of the same site."""
    tree = _parse_html(body)
    if tree is None:
        raise UnreadableError("is an empty page")
    base = _find_base(tree, address)
    found = (join_address(base, link.get("href")) for link in tree.iterfind(".//a[@href]"))
    pages = [
        ListedPage(each)
        for each in dict.fromkeys(found)
        if each and _are_neighbours(each, address) and _ARTICLE_PATH.search(urlsplit(each).path)
    ]
    title = tree.findtext(".//title") or ""
    return SourceListing("front page", _strip_markup(title), tuple(pages))


def _parse_html(body: bytes) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    try:
        return lxml_html.document_fromstring(body)
    except (etree.ParserError, ValueError):  # an empty page
        return None


def _find_base(tree: Any, address: str) -> str:
    """Return what the links of a page start from."""
    given = tree.find(".//base[@href]") if tree is not None else None
    return (join_address(address, given.get("href")) if given is not None else "") or address


def _make_page(
    address: str, *, title: str = "", author: str = "", published: str = "", updated: str = "", content: str = ""
) -> ListedPage:
    whole = content if _is_whole(content) else ""
    title, author = _strip_markup(title)[:LONGEST_TITLE], author[:LONGEST_AUTHOR]
    return ListedPage(
        address,
        title=title,
        author=author,
        published=_read_day(published),
        version=sha256("\n".join((title, author, published, updated, whole)).encode("utf-8", "replace")).hexdigest()[
            :16
        ],
        content=whole,
    )


def _is_whole(content: str) -> bool:
    """Tell whether a feed's text is the article, and not its beginning."""
    text = _strip_markup(content)
    return len(text.split()) >= WHOLE_WORDS and not _BREAKS_OFF.search(text)


def _mark_up(text: str) -> str:
    return "".join(f"<p>{html.escape(each)}</p>" for each in re.split(r"\n\s*\n", text) if each.strip())


def _strip_markup(text: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub(" ", text) if "<" in text else text).split())


def _join_authors(people: Iterable[Any]) -> str:
    names = (_strip_markup(str(person.get("name") or "")) for person in people)
    return ", ".join(dict.fromkeys(name for name in names if name))


def _join_all(base: str, links: Iterable[str]) -> tuple[str, ...]:
    found = (join_address(base, each) for each in links)
    return tuple(dict.fromkeys(each for each in found if each and _are_neighbours(each, base)))


def _read_day(said: str) -> date | None:
    """Return the day of a time as it was there: at half past eleven at night it is not tomorrow. A month is none."""
    said = said.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(said).date()
        except (TypeError, ValueError):
            continue
    stated = parse_date(said) if said else None
    return stated if isinstance(stated, date) else None


def _are_neighbours(address: str, other: str) -> bool:
    """Tell whether two addresses are of one site, with or without www."""
    hosts = [urlsplit(each).netloc.rpartition("@")[2].removeprefix("www.") for each in (address, other)]
    return hosts[0] == hosts[1]
