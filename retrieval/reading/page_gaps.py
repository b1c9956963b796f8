"""Paragraphs, headings and corrections of a page's article that the extraction of its main text left out. Pure.

They are found by comparing the text with the lines that the page shows; a box of the article is one like those read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.reading.page_lines import PageLine

_LEAST_LOST = 0.05
"""The part of an article's paragraphs that must be missing for it to be looked for in several boxes."""
_KNOWN_BY = 40
"""Characters by which a paragraph is known again."""
_BOX_ATTRIBUTES = ("class", "id", "itemprop", "role")
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_LONGEST_HEADING = 150
_MOST_NOTES = 10
_LONGEST_NOTE = 1_000
_NOTE = re.compile(
    r"\W*(?:corrections?|clarifications?|editor['’]s? note|retraction|amendment)\b[^.:\n]{0,60}[:–—]"
    r"|\W*(?:this|the) (?:article|story|report|piece|page|column|review|headline) (?:was|has been|is) (?:\w+ )?"
    r"(?:amended|corrected|retracted|withdrawn|updated)\b"
    r"|\W*an earlier version of (?:this|the) ",
    re.IGNORECASE,
)
_NOTED = re.compile(r"correct|clarif|editor|note|amend|update", re.IGNORECASE)


def list_lost(text: str, lines: Sequence[PageLine]) -> tuple[list[PageLine], list[PageLine]]:
    """Return the paragraphs of the boxes that a text was read from, and those of them that it lacks.

    Boxes are of one kind when they have the same class, counting numbers aside, and lie in the same <article>.
    """
    known = _index(text)
    prose = [line for line in lines if line.is_prose]
    read = {_describe_place(line.element) for line in prose if get_key(line.text) in known}
    belonging = [line for line in prose if _describe_place(line.element) in read]
    lost = [line for line in belonging if get_key(line.text) not in known]
    return belonging, lost if measure(lost) >= _LEAST_LOST * measure(belonging) else []


def measure(lines: Iterable[PageLine]) -> int:
    """Return how many characters lines have."""
    return sum(len(line.text) for line in lines)


def join_boxes(elements: Sequence[Any]) -> Any:
    """Return a page whose only article is what holds all of the elements; boxes inside it have lost their names."""
    from copy import deepcopy

    from lxml.etree import SubElement
    from lxml.html import html_parser

    paths = [[*[*element.iterancestors()][::-1], element] for element in elements]
    depth = min(map(len, paths))
    while depth > 1 and len({path[depth - 1] for path in paths}) > 1:
        depth -= 1
    depth = next((n for n in range(depth, 0, -1) if paths[0][n - 1].tag in {"article", "main"}), depth)
    common = paths[0][depth - 1]
    inner = {element for path in paths for element in path[depth:]}
    article = deepcopy(common)
    article.tail = None
    for element, copied in zip(common.iter(), article.iter(), strict=True):
        for name in _BOX_ATTRIBUTES if element in inner else ():
            copied.attrib.pop(name, None)
    article.tag = "article"
    article.attrib.clear()
    article.set("itemprop", "articleBody")
    page = html_parser.makeelement("html")
    SubElement(page, "body").append(article)
    return page


def restore_headings(text: str, lines: Sequence[PageLine]) -> str:
    """Return a text with the headings that the page shows before its paragraphs, and what introduces its first one."""
    written = text.split("\n")
    places = {get_key(line): place for place, line in reversed(list(enumerate(written))) if line.strip()}
    added: dict[int, list[str]] = {}
    waiting: list[PageLine] = []
    started = False
    for line in lines:
        place = places.get(get_key(line.text))
        if line.element.tag == "h1":
            waiting = []
        elif place is None:
            is_heading = line.element.tag in _HEADINGS and not line.aside and len(line.text) <= _LONGEST_HEADING
            introduces = not started and line.is_prose
            waiting = [*waiting[-1:], line] if is_heading or introduces else waiting if not started else []
        elif line.is_prose or line.element.tag in _HEADINGS:
            scope = find_article(line.element)
            added.setdefault(place, []).extend(each.text for each in waiting if find_article(each.element) is scope)
            waiting, started = [], True
    return "\n".join("\n".join([*added.get(place, ()), line]) for place, line in enumerate(written))


def add_notes(text: str, lines: Sequence[PageLine]) -> str:
    """Return a text with the corrections that the page shows beside it, each a paragraph of its own at the end."""
    known = _index(text)
    notes = [
        line.text
        for line in lines
        if len(line.text) <= _LONGEST_NOTE and _NOTE.match(line.text) and get_key(line.text) not in known
        if not line.aside or any(_NOTED.search(each.get("class") or "") for each in _list_inner(line.element))
    ]
    return "\n\n".join([text, *dict.fromkeys(notes[:_MOST_NOTES])])


def get_key(line: str) -> str:
    """Return what a paragraph is known again by."""
    return re.sub(r"\W+", "", line[: 2 * _KNOWN_BY].lower())[:_KNOWN_BY]


def find_article(element: Any) -> Any:
    """Return the <article> or <main> that an element is or is in; None where there is none."""
    return next((each for each in (element, *element.iterancestors()) if each.tag in {"article", "main"}), None)


def _describe_place(element: Any) -> tuple[Any, str]:
    """Return the <article> around an element, and the nearest class in it, without what counts its boxes."""
    scope = find_article(element)
    for each in (element, *element.iterancestors()):
        if each is scope:
            break
        names = each.get("class") or each.get("itemprop") or each.get("data-component")
        if names and names.strip():
            return scope, f"{each.tag} {re.sub(r'[0-9]+', '', names)}"
    return scope, ""


def _list_inner(element: Any) -> list[Any]:
    """Return an element and its parent, where there is one."""
    parent = element.getparent()
    return [element] if parent is None else [element, parent]


def _index(text: str) -> set[str]:
    return {get_key(line) for line in text.split("\n")}
