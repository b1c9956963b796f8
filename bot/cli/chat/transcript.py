"""A conversation as Markdown: questions, answers, numbered sources with quotes. What articles say stays text.

Nothing of an article or a question becomes Markdown or HTML: no image is fetched, no link followed, no heading made.
A source's own web address is the one link there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import verification_notice
from bot.render.blocks import format_count
from bot.render.markdown_safe import escape_markdown, format_link
from bot.render.terminal_safe import clean
from retrieval.text.dates import format_dates, format_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from retrieval.domain import Answer, ArticleInfo, Citation


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """A question as it was typed, its answer, and what it was limited to, in words."""

    question: str
    answer: Answer
    limits: str = ""


def format_transcript(entries: Sequence[TranscriptEntry], *, library: str, day: date) -> str:
    """Write a conversation as Markdown."""
    count = format_count(len(entries), "question")
    head = ["# A conversation with Clippings", f"{format_day(day)} · library {escape_markdown(library)} · {count}"]
    return "\n\n".join([*head, *(part for entry in entries for part in _format_entry(entry))]) + "\n"


def _format_entry(entry: TranscriptEntry) -> Iterator[str]:
    answer = entry.answer
    yield f"## {escape_markdown(entry.question)}"
    if entry.limits:
        yield f"Only articles {escape_markdown(entry.limits)}."
    if answer.standalone:
        yield f"Understood as: {escape_markdown(answer.standalone)}"
    if answer.notice:
        yield escape_markdown(answer.notice)
    yield "\\\n".join(map(escape_markdown, clean(answer.text).splitlines()))
    if claims := verification_notice.describe_left_out(answer):
        yield escape_markdown(claims)
    if answer.nearest:
        yield "Nearest articles:"
        yield "\n".join(f"- {_format_article(info)}" for info in answer.nearest)
    if answer.citations:
        yield "\n\n".join(map(_format_source, answer.citations))


def _format_article(info: ArticleInfo) -> str:
    known = (
        escape_markdown(info.title) or escape_markdown(info.id),
        escape_markdown(info.author),
        format_dates(info),
        format_link(info.url),
    )
    return " · ".join(part for part in known if part)


def _format_source(citation: Citation) -> str:
    title = escape_markdown(citation.title) or escape_markdown(citation.article_id)
    place = format_link(citation.url) or escape_markdown(citation.source)
    known = (f"**{title}**", escape_markdown(citation.author), format_dates(citation), place)
    mark = f"{citation.number}. "
    set_in = " " * len(mark)
    quoted = [f"{set_in}> {escape_markdown(part)}".rstrip() for part in clean(citation.quote).strip().splitlines()]
    return "\n".join([mark + " · ".join(part for part in known if part), *([""] if quoted else []), *quoted])
