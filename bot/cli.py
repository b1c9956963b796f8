"""The command line: parses, calls the library, prints. What an answer is lies in `retrieval`, how it looks in `render`.

Answers go to stdout, progress and errors to stderr. Exit statuses: 0 done, 1 error (one line), 2 wrong usage, 3 the
articles do not say, 130 interrupted. Rooms are imported inside the commands, so that `clippings --help` is instant.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType

    from bot.settings import Settings
    from retrieval.domain import Answer, Ask
    from retrieval.library import Library

T = TypeVar("T")

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 3, 130
WIDEST = 100
"""Columns of text at most: longer lines are hard to read."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; turn every error into one line on stderr and an exit status."""
    try:
        status = clippings.main(list(arguments), prog_name="clippings", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail(
            "interrupted; what was complete is kept." if "ingest" in arguments else "interrupted.", INTERRUPTED
        )
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing is left to say, and the flush at exit must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except ClippingsError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        if "--debug" in arguments:
            raise
        return _fail(f"unexpected {type(error).__name__}: {error}; `clippings --debug` ... shows where it arose.")
    return status if isinstance(status, int) else DONE


def _fail(message: str, status: int = FAILED) -> int:
    from bot.render.safe import line

    click.echo(f"clippings: {line(message)}", err=True)
    return status


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        with suppress(metadata.PackageNotFoundError):
            click.echo(f"clippings {metadata.version('clippings')}")
            context.exit()
        raise click.ClickException("not installed: this runs from a folder of sources, which has no version.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.option("--library", metavar="NAME", help="Library to use, here or after the command.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show where an unexpected error arose.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def clippings(context: click.Context, library: str | None) -> None:
    """Answer questions from an archive of articles, quoting the exact words every answer rests on.

    Answers are made of quotes, or worded by the chat model that CLIPPINGS_CHAT_MODEL names.

    \b
    Examples:
      clippings ingest articles/
      clippings ask "Where did the talks take place?"
    """
    context.obj = library


def _in_library(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--library`, and call it with the settings and the chosen library's name first."""

    @click.option("--library", metavar="NAME", help="Library to use; `default` when nothing else is set.")
    @click.pass_context
    @wraps(function)
    def command(context: click.Context, /, *, library: str | None, **options: Any) -> int:
        from bot.settings import load

        settings = load()
        return function(settings, library or context.obj or settings.library, **options)

    return command


def _with_library(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--library` and `--json`."""
    return _in_library(click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")(function))


def _with_filters(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--since`, `--until` and `--author`."""
    for option in (
        click.option("--author", metavar="NAME", help="Only articles by this author; part of a name will do."),
        click.option("--until", metavar="DATE", help="Only articles of this day or earlier."),
        click.option("--since", metavar="DATE", help='Only articles of this day or later: 2023-06-27, "June 2023".'),
    ):
        function = option(function)
    return function


@clippings.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--prune", is_flag=True, help="Remove articles whose files have gone from the given folders.")
@click.option("--rebuild", is_flag=True, help="Encode everything anew, with the present model and settings.")
@_with_library
def ingest(settings: Settings, name: str, *, paths: tuple[str, ...], prune: bool, rebuild: bool, as_json: bool) -> int:
    """Read articles into the library.

    A PATH is a file, a folder, or - for JSON Lines on standard input. Takes .txt, .md, .html, .pdf, .json and .jsonl.
    What has not changed since the last time is left alone.

    \b
    Example:
      clippings ingest articles/ --prune
    """
    from bot import progress, render, wiring
    from retrieval import articles

    library = wiring.library(settings, name, create=True)
    folders = [articles.source_of(Path(path)) for path in paths if Path(path).is_dir()]
    offered = articles.read(paths, limit_bytes=int(settings.max_file_mb * 1_000_000), stdin=sys.stdin.buffer)
    with progress.bar() as show:
        report = library.ingest(
            progress.Counted(offered, progress.expected(paths) if show else 0),
            prune=folders if prune else (),
            rebuild=rebuild,
            wait=settings.lock_wait,
            progress=show,
        )
    _print(report, render.report, as_json=as_json)
    return _fail(f"{len(report.skipped):,} could not be read, the rest is in.") if report.skipped else DONE


@clippings.command()
@click.argument("question", required=False)
@click.option("--batch", metavar="FILE", help="Answer each line of a JSON Lines file; - is standard input.")
@_with_filters
@_with_library
def ask(
    settings: Settings, name: str, *, question: str | None, batch: str | None, as_json: bool, **limits: str | None
) -> int:
    """Answer a question, quoting the articles.

    Answers are made of quotes; CLIPPINGS_CHAT_MODEL, such as ollama:qwen3, lets a chat model word them, checked.

    When the articles do not say, the exit status is 3. Lines of a --batch file hold "question" and optionally "id",
    "since", "until", "author", and "history": a list of {"question", "answer"} that the question follows up. On a
    terminal a chat model's draft is shown while it grows; what remains, and what a pipe or a file gets, is the checked
    answer.

    \b
    Examples:
      clippings ask "Where did the talks take place?" --since "June 2023"
      clippings ask --batch questions.jsonl > answers.jsonl
    """
    from bot import asking, render, streaming, wiring
    from retrieval.domain import Ask

    asked = _either(question, batch)
    library = wiring.library(settings, name)
    answerer = wiring.answerer(settings, library)
    if batch is not None:
        return _batch(asked, limits, lambda ask: render.fields(answerer.invoke(ask)))
    ask = Ask(asking.readable(asked), asking.filter_of(limits, date.today()))
    given = answerer.invoke(ask) if as_json else streaming.answered(answerer, ask)
    _print(given, lambda shown: _answer_view(library, shown), as_json=as_json)
    return REFUSED if given.refused else DONE


@clippings.command()
@_with_filters
@_in_library
def chat(settings: Settings, name: str, **limits: str | None) -> int:
    """Talk with the articles: ask, follow up, look into the sources.

    A question may lean on what was said before it: "And when was that?" /help lists what else can be typed, such as
    /sources, /passage 2, /since "June 2023" and /save talk.md. Ctrl-C stops an answer, Ctrl-D ends the conversation.
    The arrow keys bring back earlier questions, which are kept under CLIPPINGS_HOME in `chat-history`.

    What comes through a pipe is read line by line; the exit status is then 1 when a line failed.

    \b
    Examples:
      clippings chat
      clippings chat --library news --since "June 2023"
      clippings chat < questions.txt
    """
    from bot import asking, wiring
    from bot.chat import talk

    where = asking.filter_of(limits, date.today())
    library = wiring.library(settings, name)
    return talk(library, wiring.answerer(settings, library), where, home=settings.home)


@clippings.command()
@click.argument("question", required=False)
@click.option("--batch", metavar="FILE", help="Search for each line of a JSON Lines file; - is standard input.")
@click.option("-k", "k", type=click.IntRange(1, 1000), default=10, show_default=True, help="Passages to return.")
@_with_filters
@_with_library
def search(
    settings: Settings,
    name: str,
    *,
    question: str | None,
    batch: str | None,
    k: int,
    as_json: bool,
    **limits: str | None,
) -> int:
    """Rank the passages that bear on a question.

    \b
    Example:
      clippings search "lowering tariffs" -k 3
    """
    from bot import asking, render, wiring
    from retrieval.search import search as find

    asked = _either(question, batch)
    library = wiring.library(settings, name)

    def found(ask: Ask) -> Mapping[str, Any]:
        return render.hits_json(ask.question, find(library, ask.question, k=k, where=ask.where))

    if batch is not None:
        return _batch(asked, limits, found)
    hits = find(library, asking.readable(asked), k=k, where=asking.filter_of(limits, date.today()))
    _print(hits, render.hits, as_json=as_json, machine=lambda found: render.hits_json(asked, found))
    return DONE


@clippings.command()
@_with_library
def articles(settings: Settings, name: str, *, as_json: bool) -> int:
    """List the articles in the library: id, date, title, author.

    \b
    Example:
      clippings articles
    """
    from bot import render, wiring

    _print(wiring.library(settings, name).articles(), render.articles, as_json=as_json)
    return DONE


@clippings.command()
@click.argument("article_id", metavar="ID")
@_with_library
def show(settings: Settings, name: str, *, article_id: str, as_json: bool) -> int:
    """Show one article: what is known of it, and its text.

    \b
    Example:
      clippings show ID          (`clippings articles` lists the ids)
    """
    from bot import render, wiring

    article = wiring.library(settings, name).article(article_id)
    _print(article, render.article, as_json=as_json, machine=render.article_json)
    return DONE


@clippings.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_with_library
def remove(settings: Settings, name: str, *, ids: tuple[str, ...], as_json: bool) -> int:
    """Remove articles from the library.

    When one of the ids is unknown, nothing is removed.

    \b
    Example:
      clippings remove ID        (`clippings articles` lists the ids)
    """
    from bot import render, wiring

    wiring.library(settings, name).remove(ids, wait=settings.lock_wait)
    _print({"removed": len(set(ids))}, render.removal, as_json=as_json)
    return DONE


@clippings.command()
@_with_library
def doctor(settings: Settings, name: str, *, as_json: bool) -> int:
    """Say what is installed, where things are and what is wrong.

    When something is wrong, the exit status is 1.

    \b
    Example:
      clippings doctor
    """
    from bot import doctor as checks
    from bot import render

    findings = checks.examine(settings, name)
    _print(findings, render.findings, as_json=as_json)
    return DONE if findings.ok else FAILED


@clippings.command()
@click.option("--invite", is_flag=True, help="Print the link that takes the bot into a server, and end.")
def discord(*, invite: bool) -> int:
    """Run the Discord bot.

    Needs the bot's token in CLIPPINGS_DISCORD_TOKEN, in the environment or in .env. Every server that the bot is
    invited to has a library of its own, which people fill with /ingest, or `clippings ingest --library discord-ID`
    with the server's id. Ctrl-C stops the bot after the answers in flight.

    \b
    Examples:
      clippings discord --invite
      clippings discord
    """
    from bot import wiring
    from bot.discord import invite as asking_in
    from bot.discord import life
    from bot.settings import load

    settings = load()
    if invite:
        click.echo(asking_in.link(asking_in.application_id(life.token(settings))))
        return DONE
    wiring.check_chat_model(settings)
    life.run(settings, lambda: wiring.discord_bot(settings))
    return DONE


def _either(question: str | None, batch: str | None) -> str:
    if (question is None) == (batch is None):
        raise click.UsageError("Give either a question or --batch FILE.")
    return question if question is not None else batch or ""


def _batch(source: str, limits: Mapping[str, str | None], reply: Callable[[Ask], Mapping[str, Any]]) -> int:
    from bot import asking, batch
    from retrieval.domain import Ask, Turn

    readable = asking.readable

    def answered(request: batch.Request) -> Mapping[str, Any]:
        history = tuple(Turn(readable(turn.question), readable(turn.answer)) for turn in request.history)
        where = asking.filter_of({**limits, **request.limits}, date.today())
        return reply(Ask(readable(request.question), where, history))

    failed = 0
    with click.open_file(source, encoding="utf-8-sig", errors="surrogateescape") as lines:
        for result, fine in batch.answers(lines, answered):
            _print_json(result)
            failed += not fine
    if failed:
        return _fail(f"{failed:,} of the questions could not be answered: their errors stand in their places.")
    return DONE


def _answer_view(library: Library, answer: Answer) -> RenderableType:
    from bot import quotes, render

    return render.answer(answer, quotes.excerpts(library, answer), marks=not sys.stdout.isatty())


def _print(
    value: T,
    view: Callable[[T], RenderableType],
    *,
    as_json: bool,
    machine: Callable[[T], object] = lambda value: value,
) -> None:
    """Print a value to stdout: as one line of JSON, or laid out for people and wrapped where there is a terminal."""
    if as_json:
        _print_json(machine(value))
        return
    from bot import terminal

    terminal.show(view(value))


def _print_json(value: object) -> None:
    from bot.render import as_json

    click.echo(as_json(value))
