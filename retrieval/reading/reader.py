"""Files, folders and JSON Lines -> articles, one by one; whatever can't be read becomes a Rejected with its reason.

The thin edge: this room walks folders and opens files. Parsing lives in formats.py, decoding in encodings.py, titles
and navigation lines in metadata.py; which articles are new is the library's to know.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import unicodedata
from dataclasses import dataclass, replace
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.domain import Article, Rejected
from retrieval.reading import formats
from retrieval.reading.encodings import UnreadableError, decode
from retrieval.reading.metadata import boilerplate, head, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LIMIT_BYTES = 50_000_000

_PARSERS: dict[str, Callable[[bytes], Article]] = {
    ".txt": formats.plain,
    ".md": formats.markdown,
    ".markdown": formats.markdown,
    ".html": formats.html,
    ".htm": formats.html,
    ".pdf": formats.pdf,
}
SUFFIXES = (*_PARSERS, ".json", ".jsonl")
# Articles live in such files, too: leaving them out of a folder without a word would lose them.
_DOCUMENTS = (".doc", ".docx", ".odt", ".rtf", ".epub", ".pages", ".mht", ".mhtml", ".ndjson")
_JSON = JSONDecoder(
    parse_constant=lambda _: None,  # NaN is how data frames write "missing"
    parse_float=lambda digits: None if abs(float(digits)) == float("inf") else float(digits),
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read at one place, before it has an id and a frame; `seed` tells apart articles of one file."""

    article: Article
    place: str
    source: str
    seed: str
    stem: str


def read(
    paths: Sequence[Path | str],
    *,
    limit_bytes: int = LIMIT_BYTES,
    stdin: BinaryIO | None = None,
    named: Callable[[Path], str] | None = None,
) -> Iterator[Article | Rejected]:
    """Yield every article under the paths, in the order given and sorted within folders; "-" is JSON Lines on stdin.

    The limit holds for each file, and for each line of JSON Lines. An id that comes a second time is rejected. `named`
    gives the source of a file, and thereby its article's id, where that is not its path.
    """
    places: dict[str, str] = {}
    for found in _offered(paths, limit_bytes, stdin, named or source_of):
        if isinstance(found, Rejected):
            yield found
            continue
        try:
            article = _framed(found)
        except UnreadableError as error:
            yield Rejected(found.place, str(error))
            continue
        if article.id in places:
            first = places[article.id]
            yield Rejected(found.place, f"has the id {article.id!r}, which {first} has already; give it its own id")
            continue
        places[article.id] = found.place
        yield article


def files(paths: Sequence[Path | str]) -> Iterator[Path | Rejected]:
    """Yield the files that `read` opens, each once however many ways lead to it; "-" comes as Path("-")."""
    seen: set[str] = set()
    for given in paths:
        if str(given) == "-":
            yield Path("-")
            continue
        for path in _walk(Path(given).expanduser()):
            if isinstance(path, Path):
                real = os.path.realpath(path)
                if real in seen:
                    continue
                seen.add(real)
            yield path


