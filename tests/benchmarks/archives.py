"""Questions to small archives whose articles resemble each other: whether the sentence quoted first answers.

    python -m tests.benchmarks.archives [--show]

Asks, with quotes alone, every tenth archive of tests/golden/archives: those that the reader was not trained on. Said
of the answerable questions: what share was answered, by a sentence that was superseded, by another one, or refused; of
the others what share was refused.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.wiring import ExtractiveAnswerer
from retrieval.domain import Ask
from tests.benchmarks import report
from tests.benchmarks.fresh_library import open_fresh_library
from tests.benchmarks.reader_training.texts import MEASURED, list_archive_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Answer
    from retrieval.index import Library

RIGHT, SUPERSEDED, OTHER, REFUSED = "answered", "superseded", "another sentence", "refused"
RIGHTLY_REFUSED, WRONGLY_ANSWERED = "rightly refused", "wrongly answered"
ANSWERED_RIGHTLY = (RIGHT, RIGHTLY_REFUSED)
COLUMNS = ("questions", RIGHT, SUPERSEDED, OTHER, REFUSED, RIGHTLY_REFUSED)


@dataclass(frozen=True, slots=True)
class SmallArchive:
    """Articles of one invented paper or the like, and questions with the sentences that answer or once did."""

    name: str
    articles: tuple[dict[str, str], ...]
    questions: tuple[dict[str, Any], ...]

    @property
    def today(self) -> date:
        """The day after the last article."""
        return max(date.fromisoformat(each["date"]) for each in self.articles) + timedelta(days=1)


def main() -> None:
    """Ask all and print what share was answered, file by file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the questions that were not answered")
    report.add_json(parser)
    given = parser.parse_args()
    rows, everything = [["", *COLUMNS]], Counter[str]()
    for path in list_archive_files():
        counts = Counter[str]()
        for archive in read_left_out(path):
            counts += ask_archive(archive, show=given.show)
        rows.append([path.stem, *describe_shares(counts)])
        everything += counts
    print(report.render_table([*rows, ["all", *describe_shares(everything)]]))
    report.write(given.to, dict(everything))


def read_left_out(path: Path) -> list[SmallArchive]:
    """Return the archives of a file that no reader was trained on."""
    lines = list(map(json.loads, path.read_text("utf-8").splitlines()))
    return [
        SmallArchive(f"{path.stem}: {line['world']}", tuple(line["articles"]), tuple(line["questions"]))
        for line in lines[MEASURED - 1 :: MEASURED]
    ]


@contextmanager
def open_small_archive(archive: SmallArchive) -> Iterator[Library]:
    """Ingest an archive; the library goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="clippings-") as folder:
        file = Path(folder) / "articles.jsonl"
        articles = ({"id": str(n), "published": each["date"], **each} for n, each in enumerate(archive.articles))
        file.write_text("".join(json.dumps(each) + "\n" for each in articles), "utf-8")
        with open_fresh_library(file) as library:
            yield library


def ask_archive(archive: SmallArchive, *, show: bool = False) -> Counter[str]:
    """Return how many of an archive's questions came out how."""
    with open_small_archive(archive) as library:
        answerer = ExtractiveAnswerer(library, None)
        counts = Counter[str]()
        for question in archive.questions:
            answer = answerer.invoke(Ask(question["question"], today=archive.today))
            came = judge(question, answer)
            counts[came] += 1
            if show and came not in ANSWERED_RIGHTLY:
                print(f"{archive.name}: {question['question']} [{came}]\n    {answer.text}\n")
        return counts


def judge(question: dict[str, Any], answer: Answer) -> str:
    """Return what became of a question: the first quote is compared with the sentences that answer."""
    if not question["answers"]:
        return RIGHTLY_REFUSED if answer.refused else WRONGLY_ANSWERED
    if answer.refused:
        return REFUSED
    quote = _flatten(answer.citations[0].quote) if answer.citations else ""
    for came, key in ((RIGHT, "answers"), (SUPERSEDED, "stale")):
        sentences = [_flatten(each) for answering in question.get(key, ()) for each in answering["sentences"]]
        if quote and any(each in quote or quote in each for each in sentences):
            return came
    return OTHER


def _flatten(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def describe_shares(counts: Counter[str]) -> list[str]:
    """Return the cells of a row: how many were asked, and what shares came how, of those with an answer and without."""
    answerable = sum(counts[each] for each in (RIGHT, SUPERSEDED, OTHER, REFUSED))
    other = counts[RIGHTLY_REFUSED] + counts[WRONGLY_ANSWERED]
    shares = [f"{counts[each] / max(1, answerable):.3f}" for each in (RIGHT, SUPERSEDED, OTHER, REFUSED)]
    return [str(answerable + other), *shares, f"{counts[RIGHTLY_REFUSED] / max(1, other):.3f}"]


if __name__ == "__main__":
    main()
