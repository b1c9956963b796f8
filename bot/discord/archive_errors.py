"""What people in a server can do about an error of a library; paths and processes concern the operator alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.discord.library_names import PERSONAL
from bot.discord.localisation import mark
from retrieval.errors import InputError, LibraryLocked, LibraryMismatch, LibraryMissing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

EMPTY = mark("There are no articles here yet: `/ingest` adds some.")
SHARED_EMPTY = mark("This library has no articles yet: ask whoever runs this bot.")
OUTDATED = mark("This library was built for other settings of the bot: `/reindex` rebuilds it.")
SHARED_OUTDATED = mark("This library was built for other settings of the bot: ask whoever runs this bot.")
NOTHING_OWN = mark(
    "You have no articles of your own yet: send me files or use `/upload` in a direct message, "
    "or choose another archive with `/archive`."
)


@contextmanager
def explain_library_errors(name: str, shared: Collection[str]) -> Iterator[None]:
    """Raise InputErrors in the place of a library's own errors; `shared` are those that nobody here may change."""
    try:
        yield
    except LibraryMissing as error:
        if name.startswith(PERSONAL):
            raise InputError(NOTHING_OWN) from error
        raise InputError(SHARED_EMPTY if name in shared else EMPTY) from error
    except LibraryLocked as error:
        raise InputError(mark("Another process is changing this library: try again in a minute.")) from error
    except LibraryMismatch as error:
        fixed_elsewhere = name in shared or name.startswith(PERSONAL)
        raise InputError(SHARED_OUTDATED if fixed_elsewhere else OUTDATED) from error