def source_of(path: Path) -> str:
    """Return the resolved path as it stands in `Article.source`; bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "replace")


def _walk(top: Path) -> Iterator[Path | Rejected]:
    """Yield what a path given by the user stands for; folders are entered once, links to them included."""
    name = source_of(top)
    try:
        mode = top.stat().st_mode
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and not top.is_symlink()
        reason = "no such file or folder; check the spelling" if missing else _reason(error)
        yield Rejected(_shown(top), reason)
        return
    if stat.S_ISREG(mode):
        known = top.suffix.lower() in SUFFIXES
        yield top if known else Rejected(name, f"is not in a supported format; these are: {' '.join(SUFFIXES)}")
        return
    if not stat.S_ISDIR(mode):
        yield Rejected(name, "is neither a file nor a folder; pipe JSON Lines into - instead")
        return
    entered: set[str] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                real = os.path.realpath(path)
                if real not in entered:
                    entered.add(real)
                    waiting += sorted(_visible(path), key=lambda entry: entry.name, reverse=True)
                continue
        except OSError as error:
            if path.suffix.lower() in SUFFIXES or not path.is_symlink():
                yield Rejected(_shown(path), _reason(error))
            continue
        suffix = path.suffix.lower()
        if stat.S_ISREG(mode) and suffix in SUFFIXES:
            yield path
        elif suffix in _DOCUMENTS:
            yield Rejected(
                source_of(path), f"looks like an article but {suffix} is not read; export it as text or HTML"
            )


def _visible(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def _offered(
    paths: Sequence[Path | str], limit: int, stdin: BinaryIO | None, named: Callable[[Path], str]
) -> Iterator[_Found | Rejected]:
    for path in files(paths):
        if isinstance(path, Rejected):
            yield path
        elif str(path) == "-":
            yield from _json_lines(stdin or sys.stdin.buffer, "-", "", limit)
        else:
            yield from _opened(path, limit, named(path))


def _opened(path: Path, limit: int, source: str) -> Iterator[_Found | Rejected]:
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            if suffix == ".jsonl":
                yield from _json_lines(file, source, path.stem, limit)
                return
            data = file.read(limit + 1)
            if len(data) > limit:
                split = "split it, or write it as .jsonl, where the limit holds for each line" * (suffix == ".json")
                raise UnreadableError(f"is over the limit of {_size(limit)}; {split or 'split it or raise the limit'}")
            if not data.strip():
                raise UnreadableError("is empty; delete it or fill it")
        if suffix == ".json":
            yield from _json(data, source, path.stem)
        else:
            yield _Found(_PARSERS[suffix](data), source, source, "", path.stem)
    except UnreadableError as error:
        yield Rejected(source, str(error))
    except OSError as error:
        yield Rejected(source, _reason(error))


def _json_lines(stream: BinaryIO, source: str, stem: str, limit: int) -> Iterator[_Found | Rejected]:
    """Read one object per line, holding one line at a time; blank lines count but say nothing."""
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        place = f"{source}:{number}"
        if number == 1 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield Rejected(place, "is UTF-16; save it as UTF-8")
            return
        if len(data) > limit:
            while data and not data.endswith(b"\n"):
                data = stream.readline(limit)
            yield Rejected(place, f"is over the limit of {_size(limit)}; split it or raise the limit")
            continue
        if not data.strip():
            continue
        try:
            line = decode(data).strip()
        except UnreadableError as error:
            yield Rejected(place, str(error))
            if number == 1:  # a binary file has thousands of such lines, and says it once
                return
            continue
        try:
            fields, _ = _parsed(line)
            yield _Found(formats.record(fields), place, source, f"#{number}", stem)
        except UnreadableError as error:
            yield Rejected(place, str(error))
    if not number and source != "-":
        yield Rejected(source, "is empty; delete it or fill it")


def _json(data: bytes, source: str, stem: str) -> Iterator[_Found | Rejected]:
    """Read an object, an array of objects, or objects one after the other; what is broken ends the reading there."""
    text = decode(data)
    at = _skip(text, 0, "")
    array = text.startswith("[", at)
    at = _skip(text, at + 1, "") if array else at
    line, counted, number = 1, 0, 0
    while at < len(text) and not (array and text[at] == "]"):
        number += 1
        line, counted = line + text.count("\n", counted, at), at
        place = f"{source}:{line}"
        try:
            fields, at = _parsed(text, at, line)
        except UnreadableError as error:
            yield Rejected(place, str(error))
            # Objects one per line stand for themselves; inside an array nothing tells where the next one begins.
            at = text.find("\n", at) if not array else -1
            if at < 0:
                return
            at = _skip(text, at, "")
            continue
        try:
            yield _Found(formats.record(fields), place, source, f"#{number}", stem)
        except UnreadableError as error:
            yield Rejected(place, str(error))
        at = _skip(text, at, "," if array else "")
    if array and at >= len(text):
        yield Rejected(source, "the array is never closed; the file may be cut off, export it again")
    elif not number:
        yield Rejected(source, "holds no articles; delete it or fill it")


def _parsed(text: str, at: int = 0, line: int = 0) -> tuple[Any, int]:
    """Parse one JSON value at an offset; a whole line must hold nothing else."""
    try:
        value, end = _JSON.raw_decode(text, at)
    except JSONDecodeError as error:
        where = f"line {line + text.count(chr(10), at, error.pos)}, " if line else ""
        raise UnreadableError(
            f"is broken JSON: {error.msg} at {where}column {error.colno}; correct this line"
        ) from error
    except RecursionError as error:
        raise UnreadableError("is JSON nested too deeply; flatten it") from error
    except ValueError as error:
        raise UnreadableError("is broken JSON: a number has too many digits; correct this line") from error
    if not line and end < len(text):
        column = _skip(text, end, "") + 1
        raise UnreadableError(
            f"is broken JSON: something follows the object at column {column}; put each on its own line"
        )
    return value, end


def _skip(text: str, at: int, separators: str) -> int:
    """Return the offset of the next value, past white space and at most one separator."""
    found = re.compile(rf"\s*[{separators}]?\s*" if separators else r"\s*").match(text, at)
    return found.end() if found else at


def _framed(found: _Found) -> Article:
    """Give the article its id and source, and what its own text says about title, author, date and navigation."""
    article = found.article
    if not _has_words(article.text):
        raise UnreadableError("has no words in it; delete it or fill it")
    start = max((span.end for span in article.skipped[:1] if not article.text[: span.start].strip()), default=0)
    noise = [*article.skipped, *boilerplate(article.text)]
    said = head(article.text, start, title=article.title, skipped=noise)
    skipped = merged([*noise, *said.spans])
    if not _prose(article.text, skipped):
        # A text that is all heading is still all there is to find.
        skipped = merged(noise)
        if not _prose(article.text, skipped):
            raise UnreadableError("holds nothing but front matter or navigation lines; delete it or fill it")
    return replace(
        article,
        id=article.id or _derived_id(found),
        title=article.title or said.title,
        author=article.author or said.author,
        published=article.published or said.published,
        source=found.source,
        skipped=skipped,
    )


def _prose(text: str, skipped: Sequence[tuple[int, int]]) -> bool:
    at = 0
    for start, end in skipped:
        if _has_words(text[at:start]):
            return True
        at = end
    return _has_words(text[at:])


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _derived_id(found: _Found) -> str:
    """Name an article after its file, or after its address where many articles share a file.

    A line from stdin has neither; two streams must not overwrite each other's first lines, so its words decide.
    """
    article, stem, origin = found.article, found.stem, found.source + found.seed
    if found.seed and article.url:
        stem, origin = article.title or stem or article.url, article.url
    elif found.source == "-":
        stem, origin = article.title or "article", article.title + "\n" + article.text
    return f"{_slug(stem)}-{hashlib.sha256(origin.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:48].strip("-") or "article"


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    known = {
        FileNotFoundError: "is a link that leads nowhere; delete or mend it",
        PermissionError: "can't be read: permission denied; change its permissions",
    }
    return known.get(type(error), f"can't be read: {error.strerror or error}; check the file and its disk")


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count:,} bytes"
