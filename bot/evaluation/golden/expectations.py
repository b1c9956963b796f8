"""What a golden question expects, compared with an answer: one check for each expectation. Pure.

How texts are compared is in `normalization`; where quotes are in the archive is left to `gold`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.evaluation.golden.normalization import NormalizedText, normalize, occurs_in
from bot.evaluation.results import Check
from retrieval.answering.citations import MARKER, escape_quote

if TYPE_CHECKING:
    from collections.abc import Iterator

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

    A line that opens with the title or id of a cited article, perhaps with a date, and a colon is taken to name it.
    """
    text = _MARKERS.sub(lambda found: " " if answer.text[found.end() : found.end() + 1].isalnum() else "", answer.text)
    names = {name for c in answer.citations for name in (escape_quote(c.title), c.article_id) if name}
    if not names:
        return text.strip()
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    opening = re.compile(
        rf"[^\S\n]*(?:(?:[-*•>]|\d+[.)])\s+)?[\"“*_]*(?:{either})[\"”*_]*(?:\s*\([^()\n]*\))?[*_]*:\s+", re.IGNORECASE
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
    if golden.refuses:
        yield Check("refuses", "a refusal", answer.refused, shown)
    elif golden.refuses is not None or (golden.expects and answer.refused):
        yield Check("refuses", "an answer", not answer.refused, shown)


def _join_texts(texts: Iterator[str] | dict[str, None]) -> str:
    return ", ".join(texts) or "no citation"


def _cut(text: str) -> str:
    """Return a text on one line, cut at a word's end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1].rsplit(' ', 1)[0]} …"
