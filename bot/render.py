"""Answers, hits, articles and reports as terminal text and as JSON. Pure: reads no file, prints nothing.

Articles are strangers' text: whatever could steer a terminal (escape sequences, control and direction-override
characters) is taken out of what is shown; JSON keeps every character, escaped.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from retrieval.dates import day

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

    from bot.doctor import Findings
    from retrieval.domain import Answer, Article, ArticleInfo, Citation, Hit, IngestReport

CONTEXT = 160
"""Characters of the article shown on either side of a quote."""
WIDEST_ID = 48
"""Columns that ids are lined up to in a list; longer ones stand out."""

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with the words around it, each on one line."""

    before: str
    quote: str
    after: str


def clean(text: str) -> str:
    """Return text that a terminal shows and never obeys; line ends and tabs stay."""
    text = _LINE_END.sub("\n", _ESCAPE_SEQUENCE.sub("", text))
    return _SURROGATE.sub("\ufffd", _UNSAFE.sub("", text))


def line(text: str) -> str:
    """Return cleaned text on one line."""
    return " ".join(clean(text).split())


def as_json(value: object) -> str:
    """Write a value as one line of JSON in ASCII, so that no encoding and no terminal can stumble over it."""
    return json.dumps(value, default=_plain)


def excerpt(text: str, start: int, end: int, *, margin: int = CONTEXT) -> Excerpt:
    """Cut a quote and up to `margin` characters on either side of it, at white space, within its paragraph."""
    before = text[max(0, start - margin) : start].rpartition("\n\n")[2]
    after = text[end : end + margin].partition("\n\n")[0]
    if margin == len(before) < start:
        before = "… " + (before.partition(" ")[2] or before)
    if margin == len(after) < len(text) - end:
        after = (after.rpartition(" ")[0] or after) + " …"
    return Excerpt(_spaced(before), line(text[start:end]), _spaced(after))


def answer(value: Answer, excerpts: Mapping[int, Excerpt], *, marks: bool = False) -> RenderableType:
    """Lay out an answer: its text, then numbered sources with the quotes highlighted in their context.

    `excerpts` are by citation number; a citation without one shows its bare quote. `marks` puts guillemets around the
    quotes, for where there are no colours to tell them from their context.
    """
    if value.refused:
        return _refusal(value)
    parts: list[RenderableType] = [_Block(Text(clean(value.text))), Text()]
    for citation in value.citations:
        shown = excerpts.get(citation.number) or Excerpt("", line(citation.quote), "")
        head = Text.assemble(
            (f"[{citation.number}] ", "bold cyan"), (_name(citation.title, citation.article_id), "bold")
        )
        parts += [_Block(head), _indented(_provenance(citation)), _indented(_highlighted(shown, marks=marks)), Text()]
    return Group(*parts)


def hits(found: Sequence[Hit]) -> RenderableType:
    """Lay out ranked passages: rank, score, where it stands, text."""
    parts: list[RenderableType] = [] if found else [Text("No passage was found.")]
    for hit in found:
        name = _name(hit.article.title, hit.article.id)
        head = Text.assemble((f"{hit.rank:>2}. ", "bold cyan"), (name, "bold"), (f"  {hit.score:.3f}", "dim"))
        parts += [_Block(head), _indented(_provenance(hit.article)), _indented(Text(line(hit.passage.text))), Text()]
    return Group(*parts)


def articles(listed: Sequence[ArticleInfo]) -> RenderableType:
    """Lay out what a library holds, one article a line: id, date, title, author."""
    width = min(max((len(line(info.id)) for info in listed), default=0), WIDEST_ID)
    return Group(*(_listing(info, width) for info in listed))


def article(shown: Article) -> RenderableType:
    """Lay out one article: what is known of it, then its text."""
    known = {
        "id": shown.id,
        "title": shown.title,
        "author": shown.author,
        "published": day(shown.published),
        "url": shown.url,
        "source": shown.source,
        **{str(name): str(value) for name, value in shown.metadata.items()},
    }
    head = [Text.assemble((f"{line(name)}: ", "dim"), line(value)) for name, value in known.items() if value]
    return Group(*head, Text(), Text(clean(shown.text)))


