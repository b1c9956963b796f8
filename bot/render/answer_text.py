"""Lays out answers: the text, notices, and the sources with each quote in its context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from bot.render import verification_notice
from bot.render.blocks import Block, choose_title, describe_origin, indent
from bot.render.terminal_safe import clean, clean_line
from retrieval.text.dates import format_dates, format_day
from retrieval.text.layout import is_piped_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from retrieval.domain import Answer, ArticleInfo, Citation, Passage, Span

CONTEXT = 160
"""Characters of the article shown on either side of a quote."""

_MARKER = r"\[\d+\]"


@dataclass(frozen=True, slots=True)
class QuoteExcerpt:
    """A quote with the words around it, each on one line."""

    before: str
    quote: str
    after: str


def cut_excerpt(
    text: str, start: int, end: int, *, skipped: Sequence[Span] = (), margin: int = CONTEXT
) -> QuoteExcerpt:
    """Cut a quote and up to `margin` characters on either side of it, at white space, within its paragraph.

    What the article `skipped` is not shown. A row of a table is shown by itself: its neighbours on one line with it are
    a paragraph of pipes.
    """
    if is_piped_row(text[start:end]):
        return QuoteExcerpt("", clean_line(text[start:end]), "")
    first = max((span.end for span in skipped if span.end <= start), default=0)
    last = min((span.start for span in skipped if span.start >= end), default=len(text))
    before = text[max(first, start - margin) : start].rpartition("\n\n")[2]
    after = text[end : min(last, end + margin)].partition("\n\n")[0]
    if margin == len(before) < start - first:
        before = "… " + (before.partition(" ")[2] or before)
    if margin == len(after) < last - end:
        after = (after.rpartition(" ")[0] or after) + " …"
    return QuoteExcerpt(_flatten(before), clean_line(text[start:end]), _flatten(after))


def render_answer(value: Answer, excerpts: Mapping[int, QuoteExcerpt], *, marks: bool = False) -> RenderableType:
    """Lay out an answer: its text, then numbered sources with the quotes highlighted in their context.

    `excerpts` are by citation number; a citation without one shows its bare quote, where it has one. `marks` puts
    guillemets around the quotes, for where there are no colours to tell them from their context.
    """
    if not value.citations:
        return Group(*_render_text(value))
    return Group(*_render_text(value), Text(), render_sources(value, excerpts, marks=marks), Text())


def render_turn(value: Answer) -> RenderableType:
    """Lay out an answer as a turn of a conversation: its text, then a line for each article that it quotes.

    Articles that are cited as a whole are named in the text, and that is enough.
    """
    quoted: dict[str, list[Citation]] = {}
    for citation in value.citations:
        if citation.quote:
            quoted.setdefault(citation.article_id, []).append(citation)
    if not quoted:
        return Group(*_render_text(value))
    return Group(*_render_text(value), Text(), *map(_render_credit, quoted.values()))


def render_sources(value: Answer, excerpts: Mapping[int, QuoteExcerpt], *, marks: bool = False) -> RenderableType:
    """Lay out an answer's numbered sources, with the quotes highlighted in their context."""
    parts: list[RenderableType] = []
    for citation in value.citations:
        shown = excerpts.get(citation.number) or QuoteExcerpt("", clean_line(citation.quote), "")
        parts += [Text()] if parts else []
        parts += [_render_heading(citation), indent(describe_origin(citation))]
        if shown.quote:
            parts.append(indent(_highlight_quote(shown, marks=marks)))
    return Group(*parts)


def render_surroundings(citation: Citation, passages: Sequence[Passage], *, marks: bool = False) -> RenderableType:
    """Lay out passages of the cited article, in their order, with the quote highlighted."""
    parts: list[RenderableType] = [_render_heading(citation), indent(describe_origin(citation))]
    for passage in passages:
        parts += [Text(), indent(_highlight_in_passage(passage, citation, marks=marks))]
    return Group(*parts)


def _render_text(value: Answer) -> list[RenderableType]:
    """Lay out the text of an answer, with its notices."""
    text = Text(clean(value.text))
    text.highlight_regex(_MARKER, "bold cyan")
    parts: list[RenderableType] = []
    if value.standalone:
        parts.append(Block(Text(f"understood as: {clean_line(value.standalone)}", style="dim italic")))
    if value.notice:
        parts.append(Block(Text(clean_line(value.notice), style="yellow")))
    parts += [Text()] if parts else []
    if unsure := verification_notice.introduce_unsure(value):
        parts.append(Block(Text(unsure, style="yellow")))
    parts.append(Block(text))
    if value.refused:
        parts += _render_refusal(value)
    if claims := verification_notice.describe_left_out(value):
        parts += [Text(), Block(Text(clean_line(claims), style="dim"))]
    return parts


def _render_refusal(value: Answer) -> list[RenderableType]:
    if not value.nearest:
        return [Text("No article matches the given dates and author.", style="dim")]
    return [Text(), Text("Nearest articles:", style="dim"), *map(_render_nearest, value.nearest)]


def _render_nearest(info: ArticleInfo) -> Text:
    dated = f" ({format_day(info.published)})" if info.published else ""
    return Text.assemble(f"  {choose_title(info.title, info.id)}", (dated, "dim"))


def _render_heading(citation: Citation) -> Block:
    title = choose_title(citation.title, citation.article_id)
    return Block(Text.assemble((f"[{citation.number}] ", "bold cyan"), (title, "bold")))


def _render_credit(citations: Sequence[Citation]) -> Block:
    """Name an article on a line: the numbers of its quotes, title, author, date."""
    origin = citations[0]
    known = [part for part in (clean_line(origin.author), format_dates(origin)) if part]
    numbers = "".join(f"[{citation.number}]" for citation in citations)
    title = choose_title(origin.title, origin.article_id)
    return Block(Text.assemble((f"{numbers} ", "bold cyan"), title, ("".join(f" · {part}" for part in known), "dim")))


def _highlight_quote(shown: QuoteExcerpt, *, marks: bool) -> Text:
    quote = f"«{shown.quote}»" if marks else shown.quote
    return Text.assemble((shown.before, "dim"), (quote, "bold yellow"), (shown.after, "dim"))


def _highlight_in_passage(passage: Passage, citation: Citation, *, marks: bool) -> Text:
    """Return a whole passage with its part of the quote highlighted; one that has none is dim."""
    start, end = (min(max(at - passage.start, 0), len(passage.text)) for at in (citation.start, citation.end))
    if start >= end:
        return Text(clean(passage.text).strip(), style="dim")
    quote = clean(passage.text[start:end])
    return Text.assemble(
        clean(passage.text[:start]).lstrip(),
        (f"«{quote}»" if marks else quote, "bold yellow"),
        clean(passage.text[end:]).rstrip(),
    )


def _flatten(text: str) -> str:
    """Put text on one line, keeping one blank where it touches the quote."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() else ""
    return f"{lead}{inner}{trail}" if (inner := clean_line(text)) else ""
