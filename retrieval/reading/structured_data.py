"""What a web page says of its article to machines: JSON-LD, meta tags and microdata -> PageData. Pure.

Which of several titles, dates and names is right is left to page_titles.py, page_dates.py and page_authors.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ARTICLE = re.compile(r"(?:article|posting|report|opinion|review)$", re.IGNORECASE)
_NO_ARTICLE = {"jobposting", "claimreview"}
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")
"""Keys under which the page's own article may lie; under others, such as itemListElement, lie other articles."""
_OPENS_SCRIPT = re.compile(r"(?:/\*|//)?\s*(?:<!\[CDATA\[|<!--)?\s*(?:\*/)?")
_CLOSES_SCRIPT = re.compile(r"(?:(?:/\*|//)?\s*(?:\]\]>|-->)\s*(?:\*/)?|;)$")
_LONGEST_CLOSING = 20
"""Characters of what closes a script around its JSON."""
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_MOST_ARTICLES = 50
"""Articles of JSON-LD, and titles, that are compared with each other."""
_LONGEST_LINE = 500
"""Characters of a title, name or date."""

# Names of meta tags and microdata, without what is no letter.
_TITLE_NAMES = {
    "ogtitle",
    "twittertitle",
    "title",
    "headline",
    "dctitle",
    "dctermstitle",
    "sailthrutitle",
    "parselytitle",
}
_AUTHOR_NAMES = re.compile(
    r"^(?:article|og|ogarticle|sailthru|parsely|dc|dcterms|citation)?(?:author|authors|byl|creator)$"
)
_DATE_NAMES = re.compile(r"publish|pubdate|issued|datecreated|(?:^|dc|dcterms|sailthru|article|displayed?)date$")
_NO_DATE_NAMES = re.compile(r"modif|updat|revis|expir|publisher|unpublish|scheduled")
_MODIFIED_NAMES = re.compile(r"modified|updatedtime|lastmod|dateupdated")
_SITE_NAMES = {
    "ogsitename",
    "applicationname",
    "publisher",
    "dcpublisher",
    "copyright",
    "rightsholder",
    "citationjournaltitle",
}
_NOT_LETTERS = re.compile(r"[\W\d_]+")


class RatedClaim(NamedTuple):
    """What a fact check is about, and what it found."""

    claim: str
    verdict: str


