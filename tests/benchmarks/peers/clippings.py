"""Clippings itself, as its front ends build it, every setting at its default."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot import wiring
from bot.settings import Settings
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.evaluation.results import Outcome
    from tests.benchmarks.peers.systems import Found, Search
    from tests.benchmarks.sets import Question

LIBRARY = "benchmark"


def index(articles: Path, folder: Path) -> int:
    """Ingest the articles into a library."""
    with wiring.open_library(Settings(home=folder), LIBRARY, create=True) as library:
        report = library.ingest(read_articles([articles]))
    if report.skipped:
        raise SystemExit(f"{report.skipped[0].source} {report.skipped[0].reason}")
    return report.passages


def search(folder: Path) -> Search:
    """Open the library."""
    from retrieval.search.ranking import search as ranked

    library = wiring.open_library(Settings(home=folder), LIBRARY)

    def find(question: str, k: int) -> list[Found]:
        return [(hit.passage.article_id, hit.passage.start, hit.passage.end) for hit in ranked(library, question, k=k)]

    return find


def answers(folder: Path, asked: Sequence[Question]) -> Iterator[Outcome]:
    """Answer each question, after a few that are not measured, for the first ones load things."""
    from bot.evaluation.run.outcomes import ask_golden

    settings = Settings(home=folder)
    with wiring.open_library(settings, LIBRARY) as library:
        answerer = wiring.build_answerer(settings, library)
        for each in asked[:3]:
            ask_golden(each.golden, each.gold, library, answerer, today=date.today())
        for each in asked:
            yield ask_golden(each.golden, each.gold, library, answerer, today=date.today())
