"""E-books (.epub) -> an Article without source for each chapter, or one where there are no chapters to speak of.

A chapter is what the table of contents names and leads to, a part of the book or a place in one, with what follows it
there. A book is taken apart only where several of its chapters are as long as articles: a brochure stays one.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from retrieval.errors import UnreadableError
from retrieval.reading.documents import build_article, read_properties, read_text_part
from retrieval.reading.encodings import decode
from retrieval.reading.fields import collapse_whitespace
from retrieval.reading.markup import read_html, read_xml
from retrieval.reading.parsed_article import Entry
from retrieval.reading.zip_files import open_zip, read_part
from retrieval.text.dates import parse_date

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.domain import Article

CHAPTER_WORDS, FEWEST_CHAPTERS = 500, 3
"""Words of a chapter that is an article, and how many of these make a book that is taken apart."""
LEAST_IN_CHAPTERS = 0.6
"""Share of a book's words that must be in such chapters."""
SHORT_WORDS = 100
"""What has fewer, such as a dedication, goes with the chapter after it."""
LONGEST_NAME = 200

DEEPEST_LEVELS = 3
"""Levels of the table of contents, from that of its first entry for a part, at which chapters are looked for."""

_NAV_TYPE = "{http://www.idpf.org/2007/ops}type"
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_ANCHOR = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_OPENS, _CLOSES = "\ue000", "\ue001"
"""Characters for private use, which stand around the number of a place while a part is read."""
_PLACE = re.compile(rf"{_OPENS}(\d+){_CLOSES}")


@dataclass(frozen=True, slots=True)
class _ContentsEntry:
    """An entry of the table of contents: where it leads to, "" for the beginning of a part, and how deep it stands."""

    part: str
    fragment: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class _BookPart:
    """A part of a book: its name in the file, and its page with its text."""

    name: str
    page: str
    text: str


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter's name in the table of contents, "" for what comes before the first; where it begins, and its text."""

    name: str
    place: str
    text: str

    @property
    def words(self) -> int:
        """How long it is."""
        return len(self.text.split())


def parse_chapters(data: bytes) -> list[Entry]:
    """Parse an e-book: its chapters, each told apart by its part of the book, or the whole as a single article."""
    archive = open_zip(data)
    path, package = _open_package(archive)
    parts = _read_parts(archive, path, package)
    whole = _build(archive, path, package, _join(part.text for part in parts))
    contents = _read_contents(archive, path, package)
    divided = (_join_short(_divide(parts, contents, level)) for level in range(DEEPEST_LEVELS))
    chapters = next(filter(_are_real, divided), None)
    if chapters is None:
        return [Entry(whole, "")]
    entries = []
    for number, chapter in enumerate(chapters, 1):
        title = ": ".join(part for part in (whole.title, chapter.name) if part)
        metadata = {**whole.metadata, "book": whole.title, "chapter": number}
        entries.append(Entry(replace(whole, text=chapter.text, title=title, metadata=metadata), chapter.place))
    return entries


def parse_epub(data: bytes) -> Article:
    """Parse an e-book as one article: the texts of its spine, in order; its table of contents is left out."""
    archive = open_zip(data)
    path, package = _open_package(archive)
    return _build(archive, path, package, _join(part.text for part in _read_parts(archive, path, package)))


def _open_package(archive: zipfile.ZipFile) -> tuple[str, Any]:
    """Return the path of an e-book's package document, and the document."""
    container = read_xml(read_part(archive, "META-INF/container.xml"))
    path = next((each.get("full-path", "") for each in container.iter("{*}rootfile")), "")
    return path, read_xml(read_part(archive, path))


def _read_parts(archive: zipfile.ZipFile, path: str, package: Any) -> list[_BookPart]:
    """Return the parts of a book in their order, the table of contents left out."""
    items = {each.get("id"): each for each in package.iter("{*}item")}
    spine = [items[each.get("idref")] for each in package.iter("{*}itemref") if each.get("idref") in items]
    names = [_resolve_part(path, each.get("href", "")) for each in spine if "nav" not in each.get("properties", "")]
    locked = read_text_part(archive, "META-INF/encryption.xml")
    if any(name in locked for name in names):
        raise UnreadableError("is an e-book protected against copying; ingest a free copy")
    pages = [decode(read_part(archive, name)) for name in names]
    return [_BookPart(name, page, read_html(page)) for name, page in zip(names, pages, strict=True)]


def _build(archive: zipfile.ZipFile, path: str, package: Any, text: str) -> Article:
    article = build_article(text, read_properties(archive, path))
    authors = [collapse_whitespace(each.text or "") for each in package.iter("{*}creator")]
    day = next((each.text or "" for each in package.iter("{http://purl.org/dc/elements/1.1/}date")), "")
    return replace(article, author=", ".join(authors), published=parse_date(day))


