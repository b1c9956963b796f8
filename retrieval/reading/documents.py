"""Documents of word processors -> an Article without source: .docx, .odt, .rtf. E-books are ebooks.py's.

When a document was made stays metadata: that is not when it was published. Its author is who the document says made it,
where that looks like a person's name.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, cast

from retrieval.domain import Article
from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import decode, normalize_text
from retrieval.reading.fields import collapse_whitespace, simplify_metadata
from retrieval.reading.markup import read_html, read_xml, write_text
from retrieval.reading.zip_files import open_zip, read_part

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

_FOOTNOTE_BACK = re.compile(r' ?<a href="#(?:foot|end)note-ref[^"]*">[^<]*</a>')
_NO_TITLE = re.compile(r"(?:microsoft )?word\b.*|untitled.*|document\d*|.*\.(?:docx?|odt|rtf|epub)", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,5}")
_NO_PERSON = re.compile(
    r"\b(?:microsoft|office|user|admin|administrator|python|pandoc|libreoffice|owner|pc)\b", re.IGNORECASE
)

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_ODF}text:1.0}}"
_ODT_TAGS = {
    f"{_TEXT}p": "p",
    f"{_TEXT}h": "p",
    f"{_TEXT}list-item": "li",
    f"{_TEXT}line-break": "br",
    f"{{{_ODF}table:1.0}}table": "table",
    f"{{{_ODF}table:1.0}}table-row": "tr",
    f"{{{_ODF}table:1.0}}table-cell": "td",
}
_ODT_HEADER, _ODT_CELL = (f"{{{_ODF}table:1.0}}{name}" for name in ("table-header-rows", "table-cell"))
_ODT_UNSEEN = (
    f"{_TEXT}tracked-changes",
    f"{_TEXT}table-of-content",
    f"{_TEXT}note-citation",
    f"{{{_ODF}office:1.0}}annotation",
    f"{{{_ODF}office:1.0}}forms",
)


def parse_docx(data: bytes) -> Article:
    """Parse a document of Word 2007 or later: text, tables, lists and footnotes, tracked changes as accepted."""
    archive = open_zip(data)
    import mammoth

    try:
        # Pictures become nothing, and are never opened.
        made = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=lambda _: [], include_embedded_style_map=False, external_file_access=False
        )
    except Exception as error:  # a damaged document fails it in many ways
        raise UnreadableError(
            f"can't be read as a Word document ({summarize_error(error)[:100]}); export it again"
        ) from error
    text = read_html(_FOOTNOTE_BACK.sub("", made.value))
    return build_article(text, read_properties(archive, "docProps/core.xml"))


def parse_odt(data: bytes) -> Article:
    """Parse a document of LibreOffice and its kin: text, tables, lists, and footnotes at the end."""
    archive = open_zip(data)
    if "encryption-data" in read_text_part(archive, "META-INF/manifest.xml"):
        raise UnreadableError("is encrypted; remove the password and ingest it again")
    content = read_xml(read_part(archive, "content.xml"))
    body = content.find(f".//{{{_ODF}office:1.0}}text")
    if body is None:
        raise UnreadableError("is no text document; export it again as .odt")
    _rewrite_odt(body)
    properties = read_properties(archive, "meta.xml")
    properties["creator"] = properties.pop("initial-creator", "") or properties.get("creator", "")
    return build_article(write_text(body), properties)


def parse_rtf(data: bytes) -> Article:
    """Parse Rich Text Format: its text without pictures, headers and footnotes."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableError("is no RTF; save it again, or name it for what it is")
    from striprtf.striprtf import rtf_to_text

    source, convert = data.decode("cp1252", "replace"), cast("Callable[..., str]", rtf_to_text)
    try:
        text = convert(source, errors="replace")
    except Exception as error:  # a damaged file fails it in many ways
        raise UnreadableError(f"can't be read as RTF ({summarize_error(error)[:100]}); save it again") from error
    # A character outside the first 65,536 is written as two halves.
    text = normalize_text(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    found = [re.search(rf"\{{\\{name} ([^{{}}\\]{{1,200}})\}}", source) for name in ("title", "author")]
    title, author = (match[1] if match else "" for match in found)
    return build_article(_set_apart(text), {"title": title, "creator": author})


def build_article(text: str, properties: dict[str, str]) -> Article:
    """Return a document as an article, with what it says of itself."""
    title, author = (collapse_whitespace(properties.get(name, "")) for name in ("title", "creator"))
    names = (
        "creator",
        "created",
        "creation-date",
        "subject",
        "keywords",
        "keyword",
        "description",
        "language",
        "publisher",
    )
    return Article(
        id="",
        text=text,
        title="" if _NO_TITLE.fullmatch(title) else title,
        author=author if _PERSON.fullmatch(author) and not _NO_PERSON.search(author) else "",
        metadata=simplify_metadata({name: properties[name] for name in names if properties.get(name)}),
    )


def read_properties(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return what a part of a document says of it, by the names of its elements without their namespaces."""
    if name not in archive.namelist():
        return {}
    found: dict[str, str] = {}
    for element in read_xml(read_part(archive, name)).iter("{*}*"):
        found.setdefault(element.tag.rpartition("}")[2], (element.text or "").strip())
    return found


def read_text_part(archive: zipfile.ZipFile, name: str) -> str:
    """Return the text of a part of a document; "" where there is none."""
    return decode(read_part(archive, name)) if name in archive.namelist() else ""


def _set_apart(text: str) -> str:
    """Put an empty line between paragraphs of RTF, which has one line for each, and bars around the cells of a row."""
    paragraphs: list[list[str]] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        # A cell of several paragraphs breaks its row.
        if line.startswith("|") and paragraphs and not paragraphs[-1][-1].endswith("|"):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    written: list[str] = []
    for pieces in paragraphs:
        line = "".join(pieces)
        row = line.endswith("|") and bool(line.strip("|"))
        cells = " | ".join(cell.strip() for cell in line.strip("|").split("|"))
        gap = "\n" if row and written and written[-1].endswith("|") else "\n\n"
        written += [gap, f"| {cells} |" if row else line]
    return "".join(written[1:])


def _rewrite_odt(body: Any) -> None:
    """Give the elements of an OpenDocument text the names that they have in HTML; notes come to its end."""
    from lxml import etree

    etree.strip_elements(body, *_ODT_UNSEEN, with_tail=False)
    notes = [note for each in body.iter(f"{_TEXT}note") for note in each.iterchildren(f"{_TEXT}note-body")]
    for note in notes:
        body.append(note)
    etree.strip_elements(body, f"{_TEXT}note", with_tail=False)
    for element in body.iter("{*}*"):
        if element.tag in (f"{_TEXT}s", f"{_TEXT}tab"):
            element.text = " "
        if element.tag == _ODT_HEADER:
            for cell in element.iterdescendants(_ODT_CELL):
                cell.tag = "th"
        element.tag = _ODT_TAGS.get(element.tag, element.tag)
