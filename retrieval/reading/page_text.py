"""The tree of a web page -> its article's text, whole: also where it lies in several boxes, or in JSON-LD alone. Pure.

trafilatura finds the main text; what it leaves out is found by page_gaps.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from retrieval.reading.fact_checks import find_claims, open_with_claims
from retrieval.reading.page_gaps import (
    add_notes,
    find_article,
    get_key,
    join_boxes,
    list_lost,
    measure,
    restore_headings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reading.page_lines import PageLine
    from retrieval.reading.structured_data import PageData

MUCH_LONGER = 1.25
"""How many times as long the text in JSON-LD must be to be read in place of what the page shows."""
MUCH_SHORTER = 0.5
"""The part of what a page offers below which its text is read in part, and the report says so."""
_LEAST_TEXT = 250
_COMPARED = 50
"""Lines of a page that are looked for in the text of JSON-LD."""


def extract_text(tree: Any, lines: Sequence[PageLine], data: PageData) -> str:
    """Return the text of a page's article; `tree` is without what is hidden, and `lines` are its lines."""
    text = _extract_from_boxes(_extract(tree), lines)
    if _is_teaser(text, data):
        return data.body
    return add_notes(open_with_claims(restore_headings(text, lines), data.claims or find_claims(lines)), lines)


def describe_missing(text: str, lines: Sequence[PageLine], data: PageData) -> str:
    """Say that a text is much shorter than what its page or its JSON-LD offers; "" where it isn't."""
    shown: dict[Any, int] = {}
    for line in lines:
        if line.is_prose:
            scope = find_article(line.element)
            shown[scope] = shown.get(scope, 0) + len(line.text)
    offered = max([len(data.body), *shown.values()])
    if len(text) >= MUCH_SHORTER * offered or offered < 2 * _LEAST_TEXT:
        return ""
    return (
        f"may be read in part: {len(text):,} of about {offered:,} characters were taken for its article; "
        "compare it with the page"
    )


def _extract(tree: Any) -> str:
    """Return the main text that trafilatura finds."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    texts = []
    # The library's fallback for short pages loses the paragraphs; asking it for short texts keeps them.
    for least in (str(_LEAST_TEXT), "1"):
        config = use_config()
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", least)
        document: Any = bare_extraction(tree, include_comments=False, config=config, max_tree_size=None)
        texts.append((document.text or "") if document else "")
        if len(texts[0]) >= _LEAST_TEXT and "\n" in texts[0]:
            return texts[0]
    return texts[1] if len(texts[1]) > 0.7 * len(texts[0]) else texts[0]


def _extract_from_boxes(text: str, lines: Sequence[PageLine]) -> str:
    """Return the text of all boxes of an article, where the library read the first alone; else the text as it is."""
    belonging, lost = list_lost(text, lines)
    if not lost:
        return text
    whole = _extract(join_boxes([line.element for line in belonging]))
    _, missed = list_lost(whole, belonging)
    return whole if measure(missed) < measure(lost) else text


def _is_teaser(text: str, data: PageData) -> bool:
    """Tell whether what the page shows is the beginning of the text in JSON-LD, or none of it."""
    shown = [line for line in text.split("\n") if line.strip()]
    whole = re.sub(r"\W+", "", data.body.lower())
    inside = [line for line in shown[:_COMPARED] if get_key(line) and get_key(line) in whole]
    taken = sum(map(len, inside if data.walled else shown))
    if len(data.body) < max(_LEAST_TEXT, MUCH_LONGER * taken):
        return False
    return not shown or data.walled or bool(inside)
