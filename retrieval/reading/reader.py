"""Files, folders and JSON Lines -> articles, one by one; whatever can't be read becomes a Rejection with its reason.

Walking folders is left to folders.py, what a file holds to opened_file.py, titles and boilerplate to metadata.py; which
articles are new, the library knows.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from retrieval.domain import ReadFile, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading.doubtful_dates import settle_date
from retrieval.reading.file_stamps import stamp_file
from retrieval.reading.folders import find_files, resolve_source
from retrieval.reading.json_files import parse_json_lines
from retrieval.reading.metadata import find_boilerplate, merge_spans, read_heading
from retrieval.reading.opened_file import parse_file
from retrieval.reading.parsed_article import ParsedArticle
from retrieval.reading.parsing_process import ParsingProcess
from retrieval.reading.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.domain import Article, FindFile, LeftOutFiles, Offered
    from retrieval.text.dates import DayOrder

LIMIT_BYTES = 50_000_000
LIMIT_SECONDS = 120.0


def read_articles(
    paths: Iterable[Path | str],
    *,
    limit_bytes: int = LIMIT_BYTES,
    limit_seconds: float = LIMIT_SECONDS,
    stdin: BinaryIO | None = None,
    named: Callable[[Path], str] | None = None,
    follow_links: bool = False,
    date_order: DayOrder = "",
    known: FindFile | None = None,
) -> Iterator[Offered]:
    """Yield every article under the paths, in the order given and sorted within folders; "-" is JSON Lines on stdin.

    A path is taken when its turn comes: who yields paths may write each file just then, and delete it at the next.
    The limits hold for each file, and for each line of JSON Lines. An id that comes a second time is rejected. `named`
    gives the source of a file, from which its article's id is derived; without it, that is the path. Links that lead
    out of a given folder are rejected, unless told to `follow_links`. The `date_order` tells which day 03/04/2026 is,
    where its language does not. At the end comes what was left out of folders,
    which names of fields were taken for ours, and how many dates could be two days.

    A file that is `known` by its size and times is not read, but yielded as unchanged; after the articles of any other
    comes the file itself, where nothing of it was rejected.
    """
    places: dict[str, str] = {}
    told = Told()
    files = find_files(paths, follow_links=follow_links)
    limits = limit_bytes, limit_seconds, date_order
    with closing(ParsingProcess(limit_seconds)) as process:
        for path in files:
            if not isinstance(path, Path):
                yield path
                continue
            source = "-" if str(path) == "-" else (named or resolve_source)(path)
            stamp = stamp_file(path, *limits) if known and source != "-" else ""
            file = known(source, stamp) if known and stamp else None
            if file and places.keys().isdisjoint(file.article_ids):
                places.update(dict.fromkeys(file.article_ids, source))
                told.add(Told.parse(file.told))
                yield file
                continue
            its, rejects = Told(), False
            for parsed in _parse(path, source, limit_bytes, stdin, process):
                offered = _settle(parsed, places, its, date_order)
                rejects = rejects or isinstance(offered, Rejection)
                yield offered
            told.add(its)
            if stamp and not rejects and stamp == stamp_file(path, *limits):
                yield ReadFile(source, stamp, its.format())
    yield from told.summarize()


def _parse(
    path: Path, source: str, limit: int, stdin: BinaryIO | None, process: ParsingProcess
) -> Iterator[ParsedArticle | Rejection | LeftOutFiles]:
    if source == "-":
        return parse_json_lines(stdin or sys.stdin.buffer, "-", "", limit)
    return parse_file(path, limit, source, process)


def _settle(
    parsed: ParsedArticle | Rejection | LeftOutFiles, places: dict[str, str], told: Told, date_order: DayOrder
) -> Offered:
    """Return a whole article, whose place is added to those of others, or why there is none."""
    if not isinstance(parsed, ParsedArticle):
        return parsed
    told.add_names(parsed.names)
    try:
        article, date = _complete(parsed, date_order)
    except UnreadableError as error:
        return Rejection(parsed.place, str(error))
    if first := places.get(article.id):
        reason = f"has the id {article.id!r}, which {first} has already; give it its own id"
        return Rejection(parsed.place, reason)
    places[article.id] = parsed.place
    told.add_date(date, parsed.place)
    return article


def _complete(parsed: ParsedArticle, date_order: DayOrder) -> tuple[Article, str]:
    """Give an article its id and source, and what its text says of title, author, date and boilerplate.

    Returns its date as well, as it is written, where it could be two days and is none.
    """
    article = parsed.article
    if not _has_words(article.text):
        raise UnreadableError("has no words in it; fill it, or leave it out")
    start = max((span.end for span in article.skipped[:1] if not article.text[: span.start].strip()), default=0)
    noise = [*article.skipped, *find_boilerplate(article.text)]
    heading = read_heading(article.text, start, title=article.title, author=article.author, skipped=noise)
    skipped = merge_spans([*noise, *heading.spans])
    if not _has_prose(article.text, skipped):
        # Where there is nothing but a heading, the heading is searched.
        skipped = merge_spans(noise)
        if not _has_prose(article.text, skipped):
            skipped = ()
            if not parsed.declared:
                raise UnreadableError("holds nothing but front matter or navigation lines; fill it, or leave it out")
    article = replace(
        article,
        id=article.id or _derive_id(parsed),
        named_by_place=_is_named_by_place(parsed),
        title=article.title or heading.title or parsed.name,
        author=article.author or heading.author,
        published=article.published or heading.published,
        source=parsed.source,
        skipped=skipped,
    )
    return (article, "") if article.published else settle_date(article, heading.doubtful, date_order)


def _has_prose(text: str, skipped: Sequence[tuple[int, int]]) -> bool:
    ends = [0, *(end for _, end in skipped)]
    starts = [*(start for start, _ in skipped), len(text)]
    return any(_has_words(text[end:start]) for end, start in zip(ends, starts, strict=True))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _derive_id(parsed: ParsedArticle) -> str:
    """Derive an article's id from its file, or from its address where many articles share a file.

    A line from stdin without an address has its text: the first lines of two streams are different articles.
    """
    article, stem, origin = parsed.article, parsed.stem, parsed.source + parsed.seed
    if parsed.seed and article.url:
        stem, origin = article.title or stem or article.url, article.url
    elif parsed.source == "-":
        stem, origin = article.title or "article", article.title + "\n" + article.text
    return f"{_make_slug(stem)}-{hashlib.sha256(origin.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _is_named_by_place(parsed: ParsedArticle) -> bool:
    """Say whether an article's id is derived from its file, which may move."""
    alone = not parsed.seed
    return not parsed.article.id and (alone or not (parsed.article.url or parsed.source == "-"))


def _make_slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:48].strip("-") or "article"
