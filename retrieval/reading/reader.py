"""Files, folders and JSON Lines -> articles, one by one; whatever can't be read becomes a Rejection with its reason.

Walks folders and opens files. Parsing is left to the modules that formats.py names, decoding to encodings.py, titles
and boilerplate to metadata.py; which articles are new, the library knows.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import unicodedata
from contextlib import closing
from dataclasses import dataclass, replace
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.domain import Article, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import decode
from retrieval.reading.formats import PARSERS, UNBOUNDED
from retrieval.reading.json_objects import parse_record
from retrieval.reading.metadata import find_boilerplate, merge_spans, read_heading
from retrieval.reading.parsing_process import ParsingProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LIMIT_BYTES = 50_000_000
LIMIT_SECONDS = 120.0
MAX_BROKEN = 100
"""Broken places of a JSON file after which the rest is not read: to say where one is, all before it is counted."""

SUFFIXES = (*PARSERS, ".json", ".jsonl")
# Files in a folder that may be articles, too: they are reported rather than passed over.
_DOCUMENTS = (".doc", ".docx", ".odt", ".rtf", ".epub", ".pages", ".mht", ".mhtml", ".ndjson")
_JSON = JSONDecoder(
    parse_constant=lambda _: None,  # NaN is how data frames write "missing"
    parse_float=lambda digits: None if abs(float(digits)) == float("inf") else float(digits),
)


@dataclass(frozen=True, slots=True)
class _ParsedArticle:
    """An article that has yet to get its id and source.

    `place` is its file and line for messages, `stem` the file's name without suffix, and `seed` tells apart the
    articles of one file.
    """

    article: Article
    place: str
    source: str
    seed: str
    stem: str


def read_articles(
    paths: Iterable[Path | str],
    *,
    limit_bytes: int = LIMIT_BYTES,
    limit_seconds: float = LIMIT_SECONDS,
    stdin: BinaryIO | None = None,
    named: Callable[[Path], str] | None = None,
    follow_links: bool = False,
) -> Iterator[Article | Rejection]:
    """Yield every article under the paths, in the order given and sorted within folders; "-" is JSON Lines on stdin.

    A path is taken when its turn comes: who yields paths may write each file just then, and delete it at the next.
    The limits hold for each file, and for each line of JSON Lines. An id that comes a second time is rejected. `named`
    gives the source of a file, from which its article's id is derived; without it, that is the path. Links that lead
    out of a given folder are rejected, unless told to `follow_links`.
    """
    places: dict[str, str] = {}
    files = find_files(paths, follow_links=follow_links)
    with closing(ParsingProcess(limit_seconds)) as process:
        for parsed in _parse_all(files, limit_bytes, stdin, named or resolve_source, process):
            if isinstance(parsed, Rejection):
                yield parsed
                continue
            try:
                article = _complete(parsed)
            except UnreadableError as error:
                yield Rejection(parsed.place, str(error))
                continue
            if first := places.get(article.id):
                reason = f"has the id {article.id!r}, which {first} has already; give it its own id"
                yield Rejection(parsed.place, reason)
                continue
            places[article.id] = parsed.place
            yield article


def find_files(paths: Iterable[Path | str], *, follow_links: bool = False) -> Iterator[Path | Rejection]:
    """Yield the files that `read_articles` opens, each once whatever links lead to it; "-" becomes Path("-")."""
    seen: set[str] = set()
    for given in paths:
        if str(given) == "-":
            yield Path("-")
            continue
        for path in _walk(Path(given).expanduser(), follow_links):
            if isinstance(path, Path):
                real = os.path.realpath(path)
                if real in seen:
                    continue
                seen.add(real)
            yield path


def resolve_source(path: Path) -> str:
    """Return the resolved path as `Article.source` has it; bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "replace")


