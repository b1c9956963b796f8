"""What commands share: options, exit statuses, and how results and errors are printed.

Answers go to stdout, progress and errors to stderr. Modules are imported where they are used, so that
`clippings --help` is instant.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

T = TypeVar("T")

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 3, 130


class NonEmptyPath(click.Path):
    """A path that is not empty: an unset shell variable must not mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not value:
            self.fail("it is empty: name a file or folder.", param, ctx)
        return super().convert(value, param, ctx)


def fail(message: str, status: int = FAILED) -> int:
    """Print one line of error to stderr; return the exit status."""
    from bot.render.terminal_safe import clean_line

    click.echo(f"clippings: {clean_line(message)}", err=True)
    return status


def require_extra(extra: str, modules: Mapping[str, str]) -> None:
    """Raise ExtraMissing where a package of an extra is not installed; `modules` maps packages to their modules."""
    from importlib.util import find_spec

    from retrieval.errors import ExtraMissing

    for package, module in modules.items():
        if find_spec(module) is None:
            raise ExtraMissing(package, extra)


def add_library_option(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--library`, and call it with the settings and the chosen library's name first."""

    @click.option("--library", metavar="NAME", help="Library to use. Without it: CLIPPINGS_LIBRARY, or `default`.")
    @click.pass_context
    @wraps(function)
    def command(context: click.Context, /, *, library: str | None, **options: Any) -> int:
        from bot.settings import load

        settings = load()
        return function(settings, library or context.obj or settings.library, **options)

    return command


def add_library_and_json_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--library` and `--json`."""
    return add_library_option(click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function))


def add_filter_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--since`, `--until`, `--as-of` and `--author`."""
    for option in (
        click.option("--author", metavar="NAME", help="Only articles by this author. Part of a name is enough."),
        click.option(
            "--as-of", metavar="DATE", help="Read the archive as it was on this day. Undated articles are left out."
        ),
        click.option("--until", metavar="DATE", help="Only articles published on or before this date."),
        click.option(
            "--since", metavar="DATE", help='Only articles published on or after this date: 2023-06-27, "June 2023".'
        ),
    ):
        function = option(function)
    return function


def print_result(
    value: T,
    view: Callable[[T], RenderableType],
    *,
    as_json: bool,
    machine: Callable[[T], object] = lambda value: value,
) -> None:
    """Print a value to stdout: as one line of JSON, or laid out for people and wrapped where there is a terminal."""
    if as_json:
        print_json(machine(value))
        return
    from bot.render import terminal

    terminal.print_view(view(value))


def print_json(value: object) -> None:
    """Print a value to stdout as one line of JSON."""
    from bot.render import dump_json

    click.echo(dump_json(value))
