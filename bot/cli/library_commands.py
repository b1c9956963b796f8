"""Commands that look after a library: ingest, articles, show, remove, doctor."""

from __future__ import annotations

import math
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import DONE, FAILED, NonEmptyPath, add_library_and_json_options, fail, print_json, print_result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.settings import Settings
    from retrieval.domain import FindFile, IngestReport, Offered
    from retrieval.index import Library


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=NonEmptyPath(), metavar="PATH...")
@click.option("--prune", is_flag=True, help="Remove articles whose files no longer exist in the given folders.")
@click.option("--prune-vanished", is_flag=True, help="Like --prune, also for a PATH that is gone itself, or empty.")
@click.option("--follow-links", is_flag=True, help="Read what links that lead out of a given folder name, too.")
@click.option("--rebuild", is_flag=True, help="Encode everything again with the current model and settings.")
@add_library_and_json_options
def ingest_articles(
    settings: Settings,
    name: str,
    *,
    paths: tuple[str, ...],
    prune: bool,
    prune_vanished: bool,
    follow_links: bool,
    rebuild: bool,
    as_json: bool,
) -> int:
    """Read articles into the library.

    A PATH is a file, a folder, the address of a page, or - for JSON Lines on standard input. Supported files: text,
    Markdown, web pages, PDF, JSON, CSV, .docx, .odt, .rtf, .epub, mail, feeds and web archives, also packed as .gz.
    What a folder holds beside them is counted in the report. Articles that have not changed since the last time are
    skipped. While another process writes, this one waits: on a terminal until it is done, elsewhere for
    CLIPPINGS_LOCK_WAIT seconds.

    \b
    Examples:
      clippings ingest articles/ --prune
      clippings ingest https://example.org/news/the-harbour-opens
    """
    from itertools import chain

    from bot import progress, render, wiring
    from bot.settings import is_given
    from retrieval.reading import read_articles, resolve_source

    pages = _fetch_pages(settings, paths)
    paths = tuple(path for path in paths if not _is_address(path))
    emptied = [resolve_source(Path(path)) for path in paths if path != "-" and not Path(path).is_file()]
    with wiring.open_library(settings, name, create=True) as library, progress.show_progress() as show:
        if prune and not prune_vanished:
            _refuse_vanished(library, emptied)
        expected = progress.count_articles(paths, follow_links=follow_links) if show and paths else 0

        def offer(known: FindFile) -> Iterable[Offered]:
            files = read_articles(
                paths,
                limit_bytes=int(settings.max_file_mb * 1_000_000),
                limit_seconds=settings.max_file_seconds,
                date_order=settings.date_order,
                stdin=sys.stdin.buffer,
                follow_links=follow_links,
                known=known,
            )
            return progress.CountedArticles(chain(files, pages), expected)

        report = library.ingest(
            offer,
            prune=emptied if prune or prune_vanished else (),
            rebuild=rebuild,
            wait=math.inf if show and not is_given("lock_wait") else settings.lock_wait,
            progress=show,
        )
    print_result(report, render.render_ingest_report, as_json=as_json)
    if report.skipped:
        return fail(f"{len(report.skipped):,} could not be read; the rest was added.")
    if not as_json and (hint := _say_what_next(report, "" if name == settings.library else name)):
        click.echo(hint, err=True)
    return DONE


def _is_address(path: str) -> bool:
    from retrieval.web.addresses import is_address

    return is_address(path)


def _fetch_pages(settings: Settings, paths: tuple[str, ...]) -> list[Offered]:
    """Return the articles at the addresses among the paths: they are fetched before the library is locked."""
    if not (addresses := [path for path in paths if _is_address(path)]):
        return []
    from contextlib import closing

    from bot import wiring
    from retrieval.web import read_addresses

    with closing(wiring.build_fetcher(settings)) as fetcher:
        return list(
            read_addresses(
                addresses,
                fetcher,
                limit_bytes=int(settings.max_file_mb * 1_000_000),
                limit_seconds=settings.max_file_seconds,
                date_order=settings.date_order,
            )
        )


def _refuse_vanished(library: Library, paths: Iterable[str]) -> None:
    """Raise InputError where a path is gone as a whole, or empty, and the library has articles from there."""
    from retrieval.errors import InputError, LibraryMissing

    for vanished in filter(_is_vanished, paths):
        try:
            stored = [info for info in library.list_articles() if Path(info.source).is_relative_to(vanished)]
        except LibraryMissing:
            return
        if stored:
            state = "is empty" if Path(vanished).is_dir() else "does not exist"
            articles = "1 article" if len(stored) == 1 else f"{len(stored):,} articles"
            raise InputError(
                f"{vanished} {state}, and {articles} came from there. If its disk is not mounted, mount it; "
                f"--prune-vanished instead of --prune removes {'it' if len(stored) == 1 else 'them'}."
            )


def _is_vanished(path: str) -> bool:
    found = Path(path)
    return not found.exists() or (found.is_dir() and next(found.iterdir(), None) is None)