def report(done: IngestReport) -> RenderableType:
    """Lay out what an ingest did, and each input that did not go in with its reason."""
    counts = ("added", "updated", "unchanged", "removed")
    summary = ", ".join(f"{getattr(done, name):,} {name}" for name in counts)
    took = f"{done.passages:,} passages in {done.seconds:.1f} s"
    lines = [Text(f"{summary}; {took}")]
    if done.skipped:
        lines.append(Text(f"{len(done.skipped):,} skipped:", style="bold yellow"))
    lines += [Text(f"  {line(skipped.source)}: {line(skipped.reason)}") for skipped in done.skipped]
    return Group(*lines)


def removal(done: Mapping[str, int]) -> RenderableType:
    """Lay out what a removal did."""
    return Text(f"{done['removed']:,} removed")


def findings(found: Findings) -> RenderableType:
    """Lay out an examination: what is installed, where things are, then what is wrong."""
    parts: dict[str, Mapping[str, object]] = {
        "Installed": found.versions,
        "Places": found.places,
        "Model": found.model,
        "Library": found.library,
    }
    lines: list[Text] = []
    for title, facts in parts.items():
        lines += [Text(title, "bold"), *(_fact(name, value) for name, value in facts.items()), Text()]
    problems = [Text.assemble(("✗ ", "bold red"), line(problem)) for problem in found.problems]
    return Group(*lines, *(problems or [Text.assemble(("✓ ", "bold green"), "nothing is wrong")]))


def fields(value: Any) -> dict[str, Any]:
    """Return the fields of a frozen value by name, the values in them as they are."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def article_json(shown: Article) -> dict[str, Any]:
    """Return everything that is known of an article, its text included."""
    fields = ("id", "title", "author", "published", "url", "source", "metadata", "text")
    return {name: getattr(shown, name) for name in fields}


def hits_json(question: str, found: Sequence[Hit]) -> dict[str, Any]:
    """Return ranked passages with their places in the articles."""
    return {"question": question, "passages": [_hit_json(hit) for hit in found]}


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article_id": hit.passage.article_id,
        "title": hit.article.title,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
    }


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return fields(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    return float(value) if hasattr(value, "__float__") else str(value)


def _refusal(value: Answer) -> RenderableType:
    if not value.nearest:
        return Group(Text(clean(value.text)), Text("No article lies within the given dates and author.", style="dim"))
    return Group(Text(clean(value.text)), Text(), Text("Nearest articles:", style="dim"), *map(_near, value.nearest))


def _fact(name: str, value: object) -> Text:
    return Text.assemble((f"  {name:<24}", "dim"), line(str(value)))


def _near(info: ArticleInfo) -> Text:
    dated = f" ({day(info.published)})" if info.published else ""
    return Text.assemble(f"  {_name(info.title, info.id)}", (dated, "dim"))


def _listing(info: ArticleInfo, width: int) -> Text:
    published = info.published.isoformat() if info.published else ""
    entry = Text.assemble((f"{line(info.id):<{width}}", "cyan"), (f"  {published:<10}", "dim"))
    entry.append(f"  {_name(info.title, info.source)}")
    return entry.append(f" · {line(info.author)}", style="dim") if info.author else entry


def _name(title: str, identifier: str) -> str:
    return line(title) or line(identifier)


@dataclass(frozen=True, slots=True)
class _Block:
    """Text set in by some columns; unlike rich's own it leaves no blanks at line ends and may stay unwrapped."""

    text: Text
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        room = max(options.max_width - self.indent, 10)
        lines = [self.text] if options.no_wrap else self.text.wrap(console, room, overflow="fold")
        for text in lines:
            text.rstrip()
            yield Text.assemble(" " * self.indent, text)


def _indented(text: Text) -> _Block:
    return _Block(text, indent=4)


def _provenance(origin: Citation | ArticleInfo) -> Text:
    known = (line(origin.author), day(origin.published), line(origin.url or origin.source))
    return Text(" · ".join(part for part in known if part), style="dim", overflow="fold")


def _highlighted(shown: Excerpt, *, marks: bool) -> Text:
    quote = f"«{shown.quote}»" if marks else shown.quote
    return Text.assemble((shown.before, "dim"), (quote, "bold yellow"), (shown.after, "dim"))


def _spaced(text: str) -> str:
    """Put text on one line, keeping one blank where it touches the quote."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() else ""
    return f"{lead}{inner}{trail}" if (inner := line(text)) else ""
