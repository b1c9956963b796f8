"""E-books (.epub) -> an Article without source for each chapter, or one where there are no chapters to speak of.

A chapter is what the table of contents names and leads to, with the parts of the book that follow it there. A book is
taken apart only where several of its chapters are as long as articles: a brochure stays one.
"""

from __future__ import annotations

import posixpath
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
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Article

CHAPTER_WORDS, FEWEST_CHAPTERS = 500, 3
"""Words of a chapter that is an article, and how many of these make a book that is taken apart."""
LEAST_IN_CHAPTERS = 0.6
"""Share of a book's words that must be in such chapters."""
SHORT_WORDS = 100
"""What has fewer, such as a dedication, goes with the chapter after it."""
LONGEST_NAME = 200

_NAV_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter's name in the table of contents, "" for what comes before the first; its first part, and its text."""

    name: str
    part: str
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
    whole = _build(archive, path, package, "\n\n".join(text for _, text in parts if text))
    chapters = _join_short(_divide(parts, _read_contents(archive, path, package)))
    if not _are_real(chapters):
        return [Entry(whole, "")]
    entries = []
    for number, chapter in enumerate(chapters, 1):
        title = ": ".join(part for part in (whole.title, chapter.name) if part)
        metadata = {**whole.metadata, "book": whole.title, "chapter": number}
        entries.append(Entry(replace(whole, text=chapter.text, title=title, metadata=metadata), chapter.part))
    return entries


def parse_epub(data: bytes) -> Article:
    """Parse an e-book as one article: the texts of its spine, in order; its table of contents is left out."""
    archive = open_zip(data)
    path, package = _open_package(archive)
    return _build(archive, path, package, "\n\n".join(text for _, text in _read_parts(archive, path, package) if text))


def _open_package(archive: zipfile.ZipFile) -> tuple[str, Any]:
    """Return the path of an e-book's package document, and the document."""
    container = read_xml(read_part(archive, "META-INF/container.xml"))
    path = next((each.get("full-path", "") for each in container.iter("{*}rootfile")), "")
    return path, read_xml(read_part(archive, path))


def _read_parts(archive: zipfile.ZipFile, path: str, package: Any) -> list[tuple[str, str]]:
    """Return name and text of the parts of a book in their order, the table of contents left out."""
    items = {each.get("id"): each for each in package.iter("{*}item")}
    spine = [items[each.get("idref")] for each in package.iter("{*}itemref") if each.get("idref") in items]
    names = [_resolve_part(path, each.get("href", "")) for each in spine if "nav" not in each.get("properties", "")]
    locked = read_text_part(archive, "META-INF/encryption.xml")
    if any(name in locked for name in names):
        raise UnreadableError("is an e-book protected against copying; ingest a free copy")
    return [(name, read_html(decode(read_part(archive, name)))) for name in names]


def _build(archive: zipfile.ZipFile, path: str, package: Any, text: str) -> Article:
    article = build_article(text, read_properties(archive, path))
    authors = [collapse_whitespace(each.text or "") for each in package.iter("{*}creator")]
    day = next((each.text or "" for each in package.iter("{http://purl.org/dc/elements/1.1/}date")), "")
    return replace(article, author=", ".join(authors), published=parse_date(day))


def _read_contents(archive: zipfile.ZipFile, path: str, package: Any) -> dict[str, str]:
    """Return the parts that the table of contents leads to, each with its first name there."""
    items = list(package.iter("{*}item"))
    found: dict[str, str] = {}
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
        for reference, label in links:
            found.setdefault(_resolve_part(name, reference), collapse_whitespace(label)[:LONGEST_NAME])
    return found


def _list_links(page: Any) -> Iterator[tuple[str, str]]:
    for nav in page.iter("{*}nav"):
        if nav.get(_NAV_TYPE, "toc") == "toc":
            yield from ((link.get("href", ""), "".join(link.itertext())) for link in nav.iter("{*}a"))


def _list_points(page: Any) -> Iterator[tuple[str, str]]:
    for point in page.iter("{*}navPoint"):
        content, label = point.find("{*}content"), point.find("{*}navLabel")
        if content is not None and label is not None:
            yield content.get("src", ""), " ".join("".join(label.itertext()).split())


def _divide(parts: Sequence[tuple[str, str]], contents: dict[str, str]) -> list[_Chapter]:
    """Return the chapters of a book: a part that the table of contents names begins one."""
    chapters: list[_Chapter] = []
    for name, text in parts:
        if name in contents or not chapters:
            chapters.append(_Chapter(contents.get(name, ""), name, text))
        else:
            before = chapters[-1]
            chapters[-1] = replace(before, text="\n\n".join(each for each in (before.text, text) if each))
    return chapters


def _join_short(chapters: Sequence[_Chapter]) -> list[_Chapter]:
    """Return the chapters, those of a few words before the one that follows, the last ones after the last."""
    joined: list[_Chapter] = []
    waiting: list[str] = []
    for chapter in chapters:
        if chapter.words < SHORT_WORDS:
            waiting += [chapter.text] if chapter.text else []
            continue
        joined.append(replace(chapter, text="\n\n".join([*waiting, chapter.text])))
        waiting = []
    if waiting and joined:
        joined[-1] = replace(joined[-1], text="\n\n".join([joined[-1].text, *waiting]))
    return joined


def _are_real(chapters: Sequence[_Chapter]) -> bool:
    """Tell whether the chapters of a book are as long as articles, most of them."""
    long = [chapter.words for chapter in chapters if chapter.name and chapter.words >= CHAPTER_WORDS]
    whole = sum(chapter.words for chapter in chapters)
    return len(long) >= FEWEST_CHAPTERS and sum(long) >= LEAST_IN_CHAPTERS * whole


def _resolve_part(package: str, reference: str) -> str:
    """Return the name of a part that the package of an e-book refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(reference.partition("#")[0])))
