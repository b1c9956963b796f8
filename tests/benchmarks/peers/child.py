"""One system's work in a process of its own, so that memory and time are its alone; prints one line of JSON.

python -m tests.benchmarks.peers.child index SYSTEM articles.jsonl FOLDER
python -m tests.benchmarks.peers.child search SYSTEM SET FOLDER [--questions N] [--started SECONDS]
python -m tests.benchmarks.peers.child answer clippings SET FOLDER [--questions N] [--to FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import sets
from tests.benchmarks.peers.systems import NEEDS, find_system

if TYPE_CHECKING:
    from collections.abc import Sequence

K = 10
WARM_UP = 10
"""Questions asked before any is timed."""


def main() -> None:
    """Do one task and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("task", choices=("index", "search", "answer"))
    parser.add_argument("system", choices=tuple(NEEDS))
    parser.add_argument("input", type=Path, help="articles.jsonl, or the folder of a question set")
    parser.add_argument("folder", type=Path, help="where the index is kept")
    parser.add_argument("--questions", type=int, help="only the first so many")
    parser.add_argument("--started", type=float, help="when this process was started, by time.time()")
    parser.add_argument("--to", type=Path, help="where the answers go, as a run")
    given = parser.parse_args()
    if given.task == "index":
        print(json.dumps(index(given.system, given.input, given.folder)))
    elif given.task == "search":
        asked = [line["question"] for line in sets.read_lines(given.input / sets.QUESTIONS)[: given.questions]]
        print(json.dumps(search(given.system, asked, given.folder, given.started or time.time())))
    else:
        answer(given.input, given.folder, given.questions, given.to)


def index(name: str, articles: Path, folder: Path) -> dict[str, Any]:
    """Index the articles; tell how many passages there are."""
    return {"passages": find_system(name).index(articles, folder)}


def search(name: str, asked: Sequence[str], folder: Path, started: float) -> dict[str, Any]:
    """Ask each question; tell what was found, how long each took, and how long the first from the process's start."""
    find = find_system(name).search(folder)
    find(asked[0], K)
    cold = time.time() - started
    for question in asked[:WARM_UP]:
        find(question, K)
    found, seconds = [], []
    for question in asked:
        began = time.perf_counter()
        found.append(find(question, K))
        seconds.append(time.perf_counter() - began)
    return {"cold": cold, "found": found, "seconds": seconds}


def answer(folder: Path, home: Path, questions: int | None, to: Path) -> None:
    """Answer each question with Clippings and write the run."""
    from datetime import datetime
    from importlib.metadata import PackageNotFoundError, version

    from bot.evaluation.results import Run
    from bot.evaluation.run.run_file import serialize_run
    from retrieval.errors import DISTRIBUTION
    from tests.benchmarks.peers import clippings

    try:
        known = version(DISTRIBUTION)
    except PackageNotFoundError:
        known = ""
    outcomes = tuple(clippings.answers(home, sets.read(folder).questions[:questions]))
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    to.write_bytes(serialize_run(Run(at, known, folder.name, 0, 0, 0, {}, K, outcomes)))


if __name__ == "__main__":
    main()
