"""What growth costs beside encoding, with made-up vectors, against the tutorial's chain with the same ones, and bars.

    python -m tests.benchmarks.growth_bars --passages 10000

The archive is that of growth.py. Each step is a process of its own; what importing and starting take is left out.
`written` are the bytes given to the system to be written. The last step opens the library in one process, ingests one
new article in another, and asks the first for it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import report, sets
from tests.benchmarks.processes import ROOT, end_cleanly, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import IngestReport, Passage
    from retrieval.encoder import EncodedPassage
    from retrieval.index import Library, Snapshot

# Nothing that takes memory is imported by the process that starts the others: see `processes.run`.
DIMENSION = 384
DRAWN = 4_096
NEW = "The zanzibarian lighthouse in Nowhere was sold to Quentin Oddsworth for 12 crowns."
BARS = {
    "ingest: processor": report.Bar(1.1, at_most=True),
    "disk": report.Bar(1.5, at_most=True),
    "ingest: memory": report.Bar(600, at_most=True),
    "unchanged": report.Bar(10, at_most=True),
    "one article: ingested": report.Bar(1, at_most=True),
    "one article: found": report.Bar(1, at_most=True),
}
"""Of the ratio to the tutorial's where there is one; else of seconds of the processor, or of megabytes.

With an encoding three times as fast as the tutorial's, a whole ingest takes half of its time at this bar, wherever the
tutorial's encoding takes 3.6 times all the rest or more.
"""


@dataclass
class MadeUp:
    """Draws a text's vector by its checksum: a sum of two of some thousand random ones, of unit length."""

    fingerprint: str = "made-up@000000000000"
    dimension: int = DIMENSION
    window: int = 1_024
    drawn: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        import numpy as np

        self.drawn = np.random.default_rng(7).standard_normal((DRAWN, DIMENSION), dtype=np.float32)

    def draw(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector for each text, (n, d)."""
        import numpy as np

        numbers = np.array([zlib.crc32(text.encode()) for text in texts], np.int64)
        vectors = self.drawn[numbers % DRAWN] + self.drawn[numbers // DRAWN % DRAWN]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def measure(self, texts: Sequence[str]) -> list[Any]:
        """Call words tokens."""
        from tests.benchmarks.scale import split_words

        return [split_words(text) for text in texts]

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Draw a vector."""
        vector: NDArray[np.float32] = self.draw([question])[0]
        return vector

    def encode_passages(self, passages: Sequence[Passage], _headers: Sequence[str]) -> list[EncodedPassage]:
        """Draw a vector for each passage, and for each of its sentences."""
        from retrieval.encoder import EncodedPassage

        sentences = iter(self.draw([each.text for p in passages for each in p.sentences]))
        vectors = self.draw([p.text for p in passages])
        return [
            EncodedPassage(vector, _stack([next(sentences) for _ in p.sentences]))
            for p, vector in zip(passages, vectors, strict=True)
        ]


def _stack(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np

    return np.stack(vectors)


def main() -> None:
    """Measure, and print a table with the bars."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--step", nargs=3, metavar=("STEP", "ARTICLES", "FOLDER"), help=argparse.SUPPRESS)
    report.add_json(parser)
    given = parser.parse_args()
    if given.step:
        step, articles, folder = given.step
        STEPS[step](Path(articles), Path(folder))
        return
    end_cleanly()
    figures = measure(given.passages)
    report.write(given.to, {"machine": report.inspect_machine(), "passages": given.passages, **figures})
    print(render(given.passages, figures))


def measure(passages: int) -> dict[str, dict[str, Any]]:
    """Return what each step took."""
    from tests.benchmarks.growth import write

    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="clippings-") as place:
        home = Path(place)
        write(home / "briefs", passages, 1)
        articles = home / "briefs" / sets.ARTICLES
        time.sleep(2.1)  # a file that was written just now is read again
        for step in STEPS:
            if step == "watch":
                continue
            report.show_progress(f"{passages:,} passages: {step}")
            folder = home / ("tutorial" if step == "tutorial" else "library")
            done = run([sys.executable, "-m", __spec__.name, "--step", step, articles, folder], home=home)
            found[step] = done.last | {"memory": done.megabytes, "disk": weigh(folder)}
    return found


def weigh(folder: Path) -> float:
    """Return the megabytes that the files of a folder hold."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def render(passages: int, found: dict[str, dict[str, Any]]) -> str:
    """Lay the figures out, with the ratios and the bars."""
    ours, theirs, again, one = (found[step] for step in ("ingest", "tutorial", "unchanged", "one"))
    compared = {
        "ingest: processor": ("processor", "s"),
        "ingest: written": ("written", "MB"),
        "disk": ("disk", "MB"),
        "ingest: memory": ("memory", "MB"),
    }
    rows = [[f"{passages:,} passages", "Clippings", "tutorial chain", "ratio", "bar", ""]]
    for name, (key, unit) in compared.items():
        ratio = ours[key] / theirs[key]
        value = ours[key] if name == "ingest: memory" else ratio
        cells = [f"{ours[key]:,.1f} {unit}", f"{theirs[key]:,.1f} {unit}", f"{ratio:.2f}"]
        rows.append([name, *cells, *report.render_verdict(BARS.get(name), value)])
    alone = {
        "unchanged": again["processor"],
        "one article: ingested": one["processor"],
        "one article: found": one["found"],
    }
    for name, seconds in alone.items():
        rows.append([name, f"{seconds:.2f} s", "", "", *report.render_verdict(BARS[name], seconds)])
    rows.append(["one article: written", f"{one['written']:,.2f} MB", "", "", "", ""])
    return report.render_table(rows)


# Steps, each in a process of its own


def ingest(articles: Path, folder: Path) -> None:
    """Ingest the articles with made-up vectors."""
    with _open(folder) as library:
        library.encoder.encode_question("")  # draws
        _measure(lambda: _ingest_file(library, articles))


def ingest_one(_: Path, folder: Path) -> None:
    """Ingest one new article while another process has the library open, and have that find it."""
    command = [sys.executable, "-m", __spec__.name, "--step", "watch", "-", str(folder)]
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher,
        _open(folder) as library,
    ):
        assert watcher.stdin
        assert watcher.stdout
        watcher.stdout.readline()
        new = Path(place) / "new.txt"
        new.write_text(NEW, "utf-8")
        took = _measure(lambda: _ingest_file(library, new), tells=False)
        watcher.stdin.write("now\n")
        watcher.stdin.close()
        print(json.dumps(took | json.loads(watcher.stdout.readline())))


def watch(_: Path, folder: Path) -> None:
    """Open the library, wait for a line, and look for the new article once."""
    with _open(folder) as library:
        _find(library)
        print("open", flush=True)
        sys.stdin.readline()
        started = time.process_time()
        found = _find(library)
        took = time.process_time() - started
        if found != {NEW}:
            raise SystemExit(f"the new article is not found: {found}")
        print(json.dumps({"found": took}), flush=True)


def _find(library: Library) -> set[str]:
    """Return what both stores find first."""
    from retrieval.domain import Filter
    from retrieval.index.lexical import extract_terms

    def query(view: Snapshot) -> set[str]:
        near = view.search_dense(library.encoder.encode_question(NEW), 1, Filter())
        named = view.search_lexical(extract_terms("zanzibarian lighthouse Oddsworth"), 1, Filter())
        return {each.passage.text for each in view.get_passages([*near, *(key for key, _ in named)]).values()}

    return library.read(query)


def chain(articles: Path, folder: Path) -> None:
    """Have the tutorial's chain ingest the articles with made-up vectors."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    from tests.benchmarks.peers.tutorial import AT_ONCE
    from tests.benchmarks.tutorial import cut, read

    class Drawn(Embeddings):
        encoder = MadeUp()

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            drawn: list[list[float]] = self.encoder.draw(texts).tolist()
            return drawn

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    def index() -> None:
        chunks = cut(read(articles))
        store = Chroma(embedding_function=Drawn(), persist_directory=str(folder))
        for first in range(0, len(chunks), AT_ONCE):
            store.add_documents(chunks[first : first + AT_ONCE])

    _measure(index)


def _open(folder: Path) -> Library:
    from retrieval.index import Library

    return Library.open(folder, encoder=MadeUp(), create=True)  # type: ignore[arg-type]  # reads no windows


def _ingest_file(library: Library, file: Path) -> IngestReport:
    from retrieval.reading import read_articles

    return library.ingest(lambda known: read_articles([file], known=known))


def _measure(act: Callable[[], object], *, tells: bool = True) -> dict[str, float]:
    """Do something; return, and print, the processor's seconds and the megabytes that it gave to be written."""
    before, written = _count_seconds(), _count_written()
    act()
    took = {"processor": _count_seconds() - before, "written": _count_written() - written}
    if tells:
        print(json.dumps(took))
    return took


def _count_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _count_written() -> float:
    file = Path("/proc/self/io")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return next((int(line.split()[1]) / 1e6 for line in lines if line.startswith("wchar")), float("nan"))


STEPS = {"tutorial": chain, "ingest": ingest, "unchanged": ingest, "one": ingest_one, "watch": watch}

if __name__ == "__main__":
    main()
