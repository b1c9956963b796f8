"""How searching and ingesting hold up at many passages, with made-up vectors and words.

    python -m tests.benchmarks.scale --passages 100000

Builds a library (in a folder that is removed afterwards, unless --keep names one), then prints how long each step of a
warm search takes, how much memory the process holds, and how much space each store takes. Vectors lie in clusters in a
space of few dimensions, as those of sentences do; words follow Zipf's law, as those of texts do.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.domain import Article, Filter, Passage, Span
from retrieval.encoder import EncodedPassage, TokenVectors, Window, WindowReading
from retrieval.index import Library, Snapshot
from retrieval.index.lexical import extract_terms
from retrieval.index.selection import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

WORDS = 50_000
CLUSTERS = 2_000
MEANINGS = 32
SENTENCES_A_PASSAGE = 7
WORDS_A_SENTENCE = 20
PASSAGES_AN_ARTICLE = 6
NEWEST = Filter(since=date(2023, 7, 1))
BY_ONE = Filter(author="Author 7")


@dataclass
class Synthetic:
    """An encoder that draws vectors around random centres."""

    fingerprint: str = "synthetic@000000000000"
    engine: str = "numpy float32"
    dimension: int = 384
    window: int = 1_024
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def __post_init__(self) -> None:
        self.meanings = self.chance.normal(size=(MEANINGS, self.dimension)).astype(np.float32)
        self.centres = self.chance.normal(size=(CLUSTERS, MEANINGS)).astype(np.float32)

    def measure(self, texts: Sequence[str]) -> list[list[Span]]:
        """Call words tokens."""
        return [split_words(text) for text in texts]

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Draw a vector, whatever is asked."""
        return np.asarray(self.draw(1)[0])

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Draw a vector for each word."""
        return [TokenVectors(self.draw(len(found)), tuple(found)) for found in map(split_words, texts)]

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Draw a vector for each passage, and for each of its sentences."""
        vectors = self.draw(len(passages))
        return [EncodedPassage(v, self.draw(len(p.sentences))) for p, v in zip(passages, vectors, strict=True)]

    def read_windows(self, _question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Find nothing that answers."""
        return [WindowReading((0.0,) * len(window.sentences), 0.0) for window in windows]

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Find nothing that carries it."""
        return self.read_windows(claim, windows)

    def draw(self, count: int) -> NDArray[np.float32]:
        """Draw vectors (count, d) of unit length."""
        near = 0.7 * self.chance.normal(size=(count, MEANINGS)).astype(np.float32)
        noise = 1.5 * self.chance.normal(size=(count, self.dimension)).astype(np.float32)
        drawn = (self.centres[self.chance.integers(CLUSTERS, size=count)] + near) @ self.meanings + noise
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def split_words(text: str) -> list[Span]:
    """Return where the words of a text stand."""
    found, start = [], 0
    for word in text.split(" "):
        found.append(Span(start, start + len(word)))
        start += len(word) + 1
    return found


class Vocabulary:
    """Draws words by Zipf's law."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(11)
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
        self.words = ["".join(self.chance.choice(letters, self.chance.integers(3, 10))) for _ in range(WORDS)]
        shares = 1 / np.arange(1, WORDS + 1)
        self.edges = np.cumsum(shares / shares.sum())

    def draw(self, count: int) -> list[str]:
        """Draw words."""
        return [self.words[i] for i in np.searchsorted(self.edges, self.chance.random(count)).clip(0, WORDS - 1)]


def make_articles(passages: int, vocabulary: Vocabulary) -> Iterator[Article]:
    """Make articles of six passages each."""
    for number in range(passages // PASSAGES_AN_ARTICLE):
        words = iter(vocabulary.draw(PASSAGES_AN_ARTICLE * SENTENCES_A_PASSAGE * WORDS_A_SENTENCE))
        sentences = (
            " ".join(next(words) for _ in range(WORDS_A_SENTENCE)).capitalize() + "."
            for _ in range(PASSAGES_AN_ARTICLE * SENTENCES_A_PASSAGE)
        )
        yield Article(
            id=f"article-{number}",
            text=" ".join(sentences),
            title=f"Story {number}",
            author=f"Author {number % 500}",
            published=date(2015 + number % 9, 1 + number % 12, 1 + number % 28),
            source=f"/articles/{number}.txt",
        )


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--pool", type=int, default=50, help="candidates from each store")
    parser.add_argument("--keep", type=Path, help="build the library here, or use the one that is here")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="clippings-scale-"))
    vocabulary, encoder = Vocabulary(), Synthetic()
    try:
        if not (folder / "library").exists():
            build(folder / "library", encoder, given.passages, vocabulary)
        if pid := os.fork():  # a fresh process: building took memory that searching does not need
            _, status = os.waitpid(pid, 0)
            sys.exit(os.waitstatus_to_exitcode(status))
        search(folder / "library", encoder, vocabulary, questions=given.questions, pool=given.pool)
        sys.stdout.flush()
        os._exit(0)
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


def build(folder: Path, encoder: Synthetic, passages: int, vocabulary: Vocabulary) -> None:
    """Ingest, and ingest once more."""
    with open_library(folder, encoder) as built:
        for name in ("first ingest", "nothing changed"):
            vocabulary.chance = np.random.default_rng(11)
            report = built.ingest(make_articles(passages, vocabulary))
            print(f"{name:24} {report.seconds:8.1f} s   {report.passages} passages encoded", flush=True)
        changed = next(make_articles(PASSAGES_AN_ARTICLE, vocabulary))
        report = built.ingest([changed])
        print(f"{'one article changed':24} {report.seconds:8.1f} s   {report.passages} passages encoded", flush=True)


def search(folder: Path, encoder: Synthetic, vocabulary: Vocabulary, *, questions: int, pool: int) -> None:
    """Time the steps of searches in this process."""
    started = time.perf_counter()
    with open_library(folder, encoder) as opened:
        opened.read(lambda view: view.search_dense(encoder.draw(1)[0], pool, Filter()))
        print(f"{'open and first question':24} {1_000 * (time.perf_counter() - started):8.1f} ms")
        print(f"{'memory after it':24} {measure_memory():8.0f} MB")
        for name, where in (("everything", Filter()), ("one year of nine", NEWEST), ("one author", BY_ONE)):
            taken: dict[str, list[float]] = {}
            for _ in range(questions):
                question = Asked(encoder.draw(1)[0], " ".join(vocabulary.draw(9)), pool, where)
                opened.read(partial(time_steps, question, taken))
            print(f"\n{name:24} {'p50':>8} {'p95':>8} ms")
            for step, seconds in taken.items():
                p50, p95 = 1_000 * np.percentile(seconds, [50, 95])
                print(f"  {step:22} {p50:8.1f} {p95:8.1f}")
        print(f"\n{'recall of the nearest':24} {measure_recall(opened, encoder, pool):8.3f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"{'memory':24} {measure_memory():8.0f} MB (peak {peak:.0f} MB)")
        for part in sorted((folder / "editions").glob("*/*")):
            size = (
                part.stat().st_size if part.is_file() else sum(f.stat().st_size for f in part.rglob("*") if f.is_file())
            )
            print(f"{part.name:24} {size / 1e6:8.0f} MB")


@dataclass(frozen=True)
class Asked:
    """One question, as the library gets it."""

    vector: NDArray[np.float32]
    words: str
    pool: int
    where: Filter


def time_steps(asked: Asked, taken: dict[str, list[float]], view: Snapshot) -> None:
    """Do what a search does, and note how long each step takes."""

    def timed(name: str, step: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        done = step()
        taken.setdefault(name, []).append(time.perf_counter() - started)
        return done

    started = time.perf_counter()
    words = extract_terms(asked.words)
    near = timed("dense", lambda: view.search_dense(asked.vector, asked.pool, asked.where))
    matching = timed("lexical", lambda: view.search_lexical(words, asked.pool, asked.where))
    ids = list(dict.fromkeys([*near, *(key for key, _ in matching)]))
    timed("bm25 of candidates", lambda: view.score_bm25(words, ids))
    stored = timed("passages", lambda: view.get_passages(ids))
    timed("articles", lambda: view.get_article_infos({each.passage.article_id for each in stored.values()}))
    taken.setdefault("all", []).append(time.perf_counter() - started)


def measure_recall(opened: Library, encoder: Synthetic, k: int) -> float:
    """Return which share of the truly nearest passages Chroma finds."""

    def shares(view: Snapshot) -> list[float]:
        vectors = encoder.draw(20)
        exact = [{key for _, key in view._compare(v, k, EVERYTHING, after=0)} for v in vectors]
        return [len(set(view.search_dense(v, k, Filter())) & best) / k for v, best in zip(vectors, exact, strict=True)]

    return float(np.mean(opened.read(shares)))


def measure_memory() -> float:
    """Return the megabytes this process holds in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e3
    return float("nan")


def open_library(folder: Path, encoder: Synthetic) -> Library:
    """Open or create the library."""
    return Library.open(folder, encoder=encoder, passage_tokens=WORDS_A_SENTENCE * SENTENCES_A_PASSAGE, create=True)


if __name__ == "__main__":
    main()