class Post(NamedTuple):
    """A post of a live blog, as JSON-LD has it."""

    published: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page states; titles, dates and authors with what is trusted most first."""

    titles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    body: str = ""
    walled: bool = False
    is_live: bool = False
    posts: tuple[Post, ...] = ()
    claims: tuple[RatedClaim, ...] = ()
    url: str = ""
    language: str = ""


@dataclass(slots=True)
class _Collected:
    """Meta tags and microdata by what they say."""

    titles: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)


def read_structured_data(tree: Any) -> PageData:
    """Return what the page whose lxml tree this is, scripts included, says to machines."""
    tags = _read_tags(tree)
    nodes = list(_list_nodes(_read_scripts(tree)))
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    titles = [*tags.titles, *(_get_text(each) for each in tree.xpath("//title|//h1")[:_MOST_ARTICLES])][:_MOST_ARTICLES]
    article = _choose_article([node for node in nodes if _is_article(node)], titles)
    organisations, people = _read_authors(article.get("author"), known)
    publishers = _name_all([article.get("publisher"), *(node for node in nodes if _is_site(node))], known)
    url = next((each for each in tree.xpath("//link[@rel='canonical']/@href|//meta[@property='og:url']/@content")), "")
    types = _list_types(article)
    return PageData(
        titles=tuple(_tidy([article.get("headline"), *tags.titles, article.get("name")])),
        people=tuple(people),
        bylines=tuple(_tidy(tags.bylines)),
        organisations=tuple(organisations),
        sites=tuple(_tidy([*tags.sites, *publishers, _get_host(url)])),
        published=tuple(
            _tidy([*tags.published[:1], article.get("datePublished"), *tags.published[1:], article.get("dateCreated")])
        ),
        modified=tuple(_tidy([article.get("dateModified"), *tags.modified])),
        body=_read_body(article.get("articleBody")),
        walled=str(article.get("isAccessibleForFree", "")).lower() == "false",
        is_live="liveblogposting" in types,
        posts=tuple(_read_posts(article.get("liveBlogUpdate"))) if "liveblogposting" in types else (),
        claims=tuple(_read_claims(nodes)),
        url=url.strip(),
        language=_read_language(tree, article),
    )


def strip_markup(text: str) -> str:
    """Return a text without the tags and entities that it may hold; paragraphs stay lines."""
    if "<" in text:
        text = re.sub(r"<(?:/p|/div|/h[1-6]|/li|br)\b[^<>]{0,200}>", "\n", text, flags=re.IGNORECASE)
        text = re.sub(r"</?[a-z][^<>]{0,2000}>", "", text, flags=re.IGNORECASE)
    lines = (" ".join(line.split()) for line in unescape(unescape(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _read_scripts(tree: Any) -> Iterator[Any]:
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = _unwrap((script.text or "").strip())
        for written in (text, _TRAILING_COMMA.sub("", text)):
            try:
                yield json.loads(written, strict=False)
                break
            except (ValueError, RecursionError):
                continue


def _unwrap(text: str) -> str:
    """Return the JSON of a script without the comments that hide it from old browsers."""
    opened = _OPENS_SCRIPT.match(text)
    text = text[opened.end() if opened else 0 :]
    return text[:-_LONGEST_CLOSING] + _CLOSES_SCRIPT.sub("", text[-_LONGEST_CLOSING:])


def _list_nodes(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD that are about the page itself."""
    waiting = list(values)[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[::-1]
        elif isinstance(value, dict):
            yield value
            waiting += [value[key] for key in _HOLDERS if isinstance(value.get(key), dict | list)][::-1]


def _choose_article(articles: Sequence[dict[str, Any]], titles: Iterable[str]) -> dict[str, Any]:
    """Return the article whose headline the page bears; else the first."""
    shown = " ".join(_fold(title[:_LONGEST_LINE]) for title in titles)
    for article in articles[:_MOST_ARTICLES]:
        headline = article.get("headline")
        if isinstance(headline, str) and _fold(headline) and _fold(headline) in shown:
            return article
    return articles[0] if articles else {}


def _read_authors(value: Any, known: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the organisations and the people among the authors."""
    found: tuple[list[str], list[str]] = ([], [])
    for author in value if isinstance(value, list) else [value]:
        node = _look_up(author, known)
        is_organisation = isinstance(node, dict) and any("organization" in name for name in _list_types(node))
        found[not is_organisation].extend(_name_all([node], known))
    return found


def _name_all(values: Iterable[Any], known: dict[str, Any]) -> list[str]:
    """Return the names of objects, or of references to objects."""
    names: list[Any] = []
    for value in values:
        node = _look_up(value, known)
        if isinstance(node, list):
            names += node
        elif isinstance(node, dict):
            name = node.get("name")
            parts = [node.get("givenName"), node.get("familyName")]
            names += (
                name if isinstance(name, list) else [name or " ".join(each for each in parts if isinstance(each, str))]
            )
        else:
            names.append(node)
    return _tidy(names)


def _look_up(value: Any, known: dict[str, Any]) -> Any:
    """Return the object that a reference names."""
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return known.get(value["@id"], value)
    return value


def _read_body(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return strip_markup("\n".join(part for part in parts if isinstance(part, str)))


def _read_posts(value: Any) -> Iterator[Post]:
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict):
            fields = [node.get(name) for name in ("datePublished", "headline")]
            published, heading = (each if isinstance(each, str) else "" for each in fields)
            yield Post(published.strip(), strip_markup(heading), _read_body(node.get("articleBody")))


def _read_claims(nodes: Iterable[dict[str, Any]]) -> Iterator[RatedClaim]:
    for node in nodes:
        rating = node.get("reviewRating")
        if "claimreview" in _list_types(node) and isinstance(rating, dict):
            said, found = node.get("claimReviewed"), rating.get("alternateName")
            if isinstance(said, str) and isinstance(found, str) and said.strip() and found.strip():
                yield RatedClaim(*(" ".join(strip_markup(each).split()) for each in (said, found)))


def _read_tags(tree: Any) -> _Collected:
    found = _Collected()
    first: list[str] = []
    for tag in tree.xpath("//meta[@content]|//time[@itemprop and @datetime]"):
        content = tag.get("content") or tag.get("datetime") or ""
        for name in {_NOT_LETTERS.sub("", (tag.get(key) or "").lower()) for key in ("property", "name", "itemprop")}:
            if name in _TITLE_NAMES:
                found.titles.append(content)
            elif name in _SITE_NAMES:
                found.sites.append(content)
            elif _AUTHOR_NAMES.search(name):
                found.bylines.append(content)
            elif _MODIFIED_NAMES.search(name):
                found.modified.append(content)
            elif name.endswith("publishedtime"):
                first.append(content)
            elif _DATE_NAMES.search(name) and not _NO_DATE_NAMES.search(name):
                found.published.append(content)
    found.published = [*(first[:1] or [""]), *found.published]
    return found


def _read_language(tree: Any, article: dict[str, Any]) -> str:
    """Return the page's language, the one with a country where there are several: "en-gb"."""
    root = tree.getroottree().getroot()
    stated = [
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        *tree.xpath("//meta[@property='og:locale']/@content"),
        *tree.xpath("//meta[@http-equiv='content-language' or @http-equiv='Content-Language']/@content"),
        article.get("inLanguage"),
    ]
    names = [each.strip().lower().replace("_", "-") for each in stated if isinstance(each, str) and each.strip()]
    alike = [name for name in names if name[:2] == names[0][:2]]
    return max(alike, key=lambda name: len(name) > 2, default="")


def _list_types(node: dict[str, Any]) -> set[str]:
    types = node.get("@type")
    return {each.lower() for each in (types if isinstance(types, list) else [types]) if isinstance(each, str)}


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(each) for each in _list_types(node) - _NO_ARTICLE)


def _is_site(node: dict[str, Any]) -> bool:
    return any(each == "website" or each.endswith("organization") for each in _list_types(node))


def _get_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _get_text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _tidy(values: Iterable[Any]) -> list[str]:
    """Return the texts among values, each on one line and once."""
    lines = (" ".join(strip_markup(each[:_LONGEST_LINE]).split()) for each in values if isinstance(each, str))
    return list(dict.fromkeys(line for line in lines if line))


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", unescape(text).lower()))
