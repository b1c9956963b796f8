"""The parts that all views share: indented blocks, titles, the origin of an article, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from bot.render.terminal_safe import clean_line
from retrieval.text.dates import format_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions

    from retrieval.domain import ArticleInfo, Citation


@dataclass(frozen=True, slots=True)
class Block:
    """Indented text; unlike rich's own it leaves no trailing spaces and can stay unwrapped."""

    text: Text
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        width = max(options.max_width - self.indent, 10)
        lines = (
            self.text.split(allow_blank=True) if options.no_wrap else self.text.wrap(console, width, overflow="fold")
        )
        for text in lines:
            text.rstrip()
            yield Text.assemble(" " * self.indent if text else "", text)


def indent(text: Text) -> Block:
    """Indent a text below the title that it belongs to."""
    return Block(text, indent=4)


def describe_origin(origin: Citation | ArticleInfo) -> Text:
    """Return an article's author, date and URL or file on one line."""
    known = (clean_line(origin.author), format_dates(origin), clean_line(origin.url or origin.source))
    return Text(" · ".join(part for part in known if part), style="dim", overflow="fold")


def choose_title(title: str, identifier: str) -> str:
    """Return an article's title, or its ID if it has none, on one line."""
    return clean_line(title) or clean_line(identifier)


def format_count(count: int, noun: str) -> str:
    """Format a number of things: 1 question, 1,000 questions."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
