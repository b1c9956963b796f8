"""What a user waits for: a cold answer, beside the whole tutorial script; a second ingest; the steps of a warm answer.

    python -m tests.benchmarks.speed ../shared/benchmarks/squad-open --runs 3

Needs the extra `bench`. A set of articles makes the ingest and the warm answers measurable; without one, only the
answers from the seeds are. First ingests, searches and memory stand in the table of `peers`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks import report, sets
from tests.benchmarks.processes import ROOT, clippings, run
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.processes import Finished

# Nothing that takes memory is imported here: see `processes.run`.
TUTORIAL = Path(__file__).with_name("tutorial.py")
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
QUESTION = "Where did the talks take place?"
REFUSED = 3
PASSAGES = 1_000
"""Passages in the library that warm questions are asked of, where the sets have so many."""
CHARACTERS_A_PASSAGE = 750


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure of both programs, or of one of them against itself, run by run, and its bar."""

    measure: str
    ours: Sequence[float]
    theirs: Sequence[float]
    unit: str
    bar: Bar | None = None

    @property
    def ratio(self) -> float:
        """Ours by theirs: the median of the runs' ratios, for neighbours in time found the machine equally busy."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))

    @property
    def cells(self) -> list[str]:
        """This ratio as a row of a table."""
        shown = (f"{median(values):,.4g} {self.unit}" for values in (self.ours, self.theirs))
        return [self.measure, *shown, f"{self.ratio:.3g}", *report.render_verdict(self.bar, self.ratio)]

    @property
    def fields(self) -> dict[str, Any]:
        """This ratio as JSON."""
        met = None if self.bar is None else self.bar.is_met_by(self.ratio)
        return {**asdict(self), "ratio": self.ratio, "bar": str(self.bar or ""), "met": met}


def main() -> None:
    """Measure what can be measured with what is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    parser.add_argument("--runs", type=int, default=3, help="cold answers and ingests of each program, in turns")
    parser.add_argument("--questions", type=int, default=200, help="warm questions")
    report.add_json(parser)
    given = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="clippings-") as folder:
        home = Path(folder)
        results["cold"] = show("a cold answer from the seeds", compare_cold_starts(home / "seeds", given.runs))
        if folders := sets.list_folders(given.sets):
            articles = [each / sets.ARTICLES for each in folders]
            results["ingest"] = show(f"ingesting {folders[0].name} twice", ingest(home, articles[0], given.runs))
            results["warm"] = warm(home / "first-0", folders, given.questions)
    report.write(given.to, results)


def show(title: str, measured: Iterator[Ratio]) -> list[dict[str, Any]]:
    """Print ratios as a table; return them as JSON."""
    ratios = list(measured)
    head = [title, "Clippings", "compared with", "ratio", "bar", ""]
    print(f"\n{report.render_table([head, *(each.cells for each in ratios)])}", flush=True)
    return [each.fields for each in ratios]


def run_tutorial(home: Path, *paths: Path) -> Finished:
    """Run the tutorial script over some articles."""
    return run([sys.executable, TUTORIAL, *paths, "--question", QUESTION], home=home)


def compare_cold_starts(home: Path, runs: int) -> Iterator[Ratio]:
    """Compare one answer from the seeds, in a new process, with the whole tutorial script over them."""
    clippings(home, "ingest", *SEEDS)
    ours, theirs, helps = [], [], []
    for _ in range(runs + 1):
        ours.append(clippings(home, "ask", QUESTION, allowed=(0, REFUSED)))
        theirs.append(run_tutorial(home, *SEEDS))
        helps.append(clippings(home, "--help"))
    # The first of each brings files into memory and compiles modules.
    del ours[0], theirs[0], helps[0]
    baseline = _seconds(theirs)
    yield Ratio("time of `clippings ask`", _seconds(ours), baseline, "s", Bar(0.08, at_most=True))
    yield Ratio("its processor time", _processor(ours), _processor(theirs), "s")
    yield Ratio("its memory at most", _megabytes(ours), _megabytes(theirs), "MB", Bar(0.75, at_most=True))
    yield Ratio("time of `clippings --help`", _seconds(helps), baseline, "s", Bar(0.05, at_most=True))


def ingest(home: Path, articles: Path, runs: int) -> Iterator[Ratio]:
    """Compare a first ingest of some articles with a second one, which finds nothing new."""
    first, again = [], []
    for number in range(runs):
        first.append(clippings(home / f"first-{number}", "ingest", articles, "--json"))
        again.append(clippings(home / f"first-{number}", "ingest", articles, "--json"))
    reported, reported_again = ([each.last["seconds"] for each in runs_of] for runs_of in (first, again))
    yield Ratio("as reported", reported, reported_again, "s", Bar(50))
    yield Ratio("whole processes", _seconds(first), _seconds(again), "s")


def warm(home: Path, folders: Sequence[Path], count: int) -> dict[str, Any]:
    """Time answers in one process over some 1,000 passages: the first set's, filled up from the others."""
    more = home / "more.jsonl"
    wanted = PASSAGES * CHARACTERS_A_PASSAGE - sum(
        len(line["text"]) for line in sets.read_lines(folders[0] / sets.ARTICLES)
    )
    with more.open("w", encoding="utf-8") as file:
        for line in (line for folder in folders[1:] for line in sets.read_lines(folder / sets.ARTICLES)):
            if wanted > 0:
                file.write(json.dumps(line) + "\n")
                wanted -= len(line["text"])
    if more.stat().st_size:
        clippings(home, "ingest", more)
    questions = folders[0] / sets.QUESTIONS
    done = run([sys.executable, "-m", "tests.benchmarks.warm", questions, "--count", str(count)], home=home)
    found = done.last
    bars = {"p50": Bar(60, at_most=True), "p95": Bar(150, at_most=True)}
    rows = [[name, f"{found[name]:.1f} ms", *report.render_verdict(bar, found[name])] for name, bar in bars.items()]
    rows += [[f"  {name}", f"{took:.1f} ms", "", ""] for name, took in found["steps"].items()]
    rows.append(["memory at most", f"{done.megabytes:.0f} MB", "", ""])
    head = [f"a warm answer over {found['passages']:,} passages", f"{found['questions']} questions", "bar", ""]
    print(f"\n{report.render_table([head, *rows])}")
    if found["missing_steps"]:
        print(f"not timed, for they have moved: {', '.join(found['missing_steps'])} (see STEPS in warm.py)")
    met = {f"{name}_met": bar.is_met_by(found[name]) for name, bar in bars.items()}
    return {**found, **met, "megabytes": done.megabytes}


def _seconds(runs: Sequence[Finished]) -> list[float]:
    return [each.seconds for each in runs]


def _processor(runs: Sequence[Finished]) -> list[float]:
    return [each.processor for each in runs]


def _megabytes(runs: Sequence[Finished]) -> list[float]:
    return [each.megabytes for each in runs]


if __name__ == "__main__":
    main()
