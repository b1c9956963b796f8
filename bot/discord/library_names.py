"""Which library a name refers to in a server: one of the server's own, or one that all share. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_RESERVED = "discord"
_NO_SERVER = "I can't tell which server's archive you mean: ask there once, then here."


class LibraryNames:
    """The names that servers may read and write under, with what the operator shares with all of them."""

    def __init__(self, *, shared: str) -> None:
        """Take the shared libraries, separated by commas."""
        self.shared = tuple(dict.fromkeys(name.strip() for name in shared.split(",") if name.strip()))

    def name_own(self, guild_id: int) -> str:
        """Return a server's first library of its own; raise InputError for direct messages, which have none."""
        if guild_id <= 0:
            raise InputError(_NO_SERVER)
        return f"{_RESERVED}-{guild_id}"

    def is_own(self, guild_id: int, name: str) -> bool:
        """Tell whether a library belongs to a server; a hyphen ends the id, so that no id begins another."""
        own = self.name_own(guild_id)
        return name == own or (name.startswith(f"{own}-") and bool(_SHORT.fullmatch(name.removeprefix(f"{own}-"))))

    def resolve_choice(self, guild_id: int, name: str) -> str:
        """Return the library that a manager of a server means by a name; raise InputError if there can't be one.

        A short name is one of the server's own: "news" is `discord-<id>-news`.
        """
        if name in self.shared or self.is_own(guild_id, name):
            return name
        short = name.strip().lower()
        if short.startswith(_RESERVED) or not _SHORT.fullmatch(short):
            raise InputError(
                "That can't name a library here: use up to 32 letters, digits, - and _ for one of your own"
                + (f", or a shared one: {', '.join(self.shared)}." if self.shared else ".")
            )
        return f"{self.name_own(guild_id)}-{short}"

    def resolve_readable(self, guild_id: int, kept: str, holds_articles: Callable[[str], bool]) -> str:
        """Return the library that a server reads, given what its managers have kept, "" when they have not chosen.

        Without a choice it is the server's own; while that is empty, the shared one if there is just one.
        """
        own = self.name_own(guild_id)
        if not kept:
            return self.shared[0] if len(self.shared) == 1 and not holds_articles(own) else own
        if kept in self.shared or self.is_own(guild_id, kept):
            return kept
        raise InputError("The library of this server is no longer shared with it: choose another with /settings.")

    def resolve_writable(self, guild_id: int, kept: str) -> str:
        """Return the library that a server writes; raise InputError when it has chosen one that it may only read."""
        if not kept:
            return self.name_own(guild_id)
        if self.is_own(guild_id, kept):
            return kept
        raise InputError(
            "This server reads a shared library, which can't be changed from here: "
            "choose one of its own with /settings."
        )