def _say_what_next(report: IngestReport, name: str) -> str:
    """Return what to do after an ingest that found nothing, or, on a terminal, after one that brought articles."""
    from retrieval.reading import SUFFIXES

    if not (report.added or report.updated or report.unchanged or report.removed):
        return f"clippings: nothing to read was found there; supported are {' '.join(SUFFIXES)}."
    if not (report.added and sys.stderr.isatty()):
        return ""
    chosen = f" --library {name}" if name else ""
    return f'Next: clippings ask{chosen} "Who said what?", or clippings chat{chosen}'


@click.command("articles")
@click.option("--author", metavar="NAME", help="Only articles by this author. Part of a name is enough.")
@click.option("--since", metavar="DATE", help='Only articles published on or after this date: 2023-06-27, "June 2023".')
@click.option("--grep", metavar="TEXT", default="", help="Only articles with this in their ID, title or file name.")
@click.option("--count", is_flag=True, help="Print only how many there are.")
@add_library_and_json_options
def list_articles(
    settings: Settings, name: str, *, author: str | None, since: str | None, grep: str, count: bool, as_json: bool
) -> int:
    """List the articles in the library with id, date, title and author.

    A terminal shows the beginnings of the IDs that are enough to name an article; a pipe gets all of them.

    \b
    Examples:
      clippings articles
      clippings articles --author Byron --since 2023 --count
    """
    from bot import article_names, render, user_input, wiring

    where = user_input.build_filter({"author": author, "since": since}, date.today(), settings.date_order)
    with wiring.open_library(settings, name) as library:
        every = library.list_articles()
        selected = library.list_articles(where) if author or since else every
    found = [info for info in selected if article_names.mentions(info, grep)]
    if count:
        print_json(len(found))
        return DONE
    if not found and not as_json:
        hint = "`clippings articles` lists all" if every else "`clippings ingest PATH` adds some"
        return fail(f"there is no such article: {hint}.", DONE)
    short = article_names.shorten_ids(info.id for info in every)
    print_result(found, lambda shown: render.render_articles(shown, short), as_json=as_json)
    return DONE


@click.command("show")
@click.argument("article_id", metavar="ID")
@click.option("--versions", is_flag=True, help="List its earlier texts instead, with their IDs, which show takes, too.")
@add_library_and_json_options
def show_article(settings: Settings, name: str, *, article_id: str, versions: bool, as_json: bool) -> int:
    """Show the metadata and the text of one article.

    The beginning of an ID or of a file name is enough where only one article has it.

    \b
    Examples:
      clippings show ID          (`clippings articles` lists the IDs)
      clippings show ID --versions
    """
    from bot import article_names, render, wiring

    with wiring.open_library(settings, name) as library:
        found = article_names.find_article_id(article_id, library.list_articles())
        if versions:
            print_result(library.list_versions(found), render.render_versions, as_json=as_json)
            return DONE
        article = library.get_article(found)
    print_result(article, render.render_article, as_json=as_json, machine=render.build_article_json)
    return DONE


@click.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@add_library_and_json_options
def remove_articles(settings: Settings, name: str, *, ids: tuple[str, ...], as_json: bool) -> int:
    """Remove articles from the library.

    If one of the IDs is unknown, nothing is removed. The beginning of an ID or of a file name is enough where only one
    article has it.

    \b
    Example:
      clippings remove ID        (`clippings articles` lists the IDs)
    """
    from bot import article_names, render, wiring

    with wiring.open_library(settings, name) as library:
        listed = library.list_articles()
        found = list(dict.fromkeys(article_names.find_article_id(each, listed) for each in ids))
        library.remove(found, wait=settings.lock_wait)
    print_result({"removed": len(found)}, render.render_removal, as_json=as_json)
    return DONE


@click.command("doctor")
@click.option("--deep", is_flag=True, help="Compare every vector with the catalog's, not only a sample.")
@click.option("--repair", is_flag=True, help="Mend what is damaged, and say what was done.")
@add_library_and_json_options
def run_doctor(settings: Settings, name: str, *, deep: bool, repair: bool, as_json: bool) -> int:
    """Show what is installed, where things are, and what is wrong.

    If anything is wrong, the exit status is 1.

    With --repair, indexes that are damaged are made again from the catalog. Of a damaged catalog the articles that can
    be read are saved and encoded again. Those that can't are named, and the damaged file is kept.

    \b
    Examples:
      clippings doctor
      clippings doctor --repair
    """
    from bot import progress, wiring
    from bot.cli import doctor

    mended: list[str] = []
    if repair:
        with wiring.open_library(settings, name, create=True) as library, progress.show_progress() as show:
            mended = library.repair(deep=deep, wait=settings.lock_wait, progress=show)
    findings = doctor.examine(settings, name, deep=deep, mended=mended)
    print_result(findings, doctor.render_findings, as_json=as_json)
    return DONE if findings.ok else FAILED
