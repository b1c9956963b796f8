"""Text -> what its lines are: headings, list items, tables, code, and the prose between them. Pure.

Where a sentence of prose ends is left to passages.py. Plain paragraphs are one stretch of prose, however many they are.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from retrieval.domain import Span
from retrieval.text.english import STOP_WORDS
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LONGEST_HEADING = 80
"""Characters of a short line that stands alone without a full stop."""
UNWRAPPED = 100
"""Characters of a line in a text whose paragraphs are not broken into lines: each line is a paragraph."""
WRAPPED = 50
"""Characters of a line, at least, that may have been broken because it was full."""
LONGEST_ITEM = 240
"""Characters of a list item that is quoted as a whole."""
LONGEST_ANNOUNCED = 800
"""Characters of a list, a table or code that is quoted as a whole with the line that announces it."""
MAX_CACHED_TEXTS = 10_000
"""Passages whose tables are remembered: the same ones are ranked for question after question."""
FEWEST_ROWS = 3
"""Lines of one shape that are a table where no rule under the first says so."""

_LINE = compile_later(r"[^\n]*")
_ENDS = compile_later(r"[.!?…:;。！？؟][\"'”’»)\]*_]*\s*$")
_FENCE = compile_later(r" {0,3}(```+|~~~+)")
_MARKDOWN_HEADING = compile_later(r" {0,3}#{1,6}[ \t]+\S")
_BOLD_LINE = compile_later(r"[ \t]*(?:\*\*(?!\s)[^*\n]+\*\*|__(?!\s)[^_\n]+__)[ \t]*:?[ \t]*$")
_HEADING_MARKS = frozenset("#*_")
_UNDERLINE = compile_later(r" {0,3}(?:=+|-{2,})[ \t]*$")
_ITEM = compile_later(r"[ \t]*(?:[-*•‣–+·]|\(?\d{1,2}[.)]|\(?[a-z]\))[ \t]+(?=\S)")
_INDENTED = compile_later(r"(?: {4}|\t)\s*\S")
_PIPED = compile_later(r"\s*\|.*\|\s*$")
_RULE = compile_later(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$|\s*\|\s*:?-+:?\s*\|\s*$")
_COLUMNS = compile_later(r"\S(?: {3,}|[ ]*\t\s*)\S")
_SEPARATED = compile_later(r"[^\s,;][^,;\n]*(?:,(?=[^\s,])[^,;\n]*){2,}$|[^\s;][^;\n]*(?:;[^;\n]*){2,}$")
_MARKED = compile_later(r"\||\t|   |,\S[^\n]*,\S|;[^\n]*;")
_LETTER = compile_later(r"[^\W\d_]")


class TextBlock(NamedTuple):
    """Lines of a text that belong together; what is no `unit` may hold several sentences."""

    span: Span
    unit: bool = False


class Table(NamedTuple):
    """The lines of a table that hold cells, and the one that names the columns, if there is one."""

    header: Span | None
    rows: tuple[Span, ...]


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def find_blocks(text: str, region: Span | None = None) -> Iterator[TextBlock]:
    """Yield the blocks of a text or a part of it, in order; together they cover it, white space aside."""
    region = region or Span(0, len(text))
    lines = _list_lines(text, region)
    closing = _pair_fences(lines)
    start, n = region.start, 0
    while n < len(lines):
        found = _find_block(lines, n, closing)
        if found:
            blocks, n = found
            yield TextBlock(Span(start, blocks[0].span.start))
            yield from blocks
            start = blocks[-1].span.end
            continue
        if n + 1 < len(lines) and _is_paragraph_break(lines[n], lines[n + 1]):
            yield TextBlock(Span(start, lines[n].end))
            start = lines[n].end
        n += 1
    yield TextBlock(Span(start, region.end))


def find_tables(text: str) -> list[Table]:
    """Return the tables of a text: Markdown's, aligned columns, and lines of cells between tabs, commas or semicolons.

    A line that names the columns has a rule under it, or no digit where other lines have some.
    """
    if not _MARKED.search(text):
        return []
    lines = _list_lines(text, Span(0, len(text)))
    tables: list[Table] = []
    n = 0
    while n < len(lines):
        last = _find_table(lines, n)
        if last is None:
            n += 1
            continue
        tables.append(_build_table(lines[n : last + 1]))
        n = last + 1
    return tables


def may_hold_cells(text: str, start: int) -> bool:
    """Say whether the line that holds a place has what parts the cells of a table; every row has."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    return bool(_MARKED.search(text, first, last if last >= 0 else len(text)))


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def find_row_contexts(text: str) -> Mapping[int, str | None]:
    """Return what each line of a table or of code needs to be understood, by where it starts.

    That is the line before, where it announces them with a colon, and the names of the columns or the first line of the
    code; None for a line that names columns, which says nothing by itself.
    """
    contexts: dict[int, str | None] = {}
    for table in find_tables(text):
        header = text[table.header.start : table.header.end] if table.header else ""
        first = table.header or table.rows[0]
        contexts |= {row.start: f"{_find_announcement(text, first.start)} {header}".strip() for row in table.rows}
        if table.header:
            contexts[table.header.start] = None
    if "```" in text or "~~~" in text:
        lines = _list_lines(text, Span(0, len(text)))
        for opening, closing in _pair_fences(lines).items():
            spans = [_trim(line) for line in lines[opening + 1 : closing]]
            announced = _find_announcement(text, lines[opening].start)
            for span in spans[1:]:
                contexts.setdefault(span.start, f"{announced} {text[spans[0].start : spans[0].end]}".strip())
    return contexts


