"""Clippings side by side with others on question sets: quality, speed and size, measured in one run.

    python -m tests.benchmarks.peers ../shared/benchmarks/squad-open --peers clippings,bm25 --questions 40

A question set is a folder with `articles.jsonl` and `questions.jsonl`. Each system reads the articles and ranks
passages for the questions in processes of its own, one system after the other; Clippings also answers. Everything is
removed afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import report, sets
from tests.benchmarks.peers.measuring import answer, measure
from tests.benchmarks.peers.systems import NEEDS, missing
from tests.benchmarks.processes import end_cleanly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.peers.measuring import Answered, Measured

# Nothing that takes memory is imported before the last process has ended: see `processes.run`.
BARS = (
    "hit@1=0.865",
    "hit@5=0.972",
    "mrr@10=0.912",
    "answer-found=0.74",
    "citation-precision=0.62",
    "citation-recall=0.72",
    "confidence-auc=0.91",
    "refusal-f1=0.77",
    "refused-answerable=0.15",
    "exact-quotes=1",
)
"""What Clippings has to reach on a set that knows where its answers stand."""


def main() -> None:
    """Measure every set that is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    add_peers(parser)
    parser.add_argument("--questions", type=int, help="ask only the first so many")
    parser.add_argument(
        "--half", choices=("calibration", "held-out", "all"), default="all", help="half of the articles"
    )
    report.add_json(parser)
    given = parser.parse_args()
    systems = installed(given.peers)
    end_cleanly()
    machine = report.inspect_machine()
    print(f"Measured on {machine['date']}: {report.describe_run(machine)}")
    with tempfile.TemporaryDirectory(prefix="clippings-") as folder:
        home = Path(folder)
        measured = [
            (each, *run(each, systems, home / each.name, given.questions)) for each in sets.list_folders(given.sets)
        ]
        shown = [show(*each, given.half, given.questions) for each in measured]
    report.write(given.to, {"machine": machine, "sets": shown})


def add_peers(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the systems to measure."""
    parser.add_argument(
        "--peers",
        type=lambda text: text.split(","),
        default=list(NEEDS),
        help=f"systems, separated by commas (default: {','.join(NEEDS)})",
    )


def installed(wanted: Sequence[str]) -> list[str]:
    """Return the systems that can be measured; say which cannot, and end where a name is unknown."""
    if unknown := [each for each in wanted if each not in NEEDS]:
        raise SystemExit(f"no such system: {', '.join(unknown)}; there are {', '.join(NEEDS)}")
    for each in wanted:
        if reason := missing(each):
            print(reason)
    return [each for each in NEEDS if each in wanted and not missing(each)]


def run(
    folder: Path, systems: Sequence[str], home: Path, questions: int | None
) -> tuple[list[Measured], Answered | None]:
    """Let each system work on a set, and Clippings answer; return what came of it, and the run of answers."""
    measured, answered = [], None
    for system in systems:
        report.show_progress(f"{folder.name}: {system}")
        measured.append(measure(system, folder, home / system, questions=questions))
        if system == "clippings":
            report.show_progress(f"{folder.name}: answers")
            answered = answer(folder, home / system, home / "answers.json", questions=questions)
    return measured, answered


def show(
    folder: Path, measured: Sequence[Measured], answered: Answered | None, half: str, questions: int | None
) -> dict[str, Any]:
    """Print a set's tables; return the same as JSON."""
    from bot.evaluation.metrics.measures import compute_figures
    from bot.evaluation.metrics.measures import get_measure as known
    from bot.evaluation.metrics.thresholds import parse_thresholds
    from bot.evaluation.run import run_file
    from tests.benchmarks.peers import tables
    from tests.benchmarks.peers.scoring import compare_retrieval, score_run, select_half

    whole = sets.read(folder)
    asked = whole.questions[:questions]
    answerable = sum(bool(each.gold.answerable) for each in asked)
    print(f"\n## {whole.name}: {len(asked)} questions, {answerable} of them answerable, {len(whole.texts)} articles\n")
    result: dict[str, Any] = {"set": whole.name, "questions": len(asked), "answerable": answerable, "half": half}
    systems = [score_run(each, whole, asked, half) for each in measured]
    print(tables.render_quality(systems), end="\n\n")
    ours = next((each for each in systems if each.measured.system == "clippings"), None)
    found = {each.measured.system: compare_retrieval(each, ours) for each in systems if ours and each is not ours}
    if found:
        print(tables.render_comparisons(found), end="\n\n")
    print(tables.render_speed(measured), end="\n\n")
    result["systems"] = {
        each.measured.system: {"retrieval": [asdict(figure) for figure in each.figures], **each.measured.fields}
        for each in systems
    }
    result["compared"] = {peer: [asdict(each) for each in differences] for peer, differences in found.items()}
    if answered:
        chosen = select_half(whole, run_file.read_run(answered.run).outcomes, half)
        limits = parse_thresholds(BARS) if any(each.gold.evidence for each in asked) else ()
        barred = {bar.measure for bar in limits}
        of_answers = [
            each
            for each in compute_figures(chosen)
            if known(each.measure).group != "retrieval" or each.measure in barred
        ]
        print(tables.render_answers(of_answers, limits), end="\n\n")
        print(f"Answering took {answered.megabytes:.0f} MB at most, with claims held against citations.")
        result["answers"] = [asdict(each) for each in of_answers]
        result["answering_megabytes"] = answered.megabytes
        result["errors"] = [f"{each.golden.id}: {each.error}" for each in chosen if each.error]
        for error in result["errors"]:
            print(f"could not be answered: {error}")
    return result


if __name__ == "__main__":
    main()
