"""Documents of word processors and e-books; `documents/README.md` says what made the examples."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading import read_articles
from retrieval.reading.documents import parse_docx, parse_odt, parse_rtf
from retrieval.reading.ebooks import parse_epub
from retrieval.text.layout import find_tables

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = Path(__file__).parent / "documents"
PARSERS: dict[str, Callable[[bytes], Article]] = {
    "docx": parse_docx,
    "odt": parse_odt,
    "rtf": parse_rtf,
    "epub": parse_epub,
}
ZIPPED = ("docx", "odt", "epub")
MAIN = {"docx": "word/document.xml", "odt": "content.xml", "epub": "EPUB/text/ch001.xhtml"}
OPENING = "The ferry to Lindholm sails again from Monday, the harbour office said."


def read_example(suffix: str) -> bytes:
    return (EXAMPLES / f"ferry.{suffix}").read_bytes()


def rewrite(data: bytes, name: str, change: Callable[[bytes], bytes], *, added: str = "") -> bytes:
    """Return a zip file with one part changed, and another added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
        if added:
            new.writestr(added, b" " * 1_000)
    return out.getvalue()


def try_parsing(suffix: str, data: bytes) -> str:
    """Return the text of a document, or what is wrong with it."""
    try:
        return PARSERS[suffix](data).text
    except UnreadableError as error:
        return str(error)


def change(suffix: str, old: str, new: str) -> str:
    """Return the text of an example in which a part of its markup was replaced."""
    before = old.encode()
    data = rewrite(read_example(suffix), MAIN[suffix], lambda part: part.replace(before, new.encode(), 1))
    assert before in zipfile.ZipFile(io.BytesIO(read_example(suffix))).read(MAIN[suffix])
    return PARSERS[suffix](data).text


@pytest.mark.parametrize("suffix", PARSERS)
def test_a_document_is_read_with_its_title_author_and_date(suffix: str) -> None:
    (article,) = read_articles([EXAMPLES / f"ferry.{suffix}"])

    assert isinstance(article, Article)
    assert article.title == "The ferry returns to Lindholm"
    # RTF names its author nowhere but in the text.
    assert (article.author, article.published) == (("Ida Borg", date(2026, 3, 3)) if suffix != "rtf" else ("", None))
    paragraphs = article.text.split("\n\n")
    assert any(paragraph.startswith(OPENING) for paragraph in paragraphs)
    assert "A ticket costs four euros; children pay “nothing”." in paragraphs
    assert paragraphs.index("What it costs") > 0


@pytest.mark.parametrize("suffix", PARSERS)
def test_tables_and_lists_of_a_document_are_read_as_such(suffix: str) -> None:
    text = PARSERS[suffix](read_example(suffix)).text
    (table,) = find_tables(text)

    assert table.header
    assert text[slice(*table.header)].strip() == "| Boat | Seats |"
    assert [text[slice(*row)].strip() for row in table.rows][-2:] == ["| Gudrun | 80 |", "| Helga | 120 |"]
    assert [line[2:] for line in text.split("\n") if line.startswith(("- ", "•\t"))][:2] == [
        "Cars are not taken.",
        "Dogs are.",
    ]


@pytest.mark.parametrize("suffix", ZIPPED)
def test_footnotes_come_after_the_text(suffix: str) -> None:
    assert PARSERS[suffix](read_example(suffix)).text.endswith("The timetable is at the quay.")


@pytest.mark.parametrize("suffix", PARSERS)
def test_the_first_bytes_of_a_document_tell_what_it_is(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "without-suffix").write_bytes(read_example(suffix))
    (article,) = read_articles([tmp_path])

    assert isinstance(article, Article)
    assert article.title == "The ferry returns to Lindholm"


def test_tracked_changes_of_a_word_document_are_read_as_accepted() -> None:
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    gone = '<w:del w:id="1" w:author="x"><w:r><w:delText>not </w:delText></w:r></w:del>'
    text = change(
        "docx", "<w:p>", f'<w:p>{run.format("It is ")}{gone}<w:ins w:id="2">{run.format("surely ")}</w:ins></w:p><w:p>'
    )

    assert "It is surely" in text
    assert "not surely" not in text


