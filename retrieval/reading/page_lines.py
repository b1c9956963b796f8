"""The tree of a web page -> the lines that its readers see, each with the element that holds it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_LABEL = 160
"""Characters of a byline, a date, a label: what stands around a title."""
LEAST_PROSE = 50
MOST_LINKED = 0.4
"""The part of a paragraph that may be links; of lists of other articles more is."""
_BEFORE, _AFTER = 5, 12
"""Lines around the title in which byline and date are looked for."""

INLINE_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_ASIDE_TAGS = {"nav", "aside", "footer", "form", "figure", "figcaption", "button", "select", "dialog", "svg"}
_ASIDE_NAMES = re.compile(
    r"comment|related|recommend|promo|newsletter|sign-?up|sidebar|teaser|\bcards?\b|share|social|footer|cookie|consent|subscri"
    r"|pay-?wall|author-?(?:bio|box|info)|about-?author|\bad(?:s|vert\w*)?\b|sponsor|most-?read|popular|caption|breadcrumb"
    r"|more-?(?:stories|news|on)|read-?(?:more|next)|trending|widget-area|disclaimer",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")


class PageLine(NamedTuple):
    """A line that a page shows: its text, the block that holds it, and whether it stands beside the article.

    `linked` is the part of it that is links.
    """

    text: str
    element: Any
    linked: float
    aside: bool

    @property
    def is_prose(self) -> bool:
        """Whether this is a paragraph of an article, as far as one line tells."""
        if self.aside or len(self.text) < LEAST_PROSE or self.linked > MOST_LINKED:
            return False
        return self.element.tag not in {"h1", "h2", "h3", "h4", "h5", "h6"} and bool(_ENDS_SENTENCE.search(self.text))


def list_lines(tree: Any) -> list[PageLine]:
    """Return the lines of a tree from which hidden parts were dropped, in order."""
    from lxml.etree import iterwalk

    lines: list[PageLine] = []
    blocks: list[tuple[Any, bool]] = [(tree, False)]
    pieces: list[str] = []
    linked = links = 0

    def end_line() -> None:
        nonlocal linked
        text = " ".join("".join(pieces).split())
        if text:
            lines.append(PageLine(text, blocks[-1][0], min(1.0, linked / len(text)), blocks[-1][1]))
        pieces.clear()
        linked = 0

    def add(text: str | None) -> None:
        nonlocal linked
        if text:
            pieces.append(text)
            linked += len(text.strip()) if links else 0

    for event, element in iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            add(element.tail if event == "end" else None)
            continue
        inline = element.tag in INLINE_TAGS
        if event == "start":
            if not inline:
                end_line()
                blocks.append((element, blocks[-1][1] or is_aside(element)))
            links += element.tag == "a"
            add(element.text)
            continue
        links -= element.tag == "a"
        if not inline:
            end_line()
            blocks.pop()
        if element is not tree:
            add(element.tail)
    end_line()
    return lines


def is_aside(element: Any) -> bool:
    """Tell whether an element holds what stands beside an article: navigation, offers, comments, other articles."""
    if element.tag in _ASIDE_TAGS:
        return True
    if element.tag in {"html", "body", "main", "article"}:
        return False
    return bool(_ASIDE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"[:500]))


def stands_aside(element: Any) -> bool:
    """Tell whether an element stands in what stands beside an article."""
    return any(is_aside(each) for each in element.iterancestors())


def list_lines_near(lines: Sequence[PageLine], title: str) -> Iterator[str]:
    """Yield the short lines after the title and then those before it, nearest first: byline and date are there."""
    wanted = fold(title)
    at = next((n for n, line in enumerate(lines) if wanted and fold(line.text[:500]) == wanted), None)
    if at is None:
        return
    near = [*lines[at + 1 : at + 1 + _AFTER], *lines[max(0, at - _BEFORE) : at][::-1]]
    yield from (line.text for line in near if len(line.text) <= LONGEST_LABEL)


def fold(text: str) -> str:
    """Return the words of a text in lower case, for comparing."""
    return " ".join(re.findall(r"\w+", text.lower()))
