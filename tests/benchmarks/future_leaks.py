"""Measures whether answers as of a day know the future: `python -m tests.benchmarks.future_leaks [FOLDER]`.

Each golden question of the folder is asked as of several days between its oldest and newest article, once with the day
as a limit and once in words ("As of 20 February 2026, ..."). An answer leaks if it cites, quotes or names anything
published later or without a date: in its text, its notice, what it understood, or the articles named as nearest.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluation.golden.golden_file import read_golden_file
from retrieval.domain import Article, Filter
from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.pipeline import answer_question
from retrieval.reading import read_articles
from retrieval.text.dates import format_day
from retrieval.text.publication_dates import get_last_day
from tests.benchmarks import report
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Answer

ARCHIVE = ROOT / "tests" / "golden" / "veldmouth"
NO_LEAK = Bar(0, at_most=True)
FEWEST = 200
"""Answers that have to be looked at."""
SHORTEST_QUOTE = 25
"""Characters from which on words between quotation marks tell where they are from."""
_QUOTED = re.compile(r"“([^“”]+)”")


@dataclass
class Tally:
    """What came of one way to ask."""

    answers: int = 0
    refused: int = 0
    leaks: list[str] = field(default_factory=list)


def main() -> None:
    """Ask each question as of several days, both ways; print what leaked, and exit with 1 if anything did."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ARCHIVE, help=f"golden files beside a folder articles ({ARCHIVE})"
    )
    parser.add_argument("--days", type=int, default=3, help="days that each question is asked as of (3)")
    report.add_json(parser)
    given = parser.parse_args()
    files = [read_golden_file(path) for path in sorted(given.folder.glob("*.yaml"))]
    questions = list(dict.fromkeys(golden.question for file in files for golden in file.questions))
    articles = [each for each in read_articles([given.folder / "articles"]) if isinstance(each, Article)]
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        encoder.prepare()
        with Library.open(Path(home) / "archive", encoder=encoder, create=True) as library:
            library.ingest(articles)
            tallies = measure(library, articles, questions, given.days)
    print_tallies(tallies)
    report.write(given.to, {name: vars(tally) for name, tally in tallies.items()})
    if any(tally.leaks for tally in tallies.values()):
        sys.exit(1)


def measure(library: Library, articles: Sequence[Article], questions: Sequence[str], count: int) -> dict[str, Tally]:
    """Ask each question as of `count` days, with the day as a limit and in words."""
    tallies = {"with the day as a limit": Tally(), "with the day in words": Tally()}
    limited, worded = tallies.values()
    dated = sorted(get_last_day(each.published) for each in articles if each.published)
    span = (dated[-1] - dated[0]).days
    for number, question in enumerate(questions):
        if number % 20 == 0:
            report.show_progress(f"{number} of {len(questions)} questions")
        for step in range(count):
            # Days from before the oldest article to just before the newest one, others for each question.
            day = dated[0] + timedelta(days=(number * 7 + step * span // count) % span - 1)
            today = dated[-1] + timedelta(days=30)
            tally(limited, day, articles, answer_question(library, question, where=Filter(as_of=day), today=today))
            tally(worded, day, articles, answer_question(library, put_in_words(question, day), today=today))
    return tallies


def put_in_words(question: str, day: date) -> str:
    """Return a question that states the day as of which it is asked."""
    return f"As of {format_day(day)}, {question}"


def tally(counted: Tally, day: date, articles: Sequence[Article], answer: Answer) -> None:
    """Count an answer with its leaks."""
    counted.answers += 1
    counted.refused += answer.refused
    counted.leaks += [f"{format_day(day)}: {answer.question} -> {leak}" for leak in find_leaks(answer, articles, day)]


def find_leaks(answer: Answer, articles: Sequence[Article], day: date) -> Iterator[str]:
    """Yield what an answer gives away of articles that were not there on a day."""
    known = [each for each in articles if each.published and get_last_day(each.published) <= day]
    unknown = [each for each in articles if each not in known]
    ids = {each.id for each in known}
    yield from (f"cites {each.title or each.article_id}" for each in answer.citations if each.article_id not in ids)
    yield from (f"names {each.title or each.id} as near" for each in answer.nearest if each.id not in ids)
    said = [answer.text, answer.notice, answer.standalone]
    if asked := answer.understanding:
        said += [*asked.remarks, *asked.sides]
    text = " ".join(said)
    titles = {each.title for each in known}
    yield from (f"names {each.title}" for each in unknown if each.title not in titles and each.title in text)
    for quoted in _QUOTED.findall(text):
        if len(quoted) >= SHORTEST_QUOTE and not any(quoted in each.text for each in known):
            yield from (f"quotes {each.title}: {quoted}" for each in unknown if quoted in each.text)


def print_tallies(tallies: dict[str, Tally]) -> None:
    """Print a table of all, and each leak."""
    rows = [["asked", "answers", "refused", "leaks", "bar", ""]]
    for name, each in tallies.items():
        numbers = [str(each.answers), str(each.refused), str(len(each.leaks))]
        rows.append([name, *numbers, *report.render_verdict(NO_LEAK, len(each.leaks))])
    print(report.render_table(rows))
    total = sum(each.answers for each in tallies.values())
    if total < FEWEST:
        print(f"only {total} answers: the bar is for {FEWEST} or more")
    for each in tallies.values():
        print(*each.leaks, sep="\n", end="\n" if each.leaks else "")


if __name__ == "__main__":
    main()
