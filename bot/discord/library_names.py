"""Which library a name refers to: one of a server's or a person's own, or one that the operator shares. Pure.

Whose library is meant is told by a number: the id of a server, or the negative id of a person. Nobody but that person
reads or writes what lies under a person's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.discord.localisation import mark
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_RESERVED = "discord"
_PERSONAL = f"{_RESERVED}-person"
_NO_SERVER = mark("I can't tell which server's archive you mean: ask there once, then here.")

_NO_NAME = mark("That can't name a library here: use up to 32 letters, digits, - and _ for one of your own.")
_NO_NAME_SHARED = mark(
    "That can't name a library here: use up to 32 letters, digits, - and _ for one of your own, or a shared one: "
    "{names}."
)


PERSONAL = f"{_PERSONAL}-"
"""What the name of every person's own library begins with."""


class LibraryNames:
    """The names that servers and people may read and write under, with what the operator shares."""

    def __init__(self, *, shared: str, default: str = "") -> None:
        """Take the libraries that all servers may read, separated by commas, and the one that all people may read.

        Raises InputError where one of these is a person's own.
        """
        self.shared = tuple(dict.fromkeys(name.strip() for name in shared.split(",") if name.strip()))
        self.default = default.strip()
        for name in (*self.shared, self.default):
            if name.startswith(PERSONAL):
                raise InputError(f"{name} is a person's own library, which can't be shared: choose another one.")

    @property
    def fixed(self) -> tuple[str, ...]:
        """The libraries that nobody on Discord may change."""
        return (*self.shared, self.default)

    def name_own(self, owner: int) -> str:
        """Return the first library of an owner's own; raise InputError for direct messages, which have none."""
        if owner == 0:
            raise InputError(_NO_SERVER)
        return f"{_RESERVED}-{owner}" if owner > 0 else f"{PERSONAL}{-owner}"

    def is_own(self, owner: int, name: str) -> bool:
        """Tell whether a library is an owner's; a hyphen ends a server's id, so that none begins another."""
        own = self.name_own(owner)
        if owner < 0:
            return name == own
        return name == own or (name.startswith(f"{own}-") and bool(_SHORT.fullmatch(name.removeprefix(f"{own}-"))))

    def resolve_choice(self, guild_id: int, name: str) -> str:
        """Return the library that a manager of a server means by a name; raise InputError if there can't be one.

        A short name is one of the server's own: "news" is `discord-<id>-news`.
        """
        if name in self.shared or self.is_own(guild_id, name):
            return name
        short = name.strip().lower()
        if short.startswith(_RESERVED) or not _SHORT.fullmatch(short):
            raise InputError(_NO_NAME_SHARED.format(names=", ".join(self.shared)) if self.shared else _NO_NAME)
        return f"{self.name_own(guild_id)}-{short}"

    def resolve_readable(self, owner: int, kept: str, holds_articles: Callable[[str], bool]) -> str:
        """Return the library that a server or person reads, given what they have kept, "" when they have not chosen.

        Without a choice it is their own; while that is empty, the shared one if there is just one.
        """
        own = self.name_own(owner)
        shared = self.shared if owner > 0 else tuple(filter(None, [self.default]))
        if not kept:
            return shared[0] if len(shared) == 1 and not holds_articles(own) else own
        if kept in shared or self.is_own(owner, kept):
            return kept
        if owner < 0:
            raise InputError(mark("This archive is no longer shared with you: choose another with `/archive`."))
        raise InputError(mark("The library of this server is no longer shared with it: choose another with /settings."))

    def resolve_writable(self, owner: int, kept: str) -> str:
        """Return the library that an owner writes; raise InputError for a server that chose one it may only read.

        A person writes their own, whichever they ask.
        """
        if not kept or owner < 0:
            return self.name_own(owner)
        if self.is_own(owner, kept):
            return kept
        raise InputError(
            mark(
                "This server reads a shared library, which can't be changed from here: "
                "choose one of its own with /settings."
            )
        )
