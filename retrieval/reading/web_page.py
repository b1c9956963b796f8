"""A web page -> an Article without source: its main text without scripts and hidden parts, and its metadata."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading import hidden_html
from retrieval.reading.encodings import decode, normalize_text
from retrieval.reading.fields import collapse_whitespace, simplify_metadata
from retrieval.reading.live_blogs import find_posts, write_posts
from retrieval.reading.page_authors import choose_authors, find_bylines
from retrieval.reading.page_dates import (
    choose_date,
    find_date_in_address,
    find_marked_dates,
    find_numeric_date,
    find_written_dates,
    is_written,
)
from retrieval.reading.page_lines import INLINE_TAGS, list_lines, list_lines_near
from retrieval.reading.page_text import describe_missing, extract_text
from retrieval.reading.page_titles import choose_title, trim_unknown_site
from retrieval.reading.structured_data import read_structured_data
from retrieval.text.dates import parse_date
from retrieval.text.day_order import find_day_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.reading.live_blogs import LivePost
    from retrieval.reading.structured_data import PageData

_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MAX_ATTRIBUTES = 1_000
"""Attributes of a tag of a web page: parsers compare each of them with all others."""
_TAG = re.compile(r"<!--|<[a-z](?:[^=>]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)|=)*+", re.IGNORECASE)
_UNPARSED = re.compile(r"<(!--|script\b|style\b)", re.IGNORECASE)
_CLOSED = {
    "!--": re.compile("-->"),
    "script": re.compile("</script", re.IGNORECASE),
    "style": re.compile("</style", re.IGNORECASE),
}
_ATTRIBUTE = re.compile(r"[\s/][^\s/>=\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]++))?")
_MANY_MARKS = 2_000
"""Inline tags that a page of code has; for so many, texts side by side take no time to speak of."""
_MANY_LINKS = 200
"""Links of one paragraph, of which the same holds."""
_MARKS = (
    *("abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "dfn", "em", "font", "i", "ins", "kbd", "mark", "nobr"),
    *("ruby", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
)
"""Inline tags that the parser takes out of a page anyway."""
_LONGEST_TITLE = 500
_MOST_HEADINGS = 20
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")


def parse_html(data: bytes) -> Article:
    """Parse a web page: its main text without scripts and hidden parts, and its metadata.

    A live blog has the day of its newest post: nothing in it is of a later one.
    """
    return _parse(data)[0]


def parse_days(data: bytes) -> list[Article]:
    """Parse a web page into one article or, of a live blog, into one for each day of its posts, oldest first.

    The address of a later day has the day as its fragment.
    """
    article, posts = _parse(data)
    days = sorted({post.day for post in posts})
    if len(days) < 2:
        return [article]
    return [
        replace(
            article,
            text=normalize_text(write_posts(post for post in posts if post.day == day)),
            published=day,
            url=f"{article.url}#{day}" if article.url and day != days[0] else article.url,
        )
        for day in days
    ]


def _parse(data: bytes) -> tuple[Article, list[LivePost]]:
    declared = _DECLARED.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "ignore") if declared else "")
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if any(map(_has_too_many_attributes, _list_tags(page))):
        raise UnreadableError(
            f"has a tag with over {_MAX_ATTRIBUTES:,} attributes; save it as text if it is an article"
        )
    try:
        found = _read_page(hidden_html.drop_noscript(page))
    except Exception as error:  # parsers of web pages fail in many ways, and each of them means the same here
        reason = summarize_error(error)[:100]
        raise UnreadableError(f"can't be read as HTML ({reason}); save the page again") from error
    if found is None or not found[0].text.strip():
        raise UnreadableError("no main text found in this HTML; save it as text if it is an article")
    return found


def _list_tags(page: str) -> Iterator[str]:
    """Yield what may be tags of a page; in its scripts, styles and comments "a<b" is none."""
    at, unclosed = 0, set[str]()
    while found := _TAG.search(page, at):
        at = found.end()
        opened = _UNPARSED.match(found[0])
        if not opened:
            yield found[0]
            continue
        name = opened[1].lower()
        closed = None if name in unclosed else _CLOSED[name].search(page, at)
        if closed:
            at = closed.end()
        else:
            unclosed.add(name)


def _has_too_many_attributes(tag: str) -> bool:
    return len(tag) > 2 * _MAX_ATTRIBUTES and sum(1 for _ in _ATTRIBUTE.finditer(tag)) > _MAX_ATTRIBUTES


def _read_page(page: str) -> tuple[Article, list[LivePost]] | None:
    from trafilatura import extract_metadata, load_html

    raw: Any = load_html(page, max_size=len(page) + 1)
    tree: Any = load_html(page, max_size=len(page) + 1)
    if raw is None or tree is None:
        return None
    # Without the extensive search no date is guessed from footers and copyright years.
    dates = {"original_date": True, "extensive_search": False}
    fields = extract_metadata(raw, date_config=dates, extensive=False).as_dict()
    data = read_structured_data(raw)
    hidden_html.drop_hidden(tree)
    lines = list_lines(tree)
    title = _read_title(tree, data) or fields.get("title") or ""
    near = list(list_lines_near(lines, title))
    stated = _list_dates(tree, page, data, near, fields.get("date") or "")
    dated = choose_date(stated, find_day_order(data.language))
    authors = choose_authors(data, find_bylines(tree, near))
    _unmark(tree)
    posts = find_posts(tree, lines, data, dated if isinstance(dated, date) else None)
    text = write_posts(posts) if posts else extract_text(tree, lines, data)
    missing = "" if posts else describe_missing(text, lines, data)
    updated = choose_date([*data.modified, *find_written_dates(near, changed=True)], find_day_order(data.language))
    published = max((post.day for post in posts), default=None) or dated
    names = ("sitename", "description", "categories", "tags", "language", "license")
    metadata = {name: fields[name] for name in names if fields.get(name)} | ({"updated": updated} if updated else {})
    if published is None and (doubtful := find_numeric_date(stated)):
        metadata["date"] = doubtful  # which day it is, settings may tell
    article = Article(
        id="",
        text=normalize_text(text),
        title=collapse_whitespace(title),
        author=collapse_whitespace(", ".join(authors)),
        published=published,
        url=collapse_whitespace(fields.get("url") or ""),
        metadata=simplify_metadata(metadata),
        doubts=(missing,) if missing else (),
    )
    return article, posts


def _read_title(tree: Any, data: PageData) -> str:
    headings = [" ".join(each.text_content().split())[:_LONGEST_TITLE] for each in tree.xpath("//h1")[:_MOST_HEADINGS]]
    return choose_title([*data.titles, trim_unknown_site(_get_title(tree))], headings, data.sites)


def _list_dates(tree: Any, page: str, data: PageData, near: Sequence[str], guessed: str) -> list[str]:
    """Return the dates that a page states, shows or has in its address, and the library's guess if it stands there."""
    guess = parse_date(guessed)
    return [
        *data.published,
        *find_written_dates(near),
        find_date_in_address(data.url),
        *find_marked_dates(tree),
        *([guessed] if isinstance(guess, date) and is_written(guess, page) and not data.published else []),
    ]


def _get_title(tree: Any) -> str:
    return next((" ".join(each.text_content().split())[:_LONGEST_TITLE] for each in tree.iter("title")), "")


def _unmark(tree: Any) -> None:
    """Take very many inline tags and links out of a page: looking at texts side by side takes quadratic time.

    The library that finds the main text takes them out anyway, and then looks at what each left.
    """
    from lxml.etree import strip_tags

    links = list(_list_crowded_links(tree))
    if not links and sum(1 for _ in tree.iter(*_MARKS)) <= _MANY_MARKS:
        return
    for link in links:
        link.tag = _MARKS[0]
    strip_tags(tree, *_MARKS)
    for element in tree.iter():  # what is set is one text where it was several
        element.text, element.tail = element.text, element.tail


def _list_crowded_links(tree: Any) -> Iterator[Any]:
    """Yield the links of paragraphs that have very many of them."""
    crowds: dict[Any, list[Any]] = {}
    for link in tree.iter("a"):
        block = next((each for each in link.iterancestors() if each.tag not in INLINE_TAGS), None)
        crowds.setdefault(block, []).append(link)
    for crowd in crowds.values():
        yield from crowd if len(crowd) > _MANY_LINKS else ()
