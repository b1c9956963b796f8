"""A conversation as Markdown: questions, answers, numbered sources with quotes. What articles say stays text.

Nothing of an article or a question becomes Markdown or HTML: no image is fetched, no link followed, no heading made.
A source's own web address is the one link there is.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.render import verification_notice
from bot.render.terminal_safe import clean, clean_line
from retrieval.errors import InputError
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from retrieval.domain import Answer, ArticleInfo, Citation

_INLINE = re.compile(r"[\\`*_{}\[\]<>#&|~$^]")
_LINKED = re.compile(r"(?<=[a-z]):(?=//)|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)
"""What makes a link of a bare address in dialects of Markdown."""
_OPENING = re.compile(r"^(?:[-+=:]|\d{1,9}(?=[.)]))")
"""What makes a list, a rule, a heading or a container at the beginning of a line."""
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """A question as it was typed, its answer, and what it was limited to, in words."""

    question: str
    answer: Answer
    limits: str = ""


def format_transcript(said: Sequence[TranscriptEntry], *, library: str, day: date) -> str:
    """Write a conversation as Markdown."""
    count = "1 question" if len(said) == 1 else f"{len(said):,} questions"
    head = ["# A conversation with Clippings", f"{format_day(day)} · library {escape_markdown(library)} · {count}"]
    return "\n\n".join([*head, *(part for exchange in said for part in _format_entry(exchange))]) + "\n"


def save(name: str, text: str) -> Path:
    """Write a new file, whole or not at all; raise InputError when there is one already, or it can't be written."""
    try:
        path = Path(name).expanduser()
        draft = path.with_name(f".{path.name[:40]}.{uuid4().hex[:8]}")
        try:
            with draft.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _publish(draft, path)
        finally:
            with suppress(OSError, ValueError):
                draft.unlink()
    except FileExistsError:
        raise InputError(f"{name} exists already: choose another name, or remove it first.") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{name} can't be written ({reason}): choose another place.") from None
    return path


def escape_markdown(text: str) -> str:
    """Return text that shows as it stands on one line, whatever it holds."""
    shown = _INLINE.sub(r"\\\g<0>", clean_line(text))
    shown = _LINKED.sub(r"\\\g<0>", shown)
    return _OPENING.sub(lambda found: _escape_opening(found[0]), shown)


def _escape_opening(opening: str) -> str:
    return f"{opening}\\" if opening[0].isdigit() else f"\\{opening}"


def _format_entry(exchange: TranscriptEntry) -> Iterator[str]:
    answer = exchange.answer
    yield f"## {escape_markdown(exchange.question)}"
    if exchange.limits:
        yield f"Only articles {escape_markdown(exchange.limits)}."
    if answer.standalone:
        yield f"Understood as: {escape_markdown(answer.standalone)}"
    if answer.notice:
        yield escape_markdown(answer.notice)
    yield "\\\n".join(map(escape_markdown, clean(answer.text).splitlines()))
    if answer.left_out:
        yield escape_markdown(verification_notice.describe_left_out(answer))
    if answer.nearest:
        yield "Nearest articles:"
        yield "\n".join(f"- {_format_article(info)}" for info in answer.nearest)
    if answer.citations:
        yield "\n\n".join(map(_format_source, answer.citations))


def _format_article(info: ArticleInfo) -> str:
    known = (
        escape_markdown(info.title) or escape_markdown(info.id),
        escape_markdown(info.author),
        format_day(info.published),
        _format_link(info.url),
    )
    return " · ".join(part for part in known if part)


def _format_source(citation: Citation) -> str:
    title = escape_markdown(citation.title) or escape_markdown(citation.article_id)
    place = _format_link(citation.url) or escape_markdown(citation.source)
    known = (f"**{title}**", escape_markdown(citation.author), format_day(citation.published), place)
    mark = f"{citation.number}. "
    set_in = " " * len(mark)
    quoted = [f"{set_in}> {escape_markdown(part)}".rstrip() for part in clean(citation.quote).strip().splitlines()]
    return "\n".join([mark + " · ".join(part for part in known if part), "", *quoted])


def _format_link(url: str) -> str:
    return f"<{url}>" if _ADDRESS.fullmatch(url) and clean(url) == url else escape_markdown(url)


def _publish(draft: Path, path: Path) -> None:
    """Give a complete file its name, unless something else has it."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links; between the look and the move another file could be lost.
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        draft.rename(path)
