"""The command line: runs one command, and turns every error into one line and an exit status.

Answers go to stdout, progress and errors to stderr. Exit statuses: 0 done, 1 error (one line), 2 wrong usage, 3 the
articles do not say, 130 interrupted. The commands themselves are in the modules beside this one.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import discord_command, eval_command, library_commands, question_commands, source_commands
from bot.cli.options import DONE, FAILED, INTERRUPTED, fail
from retrieval.errors import DISTRIBUTION, ClippingsError, is_failure, summarize_error

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST = 100
"""Columns of text at most: longer lines are hard to read."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; turn every error into one line on stderr and an exit status."""
    _open_missing_streams()
    if sys.stdout is None:
        return fail("standard output is closed: redirect it to a file, or to /dev/null.")
    try:
        status = command_line.main(list(arguments), prog_name="clippings", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        again = next((each for each in ("ingest", "sync") if each in arguments), "")
        goes_on = f"; what was complete is kept: {again} again to go on." if again else "."
        return fail(f"interrupted{goes_on}", INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing is left to say, and the flush at exit must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except ClippingsError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
    except BaseException as error:
        if "--debug" in arguments or not is_failure(error):
            raise
        said = f"unexpected {type(error).__name__}: {summarize_error(error)}"
        return fail(f"{said}; `clippings doctor` looks for damage, `clippings --debug` ... shows the traceback.")
    return status if isinstance(status, int) else DONE


def _open_missing_streams() -> None:
    """Read from and write to nowhere where a service or a cron job has closed standard input or standard error."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for as long as the process runs
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        with suppress(metadata.PackageNotFoundError):
            click.echo(f"clippings {metadata.version(DISTRIBUTION)}")
            context.exit()
        raise click.ClickException("not installed: this runs from a folder of sources, which has no version.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.option("--library", metavar="NAME", help="Library to use. May also follow the command.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected error.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def command_line(context: click.Context, library: str | None) -> None:
    """Answer questions from an archive of articles. Every answer quotes the exact words that support it.

    Answers are made of quotes. If CLIPPINGS_CHAT_MODEL names a chat model, that model writes them instead, and every
    claim is checked against the articles.

    \b
    Examples:
      clippings ingest articles/
      clippings ask "Where did the talks take place?"
    """
    context.obj = library


for command in (
    library_commands.ingest_articles,
    source_commands.follow_source,
    source_commands.sync_sources,
    question_commands.ask_question,
    question_commands.run_chat_command,
    question_commands.search_passages,
    library_commands.list_articles,
    library_commands.show_article,
    library_commands.remove_articles,
    eval_command.evaluate,
    library_commands.run_doctor,
    discord_command.run_discord_bot,
):
    command_line.add_command(command)