def _walk(top: Path, follow_links: bool) -> Iterator[Path | Rejection]:
    """Yield the files of a path given by the user; each folder is entered once, links to it included."""
    name = resolve_source(top)
    try:
        mode = top.stat().st_mode
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and not top.is_symlink()
        reason = "no such file or folder; check the spelling" if missing else _explain(error)
        yield Rejection(_show_path(top), reason)
        return
    if stat.S_ISREG(mode):
        known = top.suffix.lower() in SUFFIXES
        yield top if known else Rejection(name, f"is not in a supported format; these are: {' '.join(SUFFIXES)}")
        return
    if not stat.S_ISDIR(mode):
        yield Rejection(name, "is neither a file nor a folder; pipe JSON Lines into - instead")
        return
    entered: set[str] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.stat().st_mode
            offered = stat.S_ISDIR(mode) or path.suffix.lower() in SUFFIXES
            if offered and not follow_links and path.is_symlink() and _leads_out(path, top):
                yield Rejection(_show_path(path), "is a link that leads out of the folder; --follow-links reads it")
                continue
            if stat.S_ISDIR(mode):
                real = os.path.realpath(path)
                if real not in entered:
                    entered.add(real)
                    visible = (entry for entry in path.iterdir() if not entry.name.startswith("."))
                    waiting += sorted(visible, key=lambda entry: entry.name, reverse=True)
                continue
        except OSError as error:
            if path.suffix.lower() in SUFFIXES or not path.is_symlink():
                yield Rejection(_show_path(path), _explain(error))
            continue
        suffix = path.suffix.lower()
        if not stat.S_ISREG(mode):
            yield Rejection(resolve_source(path), "is a pipe, a socket or a device, and no file; remove it")
        elif suffix in SUFFIXES:
            yield path
        elif suffix in _DOCUMENTS:
            yield Rejection(
                resolve_source(path), f"looks like an article but {suffix} is not read; export it as text or HTML"
            )


def _leads_out(link: Path, folder: Path) -> bool:
    return not Path(os.path.realpath(link)).is_relative_to(os.path.realpath(folder))


def _parse_all(
    files: Iterable[Path | Rejection],
    limit: int,
    stdin: BinaryIO | None,
    named: Callable[[Path], str],
    process: ParsingProcess,
) -> Iterator[_ParsedArticle | Rejection]:
    for path in files:
        if isinstance(path, Rejection):
            yield path
        elif str(path) == "-":
            yield from _parse_json_lines(stdin or sys.stdin.buffer, "-", "", limit)
        else:
            yield from _parse_file(path, limit, named(path), process)


def _parse_file(path: Path, limit: int, source: str, process: ParsingProcess) -> Iterator[_ParsedArticle | Rejection]:
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            if suffix == ".jsonl":
                yield from _parse_json_lines(file, source, path.stem, limit)
                return
            data = file.read(limit + 1)
            if len(data) > limit:
                lines = "split it, or write it as .jsonl, where the limit holds for each line"
                advice = lines if suffix == ".json" else "split it or raise the limit"
                raise UnreadableError(f"is over the limit of {_format_size(limit)}; {advice}")
            if not data.strip():
                raise UnreadableError("is empty; delete it or fill it")
        if suffix == ".json":
            yield from _parse_json(data, source, path.stem)
        else:
            parse = PARSERS[suffix]
            article = process.parse(parse, data) if parse in UNBOUNDED else parse(data)
            yield _ParsedArticle(article, source, source, "", path.stem)
    except UnreadableError as error:
        yield Rejection(source, str(error))
    except OSError as error:
        yield Rejection(source, _explain(error))


def _parse_json_lines(stream: BinaryIO, source: str, stem: str, limit: int) -> Iterator[_ParsedArticle | Rejection]:
    """Parse one object per line, with one line at a time in memory; blank lines are counted and passed over."""
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        place = f"{source}:{number}"
        if number == 1 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield Rejection(place, "is UTF-16; save it as UTF-8")
            return
        if len(data) > limit:
            while data and not data.endswith(b"\n"):
                data = stream.readline(limit)
            yield Rejection(place, f"is over the limit of {_format_size(limit)}; split it or raise the limit")
            continue
        if not data.strip():
            continue
        try:
            line = decode(data).strip()
        except UnreadableError as error:
            yield Rejection(place, str(error))
            if number == 1:  # a binary file has thousands of such lines, and says it once
                return
            continue
        try:
            fields, _ = _parse_value(line)
        except UnreadableError as error:
            yield Rejection(place, str(error))
            continue
        yield _parse_record(fields, place, source, number, stem)
    if not number and source != "-":
        yield Rejection(source, "is empty; delete it or fill it")


def _parse_json(data: bytes, source: str, stem: str) -> Iterator[_ParsedArticle | Rejection]:
    """Parse an object, an array of objects, or objects one after the other; what is broken ends an array."""
    text = decode(data)
    at = _skip(text, 0, "")
    array = text.startswith("[", at)
    at = _skip(text, at + 1, "") if array else at
    line, counted, number, broken = 1, 0, 0, 0
    while at < len(text) and not (array and text[at] == "]"):
        number += 1
        line, counted = line + text.count("\n", counted, at), at
        place = f"{source}:{line}"
        try:
            fields, at = _parse_value(text, at, line)
        except UnreadableError as error:
            yield Rejection(place, str(error))
            broken += 1
            if broken == MAX_BROKEN:
                yield Rejection(place, f"is the {broken}th broken place of this file, and what follows is not read")
                return
            # Objects one per line are independent; inside an array nothing shows where the next one begins.
            at = text.find("\n", at) if not array else -1
            if at < 0:
                return
            at = _skip(text, at, "")
            continue
        yield _parse_record(fields, place, source, number, stem)
        at = _skip(text, at, "," if array else "")
    if array and at >= len(text):
        yield Rejection(source, "the array is never closed; the file may be cut off, export it again")
    elif not number:
        yield Rejection(source, "holds no articles; delete it or fill it")


