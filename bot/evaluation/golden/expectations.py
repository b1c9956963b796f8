"""What a golden question expects, compared with an answer: one check for each expectation. Pure.

How texts are compared is in `normalization`; where quotes are in the archive is left to `gold`.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from bot.evaluation.golden.normalization import NormalizedText, normalize, occurs_in
from bot.evaluation.results import Check
from retrieval.answering.citations import MARKER, escape_quote
from retrieval.text.dates import parse_until
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.evaluation.results import Golden
    from retrieval.domain import Answer

__all__ = ["check_expectations", "extract_own_words", "is_called", "list_article_names", "normalize"]

LONGEST_SHOWN = 200
"""Characters of an answer that a check shows."""
REFUSED = "refused"

_MARKERS = re.compile(rf"[^\S\n]*{MARKER.pattern}")


def check_expectations(golden: Golden, answer: Answer) -> tuple[Check, ...]:
    """Return a check for each expectation, in the order of the fields.

    A refusal fails a question that expects anything but a refusal, by a check of the field "refuses".
    """
    return tuple(_yield_checks(golden, answer))


def extract_own_words(answer: Answer) -> str:
    """Return an answer's own words: without markers, and without the names of articles that lines of quotes open with.

    A line that opens with the title or id of a cited article, perhaps with a date before or after it, and a colon is
    taken to name it.
    """
    text = _MARKERS.sub(lambda found: " " if answer.text[found.end() : found.end() + 1].isalnum() else "", answer.text)
    names = {name for c in answer.citations for name in (escape_quote(c.title), c.article_id) if name}
    if not names:
        return text.strip()
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    opening = re.compile(
        rf"[^\S\n]*(?:(?:[-*•>]|\d+[.)])\s+)?(?:(?:Earlier|Later), on [\w ]+, )?"
        rf"[\"“*_]*(?:{either})[\"”*_]*(?:\s*\([^()\n]*\))?[*_]*:\s+",
        re.IGNORECASE,
    )
    lines = (line[found.end() :] if (found := opening.match(line)) else line for line in text.split("\n"))
    return "\n".join(lines).strip()


def is_called(name: str, article_id: str, title: str, source: str) -> bool:
    """Say whether a name is an article's id, its source, that file's name or stem, all exactly, or its title."""
    return name in list_article_names(article_id, source) or (bool(title) and normalize(name) == normalize(title))


def list_article_names(article_id: str, source: str) -> frozenset[str]:
    """Return what an article is called besides its title: id, source, the file's name, and that without its suffix."""
    file = re.split(r"[/\\]", source)[-1]
    return frozenset({article_id, source, file, re.sub(r"(?<=.)\.[^.]*$", "", file)} - {""})


def _yield_checks(golden: Golden, answer: Answer) -> Iterator[Check]:
    own = extract_own_words(answer)
    words, shown = NormalizedText(own), REFUSED if answer.refused else _cut(own)
    if golden.answer:
        found = any(words.contains(normalize(text)) for text in golden.answer)
        yield Check("answer", " or ".join(golden.answer), found, shown)
    for text in golden.contains:
        yield Check("contains", text, words.contains(normalize(text)), shown)
    for text in golden.excludes:
        places = words.find_spans(normalize(text))
        yield Check(
            "excludes", text, not places, _cut(own[max(0, places[0].start - LONGEST_SHOWN // 2) :]) if places else shown
        )
    cited = REFUSED if answer.refused else _cut(_join_texts(dict.fromkeys(c.article_id for c in answer.citations)))
    for name in golden.cites:
        is_cited = any(is_called(name, c.article_id, c.title, c.source) for c in answer.citations)
        yield Check("cites", name, is_cited, cited)
    quoted = (
        REFUSED if answer.refused else _cut(_join_texts(f"“{' '.join(c.quote.split())}”" for c in answer.citations))
    )
    for text in golden.quotes:
        yield Check("quotes", text, any(occurs_in(text, c.quote) for c in answer.citations), quoted)
    yield from _yield_order_checks(golden, answer, quoted)
    yield from _yield_understanding_checks(golden, answer, shown)
    if golden.refuses:
        yield Check("refuses", "a refusal", answer.refused, shown)
    elif golden.refuses is not None or (golden.expects and answer.refused):
        yield Check("refuses", "an answer", not answer.refused, shown)


def _yield_order_checks(golden: Golden, answer: Answer, quoted: str) -> Iterator[Check]:
    """Yield the checks of which quote stands where."""
    first = answer.citations[0].quote if answer.citations else ""
    shown = f"“{_cut(first)}”" if first else quoted
    if golden.first:
        found = any(occurs_in(text, first) for text in golden.first)
        yield Check("first", " or ".join(golden.first), found, shown)
    for text in golden.not_first:
        yield Check("not_first", text, not occurs_in(text, first), shown)
    if golden.sides:
        found = _have_own_citations(golden.sides, answer)
        yield Check("sides", " and ".join(golden.sides), found, quoted)
    if golden.order:
        yield Check("order", ", then ".join(golden.order), _is_in_order(golden.order, answer), quoted)


def _have_own_citations(texts: Sequence[str], answer: Answer) -> bool:
    """Say whether each text is inside a citation, and each in another one."""
    holding = [{c.number for c in answer.citations if occurs_in(text, c.quote)} for text in texts]
    return any(len(set(chosen)) == len(texts) for chosen in product(*holding))


def _is_in_order(texts: Sequence[str], answer: Answer) -> bool:
    """Say whether the texts are inside citations that follow each other; one citation may hold several in its order."""
    said = NormalizedText("\n".join(citation.quote for citation in answer.citations))
    at = 0
    for text in texts:
        later = [span for span in said.find_spans(normalize(text)) if span.start >= at]
        if not later:
            return False
        at = later[0].end
    return True


def _yield_understanding_checks(golden: Golden, answer: Answer, shown: str) -> Iterator[Check]:
    """Yield the checks of how the question was read, and of what may be used to answer it."""
    kind = answer.understanding.kind if answer.understanding else "fact"
    if golden.kind:
        yield Check("kind", " or ".join(golden.kind), kind in golden.kind, kind)
    if golden.asks_back:
        yield Check("asks_back", "a question back", kind == "unclear" and not answer.refused, shown)
    if golden.as_of:
        last = parse_until(golden.as_of, date.today())
        used = {c.title: c.published for c in answer.citations} | {a.title: a.published for a in answer.nearest}
        late = [title for title, published in used.items() if published is None or get_last_day(published) > last]
        yield Check("as_of", f"nothing later than {golden.as_of}", not late, ", ".join(late))


def _join_texts(texts: Iterator[str] | dict[str, None]) -> str:
    return ", ".join(texts) or "no citation"


def _cut(text: str) -> str:
    """Return a text on one line, cut at a word's end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1].rsplit(' ', 1)[0]} …"
