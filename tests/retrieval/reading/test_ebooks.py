from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article
from retrieval.reading import read_articles
from retrieval.reading.ebooks import CHAPTER_WORDS, FEWEST_CHAPTERS

if TYPE_CHECKING:
    from pathlib import Path

CONTAINER = '<container><rootfiles><rootfile full-path="b/book.opf"/></rootfiles></container>'
LONG = "The harbour was quiet that night, and nobody saw the ship. " * (CHAPTER_WORDS // 11 + 2)


def write_book(path: Path, *chapters: tuple[str, str], newer: bool = True) -> Path:
    """Write a book whose parts are (name in the table of contents, text); a part without a name goes unnamed."""
    parts = [f"part {n}.xhtml" for n in range(len(chapters))]
    items = "".join(f'<item id="p{n}" href="{part.replace(" ", "%20")}"/>' for n, part in enumerate(parts))
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(parts)))
    named = [(part, name) for part, (name, _) in zip(parts, chapters, strict=True) if name]
    if newer:
        items += '<item id="nav" href="nav.xhtml" properties="nav"/>'
        links = "".join(f'<li><a href="{part}#top">{name}</a></li>' for part, name in named)
        contents = ("nav.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><nav><ol>{links}</ol></nav></html>')
    else:
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        points = "".join(
            f'<navPoint><navLabel><text>{name}</text></navLabel><content src="{part}"/></navPoint>'
            for part, name in named
        )
        contents = ("toc.ncx", f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>')
    about = (
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Ship</dc:title>'
        "<dc:creator>Ida Borg</dc:creator><dc:date>2020-05-04</dc:date></metadata>"
    )
    package = f"<package>{about}<manifest>{items}</manifest><spine>{spine}</spine></package>"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("b/book.opf", package)
        book.writestr(f"b/{contents[0]}", contents[1])
        for part, (_, text) in zip(parts, chapters, strict=True):
            book.writestr(f"b/{part}", f"<html><body><p>{text}</p></body></html>")
    path.write_bytes(data.getvalue())
    return path


def write_book_of_one_page(path: Path, page: str, contents: str, *, more: str = "") -> Path:
    """Write a book whose chapters are places in a part; `contents` are the items of its table, `more` a second part."""
    package = (
        '<package><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Ship</dc:title></metadata>'
        '<manifest><item id="a" href="a.xhtml"/><item id="b" href="b.xhtml"/>'
        '<item id="nav" href="nav.xhtml" properties="nav"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    table = f'<html xmlns="http://www.w3.org/1999/xhtml"><nav><ol>{contents}</ol></nav></html>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("b/book.opf", package)
        book.writestr("b/nav.xhtml", table)
        book.writestr("b/a.xhtml", f"<html><body>{page}</body></html>")
        book.writestr("b/b.xhtml", f"<html><body>{more}</body></html>")
    return path


def item(place: str, name: str, *inner: str) -> str:
    below = f"<ol>{''.join(inner)}</ol>" if inner else ""
    return f'<li><a href="{place}">{name}</a>{below}</li>'


def read(path: Path) -> list[Article]:
    return [each for each in read_articles([path]) if isinstance(each, Article)]


BOOK = (
    ("", "The Ship"),
    ("Dedication", "For Tom."),
    ("Night", LONG),
    ("Day", LONG),
    ("", "A second part."),
    ("End", LONG),
)


@pytest.mark.parametrize("newer", [True, False])
def test_a_book_with_long_chapters_is_an_article_for_each(tmp_path: Path, newer: bool) -> None:
    found = read(write_book(tmp_path / "ship.epub", *BOOK, newer=newer))

    assert [each.title for each in found] == ["The Ship: Night", "The Ship: Day", "The Ship: End"]
    assert {(each.author, str(each.published), each.metadata["book"]) for each in found} == {
        ("Ida Borg", "2020-05-04", "The Ship")
    }
    assert len({each.id for each in found}) == 3


def test_nothing_of_a_book_is_lost_between_its_chapters(tmp_path: Path) -> None:
    night, day, _ = read(write_book(tmp_path / "ship.epub", *BOOK))

    assert night.text.startswith("The Ship\n\nFor Tom.\n\nThe harbour")
    assert day.text.endswith("A second part.")


@pytest.mark.parametrize(
    "chapters",
    [
        (("One", LONG),) * (FEWEST_CHAPTERS - 1),
        tuple((f"Tip {n}", "Mend the net before the tide turns. " * 9) for n in range(20)),
        (("", LONG),) * 5,
        (
            ("One", LONG),
            ("Two", LONG),
            ("Three", LONG),
            *((f"Note {n}", "On the tide and the nets. " * 30) for n in range(30)),
        ),
    ],
)
def test_a_short_book_or_one_without_chapters_stays_one_article(
    tmp_path: Path, chapters: tuple[tuple[str, str], ...]
) -> None:
    (whole,) = read(write_book(tmp_path / "ship.epub", *chapters))

    assert whole.title == "The Ship"
    assert "#" not in whole.id


def test_a_chapter_keeps_its_id_when_one_is_put_before_it(tmp_path: Path) -> None:
    before = {each.title: each.id for each in read(write_book(tmp_path / "ship.epub", *BOOK))}
    after = {each.title: each.id for each in read(write_book(tmp_path / "ship.epub", *BOOK, ("Epilogue", LONG)))}

    assert before.items() <= after.items()


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 id="{0}">{1}</h2>',
        '<h2><a name="{0}"></a>{1}</h2>',
        "<div class='chapter' id='{0}'></div><h2>{1}</h2>",
        '<p>{1} <span id="{0}">the first</span></p>',
    ],
)
def test_chapters_that_are_places_in_one_part_are_articles_of_their_own(tmp_path: Path, heading: str) -> None:
    named = [("night", "Night"), ("day#1", "Day"), ("end", "End")]
    page = "<p>A cover.</p>" + "".join(f"{heading.format(*each)}<p>{LONG}</p>" for each in named)
    contents = "".join(item(f"a.xhtml#{place.replace('#', '%23')}", name) for place, name in named)

    found = read(write_book_of_one_page(tmp_path / "ship.epub", page, contents))

    assert [each.title for each in found] == ["The Ship: Night", "The Ship: Day", "The Ship: End"]
    assert [each.text.split("\n")[0].split(" the")[0] for each in found] == ["A cover.", "Day", "End"]
    assert all(LONG.strip() in each.text for each in found)
    assert len({each.id for each in found}) == 3


def test_the_end_of_a_chapter_in_the_next_part_stays_with_it(tmp_path: Path) -> None:
    page = "".join(f'<h2 id="c{n}">Chapter {n}</h2><p>{LONG}</p>' for n in (1, 2))
    more = f'<p>{"It went on. " * 60}</p><h2 id="c3">Chapter 3</h2><p>{LONG}</p><h2 id="c4">Chapter 4</h2><p>{LONG}</p>'
    contents = "".join(item(f"{part}.xhtml#c{n}", f"Chapter {n}") for part, n in zip("aabb", range(1, 5), strict=True))

    found = read(write_book_of_one_page(tmp_path / "ship.epub", page, contents, more=more))

    assert [each.title[-1] for each in found] == ["1", "2", "3", "4"]
    assert found[1].text.endswith("It went on.")
    assert found[2].text.startswith("Chapter 3")


def test_sections_of_a_chapter_are_no_chapters_unless_there_are_no_others(tmp_path: Path) -> None:
    page = "".join(
        f'<h2 id="c{n}">Chapter {n}</h2><p>{LONG}</p><h3 id="s{n}">More</h3><p>{LONG}</p>' for n in (1, 2, 3)
    )
    chapters = [item(f"a.xhtml#c{n}", f"Chapter {n}", item(f"a.xhtml#s{n}", f"Section {n}")) for n in (1, 2, 3)]

    of_chapters = read(write_book_of_one_page(tmp_path / "ship.epub", page, "".join(chapters)))
    of_one = read(write_book_of_one_page(tmp_path / "one.epub", page, item("a.xhtml", "All", *chapters)))

    assert [each.title for each in of_chapters] == [f"The Ship: Chapter {n}" for n in (1, 2, 3)]
    assert [each.title for each in of_one] == [f"The Ship: Chapter {n}" for n in (1, 2, 3)]
