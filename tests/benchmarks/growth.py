"""How Clippings and its peers grow: the same questions asked of archives of 1,000, 10,000 and 100,000 passages.

    python -m tests.benchmarks.growth --passages 1000 3000 --peers clippings,bm25 --json growth.json --plot growth.svg
    python -m tests.benchmarks.growth --drawn-from growth.json --plot docs/growth.svg

The archives come from a grammar (briefs.py), each brief an article of its own: a passage of Clippings holds whole
sentences of one article, a chunk of the peers 1,000 characters of one, so that every system has as many passages as
there are briefs. A brief has some 34 tokens, so that a real encoder reads 100,000 of them within half an hour. With
--plot, draws them and writes the page with the table beside the plot. No process takes longer than --minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import report, sets
from tests.benchmarks.briefs import make_briefs
from tests.benchmarks.peers.__main__ import add_peers, installed
from tests.benchmarks.peers.measuring import measure
from tests.benchmarks.processes import STOPPED, end_cleanly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.peers.measuring import Measured

# Nothing that takes memory is imported before the last process has ended: see `processes.run`.
SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 200


def main() -> None:
    """Measure, or read what was measured; write it, draw it, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", nargs="+", type=int, default=list(SIZES), help="sizes of the archive")
    add_peers(parser)
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="questions, about the first briefs")
    parser.add_argument("--minutes", type=float, default=60, help="after so many a process is stopped")
    parser.add_argument("--drawn-from", type=Path, metavar="FILE", help="measure nothing: draw what --json wrote")
    parser.add_argument("--plot", type=Path, help="draw the plot here, as SVG, and write the page beside it (.md)")
    report.add_json(parser)
    given = parser.parse_args()
    if given.drawn_from:
        results = json.loads(given.drawn_from.read_text("utf-8"))
    else:
        end_cleanly()
        results = measure_growth(
            sorted(given.passages), installed(given.peers), given.questions, 60 * given.minutes, given.to
        )
        report.write(given.to, results)
    from tests.benchmarks import growth_page

    print(growth_page.render_table(results["points"]))
    if given.plot:
        growth_page.draw(results["points"], given.plot)
        given.plot.with_suffix(".md").write_text(growth_page.page(results, given.plot.name), "utf-8")


def measure_growth(
    sizes: Sequence[int], systems: Sequence[str], questions: int, limit: float, to: Path | None
) -> dict[str, Any]:
    """Measure every system at every size, smallest first; return the points, those with quality that were finished."""
    results: dict[str, Any] = {"machine": report.inspect_machine(), "questions": questions, "points": []}
    kept: list[tuple[dict[str, Any], Measured]] = []
    asked: tuple[sets.Question, ...] = ()
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        for size in sizes:
            folder = Path(home) / f"briefs-{size}"
            write(folder, size, questions)
            asked = tuple(sets.question(line) for line in sets.each(folder / sets.QUESTIONS))
            for system in systems:
                report.show_progress(f"{size:,} passages: {system}")
                point: dict[str, Any] = {"system": system, "briefs": size}
                results["points"].append(point)
                try:
                    each = measure(system, folder, Path(home) / system, limit=limit)
                except (SystemExit, TimeoutError) as error:
                    if isinstance(error, SystemExit) and error.code == STOPPED:
                        raise
                    point["stopped"] = str(error).strip().rpartition("\n")[2]
                    report.show_progress(f"stopped: {point['stopped']}")
                else:
                    point |= each.fields
                    kept.append((point, each))
                    report.show_progress(
                        f"ingested in {each.ingest_seconds:.1f} s, p50 {1_000 * each.quantile(0.5):.1f} ms"
                    )
                shutil.rmtree(Path(home) / system, ignore_errors=True)
                report.write(to, results)
            shutil.rmtree(folder)
    for point, figures in summarize_quality(kept, asked):
        point["retrieval"] = figures
        starts = [each["start_seconds"] for each, _ in kept if each["system"] == point["system"]]
        point["start_seconds"] = min(starts)  # the same at every size
    return results


def write(folder: Path, size: int, questions: int) -> None:
    """Write so many briefs as a question set, with the questions of the first ones."""
    folder.mkdir()
    with (folder / sets.ARTICLES).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(brief.article) + "\n" for brief in make_briefs(size))
    with (folder / sets.QUESTIONS).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(brief.asked) + "\n" for brief in islice(make_briefs(size), questions))


def summarize_quality(
    kept: Sequence[tuple[dict[str, Any], Measured]], asked: Sequence[sets.Question]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each point with its measures of retrieval: the questions are the same at every size."""
    from bot.evaluation.metrics.measures import compute_figures
    from tests.benchmarks.peers.scoring import make_retrieval_outcome

    for point, each in kept:
        found = [make_retrieval_outcome(question, places) for question, places in zip(asked, each.found, strict=True)]
        yield point, [asdict(figure) for figure in compute_figures(found)]


if __name__ == "__main__":
    main()
