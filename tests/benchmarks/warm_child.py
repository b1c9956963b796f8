"""Reads and answers questions with the code of one folder, of any version; warm_against.py starts it.

    python warm_child.py FOLDER ingest PATH...
    python warm_child.py FOLDER answer

`answer` takes a JSON object with `question` and `history` a line, and writes what its answer took. It knows what the
command line and the wiring were called in version 0.1, and what they are called now.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Do what is asked with the packages that lie in the folder."""
    folder, task, *arguments = sys.argv[1:]
    sys.path[:] = [folder, *(each for each in sys.path if not Path(each or ".", "retrieval").is_dir())]
    if task == "ingest":
        name = "bot.cli.main" if Path(folder, "bot", "cli").is_dir() else "bot.cli"
        importlib.import_module(name).main(["ingest", *arguments])
    else:
        answer_questions()


def answer_questions() -> None:
    """Answer each line of standard input; write its kind, and its seconds by the wall and of the processors."""
    settings: Any = importlib.import_module("bot.settings")
    wiring: Any = importlib.import_module("bot.wiring")
    domain: Any = importlib.import_module("retrieval.domain")
    open_library = getattr(wiring, "open_library", None) or wiring.library
    build_answerer = getattr(wiring, "build_answerer", None) or wiring.answerer
    chosen = settings.load()
    with open_library(chosen, "default") as library:
        answerer = build_answerer(chosen, library)
        for line in sys.stdin:
            asked = json.loads(line)
            history = tuple(domain.Turn(*turn) for turn in asked["history"])
            started, worked = time.perf_counter(), time.process_time()
            answer = answerer.invoke(domain.Ask(asked["question"], history=history))
            wall, processor = time.perf_counter() - started, time.process_time() - worked
            kind = getattr(getattr(answer, "understanding", None), "kind", "")
            print(json.dumps({"wall": wall, "processor": processor, "kind": kind}), flush=True)


if __name__ == "__main__":
    main()
