"""A table with a row for each article (CSV, TSV) -> articles, each with its line; what is broken is a Rejection.

The columns are called as the fields of JSON are; what they mean is left to json_objects.py.
"""

from __future__ import annotations

import ast
import csv
import io
from typing import TYPE_CHECKING, Any

from retrieval.domain import Rejection
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import decode_with_newlines
from retrieval.reading.fields import find_fields
from retrieval.reading.json_files import MAX_BROKEN, parse_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.reading.parsed_article import ParsedArticle

_DELIMITERS = ",;\t|"
_LONGEST_LIST = 2_000
"""Characters of a cell that may be a list, as data frames write one: ['Jane Doe', 'John Roe']."""


def parse_table(data: bytes, source: str, stem: str) -> Iterator[ParsedArticle | Rejection]:
    """Parse a table whose first row names the columns; what separates them is told by that row."""
    text = decode_with_newlines(data)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = _split_rows(text, delimiter)
    _, header = next(rows, (0, []))
    if isinstance(header, str) or "text" not in find_fields(dict.fromkeys(header, "a"), ["text"]).values:
        raise UnreadableError('has no column "text"; name it so in the first row if it is a table of articles')
    names = [name.strip() for name in header]
    number = broken = 0
    for line, cells in rows:
        number += 1
        place = f"{source}:{line}"
        if isinstance(cells, str) or len(cells) > len(names):
            many = f"has {len(cells):,} cells, more than the {len(names):,} columns"
            reason = f"is no row of a table: {cells}" if isinstance(cells, str) else many
            yield Rejection(place, f"{reason}; put quotation marks around cells and double those within")
            broken += 1
            if broken == MAX_BROKEN:
                yield Rejection(place, f"is the {broken}th broken row of this file, and what follows is not read")
                return
            continue
        if any(cell.strip() for cell in cells):
            fields = {
                name: _parse_cell(cell) for name, cell in zip(names, cells, strict=False) if name and cell.strip()
            }
            yield parse_entry(fields, place, source, number, stem)
    if not number:
        yield Rejection(source, "holds no articles; fill it, or leave it out")


def _split_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each row with the line where it begins, or what is wrong with it."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 1
        before = csv.field_size_limit(len(text) + 1)  # without it, a cell of 131,073 characters is an error
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, str(error)
            continue
        finally:
            csv.field_size_limit(before)
        if cells:
            yield line, cells


def _parse_cell(cell: str) -> Any:
    """Return a cell's text, or the list of texts that it is written as."""
    if not (cell.startswith(("['", '["')) and cell.endswith("]") and len(cell) < _LONGEST_LIST):
        return cell
    try:
        return ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell
