"""A process that keeps one library open and answers questions about it, one JSON line for each line read."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from retrieval.domain import Filter
from retrieval.index import Library, Snapshot
from retrieval.index.lexical import extract_terms
from tests.fakes import FakeEncoder

THREADS = 3
K = 12


def main() -> None:
    folder, chroma_url = sys.argv[1:]
    with Library.open(Path(folder), encoder=FakeEncoder(), passage_tokens=60, chroma_url=chroma_url) as library:
        print("open", flush=True)
        for line in sys.stdin:
            command, _, rest = line.rstrip("\n").partition(" ")
            print(json.dumps(found(library, rest) if command == "ask" else watch(library, float(rest))), flush=True)


def found(library: Library, question: str) -> dict[str, Any]:
    """Return the texts that each store finds, and what is wrong with them."""
    return library.read(lambda view: look(view, question))


def look(view: Snapshot, question: str) -> dict[str, Any]:
    near = view.search_dense(FakeEncoder().encode_question(question), K, Filter())
    matching = [key for key, _ in view.search_lexical(extract_terms(question), K, Filter())]
    stored = view.get_passages([*near, *matching])
    wrong = [key for key in (*near, *matching) if key not in stored]
    for each in stored.values():
        p = each.passage
        article = view.get_article(p.article_id)
        if article.text[p.start : p.end] != p.text or f"version{article.metadata.get('version', 1)}" not in p.text:
            wrong.append(p.id)
    return {
        "dense": [stored[key].passage.text for key in near if key in stored],
        "lexical": [stored[key].passage.text for key in matching if key in stored],
        "generation": view.state.generation,
        "wrong": wrong + (["too few"] if min(len(near), len(matching)) < K else []),
    }


def watch(library: Library, seconds: float) -> dict[str, Any]:
    """Ask from several threads for a while; return what was wrong, and how many generations were seen."""
    end = time.monotonic() + seconds

    def ask(thread: int) -> tuple[list[str], set[int]]:
        wrong, generations = [], set()
        while time.monotonic() < end:
            result = found(library, f"harbour comet orchard boats witness {thread}")
            wrong += result["wrong"]
            generations.add(result["generation"])
        return wrong, generations

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(ask, range(THREADS)))
    seen = set().union(*(generations for _, generations in results))
    return {"wrong": [each for wrong, _ in results for each in wrong], "generations": len(seen)}


if __name__ == "__main__":
    main()
