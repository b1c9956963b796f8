"""How long one answer takes in a process that has answered before, and where the time goes.

    CLIPPINGS_HOME=... python -m tests.benchmarks.warm questions.jsonl --library default

Times whole answers first. Then it asks the same questions again with a stopwatch around each step: a step's time is
without that of the steps inside it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections import defaultdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.settings import Settings
    from retrieval.index import Library

STEPS = {
    "encode the question": ("retrieval.encoder", "SentenceEncoder.encode_question"),
    "understand it": ("retrieval.pipeline", "understand_question"),
    "analyse it": ("retrieval.search.ranking", "analyse_question"),
    "dense": ("retrieval.index.snapshot", "Snapshot.search_dense"),
    "lexical": ("retrieval.index.snapshot", "Snapshot.search_lexical"),
    "BM25 of candidates": ("retrieval.index.snapshot", "Snapshot.score_bm25"),
    "fetch passages": ("retrieval.index.snapshot", "Snapshot.get_passages"),
    "fetch articles": ("retrieval.index.snapshot", "Snapshot.get_article_infos"),
    "score": ("retrieval.search.ranking", "score_passages"),
    "leave out copies": ("retrieval.search.ranking", "drop_copies"),
    "rest of the search": ("retrieval.answering.inquiry", "search_snapshot"),
    "choose sentences": ("retrieval.answering.extractive", "rank_sentences"),
    "read windows": ("retrieval.encoder", "SentenceEncoder.read_windows"),
    "word the quotes": ("retrieval.answering.extractive", "word_quotes"),
    "open a snapshot": ("retrieval.index.library", "Library.read"),
}
"""What is timed, by its module and name there; the command line reports a name that has gone."""


class Stopwatch:
    """Adds up the time of steps, each without the steps inside it."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = defaultdict(float)
        self._inside = [0.0]

    def timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step with its time taken whenever it runs."""

        @wraps(step)
        def run(*arguments: Any, **options: Any) -> Any:
            self._inside.append(0.0)
            started = time.perf_counter()
            try:
                return step(*arguments, **options)
            finally:
                whole = time.perf_counter() - started
                self.taken[name] += whole - self._inside.pop()
                self._inside[-1] += whole

        return run


def main() -> None:
    """Print the milliseconds of whole answers and of their steps as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("questions", type=Path, help="JSON Lines with a question each")
    parser.add_argument("--library", default="default")
    parser.add_argument("--count", type=int, default=200, help="questions to ask")
    given = parser.parse_args()
    from bot import settings, wiring

    asked = [json.loads(line)["question"] for line in given.questions.read_text("utf-8").splitlines()][: given.count]
    chosen = settings.load()
    with wiring.open_library(chosen, given.library) as library:
        whole = (
            1_000 * np.array(measure_seconds(chosen, library, [*asked[:10], *asked]))[10:]
        )  # the first ones load things
        steps, missing = broken_down(chosen, library, asked)
        found = {
            "questions": len(asked),
            "passages": library.read(lambda view: view.size),
            "p50": float(np.percentile(whole, 50)),
            "p95": float(np.percentile(whole, 95)),
            "steps": steps,
            "missing_steps": missing,
        }
    print(json.dumps(found))


def measure_seconds(chosen: Settings, library: Library, asked: Sequence[str]) -> list[float]:
    """Return how long each answer takes."""
    from bot import wiring
    from retrieval.domain import Ask

    answerer = wiring.build_answerer(chosen, library)
    taken = []
    for question in asked:
        started = time.perf_counter()
        answerer.invoke(Ask(question))
        taken.append(time.perf_counter() - started)
    return taken


def broken_down(chosen: Settings, library: Library, asked: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Return the mean milliseconds of each step, and the steps that are no longer where they were."""
    watch = Stopwatch()
    missing = []
    for name, (module, place) in STEPS.items():
        *owners, attribute = place.split(".")
        owner: Any = importlib.import_module(module)
        for each in owners:
            owner = getattr(owner, each, None)
        if step := getattr(owner, attribute, None):
            setattr(owner, attribute, watch.timed(name, step))
        else:
            missing.append(name)
    total = sum(measure_seconds(chosen, library, asked))
    steps = {name: 1_000 * watch.taken[name] / len(asked) for name in STEPS if name not in missing}
    steps["everything else"] = 1_000 * total / len(asked) - sum(steps.values())
    return steps, missing


if __name__ == "__main__":
    main()
