"""How long a warm answer takes beside an earlier commit's, in one run, and how long one of each kind takes.

    python -m tests.benchmarks.warm_against ../shared/benchmarks/squad-open [--against COMMIT] [--count N]

Both programs ingest the set's articles, and are then asked the same questions by turns, each in a process that stays:
what else the machine does meets both. Ratios are of medians and of 95th percentiles, by the wall and of the processors;
on a busy machine trust the latter. Last, the golden questions about the seeds and an invented paper are asked, by kind.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.evaluation.golden.golden_file import read_golden_file
from tests.benchmarks import report, sets
from tests.benchmarks.processes import PREFIX, ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.evaluation.results import Golden

CHILD = Path(__file__).with_name("warm_child.py")
BEFORE = "7f2229b"
"""The last commit of version 0.1, before there were kinds of questions and a reader."""
PERCENTILES = {"median": 50, "95 % within": 95}
MEASURED = {"wall": "by the wall", "processor": "of the processors"}
LEVEL = Bar(1.0, at_most=True)
MILLISECONDS = {"median": Bar(30, at_most=True), "95 % within": Bar(60, at_most=True)}
SLOWEST = Bar(300, at_most=True)
"""Milliseconds of the median answer of any kind."""
FIRST = 8
"""Questions asked before anything is measured: they load things."""
PAPER = ROOT / "tests" / "golden" / "veldmouth"
GOLDEN = {
    "seeds": (ROOT / "seeds", [ROOT / "tests" / "golden" / "seeds.yaml"]),
    "paper": (PAPER / "articles", [PAPER / "tuned.yaml", PAPER / "held-out.yaml"]),
}
"""Articles and golden files."""


class Program:
    """The code of a folder, asked in a process that stays."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._command = [sys.executable, str(CHILD), str(folder)]
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._environment |= {f"{PREFIX}HOME": str(home), "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
        self._environment.pop("PYTHONPATH", None)

    def ingest(self, articles: Path) -> None:
        """Read articles into the library."""
        command = [*self._command, "ingest", str(articles)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr.strip()}")

    @contextmanager
    def start(self) -> Iterator[subprocess.Popen[str]]:
        """Start the process that answers; it ends with the block."""
        command = [*self._command, "answer"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=self._environment, **pipes) as process:
            yield process


def ask(process: subprocess.Popen[str], golden: Golden) -> dict[str, Any]:
    """Ask a question; return what the answer took."""
    assert process.stdin
    assert process.stdout
    history = [(turn.question, turn.answer) for turn in golden.history]
    process.stdin.write(json.dumps({"question": golden.question, "history": history}) + "\n")
    process.stdin.flush()
    if not (line := process.stdout.readline()):
        raise SystemExit(f"no answer to {golden.question!r}: see above")
    found: dict[str, Any] = json.loads(line)
    return found


def main() -> None:
    """Print the ratios, then the kinds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    parser.add_argument("--against", metavar="COMMIT", default=BEFORE, help=f"compare with it (default: {BEFORE})")
    parser.add_argument("--count", type=int, default=100, help="questions of the set, spread over it")
    report.add_json(parser)
    given = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="clippings-") as scratch:
        for folder in sets.list_folders(given.sets)[-1:]:
            results[folder.name] = compare(folder, given.against, given.count, Path(scratch))
        for name, (articles, files) in GOLDEN.items():
            results[name] = measure_kinds(name, articles, files, Path(scratch) / name)
    report.write(given.to, results)


def compare(folder: Path, commit: str, count: int, scratch: Path) -> dict[str, Any]:
    """Ask both programs the questions of a set by turns, and print the table of ratios."""
    then = scratch / "then"
    then.mkdir()
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit, "bot", "retrieval", "prompts"], stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(then)], input=archive.stdout, check=True)
    programs = [Program(ROOT, scratch / "home-now"), Program(then, scratch / "home-then")]
    for program in programs:
        report.show_progress(f"ingesting {folder.name}")
        program.ingest(folder / sets.ARTICLES)
    questions = [each.golden for each in sets.read(folder).questions]
    asked = questions[:: max(1, len(questions) // count)][:count]
    taken: list[list[dict[str, Any]]] = [[], []]
    with programs[0].start() as now, programs[1].start() as before:
        turns = [(now, taken[0]), (before, taken[1])]
        for golden in asked[:FIRST]:
            for process, _ in turns:
                ask(process, golden)
        for golden in asked:
            for process, to in turns:
                to.append(ask(process, golden))
            turns.reverse()
    rows = [[f"a warm answer, {folder.name}", "now", commit, "ratio", "bar", ""]]
    figures: dict[str, Any] = {"questions": len(asked), "against": commit}
    for measured, by in MEASURED.items():
        for name, percentile in PERCENTILES.items():
            ours, theirs = (1_000 * float(np.percentile([each[measured] for each in to], percentile)) for to in taken)
            shown = [f"{ours:.1f} ms", f"{theirs:.1f} ms", f"{ours / theirs:.2f}"]
            rows.append([f"{name}, {by}", *shown, *report.render_verdict(LEVEL, ours / theirs)])
            if measured == "wall":
                bar = MILLISECONDS[name]
                rows.append([f"{name}, milliseconds", f"{ours:.1f}", "", "", *report.render_verdict(bar, ours)])
            figures[f"{name}, {by}"] = {"now": ours, "then": theirs, "ratio": ours / theirs}
    print(f"\n{report.render_table(rows)}", flush=True)
    return figures


def measure_kinds(name: str, articles: Path, files: Sequence[Path], home: Path) -> dict[str, Any]:
    """Ask golden questions, and print what the answers to each kind of them took."""
    report.show_progress(f"ingesting {name}")
    program = Program(ROOT, home)
    program.ingest(articles)
    asked = [each for file in files for each in read_golden_file(file).questions]
    by_kind = defaultdict[str, list[dict[str, Any]]](list)
    with program.start() as process:
        for golden in asked[:FIRST]:
            ask(process, golden)
        for golden in asked:
            took = ask(process, golden)
            by_kind[took["kind"]].append(took)
    figures = {kind: summarize(taken) for kind, taken in sorted(by_kind.items())}
    rows = [[f"an answer, {name}", "questions", *MEASURED.values(), "at most", "bar", ""]]
    for kind, found in figures.items():
        shown = [f"{found[each]:.0f} ms" for each in (*MEASURED, "most")]
        rows.append([kind, str(found["questions"]), *shown, *report.render_verdict(SLOWEST, found["wall"])])
    print(f"\n{report.render_table(rows)}", flush=True)
    return figures


def summarize(taken: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the median milliseconds of answers, and the most of the processors' that one took."""
    medians = {each: 1_000 * float(np.median([one[each] for one in taken])) for each in MEASURED}
    return {"questions": len(taken), **medians, "most": 1_000 * max(one["processor"] for one in taken)}


if __name__ == "__main__":
    main()