def find_announced_end(text: str, end: int) -> int:
    """Return where the items, rows or lines of code end that a colon before `end` announces; `end` if too long."""
    last = end
    for block in find_blocks(text, Span(end, min(len(text), end + 2 * LONGEST_ANNOUNCED))):
        lines = text[block.span.start : block.span.end]
        if lines.strip() and (is_heading(lines) or not (block.unit or _ITEM.match(lines))):
            break
        last = block.span.start + len(lines.rstrip()) if lines.strip() else last
    return last if last - end <= LONGEST_ANNOUNCED else end


def announces(sentence: str) -> bool:
    """Say whether a sentence ends with a colon, so that what it says comes after it."""
    return sentence.rstrip("*_ ").endswith(":")


def _find_announcement(text: str, start: int) -> str:
    before = text[:start].rstrip().rpartition("\n")[2].strip()
    return before if announces(before) else ""


def is_heading(sentence: str) -> bool:
    """Say whether a sentence is a line that Markdown sets as a heading or in bold: it says nothing by itself."""
    if sentence.lstrip(" \t")[:1] not in _HEADING_MARKS:
        return False
    return bool(_MARKDOWN_HEADING.match(sentence) or _BOLD_LINE.match(sentence)) and "\n" not in sentence


def is_piped_row(quote: str) -> bool:
    """Say whether a quote is one row of a Markdown table."""
    return bool(_PIPED.fullmatch(quote))


def _build_table(lines: Sequence[_Line]) -> Table:
    spans = [_trim(line) for line in lines]
    if len(lines) > 1 and _RULE.match(lines[1].text):
        return Table(spans[0], tuple(spans[2:]))
    digits = [bool(re.search(r"\d", line.text)) for line in lines]
    named = not digits[0] and sum(digits[1:]) * 2 >= len(lines) - 1
    return Table(spans[0] if named else None, tuple(spans[1:] if named else spans))


def _trim(line: _Line) -> Span:
    lead = len(line.text) - len(line.text.lstrip())
    return Span(line.start + lead, line.start + len(line.text.rstrip()))


def _list_lines(text: str, region: Span) -> list[_Line]:
    """Return the lines that are not blank."""
    found = _LINE.finditer(text, region.start, region.end)
    return [_Line(*line.span(), line[0]) for line in found if line[0].strip()]


def _find_block(lines: Sequence[_Line], n: int, closing: Mapping[int, int]) -> tuple[list[TextBlock], int] | None:
    """Return what begins with a line, and the number of the line after it; None where that is prose."""
    last = closing.get(n, _find_table(lines, n))
    if last is None and _is_heading_line(lines, n):
        last = n
    if last is not None:
        return [TextBlock(Span(line.start, line.end), unit=True) for line in lines[n : last + 1]], last + 1
    last = _find_item(lines, n)
    if last is not None:
        item = Span(lines[n].start, lines[last].end)
        return [TextBlock(item, unit=item.end - item.start <= LONGEST_ITEM)], last + 1
    last = _find_indented(lines, n)
    return None if last is None else ([TextBlock(Span(lines[n].start, lines[last].end))], last + 1)