def _parse_record(fields: Any, place: str, source: str, number: int, stem: str) -> _ParsedArticle | Rejection:
    try:
        return _ParsedArticle(parse_record(fields), place, source, f"#{number}", stem)
    except UnreadableError as error:
        return Rejection(place, str(error))


def _parse_value(text: str, at: int = 0, line: int = 0) -> tuple[Any, int]:
    """Parse one JSON value at an offset; a whole line must hold nothing else."""
    try:
        value, end = _JSON.raw_decode(text, at)
    except JSONDecodeError as error:
        where = f"line {line + text.count(chr(10), at, error.pos)}, " if line else ""
        place = f"{where}column {error.colno}"
        raise UnreadableError(f"is broken JSON: {error.msg} at {place}; correct this line") from error
    except RecursionError as error:
        raise UnreadableError("is JSON nested too deeply; flatten it") from error
    except ValueError as error:
        raise UnreadableError("is broken JSON: a number has too many digits; correct this line") from error
    if not line and end < len(text):
        place = f"column {_skip(text, end, '') + 1}"
        raise UnreadableError(f"is broken JSON: something follows the object at {place}; put each on its own line")
    return value, end


def _skip(text: str, at: int, separators: str) -> int:
    """Return the offset of the next value, past white space and at most one separator."""
    found = re.compile(rf"\s*[{separators}]?\s*" if separators else r"\s*").match(text, at)
    return found.end() if found else at


def _complete(parsed: _ParsedArticle) -> Article:
    """Give an article its id and source, and what its text says of title, author, date and boilerplate."""
    article = parsed.article
    if not _has_words(article.text):
        raise UnreadableError("has no words in it; delete it or fill it")
    start = max((span.end for span in article.skipped[:1] if not article.text[: span.start].strip()), default=0)
    noise = [*article.skipped, *find_boilerplate(article.text)]
    heading = read_heading(article.text, start, title=article.title, skipped=noise)
    skipped = merge_spans([*noise, *heading.spans])
    if not _has_prose(article.text, skipped):
        # Where there is nothing but a heading, the heading is searched.
        skipped = merge_spans(noise)
        if not _has_prose(article.text, skipped):
            raise UnreadableError("holds nothing but front matter or navigation lines; delete it or fill it")
    return replace(
        article,
        id=article.id or _derive_id(parsed),
        named_by_place=_is_named_by_place(parsed),
        title=article.title or heading.title,
        author=article.author or heading.author,
        published=article.published or heading.published,
        source=parsed.source,
        skipped=skipped,
    )


def _has_prose(text: str, skipped: Sequence[tuple[int, int]]) -> bool:
    ends = [0, *(end for _, end in skipped)]
    starts = [*(start for start, _ in skipped), len(text)]
    return any(_has_words(text[end:start]) for end, start in zip(ends, starts, strict=True))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _derive_id(parsed: _ParsedArticle) -> str:
    """Derive an article's id from its file, or from its address where many articles share a file.

    A line from stdin without an address has its text: the first lines of two streams are different articles.
    """
    article, stem, origin = parsed.article, parsed.stem, parsed.source + parsed.seed
    if parsed.seed and article.url:
        stem, origin = article.title or stem or article.url, article.url
    elif parsed.source == "-":
        stem, origin = article.title or "article", article.title + "\n" + article.text
    return f"{_make_slug(stem)}-{hashlib.sha256(origin.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _is_named_by_place(parsed: _ParsedArticle) -> bool:
    """Say whether an article's id is derived from its file, which may move."""
    alone = not parsed.seed
    return not parsed.article.id and (alone or not (parsed.article.url or parsed.source == "-"))


def _make_slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:48].strip("-") or "article"


def _show_path(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _explain(error: OSError) -> str:
    known = {
        FileNotFoundError: "is a link that leads nowhere; delete or fix it",
        PermissionError: "can't be read: permission denied; change its permissions",
    }
    return known.get(type(error), f"can't be read: {error.strerror or error}; check the file and its disk")


def _format_size(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count:,} bytes"