def test_what_was_deleted_or_remarked_in_an_odt_is_not_read() -> None:
    gone = "<text:changed-region><text:p>Deleted.</text:p></text:changed-region>"
    gone = f"<text:tracked-changes>{gone}</text:tracked-changes>"
    remark = "<office:annotation><text:p>A remark.</text:p></office:annotation>"
    text = change("odt", "<office:text>", f"<office:text>{gone}<text:p>Kept{remark} whole.</text:p>")

    assert "Kept whole." in text
    assert "Deleted" not in text
    assert "remark" not in text


@pytest.mark.parametrize("suffix", ZIPPED)
def test_a_small_document_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(suffix: str) -> None:
    bomb = rewrite(read_example(suffix), MAIN[suffix], lambda part: part + b" " * 101_000_000)

    assert len(bomb) < 200_000
    with pytest.raises(UnreadableError, match="unpacks to over 100 MB"):
        PARSERS[suffix](bomb)


@pytest.mark.parametrize("suffix", ZIPPED)
def test_entities_that_grow_are_not_followed(suffix: str) -> None:
    grows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "bomb">{grows}]>'.encode()
    bomb = rewrite(
        read_example(suffix),
        MAIN[suffix],
        lambda part: doctype + part[part.index(b"?>") + 2 :].replace(b"<text:p ", b"<text:p>&e8;</text:p><text:p ", 1),
    )
    assert len(try_parsing(suffix, bomb)) < 10_000


def test_a_document_of_too_many_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), b"")

    with pytest.raises(UnreadableError, match="over 10,000 parts"):
        parse_docx(out.getvalue())


@pytest.mark.parametrize("suffix", PARSERS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_document_cut_off_is_refused_in_one_line(suffix: str, share: float) -> None:
    data = read_example(suffix)
    cut = data[: int(len(data) * share)]

    for damaged in (cut, b"x" + cut, cut + b"\0"):
        assert "\n" not in try_parsing(suffix, damaged) or suffix == "rtf"


def test_a_book_whose_chapter_is_missing_is_refused_rather_than_shortened() -> None:
    data = rewrite(read_example("epub"), "EPUB/content.opf", lambda part: part.replace(b"ch001.xhtml", b"ch002.xhtml"))

    with pytest.raises(UnreadableError, match=r"lacks its part EPUB/text/ch002\.xhtml"):
        parse_epub(data)


def test_a_book_protected_against_copying_says_so() -> None:
    protected = rewrite(read_example("epub"), "", lambda part: part, added="META-INF/encryption.xml")
    protected = rewrite(protected, "META-INF/encryption.xml", lambda _: b'<x URI="EPUB/text/ch001.xhtml"/>')

    with pytest.raises(UnreadableError, match="protected against copying"):
        parse_epub(protected)


@pytest.mark.parametrize("author", ["admin", "Microsoft Office User", "python-docx", ""])
def test_a_login_is_no_author(author: str) -> None:
    data = rewrite(read_example("docx"), "docProps/core.xml", lambda part: part.replace(b"Ida Borg", author.encode()))

    assert parse_docx(data).author == ""


def test_rtf_keeps_letters_of_every_alphabet() -> None:
    text = rb"Gr\'f6\'dfe \u1084?\u1080?\u1088? \u-10179?\u-8704?.\par"
    article = parse_rtf(rb"{\rtf1\ansi\ansicpg1252{\info{\title Talks}{\author Ida Borg}}" + text + b"}")

    assert (article.title, article.author, article.text) == ("Talks", "Ida Borg", "Größe мир 😀.")


def test_a_document_under_a_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(read_example("odt"))
    (found,) = read_articles([tmp_path])

    assert isinstance(found, Rejection)
    assert "Word document" in found.reason


@pytest.mark.parametrize("suffix", ["odt", "docx", "rtf", "epub", "pdf"])
def test_what_libreoffice_writes_is_read_whole(suffix: str) -> None:
    (article,) = read_articles([EXAMPLES / f"tide.{suffix}"])

    assert isinstance(article, Article)
    assert (article.title, article.author) == ("The tide mill grinds again", "Marit Sund")
    assert "A carpenter from Tarn, Jonas Prahl, made forty-eight new floats of larch" in article.text
    assert "The dam was raised by thirty centimetres.\n" in article.text
    assert "“It is loud,” said the miller, Ida Borg, “and that is how it should be.”" in article.text
    assert "2024" in article.text.partition("How it was repaired")[2]
