"""What people want to add: attachments and texts -> files on disk, or the reason why one can't be added.

Size and format are checked before anything is downloaded. The content is read by retrieval/reading.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import aiohttp
import discord
from discord import app_commands

from bot.discord.localisation import mark
from bot.discord.uploads import check_format
from retrieval.domain import Rejection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

LONGEST_NAME = 60

BEYOND = mark("is beyond the {size} MB that can be added at once; send less")
TAKEN = mark("has the name of another file that came with it; rename one")
NOT_LOADED = mark("can't be downloaded from Discord; attach it again")
TOO_LARGE = mark("has {size} MB, over the limit of {longest} MB; split it")
EMPTY = mark("is empty; attach a file with some text")


Described = TypeVar("Described", bound="Callable[..., object]")


def describe_files(command: Described) -> Described:
    """Describe the options of a command that takes files and a text."""
    return app_commands.describe(
        file="A text, page, PDF, JSON or other file, or a zip file of these; nothing opens a form",
        file2="A second file",
        file3="A third file",
        file4="A fourth file",
        file5="A fifth file",
        text="An article's text, instead of files or as well",
        title="The text's title; the same title again replaces the text",
        author="The text's author",
    )(command)


class UploadedFile(NamedTuple):
    """A file as it goes into the archive."""

    name: str
    content: bytes


class Attached(Protocol):
    """What is known of an attachment before it is downloaded: discord.Attachment is one."""

    filename: str
    size: int

    async def read(self) -> bytes:
        """Download it."""


async def download(
    attached: Iterable[Attached], *, limit_mb: float, total_mb: float | None = None
) -> AsyncIterator[UploadedFile | Rejection]:
    """Download the attachments that can be added, one by one; name the others with their reasons.

    `total_mb` is how much may be added at once, where that is limited.
    """
    taken: set[str] = set()
    megabytes = 0.0
    for each in attached:
        reason = find_problem(each.filename, each.size, limit_mb=limit_mb)
        if not reason and total_mb is not None and megabytes + each.size / 1_000_000 > total_mb:
            reason = BEYOND.format(size=f"{total_mb:,g}")
        if each.filename in taken:
            reason = TAKEN
        taken.add(each.filename)
        megabytes += 0 if reason else each.size / 1_000_000
        if reason:
            yield Rejection(each.filename, reason)
            continue
        try:
            content = await each.read()
        except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError):
            yield Rejection(each.filename, NOT_LOADED)
        else:
            yield UploadedFile(each.filename, content)


def find_problem(name: str, size: int, *, limit_mb: float) -> str:
    """Say why a file can't be added, as far as its name and size tell; empty where it can."""
    if reason := check_format(name):
        return reason
    if size > limit_mb * 1_000_000:
        return TOO_LARGE.format(size=f"{size / 1_000_000:,.1f}", longest=f"{limit_mb:,g}")
    return "" if size else EMPTY


def take_text(text: str | None, title: str | None, author: str | None) -> UploadedFile | None:
    """Return what is given as options of a command as a file, None where there is no text."""
    return make_text_file(text, title or "", author or "") if text and text.strip() else None


def make_text_file(text: str, title: str = "", author: str = "") -> UploadedFile:
    """Return a text as a file, named after its title, so that an equal title replaces it, or after the text itself."""
    text, title, author = (each.encode("utf-8", "replace").decode().strip() for each in (text, title, author))
    slug = re.sub(r"[^\w]+", "-", title.casefold()).strip("-")[:LONGEST_NAME]
    key = hashlib.sha256((title.casefold() or text).encode()).hexdigest()[:8]
    fields = {"title": title, "author": author, "text": text}
    content = json.dumps({name: value for name, value in fields.items() if value})
    return UploadedFile(f"{slug or 'text'}-{key}.json", content.encode())
