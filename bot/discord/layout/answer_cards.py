"""Answers as cards: each kind drawn as what it is, the answer first, every source with its own passage button. Pure.

A timeline, headlines and a summary are entries of their articles, in order; a fact, a list and a comparison stand above
their sources. The older form is answer_message.py's.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from bot.discord import escaping
from bot.discord.layout.answer_lines import ArticleLine, QuoteLine, WordLine, name_citation, read_lines, split_named
from bot.discord.layout.answer_message import (
    COLOUR,
    NAME_SHOWN,
    QUOTE_SHOWN,
    QUOTED_SOURCES,
    REFUSED,
    SHORTEST,
    TITLE_SHOWN,
    USUAL,
    format_credit,
    format_remarks,
    keep_letters,
    list_known,
)
from bot.discord.layout.cards import Block, Card, NearestBlock, Paragraph, SourceBlock, pack_blocks
from bot.discord.layout.message_limits import CONTENT
from bot.discord.layout.splitting import pack, split_units
from bot.discord.localisation import say
from bot.discord.worded_elsewhere import say_dates_of, translate
from retrieval.answering.citations import MARKER, escape_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.discord.layout.answer_lines import Line
    from retrieval.domain import Answer, Citation

UNSURE = 0xD9A23B
MOST_BUTTONS = 8
"""Sources with a button each; of more, a menu shows the passages."""
ENTRY = 1_200
"""Units of the text beside a button; what is longer goes on below."""
MARKS = 8
"""Units that are put around a part of a quote: bold, or the sign of an item."""

DATED_KINDS = frozenset({"timeline", "headlines", "summary"})
"""Kinds of answers that are entries of their articles."""
_ITEM = re.compile(r"(?:(?<=\n)|\A)[^\S\n]*([-*•]|\d{1,2}[.)])[^\S\n]+")


def format_cards(value: Answer, *, length: int = USUAL, asked: bool = False) -> list[Card]:
    """Lay out an answer as cards: its text, of at most `length` units in one, then its sources.

    `asked` puts the question above, for where Discord does not show it to the others: commands, menus, forms.
    """
    limit = min(max(length, SHORTEST), CONTENT)
    colour = REFUSED if value.refused else UNSURE if value.certainty == "unsure" else COLOUR
    return pack_blocks(_build_blocks(value, limit, asked=asked), length=limit, colour=colour) or [
        Card((Paragraph("…"),), colour)
    ]


def needs_menu(value: Answer) -> bool:
    """Say whether the passages of an answer are shown by a menu, because its sources are too many for buttons."""
    return len({citation.article_id for citation in value.citations}) > MOST_BUTTONS


def _build_blocks(value: Answer, limit: int, *, asked: bool) -> Iterator[Block]:
    before, after = format_remarks(value, asked=asked)
    yield from (Paragraph(text) for text in pack(before, limit))
    lines = read_lines(value)
    in_place = value.kind in DATED_KINDS and any(isinstance(line, QuoteLine) for line in lines)
    drawn = list(_draw_dated(value, lines, limit) if in_place else _draw_above_sources(value, lines, limit))
    yield from drawn
    shown = {each.number for each in drawn if isinstance(each, SourceBlock)}
    named = {c.article_id for c in value.citations if c.number in shown}
    yield from _draw_sources(value, [c for c in value.citations if c.article_id not in named] if not in_place else [])
    if value.refused:
        yield from _draw_nearest(value)
    yield from (Paragraph(text) for text in pack(after, limit))


def _draw_above_sources(value: Answer, lines: Sequence[Line], limit: int) -> Iterator[Block]:
    """Yield the quotes, the first in bold where it is sure; titles are left to the sources below."""
    sides = _find_sides(value)
    parts, listed = list[str](), False
    for number, line in enumerate(_gather_sides(lines, sides)):
        if isinstance(line, ArticleLine) and not needs_menu(value):
            yield from _join(parts, limit, boxed=listed)
            parts, listed = [], True
            yield SourceBlock(_format_source([line.article]) + _format_evidence(line.article), line.article.number)
        elif isinstance(line, ArticleLine):
            parts.append(f"- {format_credit(line.article, line.article.article_id)} [{line.article.number}]\n")
        elif isinstance(line, WordLine):
            text = line.text if needs_menu(value) else _leave_names_to_sources(line.text, value.citations)
            words = _format_words(text, value, limit)
            parts += [f"**{words[0].strip()}**\n"] if value.refused and len(words) == 1 else words
        else:
            bold = not number and value.kind == "fact" and value.certainty == "sure"
            if line.lead:
                parts.append(f"-# {escaping.escape_line(translate(line.lead), 300)}\n")
            for side, quotes in groupby(line.quotes, key=lambda quote: sides.get(quote.number, "")):
                if value.kind == "comparison":
                    parts.append(f"**{escaping.escape_line(side or _name_source(line.quotes[0]), TITLE_SHOWN)}**\n")
                for quote in quotes:
                    parts += _format_quote(quote, limit, bold=bold, item=value.kind == "list")
            parts.append("\n")
    yield from _join(parts, limit, boxed=listed)


def _draw_dated(value: Answer, lines: Sequence[Line], limit: int) -> Iterator[Block]:
    """Yield an entry for each article: its date in bold, its title, the quotes as items."""
    by_menu = needs_menu(value)
    for line in lines:
        if isinstance(line, WordLine):
            yield from _draw_words(line.text, value, limit)
            continue
        quotes = line.quotes if isinstance(line, QuoteLine) else (line.article,)
        head = _format_dated_head(quotes[0], line.lead if isinstance(line, QuoteLine) else "")
        items = [part for quote in quotes if quote.quote for part in _format_quote(quote, ENTRY, item=True)]
        first, *rest = pack([head, *items], ENTRY)
        yield Paragraph(first, boxed=True) if by_menu else SourceBlock(first, quotes[0].number)
        yield from (Paragraph(text, boxed=True) for text in rest)


def _draw_words(text: str, value: Answer, limit: int) -> Iterator[Block]:
    """Yield words of ours among entries; the articles that they name become entries themselves."""
    parts = split_named(text, value.citations)
    if all(isinstance(part, str) for part in parts):
        said = _format_words(text, value, limit)
        said = [f"**{said[0].strip()}**\n"] if len(said) == 1 and not MARKER.search(text) else said
        yield from (Paragraph(each, boxed=True) for each in pack(said, limit))
        return
    rows = []
    for part in parts:
        words = (
            translate(part.strip()).strip(" ;.:")
            if isinstance(part, str)
            else _format_dated_head(part, "").replace("\n", " ").strip()
        )
        if words:
            rows.append(f"**{escaping.escape_line(words)}**\n" if isinstance(part, str) else f"- {words}\n")
    yield from (Paragraph(each, boxed=True) for each in pack(rows, ENTRY))


def _draw_sources(value: Answer, citations: Sequence[Citation]) -> Iterator[Block]:
    articles: dict[str, list[Citation]] = {}
    for citation in citations:
        articles.setdefault(citation.article_id, []).append(citation)
    quoted = len(articles) <= QUOTED_SOURCES
    said = keep_letters(value.text)
    by_menu = needs_menu(value)
    for cited in articles.values():
        text = _format_source(cited)
        for quote in cited[:QUOTED_SOURCES] if quoted else ():
            if keep_letters(quote.quote) not in said:
                text += _format_evidence(quote)
        yield Paragraph(text, boxed=True) if by_menu else SourceBlock(text, cited[0].number)


def _draw_nearest(value: Answer) -> Iterator[Block]:
    if value.nearest:
        yield Paragraph(f"**{say('The nearest articles')}**", boxed=True)
    for number, info in enumerate(value.nearest):
        title, _, known = format_credit(info, info.id).partition("\n")
        yield NearestBlock(f"{title}\n-# {known}" if known else title, number)


def _format_evidence(citation: Citation) -> str:
    """Return the start of what is cited, as a quote below its source; nothing where that is the article as a whole."""
    shown = escaping.escape_line(citation.quote, QUOTE_SHOWN)
    return f"\n> {shown}" if shown else ""


def _format_source(cited: Sequence[Citation]) -> str:
    """Name an article: the numbers of its quotes, its title as a link, then author and date in small print."""
    numbers = "".join(f"[{each.number}]" for each in cited[:QUOTED_SOURCES])
    if rest := cited[QUOTED_SOURCES:]:
        numbers += f" … [{rest[-1].number}]"
    title = escaping.format_link(cited[0].title or cited[0].article_id, cited[0].url, TITLE_SHOWN) or say("untitled")
    known = " · ".join(escaping.isolate(escaping.escape_line(part, NAME_SHOWN)) for part in list_known(cited[0]))
    return f"{numbers} **{escaping.isolate(title)}**" + (f"\n-# {known}" if known else "")


def _format_dated_head(origin: Citation, lead: str) -> str:
    dates = say_dates_of(origin) or say("undated")
    title = escaping.format_link(origin.title or origin.article_id, origin.url, TITLE_SHOWN) or say("untitled")
    author = escaping.escape_line(" ".join(origin.author.split()), NAME_SHOWN)
    before = f"{escaping.escape_line(translate(lead))}: " if lead else ""
    return f"**{before}{dates[0].upper()}{dates[1:]}** · {escaping.isolate(title)}\n" + (
        f"-# {author}\n" if author else ""
    )


def _format_quote(citation: Citation, limit: int, *, bold: bool = False, item: bool = False) -> list[str]:
    """Return a quote in parts that are never cut, with its marker at the end; as an item, or in bold."""
    said = f"“{_keep_items(citation.quote)}”" if item else f"“{escape_quote(citation.quote)}”"
    units = list(split_units(said, limit - MARKS))
    if bold:
        units = [f"**{unit.strip()}**{unit[len(unit.rstrip()) :]}" for unit in units]
    if item and "\n" not in said:
        units[0] = f"- {units[0]}"
    last, marker = units[-1].rstrip(), f" {_format_marker(citation)}\n"
    fits = escaping.count_units(last) + escaping.count_units(marker) <= limit
    units[-1:] = [last + marker] if fits else [last, marker]
    return [_restore_items(unit) if item else unit for unit in units]


def _keep_items(quote: str) -> str:
    """Return a quote with the lines of a list that it holds; any other on one line."""
    return quote.strip() if len(_ITEM.findall(quote)) > 1 else escape_quote(quote)


def _restore_items(text: str) -> str:
    r"""Let the items of a list be items: `\- Ann` was escaped like all that articles say."""
    return re.sub(r"(?m)^([^\S\n]*)\\([-+*]|\d{1,2}\\?[.)])(?=\s)", r"\1\2", text)


def _format_words(text: str, value: Answer, limit: int) -> list[str]:
    """Return the safe parts of words, with their markers as links."""
    urls = {each.number: each for each in value.citations}

    def link(found: re.Match[str]) -> str:
        citation = urls.get(int(found[1]))
        return _format_marker(citation) if citation else found[0]

    words = text if value.model else translate(text)
    units = list(split_units(words, limit, markers=True, code=bool(value.model)))
    linked = [unit if unit.startswith("```") else MARKER.sub(link, unit) for unit in units]
    fits = all(escaping.count_units(unit.rstrip()) <= limit for unit in linked)
    parts = linked if fits else units
    return [*parts[:-1], f"{parts[-1].rstrip()}\n"] if parts else []


def _format_marker(citation: Citation) -> str:
    target = escaping.sanitize_url(citation.url)
    return f"[[{citation.number}]]({target})" if target else f"[{citation.number}]"


def _join(parts: Iterable[str], limit: int, *, boxed: bool) -> Iterator[Block]:
    """Yield parts as paragraphs, among the entries where there were some before."""
    yield from (Paragraph(text, boxed=boxed) for text in pack(parts, limit))


def _name_source(citation: Citation) -> str:
    dates = say_dates_of(citation)
    return (citation.title or citation.article_id) + (f" ({dates})" if dates else "")


def _leave_names_to_sources(text: str, citations: Iterable[Citation]) -> str:
    """Return words without the articles' titles and dates, which stand below beside the same numbers."""
    for each in citations:
        for name in sorted(name_citation(each), key=len, reverse=True):
            text = text.replace(f"{name} [{each.number}]", f"[{each.number}]")
    return text


