"""One file -> the articles that it holds, each with its place; what can't be read is a Rejection.

How each format is parsed is left to the modules that formats.py names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from retrieval.domain import LeftOutFiles, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading.ebooks import parse_chapters
from retrieval.reading.feed_files import is_json_feed, parse_json_feed
from retrieval.reading.folders import READ_ERRORS, explain_read_error, find_format, open_file
from retrieval.reading.formats import (
    BOUNDED,
    E_BOOK,
    JSON_LINES,
    MAILBOX,
    NAMED_BY_FILE,
    PAGES,
    PARSERS,
    SEVERAL_PARSERS,
    SUFFIXES,
    TABLES,
    WEB_ARCHIVE,
    get_suffix,
)
from retrieval.reading.json_files import format_size, parse_json, parse_json_lines
from retrieval.reading.mail import parse_mail, split_mailbox
from retrieval.reading.parsed_article import Entry, ParsedArticle
from retrieval.reading.table_files import parse_table
from retrieval.reading.web_archives import read_web_archive
from retrieval.reading.web_page import parse_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from retrieval.domain import Article
    from retrieval.reading.parsing_process import ParsingProcess

Parsed = ParsedArticle | Rejection | LeftOutFiles


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    """What the articles of a file need to know: its source and name, the limit in bytes, and who parses."""

    source: str
    stem: str
    limit: int
    process: ParsingProcess


def parse_file(path: Path, limit: int, source: str, process: ParsingProcess) -> Iterator[Parsed]:
    """Yield the articles of a file; the limit in bytes holds for it, or for each of its lines, messages or pages."""
    opened = _OpenedFile(source, path.stem if get_suffix(path.name) else path.name, limit, process)
    try:
        suffix = find_format(path)
        with open_file(path) as file:
            if suffix in JSON_LINES:
                yield from parse_json_lines(file, source, opened.stem, limit)
            elif suffix == MAILBOX:
                yield from _parse_mailbox(file, opened)
            elif suffix == WEB_ARCHIVE:
                yield from _parse_web_archive(file, opened)
            else:
                yield from _parse_whole(file.read(limit + 1), suffix, opened)
    except UnreadableError as error:
        yield Rejection(source, str(error))
    except READ_ERRORS as error:
        yield Rejection(source, explain_read_error(error))


def _parse_whole(data: bytes, suffix: str, opened: _OpenedFile) -> Iterator[ParsedArticle | Rejection]:
    lines = "split it, or write it as .jsonl, where the limit holds for each line"
    _check_size(data, opened.limit, lines if suffix in (".json", *TABLES) else "split it or raise the limit")
    if not data.strip():
        raise UnreadableError("is empty; fill it, or leave it out")
    if not suffix:
        raise UnreadableError(f"is in no format that is read; these are: {' '.join(SUFFIXES)}")
    if suffix == ".json" and is_json_feed(data):
        yield from _place(opened.process.parse(parse_json_feed, data), opened.source, opened)
    elif suffix == ".json":
        yield from parse_json(data, opened.source, opened.stem)
    elif suffix in TABLES:
        yield from parse_table(data, opened.source, opened.stem)
    elif suffix in SEVERAL_PARSERS:
        yield from _place(opened.process.parse(SEVERAL_PARSERS[suffix], data), opened.source, opened)
    elif suffix in PAGES:
        for number, article in enumerate(opened.process.parse(parse_days, data)):
            seed = f"#{article.published}" if number else ""  # a live blog keeps its id when it has another day
            yield ParsedArticle(article, opened.source + seed, opened.source, seed, opened.stem)
    elif suffix == E_BOOK:
        entries = opened.process.parse(parse_chapters, data)
        for entry in entries:
            seed = f"#{entry.seed}" if len(entries) > 1 else ""
            yield ParsedArticle(entry.article, opened.source + seed, opened.source, seed, opened.stem)
    else:
        article = _parse_one(suffix, data, opened)
        name = opened.stem if suffix in NAMED_BY_FILE else ""
        yield ParsedArticle(article, opened.source, opened.source, "", opened.stem, name)


def _parse_mailbox(file: BinaryIO, opened: _OpenedFile) -> Iterator[ParsedArticle | Rejection]:
    number = 0
    for number, data in enumerate(split_mailbox(file, opened.limit), 1):
        place = f"{opened.source}#{number}"
        try:
            _check_size(data, opened.limit)
            yield from _place(opened.process.parse(parse_mail, data), place, opened)
        except UnreadableError as error:
            yield Rejection(place, str(error))
    if not number:
        yield Rejection(opened.source, "is empty; fill it, or leave it out")


def _parse_web_archive(file: BinaryIO, opened: _OpenedFile) -> Iterator[Parsed]:
    found = False
    for page in read_web_archive(file, opened.source, opened.limit):
        found = True
        if isinstance(page, LeftOutFiles):
            yield page
            continue
        place = f"{opened.source}#{page.address}"
        try:
            _check_size(page.data, opened.limit)
            article = _parse_one(page.suffix, page.data, opened)
            article = replace(article, url=article.url or page.address)
            yield ParsedArticle(article, place, opened.source, f"#{page.address}", opened.stem)
        except UnreadableError as error:
            yield Rejection(place, str(error))
    if not found:
        yield Rejection(opened.source, "is empty; fill it, or leave it out")


def _place(entries: Sequence[Entry], place: str, opened: _OpenedFile) -> Iterator[ParsedArticle]:
    """Give the articles of one place their places, and what tells each apart."""
    for number, entry in enumerate(entries, 1):
        here = place if len(entries) == 1 else f"{place}#{number}"
        seed = f"#{entry.seed or here.removeprefix(opened.source)}"
        yield ParsedArticle(entry.article, here, opened.source, seed, opened.stem)


def _parse_one(suffix: str, data: bytes, opened: _OpenedFile) -> Article:
    parse = PARSERS[suffix]
    return parse(data) if parse in BOUNDED else opened.process.parse(parse, data)


def _check_size(data: bytes, limit: int, advice: str = "split it or raise the limit") -> None:
    if len(data) > limit:
        raise UnreadableError(f"is over the limit of {format_size(limit)}; {advice}")