def _read_contents(archive: zipfile.ZipFile, path: str, package: Any) -> list[_ContentsEntry]:
    """Return what the table of contents leads to, each place with its first name there."""
    items = list(package.iter("{*}item"))
    found: dict[tuple[str, str], _ContentsEntry] = {}
    for item in items:
        name = _resolve_part(path, item.get("href", ""))
        if name not in archive.namelist():
            continue
        if "nav" in item.get("properties", "").split():
            links = _list_links(read_xml(read_part(archive, name)))
        elif item.get("media-type") == "application/x-dtbncx+xml":
            links = _list_points(read_xml(read_part(archive, name)))
        else:
            continue
        for reference, label, depth in links:
            place = _resolve_part(name, reference), unquote(reference.partition("#")[2])
            found.setdefault(place, _ContentsEntry(*place, collapse_whitespace(label)[:LONGEST_NAME], depth))
    return list(found.values())


def _list_links(page: Any) -> Iterator[tuple[str, str, int]]:
    for nav in page.iter("{*}nav"):
        if nav.get(_NAV_TYPE, "toc") == "toc":
            for link in nav.iter("{*}a"):
                depth = sum(1 for _ in link.iterancestors("{*}ol"))
                yield link.get("href", ""), "".join(link.itertext()), depth


def _list_points(page: Any) -> Iterator[tuple[str, str, int]]:
    for point in page.iter("{*}navPoint"):
        content, label = point.find("{*}content"), point.find("{*}navLabel")
        if content is not None and label is not None:
            depth = sum(1 for _ in point.iterancestors("{*}navPoint"))
            yield content.get("src", ""), " ".join("".join(label.itertext()).split()), depth


def _divide(parts: Sequence[_BookPart], contents: Sequence[_ContentsEntry], level: int) -> list[_Chapter]:
    """Return the chapters of a book: a part that the table of contents names begins one, and so do places in it.

    They are as deep there as the least deep entry for their part, or so many levels deeper: sections are no chapters.
    """
    chapters: list[_Chapter] = []
    for part in parts:
        named = [each for each in contents if each.part == part.name]
        least = min((each.depth for each in named), default=0)
        wanted = [each for each in named if each.depth <= least + level]
        for chapter in _split_part(part, wanted) or [_Chapter("", part.name, part.text)]:
            if chapter.name or not chapters:
                chapters.append(chapter)
            else:
                chapters[-1] = replace(chapters[-1], text=_join((chapters[-1].text, chapter.text)))
    return chapters


def _split_part(part: _BookPart, named: Sequence[_ContentsEntry]) -> list[_Chapter]:
    """Return the chapters that begin in a part; the first one has no name where it is the end of the one before it."""
    if len(named) < 2:
        return [_Chapter(each.name, part.name, part.text) for each in named]
    pieces = _cut_at_places(part.page, [each.fragment for each in named])
    names = {each.fragment: each.name for each in named}
    chapters = [
        _Chapter(names.get(fragment, ""), f"{part.name}#{fragment}" if number else part.name, text)
        for number, (fragment, text) in enumerate(pieces)
    ]
    lead = chapters[0]
    if not any(each.name for each in chapters):  # the places that are named are not there
        return [replace(lead, name=named[0].name)]
    if lead.name or len(chapters) < 2 or lead.words >= SHORT_WORDS:
        return chapters
    return [replace(chapters[1], place=part.name, text=_join((lead.text, chapters[1].text))), *chapters[2:]]


def _cut_at_places(page: str, fragments: Sequence[str]) -> list[tuple[str, str]]:
    """Return the text of a page in pieces, each with the place that it begins at, "" for the beginning."""
    numbers = {fragment: number for number, fragment in enumerate(fragments) if fragment}

    def mark(tag: re.Match[str]) -> str:
        anchors = (double or single for double, single in _ANCHOR.findall(tag[0]))
        return tag[0] + "".join(f"{_OPENS}{numbers[each]}{_CLOSES}" for each in anchors if each in numbers)

    text = read_html(_TAG.sub(mark, page.replace(_OPENS, "").replace(_CLOSES, "")))
    pieces, fragment, start = list[tuple[str, str]](), "", 0
    for place in _PLACE.finditer(text):
        line = max(start, text.rfind("\n", start, place.start()) + 1)
        pieces.append((fragment, text[start:line]))
        fragment, start = fragments[int(place[1])], line
    pieces.append((fragment, text[start:]))
    return [(fragment, _PLACE.sub("", piece).strip()) for fragment, piece in pieces]


def _join(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)


def _join_short(chapters: Sequence[_Chapter]) -> list[_Chapter]:
    """Return the chapters, those of a few words before the one that follows, the last ones after the last."""
    joined: list[_Chapter] = []
    waiting: list[str] = []
    for chapter in chapters:
        if chapter.words < SHORT_WORDS:
            waiting.append(chapter.text)
            continue
        joined.append(replace(chapter, text=_join([*waiting, chapter.text])))
        waiting = []
    if waiting and joined:
        joined[-1] = replace(joined[-1], text=_join([joined[-1].text, *waiting]))
    return joined


def _are_real(chapters: Sequence[_Chapter]) -> bool:
    """Tell whether the chapters of a book are as long as articles, most of them."""
    long = [chapter.words for chapter in chapters if chapter.name and chapter.words >= CHAPTER_WORDS]
    whole = sum(chapter.words for chapter in chapters)
    return len(long) >= FEWEST_CHAPTERS and sum(long) >= LEAST_IN_CHAPTERS * whole


def _resolve_part(package: str, reference: str) -> str:
    """Return the name of a part that the package of an e-book refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(reference.partition("#")[0])))