def _gather_sides(lines: Sequence[Line], sides: Mapping[int, str]) -> list[Line]:
    """Put the quotes of neighbouring lines under their sides, each side once; those of no side stay where they are."""
    found: list[Line] = []

    def is_of_sides(line: Line) -> bool:
        return isinstance(line, QuoteLine) and not line.lead and all(quote.number in sides for quote in line.quotes)

    for gathered, run in groupby(lines, key=is_of_sides):
        if not gathered:
            found += run
            continue
        quotes = [quote for line in run if isinstance(line, QuoteLine) for quote in line.quotes]
        for side in dict.fromkeys(sides[quote.number] for quote in quotes):
            found.append(QuoteLine(tuple(quote for quote in quotes if sides[quote.number] == side)))
    return found


def _find_sides(value: Answer) -> dict[int, str]:
    """Return which side of a comparison each quote is for, by its number; nothing where that is not plain."""
    sides = value.understanding.sides if value.understanding and value.kind == "comparison" else ()
    words = {side: set(re.findall(r"\w{3,}", side.casefold())) for side in sides}
    common = set.intersection(*words.values()) if words else set()
    found = {}
    for citation in value.citations:
        said = set(re.findall(r"\w{3,}", f"{citation.quote} {citation.author} {citation.title}".casefold()))
        named = [side for side, own in words.items() if (own - common) & said]
        if len(named) != 1:
            return {}
        found[citation.number] = named[0]
    return found if len(set(found.values())) == len(sides) else {}
