"""An earlier answer -> the articles that it names, and "who wrote that?" asked of them by name. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.dates import parse_date
from retrieval.text.english import MONTHS
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import PublicationDate

LONGEST_TITLE = 300
"""Characters of a title that is put into a question."""

_DAY = rf"(?:(?:\d{{1,2}} )?(?:{'|'.join(month.capitalize() for month in MONTHS)}) )?\d{{4}}"
_LINE = compile_later(
    rf"^“(?P<said>[^\n]+)” (?:\((?P<said_day>{_DAY})\) )?[^\n“”]*\. \[\d+\]$"
    rf"|^(?:Latest: |Earlier, (?:on|in) )?(?:(?P<earlier>{_DAY}), |Undated, )?(?P<title>[^\n]+?)"
    rf"(?: \((?P<day>{_DAY})\))?(?:: “[^\n]*|(?<!:) \[\d+\]|:(?=\n“))$",
    re.MULTILINE,
)
_IT = (
    r"(?:that|this|it|the)(?: (?:article|piece|story|text|quote|information))?"
    r"(?: (?:that|which) (?:this|that|it) (?:is|was|comes?) from)?"
)
_PRINTED = "(?:published|printed|appear|come out)"
_ARTICLE = "(?:what|which) (?:article|piece|story|text|one)"


def _ask(*patterns: str) -> re.Pattern[str]:
    return compile_later(rf"(?:(?:and|so|but|ok|okay),? )*(?:{'|'.join(patterns)})\W*", re.IGNORECASE)


_WHO = _ask(
    rf"who (?:wrote|has written) {_IT}|who(?: is|'s| was) {_IT} by|by whom (?:is|was) {_IT}(?: written)?",
    rf"who(?: is|'s| was) the (?:author|writer)(?: of {_IT})?",
)
_WHEN = _ask(rf"(?:when|on (?:which|what) day) (?:was|is|did) {_IT} {_PRINTED}", rf"from when is {_IT}")
_WHERE = _ask(rf"where (?:was|is|did) {_IT} {_PRINTED}", rf"(?:which|what) (?:news)?paper (?:is|was) {_IT} (?:from|in)")
_WHICH = _ask(
    rf"{_ARTICLE} (?:is|was|does|did) {_IT} (?:come )?(?:from|in)|{_ARTICLE} (?:says?|said|is|was) {_IT}",
    rf"where (?:is|does|did|was) {_IT} (?:come )?from|what(?: is|'s| was) (?:the|your) source(?: (?:of|for) {_IT})?",
)
_SUMMARY = _ask(
    rf"(?:(?:please|can you|could you) )*(?:summari[sz]e|sum up) {_IT}(?: for me)?(?:,? please)?",
    "sum (?:that|this|it) up",
    rf"(?:(?:please )?give me )?(?:a|the) (?:short |brief |quick )?summary(?: of {_IT})?",
)


class CitedArticle(NamedTuple):
    """An article as an answer names it: by its title, or its id where it has none, and its date."""

    name: str
    published: PublicationDate | None


def find_cited_articles(answer: str) -> list[CitedArticle]:
    """Return the articles that the lines of an answer name, in their order, each once."""
    return list(dict.fromkeys(_yield_articles(answer)))


def ask_of_cited_article(question: str, answer: str) -> str:
    """Return a question about the article that an answer is from with that article's title; "" for other questions."""
    cited = find_cited_articles(answer)
    if not cited or len(cited[0].name) > LONGEST_TITLE:
        return ""
    article = f"the article “{cited[0].name}”"
    forms = {
        _WHO: f"Who wrote {article}?",
        _WHEN: f"When was {article} published?",
        _WHERE: f"Where was {article} published?",
        _WHICH: f"Who wrote {article}, and when?",
        _SUMMARY: f"Give me a summary of {article}.",
    }
    return next((asked for pattern, asked in forms.items() if pattern.fullmatch(question.strip())), "")


def asks_of_source(question: str) -> bool:
    """Say whether a question asks something of the article that an answer is from: "who wrote that?"."""
    return any(pattern.fullmatch(question.strip()) for pattern in (_WHO, _WHEN, _WHERE, _WHICH, _SUMMARY))


def _yield_articles(answer: str) -> Iterator[CitedArticle]:
    for line in _LINE.finditer(answer):
        title, day = line["said"] or line["title"], line["earlier"] or line["day"] or line["said_day"]
        if line["earlier"] and line["day"]:  # "1989, a year of hopes (4 May 2031)": no line has two dates
            title, day = answer[line.start("earlier") : line.end("title")], line["day"]
        yield CitedArticle(title, parse_date(day) if day else None)