def _find_table(lines: Sequence[_Line], n: int) -> int | None:
    """Return the last line of the table that begins here, or None."""
    ruled = n + 1 < len(lines) and "|" in lines[n].text and _RULE.match(lines[n + 1].text)
    tests: list[tuple[Callable[[str], object], int]] = [(lambda line: "|" in line, 2)]
    if not ruled:
        fewest = 2 if _INDENTED.match(lines[n].text) else FEWEST_ROWS
        tests = [(_PIPED.match, 2), (_COLUMNS.search, fewest), (partial(_has_cells_like, lines[n].text), FEWEST_ROWS)]
    for test, fewest in tests:
        last = n
        while last < len(lines) and (last == n or _follows(lines[last - 1], lines[last])) and test(lines[last].text):
            last += 1
        if last - n >= fewest:
            return last - 1
    return None


def _has_cells_like(first: str, line: str) -> bool:
    """Say whether a line has as many cells between commas or semicolons as the first one, three at least."""
    same = (line.count(","), line.count(";")) == (first.count(","), first.count(";"))
    return same and bool(_SEPARATED.match(line)) and not line.rstrip().endswith((".", "!", "?"))


def _follows(before: _Line, line: _Line) -> bool:
    """Say whether a line comes right after another, with no blank line between."""
    return line.start - before.end == 1


def _find_indented(lines: Sequence[_Line], n: int) -> int | None:
    """Return the last line of the paragraph that begins here where all its lines are indented as code is, or None."""
    if n and _follows(lines[n - 1], lines[n]):
        return None
    last = n
    while _INDENTED.match(lines[last].text):
        if last + 1 == len(lines) or not _follows(lines[last], lines[last + 1]):
            return last
        last += 1
    return None


def _pair_fences(lines: Sequence[_Line]) -> dict[int, int]:
    """Return the number of the line that closes each code block, by that of the line that opens it."""
    pairs: dict[int, int] = {}
    opened: tuple[int, str] | None = None
    for n, line in enumerate(lines):
        if not (fence := _FENCE.match(line.text)):
            continue
        if opened is None:
            opened = n, fence[1]
        elif line.text.strip() == fence[1] and fence[1].startswith(opened[1]):
            pairs[opened[0]] = n
            opened = None
    return pairs


def _is_heading_line(lines: Sequence[_Line], n: int) -> bool:
    """Say whether a line is a heading, or the rule under one."""
    line = lines[n]
    if _MARKDOWN_HEADING.match(line.text) or _BOLD_LINE.match(line.text):
        return True
    before = lines[n - 1] if n and _follows(lines[n - 1], line) else None
    if before and _UNDERLINE.match(line.text):
        return not _UNDERLINE.match(before.text) and _is_heading_line(lines, n - 1)
    stripped = line.text.strip()
    if len(stripped) > LONGEST_HEADING or _ENDS.search(stripped) or stripped[-1] in ",-–—" or stripped[0].islower():
        return False
    if stripped.split()[-1].lower() in STOP_WORDS:
        return False  # the sentence goes on after a page break
    after = lines[n + 1] if n + 1 < len(lines) and _follows(line, lines[n + 1]) else None
    begins = before is None or len(before.text) > UNWRAPPED
    ends = after is None or len(after.text) > UNWRAPPED or bool(_UNDERLINE.match(after.text))
    return begins and ends and bool(_LETTER.search(stripped))


def _find_item(lines: Sequence[_Line], n: int) -> int | None:
    """Return the last line of the list item that begins here, or None."""
    if not _ITEM.match(lines[n].text):
        return None
    before = lines[n - 1].text if n and _follows(lines[n - 1], lines[n]) else ""
    if before and not _ENDS.search(before) and not _ITEM.match(before) and len(before) <= UNWRAPPED:
        return None  # a dash or a number at the beginning of a line that was broken
    last = n
    while last + 1 < len(lines) and _follows(lines[last], lines[last + 1]):
        line, following = lines[last].text, lines[last + 1].text
        full = len(line) >= WRAPPED and len(following) <= UNWRAPPED and not _ENDS.search(line)
        if _ITEM.match(following) or not (following[:2].isspace() or full):
            break
        last += 1
    return last


def _is_paragraph_break(line: _Line, following: _Line) -> bool:
    """Say whether a line end ends a paragraph: one of the lines is too long to have been broken."""
    if not _follows(line, following) or following.text.strip()[:1].islower():
        return False
    return len(line.text) > UNWRAPPED or len(following.text) > UNWRAPPED
