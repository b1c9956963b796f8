"""An article's sentences -> the enumerations among them: list blocks, tables, "First ... Second ... He also ...". Pure.

An enumeration ends where its items end. Which one answers a question is left to listing.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import Sentence, Span
from retrieval.text.english import NUMBERS, ORDINALS, SUBJECT_PRONOUNS
from retrieval.text.layout import find_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_GAP = 2
"""Sentences that may enlarge upon an item before the next one."""
MOST_ROWS = 15
"""Rows of a table that is quoted whole."""
FEWEST_PARALLEL = 3
"""Sentences with one opening that are items: two may be chance."""

_ITEM = re.compile(r"^[ \t]*(?:[-*•‣–+·]|\(?\d{1,2}[.)]|\(?[a-z]\))[ \t]+(?=\S)", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n")
_LEAD = r"^\W*(?:(?:and|but|then)\b,? )?"
_FIRST = re.compile(
    rf"{_LEAD}(?:first(?:ly)?\b|one (?:is|was|are|were|of|concern\w*)\b|the (?:first|one)\b|"
    r"(?:to begin|to start) with\b|in the first place\b)",
    re.IGNORECASE,
)
_LATER = "|".join(ORDINALS[1:])
_NEXT = re.compile(
    rf"{_LEAD}(?:(?:{_LATER})(?:ly)?\b|(?:the|a) (?:{_LATER}|next|last|other)\b|another\b|next\b|final(?:ly)?\b|"
    r"last(?:ly)?\b)",
    re.IGNORECASE,
)
_PRONOUN = "|".join(sorted(SUBJECT_PRONOUNS | {"i", "we", "you"}))
_ALSO = re.compile(rf"{_LEAD}(?:(?:{_PRONOUN})\b (?:\w+ )?also\b|also\b|in addition,)", re.IGNORECASE)
_COUNTED = re.compile(
    rf"\b(?:{'|'.join(NUMBERS[1:])}|several|various|a number of|the following|these) (?:[\w’'-]+ ){{0,2}}"
    r"[^\W\d_]+[^\Ws]s(?: [\w’'-]+){0,4}\W*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"^\W*(?P<who>{_PRONOUN})(?P<does> (?:will|shall|would|must|can|could|want|demand|ask|need|should)|['’]ll)?"
    r"(?P<contracted> (?:won|can|don|mustn|shouldn|wouldn)['’]t)?(?P<not> not| never)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The sentences [first, last] of an article, by number, that enumerate, and what is quoted of them.

    `announced` is the number of the sentence that says what is enumerated, where there is one.
    """

    first: int
    last: int
    span: Span
    announced: int | None = None


def find_enumerations(text: str, sentences: Sequence[Sentence]) -> list[Enumeration]:
    """Return the enumerations of an article; `sentences` are all of its sentences, in order."""
    return [
        *_find_blocks(text, sentences),
        *_find_tables(text, sentences),
        *_find_runs(text, sentences),
        *_find_parallels(text, sentences),
    ]


def _find_blocks(text: str, sentences: Sequence[Sentence]) -> Iterator[Enumeration]:
    """Yield the runs of two or more lines with bullets or numbers, each from the sentence that ends in a colon."""
    for block in _group_items(text):
        inside = [n for n, each in enumerate(sentences) if each.end > block.start and each.start < block.end]
        if not inside:
            continue
        opens = sentences[inside[0]].start < block.start  # the announcement and the items may be one sentence
        announced = inside[0] if opens else inside[0] - 1
        while announced >= 0 and not re.search(r"\w", sentences[announced].text):
            announced -= 1
        start = block.start
        if announced >= 0 and (opens or sentences[announced].text.rstrip("*_ ").endswith(":")):
            start = sentences[announced].start
        yield Enumeration(inside[0], inside[-1], Span(start, block.end), announced if announced >= 0 else None)


def _find_tables(text: str, sentences: Sequence[Sentence]) -> Iterator[Enumeration]:
    """Yield the tables that are short enough to be quoted, with the line that names the columns."""
    for table in find_tables(text):
        span = Span((table.header or table.rows[0]).start, table.rows[-1].end)
        inside = [n for n, each in enumerate(sentences) if each.end > span.start and each.start < span.end]
        if inside and len(table.rows) <= MOST_ROWS:
            yield Enumeration(inside[0], inside[-1], span)


def _group_items(text: str) -> Iterator[Span]:
    """Yield the spans of two or more lines that are items, with the lines that go on with one."""
    run: list[Span] = []
    for marker in _ITEM.finditer(text):
        paragraph = _PARAGRAPH.search(text, marker.end())
        end = paragraph.start() if paragraph else len(text.rstrip())
        following = _ITEM.search(text, marker.end())
        item = Span(marker.start(), min(end, len(text[: following.start()].rstrip())) if following else end)
        if run and text[run[-1].end : item.start].strip():
            if len(run) > 1:
                yield Span(run[0].start, run[-1].end)
            run = []
        run.append(item)
    if len(run) > 1:
        yield Span(run[0].start, run[-1].end)


def _find_runs(text: str, sentences: Sequence[Sentence]) -> Iterator[Enumeration]:
    """Yield what "First", "Second", "also" and the like enumerate."""
    n = 0
    while n < len(sentences):
        begins = bool(_FIRST.match(sentences[n].text))
        last = _follow_run(text, sentences, n) if begins else n
        if last > n or (n and begins and _COUNTED.search(sentences[n - 1].text)):
            yield Enumeration(n, last, Span(sentences[n].start, sentences[last].end), n - 1 if n else None)
        n = last + 1


def _follow_run(text: str, sentences: Sequence[Sentence], first: int) -> int:
    """Return the number of the last item of a run."""
    last = first
    for n in range(first + 1, len(sentences)):
        if n - last > LONGEST_GAP + 1:
            break
        opens_paragraph = bool(_PARAGRAPH.search(text, sentences[n - 1].end, sentences[n].start))
        if _NEXT.match(sentences[n].text) or (_ALSO.match(sentences[n].text) and not opens_paragraph):
            last = n
    return last


def _find_parallels(text: str, sentences: Sequence[Sentence]) -> Iterator[Enumeration]:
    """Yield three or more sentences of a paragraph that open alike: "I will not ..."."""
    openings = [_get_opening(each.text) for each in sentences]
    n = 0
    while n < len(sentences):
        last, count = n, 1
        for other in range(n + 1, len(sentences)):
            apart = bool(_PARAGRAPH.search(text, sentences[n].end, sentences[other].start))
            if not openings[n] or other - last > LONGEST_GAP or apart:
                break
            if openings[other] == openings[n]:
                last, count = other, count + 1
        if count >= FEWEST_PARALLEL:
            announced = n - 1 if n and not _PARAGRAPH.search(text, sentences[n - 1].end, sentences[n].start) else None
            yield Enumeration(n, last, Span(sentences[n].start, sentences[last].end), announced)
        n = last + 1


def _get_opening(sentence: str) -> tuple[str, bool] | None:
    found = _OPENING.match(sentence)
    if not found or not (found["does"] or found["contracted"]):
        return None
    return found["who"].lower(), bool(found["contracted"] or found["not"])
