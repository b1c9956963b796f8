"""Lays out lists and reports: hits, articles, what an ingest or a removal did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from bot.render.blocks import Block, choose_title, describe_origin, format_count, indent
from bot.render.terminal_safe import clean, clean_line
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

    from retrieval.domain import Article, ArticleInfo, DoubtfulDates, FieldName, Hit, IngestReport, LeftOutFiles

WIDEST_ID = 48
"""Maximum width of the ID column in a list; longer IDs are not aligned."""
WIDEST_SHORT_ID, WIDEST_AUTHOR = 24, 18
"""Maximum width of these columns in a table; longer ones are cut."""
DATE = 10
GAP = "  "


@dataclass(frozen=True, slots=True)
class ArticleTable:
    """Articles, one per line: a table with short IDs as wide as the terminal, elsewhere every field as a whole."""

    listed: Sequence[ArticleInfo]
    short_ids: Mapping[str, str]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        if options.no_wrap:
            width = min(max((len(clean_line(info.id)) for info in self.listed), default=0), WIDEST_ID)
            yield from (_render_listing(info, width) for info in self.listed)
            return
        rows = [(clean_line(self.short_ids.get(info.id, info.id)), clean_line(info.author)) for info in self.listed]
        id_width = min(max((cell_len(short) for short, _ in rows), default=0), WIDEST_SHORT_ID)
        author_width = min(max((cell_len(author) for _, author in rows), default=0), WIDEST_AUTHOR)
        title_width = max(options.max_width - id_width - DATE - author_width - 3 * len(GAP), 10)
        for info, (short, author) in zip(self.listed, rows, strict=True):
            cells = (
                _fit(Text(short, style="cyan"), id_width),
                _fit(Text(info.published.isoformat() if info.published else "", style="dim"), DATE),
                _fit(Text(choose_title(info.title, info.source or info.id)), title_width),
                _fit(Text(author, style="dim"), author_width),
            )
            line = Text(GAP).join(cells)
            line.rstrip()
            yield line


def render_hits(found: Sequence[Hit]) -> RenderableType:
    """Lay out ranked passages: rank, score, origin, text."""
    parts: list[RenderableType] = [] if found else [Text("No passage was found.")]
    for hit in found:
        name = choose_title(hit.article.title, hit.article.id)
        head = Text.assemble((f"{hit.rank:>2}. ", "bold cyan"), (name, "bold"), (f"  {hit.score:.3f}", "dim"))
        parts += [Block(head), indent(describe_origin(hit.article)), indent(Text(clean_line(hit.passage.text))), Text()]
    return Group(*parts)


def render_articles(listed: Sequence[ArticleInfo], short_ids: Mapping[str, str] | None = None) -> RenderableType:
    """Lay out the articles of a library, one per line: ID, date, title, author."""
    return ArticleTable(listed, short_ids or {})


def render_versions(listed: Sequence[ArticleInfo]) -> RenderableType:
    """Lay out the texts of one article, newest first, one per line: ID, and from when to when each was the present."""
    width = max(len(clean_line(info.id)) for info in listed)
    return Group(
        *(Text.assemble((f"{clean_line(info.id):<{width}}", "cyan"), f"  {_describe_span(info)}") for info in listed)
    )


def _describe_span(info: ArticleInfo) -> str:
    began = format_day(info.updated or info.published)
    if info.superseded:
        return f"{f'from {began} ' if began else ''}until {format_day(info.superseded)}"
    return f"since {began}" if began else "the present one"


def render_article(shown: Article) -> RenderableType:
    """Lay out one article: its metadata, then its text without front matter and navigation."""
    known = {
        "id": shown.id,
        "title": shown.title,
        "author": shown.author,
        "published": format_day(shown.published),
        "url": shown.url,
        "source": shown.source,
        **{str(name): str(value) for name, value in shown.metadata.items()},
    }
    head = [Text.assemble((f"{clean_line(name)}: ", "dim"), clean_line(text)) for name, text in known.items() if text]
    return Group(*head, Text(), Text(clean(shown.prose)))


def render_ingest_report(done: IngestReport) -> RenderableType:
    """Lay out what an ingest did, each skipped or doubtful input with its reason, and what folders held beside."""
    from retrieval.reading.formats import tells_of_folder

    summary = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    took = f"{format_count(done.passages, 'passage')} in {done.seconds:.1f} s"
    lines = [Text(f"{summary}; {took}")]
    if done.skipped:
        lines.append(Text(f"{len(done.skipped):,} skipped:", style="bold yellow"))
    lines += [Text(f"  {clean_line(skipped.source)}: {clean_line(skipped.reason)}") for skipped in done.skipped]
    if done.doubtful:
        lines.append(Text(f"{len(done.doubtful):,} to look at:", style="bold yellow"))
    lines += [Text(f"  {clean_line(each.source)}: {clean_line(each.reason)}") for each in done.doubtful]
    unread = [each for each in done.left_out if not tells_of_folder(each.kind)]
    if unread:
        count = format_count(sum(each.count for each in unread), "file")
        lines.append(Text(f"{count} left out:"))
    lines += [Text(f"  {each.count:,} {clean_line(each.kind)}: {clean_line(each.first)}") for each in unread]
    lines += [Text(_describe_file_of_folder(each)) for each in done.left_out if each not in unread]
    lines += [Text(_describe_field_name(each)) for each in done.field_names]
    lines += [Text(_describe_doubtful_dates(each)) for each in done.doubtful_dates]
    return Group(*lines)


def render_removal(done: Mapping[str, int]) -> RenderableType:
    """Lay out what a removal did."""
    return Text(f"{done['removed']:,} removed")


def _describe_file_of_folder(found: LeftOutFiles) -> str:
    more = f", and {found.count - 1:,} more {clean_line(found.kind)}" if found.count > 1 else ""
    return f"Not read, because it tells of the folder: {clean_line(found.first)}{more}"


def _describe_field_name(used: FieldName) -> str:
    taken = f"read in {format_count(used.taken, 'article')}" if used.taken else ""
    unusable = f"not usable in {format_count(used.unusable, 'article')}" if used.unusable else ""
    counts = " and ".join(part for part in (taken, unusable) if part)
    return f'"{clean_line(used.name)}" is taken for "{used.field}": {counts}'


def _describe_doubtful_dates(found: DoubtfulDates) -> str:
    date = f"{clean_line(found.first)} in {clean_line(found.place)}"
    return (
        f"The date of {format_count(found.count, 'article')} could be two days and was not read, such as {date}: "
        "write the year first, give the language, such as en-GB, or set CLIPPINGS_DATE_ORDER to day or month"
    )


def _fit(cell: Text, width: int) -> Text:
    cell.truncate(width, overflow="ellipsis", pad=True)
    return cell


def _render_listing(info: ArticleInfo, width: int) -> Text:
    published = info.published.isoformat() if info.published else ""
    entry = Text.assemble((f"{clean_line(info.id):<{width}}", "cyan"), (f"  {published:<10}", "dim"))
    entry.append(f"  {choose_title(info.title, info.source)}")
    return entry.append(f" · {clean_line(info.author)}", style="dim") if info.author else entry
