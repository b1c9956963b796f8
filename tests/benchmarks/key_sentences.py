"""How much of what readers marked as key a summary holds: each article of a folder is asked for by its title.

    python -m tests.benchmarks.key_sentences [FOLDER] [MARKS.json ...]

A file of marks gives for the name of an article's file the sentences that readers marked: {"budget.md": ["The ...",
...]}. By default those of tests/golden/veldmouth; `--show` prints what is missed, for files that were tuned on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.conversation.subject import find_subject
from retrieval.domain import Filter, Understanding
from tests.benchmarks import report
from tests.benchmarks.fresh_library import open_fresh_library
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.domain import Answer, ArticleInfo
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot

FOLDER = ROOT / "tests" / "golden" / "veldmouth"
MARKS = "key-sentences-*.json"
HELD = Bar(0.8)
"""The share of marked sentences that summaries hold, on average over articles."""
LONGEST = Bar(7, at_most=True)
"""Quotes of a summary."""


@dataclass(frozen=True, slots=True)
class Summed:
    """What came of one article."""

    file: str
    held: float
    """The share of its marked sentences that stand in a quote."""
    quotes: int
    quoted: float
    """The share of its text that is quoted."""
    missed: tuple[str, ...]


def main() -> None:
    """Measure every article that has marks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER / "articles", help="articles")
    parser.add_argument("marks", nargs="*", type=Path, default=sorted(FOLDER.glob(MARKS)), help="JSON files of marks")
    parser.add_argument("--show", action="store_true", help="print what is missed")
    report.add_json(parser)
    given = parser.parse_args()
    marks = {file: json.loads(file.read_text(encoding="utf-8")) for file in given.marks}
    with open_fresh_library(given.folder) as library:
        results = {
            file.stem: library.read(partial(measure_summaries, encoder=library.encoder, marks=marked))
            for file, marked in marks.items()
        }
    for name, summed in results.items():
        print(f"\n## {name}\n")
        if given.show:
            show_missed(summed)
        print_shares(summed)
    report.write(given.to, {name: {"held": average_held(summed)} for name, summed in results.items()})


def show_missed(summed: Sequence[Summed]) -> None:
    """Print the marked sentences that no quote holds."""
    for each in summed:
        print(f"{each.file}: {each.held:.2f}", *each.missed, sep="\n    ")


def print_shares(summed: Sequence[Summed]) -> None:
    """Print what the summaries hold, and how long they are."""
    held, quotes = average_held(summed), max(each.quotes for each in summed)
    rows = [
        ["measure", "value", "bar", ""],
        ["articles", str(len(summed)), "", ""],
        ["marked sentences held", f"{held:.3f}", *report.render_verdict(HELD, held)],
        ["quotes, at most", str(quotes), *report.render_verdict(LONGEST, quotes)],
        ["quotes, mean", f"{mean(each.quotes for each in summed):.1f}", "", ""],
        ["share of the text quoted", f"{mean(each.quoted for each in summed):.2f}", "", ""],
    ]
    print(report.render_table(rows))


def average_held(summed: Sequence[Summed]) -> float:
    """Return the share of marked sentences that are held, averaged over articles."""
    return mean(each.held for each in summed)


def measure_summaries(snapshot: Snapshot, encoder: Encoder, marks: Mapping[str, Sequence[str]]) -> list[Summed]:
    """Ask for a summary of each marked article and compare it with the marks."""
    results = []
    for info in snapshot.list_articles(Filter()):
        file = Path(info.source).name
        if file not in marks:
            continue
        answer = summarize_by_title(snapshot, encoder, info)
        quotes = [citation.quote for citation in answer.citations if citation.article_id == info.id]
        missed = tuple(find_missed(marks[file], quotes))
        held = 1 - len(missed) / len(marks[file])
        quoted = sum(map(len, quotes)) / info.characters
        results.append(Summed(file, held, len(answer.citations), quoted, missed))
    return results


def summarize_by_title(snapshot: Snapshot, encoder: Encoder, info: ArticleInfo) -> Answer:
    """Ask for the gist of an article by its title."""
    question = f"Summarise the article “{info.title}”"
    asked = Understanding(question, "summary", subject=find_subject(question))
    return answer_inquiry(Inquiry(asked, snapshot, encoder))


def find_missed(marked: Iterable[str], quotes: Sequence[str]) -> list[str]:
    """Return the marked sentences that stand in no quote; white space, quotation marks and markup do not count."""
    held = [_reduce(quote) for quote in quotes]
    return [sentence for sentence in marked if not any(_reduce(sentence) in quote for quote in held)]


def _reduce(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


if __name__ == "__main__":
    main()
