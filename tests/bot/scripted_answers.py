"""What conversations are tested with: a library of two small articles, and answerers that stream a given text."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval.domain import Answer, Article, ArticleInfo, Ask, Citation
from retrieval.index import Library
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTE = "Talks were held at the old mill."
MILL = Article(
    "mill",
    "Envoys came on Sunday, as they had promised in the spring of the year before.\n\n"
    f"{QUOTE} Nothing was signed, and nobody said when the next talks would be.\n\n"
    "The mill has ground no corn since the war, and its wheel is broken.",
    "Talks at the mill",
    "Ada Byron",
    date(2023, 6, 27),
    "https://news.example/mill",
)
HARBOUR = Article("harbour", "The harbour was closed by ice for three weeks.", "Ice", published=date(2021, 1, 2))


def make_small_library(folder: Path) -> Library:
    """Make a library whose passages are short, so that one article has several."""
    library = Library.open(folder, encoder=FakeEncoder(), passage_tokens=30, create=True)
    library.ingest([MILL, HARBOUR])
    return library


def make_quote_answer(question: str) -> Answer:
    start = MILL.text.index(QUOTE)
    citation = Citation(
        1, "mill", MILL.title, MILL.author, MILL.published, MILL.url, "", QUOTE, start, start + len(QUOTE)
    )
    return Answer(question, f"{QUOTE} [1]", (citation,), False, 0.9, "scripted", 0.01)


def make_refusal(question: str) -> Answer:
    near = ArticleInfo("harbour", HARBOUR.title, published=HARBOUR.published)
    return Answer(question, "The articles do not say.", (), True, 0.1, "scripted", 0.01, (near,))


@dataclass
class ScriptedAnswerer:
    """Streams its pieces, then an answer: a quote to what asks of the mill, else a refusal; remembers what was asked.

    A question with "slow" in it gets its pieces and no answer before somebody interrupts.
    """

    pieces: tuple[str, ...] = ()
    asked: list[Ask] = field(default_factory=list)
    closed: bool = False
    never: threading.Event = field(default_factory=threading.Event)

    def invoke(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        answer = make_quote_answer(ask.question) if "mill" in ask.question else make_refusal(ask.question)
        return replace(answer, standalone="Who is the miller?") if ask.question == "And who is he?" else answer

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        try:
            yield from self.pieces
            if "slow" in ask.question:
                # In short waits: a signal that another thread gets does not wake this one.
                while not self.never.wait(0.1):
                    pass
            yield self.invoke(ask)
        finally:
            self.closed = True
