"""HTML and XML that is all article -> its text, a line for each block: mail, chapters, documents, entries of feeds.

Pages, whose main text stands between navigation and advertisements, are left to web_page.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from retrieval.errors import UnreadableError, summarize_error
from retrieval.reading.encodings import normalize_text
from retrieval.reading.hidden_html import drop_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS = (
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
    *("html", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul"),
)
_CELLS = ("td", "th")
_OPENED = {"li": "\n- ", "br": "\n", "tr": "\n", "td": "\n", "th": "\n"} | dict.fromkeys(_BLOCKS, "\n\n")
_CLOSED = {"td": "\n", "th": "\n"} | dict.fromkeys(_BLOCKS, "\n\n")
_LONGEST_CELL = 300
"""Characters of a cell of a table; a longer one is a column of a layout."""
_UNSEEN = ("script", "style", "title", "head")
_BLANKS = re.compile(r"[^\S\n]+")
_BULLET = re.compile(r"^- *\n+", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


def read_html(page: str) -> str:
    """Return the text that readers of a piece of HTML see."""
    from lxml import etree, html

    try:
        parser: Any = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        tree: Any = html.document_fromstring(normalize_text(page).encode(), parser=parser)
    except (etree.ParserError, ValueError):  # there is nothing in it
        return ""
    if any(each.type_name == "ERR_RESOURCE_LIMIT" for each in parser.error_log):  # lxml would drop the rest
        raise UnreadableError("nests its tags too deeply; save it as text if it is an article")
    drop_hidden(tree)
    for link in tree.iter("a"):
        # A reference to a footnote is no part of the word before it.
        number = "".join(link.itertext()).strip() if "#" in link.get("href", "") else ""
        if number.isdecimal() and len(number) <= 3:
            link.text = f"[{number}]"
            del link[:]
    return write_text(tree)


def read_xml(data: bytes) -> Any:
    """Return the tree of an XML document, whose entities are not followed; raise UnreadableError where it is broken."""
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"is broken XML ({summarize_error(error)[:100]}); save it again") from error


def write_text(tree: Any) -> str:
    """Return the text of an lxml tree of HTML: blocks on lines of their own, rows of tables between bars."""
    for row in list(tree.iter("tr")):
        _write_row(row)
    text = _BLANKS.sub(" ", "".join(_list_pieces(tree)))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", _BULLET.sub("- ", text)).strip()


def _list_pieces(tree: Any) -> Iterator[str]:
    from lxml import etree

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            yield _OPENED.get(tag, "")
            if tag not in _UNSEEN:
                yield _fold(element.text, keeps_lines=tag == "pre")
        else:
            yield _CLOSED.get(tag, "")
            if element is not tree:
                yield _fold(element.tail)


def _fold(text: str | None, *, keeps_lines: bool = False) -> str:
    return (text or "") if keeps_lines else (text or "").replace("\n", " ")


def _write_row(row: Any) -> None:
    """Write the row of a table of data as one line; rows that lay out a page stay as they are."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2 or next(row.iterdescendants("table"), None) is not None:
        return
    texts = [" ".join("".join(cell.itertext()).split()) for cell in cells]
    blocks = max(sum(1 for _ in cell.iterdescendants("p", "div", "li", "br")) for cell in cells)
    if blocks > 1 or max(map(len, texts)) > _LONGEST_CELL or sum(map(bool, texts)) < 2:
        return
    named = all(cell.tag == "th" for cell in cells)
    for cell in cells:
        row.remove(cell)
    row.text = f"| {' | '.join(texts)} |"
    if named:
        rule: Any = row.makeelement("br", {})
        rule.tail = "|" + "---|" * len(texts)
        row.append(rule)
