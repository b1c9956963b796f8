"""Removes from a web page what its readers never see, before the text is extracted.

Text that only machines read is where a page would hide instructions to a language model. Style sheets are not followed:
they also fold away real paragraphs until a script or a click shows them.
"""

from __future__ import annotations

import re
from typing import Any

_NEVER_SHOWN = (
    "//script|//style|//noscript|//template|//iframe|//canvas|//audio|//video|//dialog[not(@open)]|//*[@hidden]"
    "|//comment()|//processing-instruction()"
)
_OPENS_RAW_TEXT = re.compile(r"<!--|<(?P<name>script|style|textarea|title|noscript)\b", re.IGNORECASE)
_RAW_TEXT_ENDS = {
    "!--": re.compile("--"),
    **{
        name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "textarea", "title", "noscript")
    },
}
_MAYBE_HIDDEN = "//*[@style or @aria-hidden or @class]"
# Off any screen; smaller negative distances centre columns.
_FAR = r"-(?:\d{4,}(?:\.\d+)?(?:px|pt)|\d{3,}(?:\.\d+)?r?em)"
# Matched against a style in lower case without white space; each declaration begins after a semicolon.
_UNSEEN = re.compile(
    r";(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden|opacity:(?:0*\.)?0+%?(?=[;!])"
    rf"|(?:left|right|top|bottom|margin|margin-left|margin-top|text-indent):{_FAR}"
    r"|clip:rect\((?:[01](?:px)?[,)]){4}|clip-path:inset\((?:50|100)%|transform:(?:scale[xy]?\(0(?:\.0+)?[,)]"
    rf"|translate(?:x|y|3d)?\({_FAR}))"
)
_TINY = re.compile(r";font(?:-size)?:[^;]*?(?<![\d./])(?:0*\.\d+(?:px|pt)|0+(?:\.0\d*)?(?:[a-z]+|%)?|1px)(?=[;!/a-z])")
_COLOURS = re.compile(r";(color|background(?:-color)?):(#[0-9a-f]{3,8}|[a-z]+|rgba?\([^)]*\))(?=[;!])")
_SIZED = re.compile(r"font(?:-size)?\s*:", re.IGNORECASE)
_FOR_SCREEN_READERS = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"}
_SPACE_OR_COMMENT = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)


def drop_noscript(page: str) -> str:
    """Return a page's source without what <noscript> holds, tags left open in it included, as browsers read it.

    A parser would put what follows into the element left open. One that is never closed loses its tag alone.
    """
    kept: list[str] = []
    start = at = 0
    closed = dict.fromkeys(_RAW_TEXT_ENDS, True)
    while found := _OPENS_RAW_TEXT.search(page, at):
        name = (found["name"] or "!--").lower()
        end = _RAW_TEXT_ENDS[name].search(page, found.end()) if closed[name] else None
        closed[name] = end is not None  # looking again and again for an end that is not there takes quadratic time
        after = page.find(">", (end or found).end()) + 1
        at = after or len(page)
        if name == "noscript":
            kept.append(page[start : found.start()])
            start = at
    return "".join([*kept, page[start:]])


def drop_hidden(tree: Any) -> None:
    """Remove from an lxml tree what no reader sees, and scripts and styles; text that follows an element stays."""
    unseen = [element for element in tree.xpath(_MAYBE_HIDDEN) if _is_hidden(element)]
    for node in [*tree.xpath(_NEVER_SHOWN), *unseen]:
        if node.getparent() is not None:
            node.drop_tree()


def _is_hidden(element: Any) -> bool:
    if element.tag in {"html", "body"}:
        return False  # pages that fade in begin like this
    if element.get("aria-hidden", "").strip().lower() == "true":
        return True
    if _FOR_SCREEN_READERS & set(element.get("class", "").lower().split()):
        return True
    style = ";" + _SPACE_OR_COMMENT.sub("", element.get("style", "")).lower() + ";"
    if _UNSEEN.search(style) or _has_same_colours(style):
        return True
    # A parent without size closes the gaps between its children, which then have sizes of their own.
    return bool(_TINY.search(style)) and not any(
        _SIZED.search(each) for each in element.xpath("*/descendant-or-self::*/@style")
    )


def _has_same_colours(style: str) -> bool:
    """Tell whether a text has the colour of its background."""
    colours = {name[:5]: value for name, value in _COLOURS.findall(style)}
    return len(colours) == 2 and len(set(colours.values())) == 1
