"""Commands that look after a library: ingest, articles, show, remove, doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import DONE, FAILED, fail, output, with_library

if TYPE_CHECKING:
    from bot.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--prune", is_flag=True, help="Remove articles whose files have gone from the given folders.")
@click.option("--rebuild", is_flag=True, help="Encode everything anew, with the present model and settings.")
@with_library
def ingest(settings: Settings, name: str, *, paths: tuple[str, ...], prune: bool, rebuild: bool, as_json: bool) -> int:
    """Read articles into the library.

    A PATH is a file, a folder, or - for JSON Lines on standard input. Takes .txt, .md, .html, .pdf, .json and .jsonl.
    What has not changed since the last time is left alone.

    \b
    Example:
      clippings ingest articles/ --prune
    """
    from bot import progress, render, wiring
    from retrieval.reading import reader

    library = wiring.open_library(settings, name, create=True)
    folders = [reader.source_of(Path(path)) for path in paths if Path(path).is_dir()]
    offered = reader.read(paths, limit_bytes=int(settings.max_file_mb * 1_000_000), stdin=sys.stdin.buffer)
    with progress.bar() as show:
        report = library.ingest(
            progress.Counted(offered, progress.expected(paths) if show else 0),
            prune=folders if prune else (),
            rebuild=rebuild,
            wait=settings.lock_wait,
            progress=show,
        )
    output(report, render.report, as_json=as_json)
    return fail(f"{len(report.skipped):,} could not be read, the rest is in.") if report.skipped else DONE


@click.command()
@with_library
def articles(settings: Settings, name: str, *, as_json: bool) -> int:
    """List the articles in the library: id, date, title, author.

    \b
    Example:
      clippings articles
    """
    from bot import render, wiring

    output(wiring.open_library(settings, name).articles(), render.articles, as_json=as_json)
    return DONE


@click.command()
@click.argument("article_id", metavar="ID")
@with_library
def show(settings: Settings, name: str, *, article_id: str, as_json: bool) -> int:
    """Show one article: what is known of it, and its text.

    \b
    Example:
      clippings show ID          (`clippings articles` lists the ids)
    """
    from bot import render, wiring

    article = wiring.open_library(settings, name).article(article_id)
    output(article, render.article, as_json=as_json, machine=render.article_json)
    return DONE


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@with_library
def remove(settings: Settings, name: str, *, ids: tuple[str, ...], as_json: bool) -> int:
    """Remove articles from the library.

    When one of the ids is unknown, nothing is removed.

    \b
    Example:
      clippings remove ID        (`clippings articles` lists the ids)
    """
    from bot import render, wiring

    wiring.open_library(settings, name).remove(ids, wait=settings.lock_wait)
    output({"removed": len(set(ids))}, render.removal, as_json=as_json)
    return DONE


@click.command()
@with_library
def doctor(settings: Settings, name: str, *, as_json: bool) -> int:
    """Say what is installed, where things are and what is wrong.

    When something is wrong, the exit status is 1.

    \b
    Example:
      clippings doctor
    """
    from bot import render
    from bot.cli import doctor as checks

    findings = checks.examine(settings, name)
    output(findings, render.findings, as_json=as_json)
    return DONE if findings.ok else FAILED
