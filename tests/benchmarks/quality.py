"""How good searches, answers, citations and refusals are on question sets, through the real command line.

    python -m tests.benchmarks.quality ../shared/benchmarks/squad-open --split held-out

Ingests a set's articles into a folder that is removed afterwards (unless --home names one), searches and answers all of
its questions with `--batch`, and prints each measure with its 95 % bootstrap interval and its bar.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import measures, report, sets
from tests.benchmarks.halves import half, halves
from tests.benchmarks.processes import clippings
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.measures import Row, Table
    from tests.benchmarks.processes import Finished
    from tests.benchmarks.sets import Question, QuestionSet

SHOWN: Sequence[tuple[str, Callable[[Table], float], Bar | None]] = (
    ("hit@1", measures.hit_at(1), Bar(0.865)),
    ("hit@5", measures.hit_at(5), Bar(0.972)),
    ("MRR@10", measures.reciprocal_rank, Bar(0.912)),
    ("answer contains a gold answer", measures.contains, Bar(0.74)),
    ("citation precision", measures.citation_precision, Bar(0.62)),
    ("citation precision, macro", measures.citation_precision_macro, None),
    ("citation recall", measures.citation_recall, Bar(0.72)),
    ("citation recall, macro", measures.citation_recall_macro, None),
    ("area under the curve of confidence", measures.area_under_curve, Bar(0.91)),
    ("refusal F1", measures.refusal_f1, Bar(0.77)),
    ("refusal precision", measures.refusal_precision, None),
    ("refusal recall", measures.refusal_recall, None),
    ("answerable questions refused", measures.refused_answerable, Bar(0.15, at_most=True)),
    ("quotes equal the article's text", measures.exactness, Bar(1.0)),
)
K = 10


def main() -> None:
    """Measure every set that is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    parser.add_argument(
        "--split", choices=("calibration", "held-out", "all"), default="all", help="half of the articles"
    )
    parser.add_argument("--questions", type=int, help="ask only the first so many")
    parser.add_argument("--home", type=Path, help="keep libraries here, or use those that are here")
    parser.add_argument("--rows", type=Path, help="write what came of each question here, as JSON Lines")
    report.add_json(parser)
    given = parser.parse_args()
    results = []
    for folder in sets.folders(given.sets):
        whole = sets.read(folder)
        asked = whole.questions[: given.questions]
        with nullcontext(given.home) if given.home else tempfile.TemporaryDirectory(prefix="clippings-") as home:
            results.append(measure(whole, asked, given.split, Path(home).absolute(), given.rows))
    report.write(given.to, results)


def measure(
    whole: QuestionSet, asked: Sequence[Question], split: str, home: Path, rows_to: Path | None
) -> dict[str, Any]:
    """Ingest, search, answer, compare, print; return the results."""
    library = "--library", whole.name
    ingested = clippings(home, "ingest", whole.folder / sets.ARTICLES, *library, "--json")
    questions = home / f"{whole.name}.jsonl"
    questions.write_text("".join(json.dumps({"id": q.id, "question": q.question}) + "\n" for q in asked), "utf-8")
    searched = clippings(home, "search", "--batch", questions, "-k", str(K), *library)
    answered = clippings(home, "ask", "--batch", questions, *library)
    compared = compare(whole, asked, searched, answered)
    chosen = {key: row for key, (where, row) in compared.items() if split in ("all", where)}
    if rows_to:
        with rows_to.open("a", encoding="utf-8") as file:
            for key, row in chosen.items():
                file.write(json.dumps({"set": whole.name, "id": key, **asdict(row)}) + "\n")
    rows = list(chosen.values())
    known, found = int(sum(row.answerable for row in rows)), figures(rows)
    print(f"\n{whole.name}, {split}: {len(rows)} questions, {known} of them answerable, {len(whole.texts)} articles")
    print(report.table([["measure", "value", "95 % interval", "bar", ""], *(figure.cells for figure in found)]))
    seconds = sorted(row.seconds for row in rows) or [0.0]
    print(
        f"{len(asked) / answered.seconds:.1f} answers a second with start-up ({answered.seconds:.1f} s), "
        f"{1_000 * seconds[len(seconds) // 2]:.0f} ms each (median); "
        f"{len(asked) / searched.seconds:.1f} searches a second; ingested in {ingested.seconds:.1f} s"
    )
    return {
        "set": whole.name,
        "split": split,
        "questions": len(rows),
        "answerable": known,
        "answers_per_second": len(asked) / answered.seconds,
        "searches_per_second": len(asked) / searched.seconds,
        "seconds_median": seconds[len(seconds) // 2],
        "ingest": ingested.last,
        "measures": [figure.fields for figure in found],
    }


def compare(
    whole: QuestionSet, asked: Sequence[Question], searched: Finished, answered: Finished
) -> dict[str, tuple[str, Row]]:
    """Return for each question, by id, its half and what came of it."""
    assigned = halves(whole.texts)
    found: dict[str, tuple[str, Row]] = {}
    for question, hits, answer in zip(asked, searched.lines, answered.lines, strict=True):
        passages = hits["passages"]
        where = half(question, passages[0]["article_id"] if passages else "", assigned)
        found[question.id] = where, measures.row(question, passages, answer, whole)
    return found


def figures(rows: Sequence[Row]) -> list[Figure]:
    """Compute the measures that this set knows enough for; the bars are for sets that know where answers stand."""
    table = measures.columns(rows)
    located = bool(table["located"].any())
    values = ((name, measure_of(table), measure_of, bar) for name, measure_of, bar in SHOWN)
    return [
        Figure(name, value, *measures.interval(measure_of, table), bar if located else None)
        for name, value, measure_of, bar in values
        if not math.isnan(value)
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure, the interval that it lies in with 95 % confidence, and its bar."""

    measure: str
    value: float
    low: float
    high: float
    bar: Bar | None

    @property
    def cells(self) -> list[str]:
        """This figure as a row of a table."""
        return [
            self.measure,
            f"{self.value:.3f}",
            f"{self.low:.3f} to {self.high:.3f}",
            *report.verdict(self.bar, self.value),
        ]

    @property
    def fields(self) -> dict[str, Any]:
        """This figure as JSON."""
        met = None if self.bar is None else self.bar.met(self.value)
        return {**asdict(self), "bar": str(self.bar or ""), "met": met}


if __name__ == "__main__":
    main()
