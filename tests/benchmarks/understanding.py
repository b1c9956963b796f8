"""How questions of every kind are understood and answered: the golden questions on three invented archives.

    python -m tests.benchmarks.understanding [--tag TAG] [--show]

Asks tuned.yaml and held-out.yaml of tests/golden/veldmouth and tests/golden/harrow, and tuned.yaml of
tests/golden/corvalen, with quotes alone. A question is understood when it is read as a kind that the golden file
accepts, and answered usefully when every other expectation is met. `--show` prints what failed, not of those held out:
they are never looked at while the program is built.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.golden.golden_file import read_golden_file
from bot.evaluation.run.outcomes import ask_golden
from bot.wiring import ExtractiveAnswerer
from tests.benchmarks import report
from tests.benchmarks.fresh_library import open_fresh_library
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bot.evaluation.results import Outcome
    from retrieval.index import Library

GOLDEN = ROOT / "tests" / "golden"
HELD_OUT, TUNED = "held-out", "tuned.yaml"
UNDERSTOOD, USEFUL, ARCHIVE = Bar(0.95), Bar(0.85), Bar(0.95)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive's folder, its files of questions by the name they are reported under, and the day they are asked.

    That day is just after the archive's last article.
    """

    folder: Path
    files: Mapping[str, str]
    today: date


ARCHIVES = (
    Archive(GOLDEN / "veldmouth", {"tuned": TUNED, HELD_OUT: "held-out.yaml"}, date(2026, 4, 6)),
    Archive(GOLDEN / "corvalen", {"Corvalen": TUNED}, date(2025, 7, 1)),
    Archive(GOLDEN / "harrow", {"Harrow": TUNED, f"Harrow {HELD_OUT}": "held-out.yaml"}, date(2024, 5, 17)),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one file of questions."""

    name: str
    outcomes: tuple[Outcome, ...]

    def share_understood(self) -> float:
        """Return the share that was read as an accepted kind."""
        return _average([is_understood(each) for each in self.outcomes if each.golden.kind])

    def share_useful(self, tag: str = "") -> float:
        """Return the share, of those with a tag, whose answers meet every expectation but the kind."""
        return _average([is_useful(each) for each in self.outcomes if not tag or tag in each.golden.tags])


def main() -> None:
    """Ask all and print what share was understood and usefully answered, by tag and by kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tag", help="only questions with this tag")
    parser.add_argument("--show", action="store_true", help="print what failed, but of those held out")
    report.add_json(parser)
    given = parser.parse_args()
    parts = [part for archive in ARCHIVES for part in ask_archive(archive, tag=given.tag or "")]
    if given.show:
        show_failures([each for part in parts if HELD_OUT not in part.name for each in part.outcomes])
    print_shares(parts)
    print_confusion(parts)
    figures = {
        part.name: {"questions": len(part.outcomes), "kind": part.share_understood(), "useful": part.share_useful()}
        for part in parts
    }
    report.write(given.to, figures)


def ask_archive(archive: Archive, *, tag: str = "") -> list[Part]:
    """Ask the questions of an archive's files, perhaps only those with a tag."""
    with open_fresh_library(archive.folder / "articles") as library:
        return [ask_part(name, library, archive, file, tag=tag) for name, file in archive.files.items()]


def ask_part(name: str, library: Library, archive: Archive, file: str, *, tag: str = "") -> Part:
    """Ask the questions of one file, perhaps only those with a tag."""
    questions = [each for each in read_golden_file(archive.folder / file).questions if not tag or tag in each.tags]
    report.show_progress(f"{name}: {len(questions)} questions")
    known = locate_gold(questions, library)
    answerer = ExtractiveAnswerer(library, None)
    outcomes = (
        ask_golden(each, known[each.id], library, answerer, today=archive.today, ground=False) for each in questions
    )
    return Part(name, tuple(outcomes))


def is_understood(outcome: Outcome) -> bool:
    """Say whether a question was read as an accepted kind."""
    return all(check.passed for check in outcome.checks if check.field == "kind") and not outcome.error


def is_useful(outcome: Outcome) -> bool:
    """Say whether an answer meets every expectation but the kind."""
    return all(check.passed for check in outcome.checks if check.field != "kind") and not outcome.error


def print_shares(parts: Sequence[Part]) -> None:
    """Print the table of shares."""
    tags = sorted({tag for part in parts for each in part.outcomes for tag in each.golden.tags})
    counts = [str(len(part.outcomes)) for part in parts]
    rows = [["", *(part.name for part in parts), "bar", ""], ["questions", *counts, "", ""]]
    understood = [part.share_understood() for part in parts]
    rows.append(["right kind", *map(_format, understood), *report.render_verdict(UNDERSTOOD, min(understood))])
    useful = [part.share_useful() for part in parts]
    rows.append(["answered usefully", *map(_format, useful), *report.render_verdict(USEFUL, min(useful))])
    for tag in tags:
        shares = [part.share_useful(tag) for part in parts]
        bar = ARCHIVE if tag == "archive" else None
        rows.append([f"... {tag}", *map(_format, shares), *report.render_verdict(bar, min(shares))])
    print(report.render_table(rows))


def print_confusion(parts: Sequence[Part]) -> None:
    """Print which kind questions of each kind were read as; of several accepted kinds the first is expected."""
    confusion = defaultdict[str, Counter[str]](Counter)
    for outcome in (each for part in parts for each in part.outcomes if each.golden.kind and each.answer):
        assert outcome.answer
        read = outcome.answer.understanding.kind if outcome.answer.understanding else "fact"
        confusion[read if read in outcome.golden.kind else outcome.golden.kind[0]][read] += 1
    kinds = sorted({*confusion, *(read for row in confusion.values() for read in row)})
    rows = [["expected, and read as", *kinds]]
    rows += [[kind, *(str(confusion[kind][read] or "") for read in kinds)] for kind in kinds if confusion[kind]]
    print(f"\n{report.render_table(rows)}")


def show_failures(outcomes: Sequence[Outcome]) -> None:
    """Print each question that failed, with what was expected and what came."""
    for outcome in outcomes:
        wrong = [check for check in outcome.checks if not check.passed]
        if not wrong and not outcome.error:
            continue
        golden, answer = outcome.golden, outcome.answer
        print(f"\n{golden.id} [{', '.join(golden.tags)}] {golden.question}")
        for check in wrong:
            print(f"    {check.field}: expected {check.expected}")
        if outcome.error:
            print(f"    error: {outcome.error}")
        if answer:
            kind = answer.understanding.kind if answer.understanding else "fact"
            print(f"    read as {kind} ({answer.confidence:.2f}): {answer.standalone} {answer.notice}")
            print("    " + answer.text.replace("\n", "\n    "))


def _average(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _format(share: float) -> str:
    return f"{share:.3f}"


if __name__ == "__main__":
    main()
