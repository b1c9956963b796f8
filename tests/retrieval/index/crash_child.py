"""Forks a process that ingests for each library folder read from standard input, prints its id and how it ended.

It rebuilds, it publishes Chroma's index anew, or it leaves that to the next one.

Everything heavy is imported once, here; each child starts with it and opens its own stores.
"""

from __future__ import annotations

import os
import sys
import traceback
from datetime import date
from pathlib import Path

import chromadb  # noqa: F401
import chromadb_rust_bindings  # type: ignore[import-untyped]  # noqa: F401
import filelock  # noqa: F401
import sentencex  # noqa: F401
import tantivy  # noqa: F401

from retrieval.index import Library, ingest, publishing, writer  # noqa: F401
from tests.fakes import FakeEncoder, make_article

TOKENS = 60
BEFORE = [make_article(n) for n in range(24)]
AFTER = [*(make_article(n, version=1 + n % 2) for n in range(6, 40)), make_article(40, sentences=120)]
PRUNED = ["/articles"]
TODAY = date(2026, 5, 4)
MAX_WAITING = publishing.MAX_WAITING


def main() -> None:
    writer.PASSAGES_PER_BATCH = 12
    print("warm", flush=True)
    while line := sys.stdin.readline():
        kind, folder = line.rstrip("\n").split(" ", 1)
        child = os.fork()
        if not child:
            publishing.MAX_WAITING = 1 if kind == "publish" else MAX_WAITING
            try:
                ingest_all(Path(folder), rebuild=kind == "rebuild")
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # its id stays taken, so that it can still be killed
        print("ended", flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def ingest_all(folder: Path, *, rebuild: bool) -> None:
    """Ingest what a killed process is to be killed at: some articles change, some come, some go; earlier texts stay."""
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS, kept_versions=2, create=True) as library:
        library.ingest(AFTER, prune=PRUNED, rebuild=rebuild, today=TODAY)


if __name__ == "__main__":
    main()
