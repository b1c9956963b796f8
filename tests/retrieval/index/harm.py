"""Harms one file of a library, and judges what becomes of its readers, of `doctor` and of the articles.

Used by test_damage.py and by `python -m tests.benchmarks.faults`.
"""

from __future__ import annotations

import logging
import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.domain import Filter
from retrieval.errors import ClippingsError
from retrieval.index import Library
from retrieval.index.lexical import extract_terms
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.index import Snapshot

TOKENS = 60
ARTICLES = [make_article(n) for n in range(16)]
QUESTIONS = ("harbour boats counted by witness 3", "the glacier of story13 in version1", "orchard story2", "comet")
WAYS = ("garble", "truncate", "zero", "delete", "swap")
DESTRUCTIVE = ("remove", "delete")


def build_library(folder: Path) -> None:
    """Make a library that was written to several times, so that each of its stores has several files.

    It holds an earlier text of one article.
    """
    with open_library(folder, create=True) as library:
        library.ingest([make_article(n, version=1 + (n == 3)) for n in range(12)])
        library.ingest(ARTICLES)


def open_library(folder: Path, *, create: bool = False) -> Library:
    """Open a library of this module's with its encoder."""
    return Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS, kept_versions=2, create=create)


def harm(folder: Path, seed: int) -> str:
    """Harm one file, chosen and changed by chance; return how and which."""
    chance = random.Random(seed)
    files = sorted(  # most names are made up anew for each library
        (each for each in folder.rglob("*") if each.is_file() and each.stat().st_size),
        key=lambda each: (_name_store(folder, each), each.suffix, each.stat().st_size, each.name),
    )
    store = chance.choice(sorted({_name_store(folder, each) for each in files}))
    file = chance.choice([each for each in files if _name_store(folder, each) == store])
    way = chance.choice(WAYS)
    data = bytearray(file.read_bytes())
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice((1, 16, 500, 5_000, len(data))))
    if way == "swap":
        other = chance.choice([each for each in files if each != file])
        content = other.read_bytes()
        other.write_bytes(data)
        file.write_bytes(content)
        return f"swap {file.relative_to(folder)} with {other.relative_to(folder)}"
    if way == "delete":
        file.unlink()
    elif way == "truncate":
        file.write_bytes(data[:start])
    else:
        data[start:end] = bytes(end - start) if way == "zero" else chance.randbytes(end - start)
        file.write_bytes(data)
    return f"{way} {file.relative_to(folder)} at {start:,} to {end:,}"


def _name_store(folder: Path, file: Path) -> str:
    """Return which part of a library a file belongs to: the pointer, the checksums, or one of the stores."""
    parts = file.relative_to(folder).parts
    return parts[2] if len(parts) > 2 else parts[0]


@dataclass
class Verdict:
    """What became of a harmed library; `faults` are what must never be."""

    harm: str
    outcome: str = ""
    faults: list[str] = field(default_factory=list)
    tracebacks: int = 0
    wrong_advice: int = 0
    lost: int = 0


def read(library: Library) -> list[object]:
    """Return what a few searches find, and what is stored."""

    def search(view: Snapshot) -> list[object]:
        found = list[object]()
        for question in QUESTIONS:
            vector = FakeEncoder().encode_question(question)
            near = view.get_passages(view.search_dense(vector, 6, Filter()))
            found.append([round(float(each.vector @ vector), 2) for each in near.values()])  # some are equally near
            named = view.search_lexical(extract_terms(question), 6, Filter())
            texts = view.get_passages([key for key, _ in named])
            found.append([(texts[key].passage.text, round(score, 4)) for key, score in named])
        return found

    articles = {info.id: library.get_article(info.id) for info in library.list_articles()}
    return [articles, *library.read(search)]


def judge(whole: Path, place: Path, seed: int, expected: list[object]) -> Verdict:
    """Harm a copy of a library, read it, ask `doctor`, repair it, and read it again."""
    folder = shutil.copytree(whole, place / str(seed))
    verdict = Verdict(harm(folder, seed))
    with _Told() as told:
        answer = attempt(verdict, "reading", lambda: _with(folder, read))
    problems = attempt(verdict, "doctor", lambda: _with(folder, Library.find_problems))
    if isinstance(answer, ClippingsError):
        verdict.outcome = "refused"
        if problems == []:
            verdict.faults.append(f"doctor does not agree with: {answer}")
    elif answer is not None:
        verdict.outcome = "answered from what is whole" if told.said else "answered"
        if answer != expected:
            verdict.faults.append("another answer than that of the whole library")
        if told.said and problems == []:
            verdict.faults.append(f"doctor does not agree with: {told.said}")
    for said in (*told.said, *(problems if isinstance(problems, list) else ())):
        check_advice(verdict, str(said))

    done = attempt(verdict, "repair", lambda: _with(folder, Library.repair))
    left = attempt(verdict, "doctor after repair", lambda: _with(folder, Library.find_problems))
    if left:
        verdict.faults.append(f"not mended ({done}): {left}")
    kept = attempt(verdict, "reading after repair", lambda: _with(folder, _read_articles))
    named = " ".join(map(str, done if isinstance(done, list) else ()))
    missing = [each for each in ARTICLES if isinstance(kept, set) and each.id not in kept]
    told_all = "ingest all of them" in named
    verdict.lost = sum(not told_all and each.source not in named and f"{each.id} " not in named for each in missing)
    if verdict.lost:
        verdict.faults.append(f"{verdict.lost} articles lost and not named")
    attempt(verdict, "ingest", lambda: _with(folder, lambda library: library.ingest(ARTICLES)))
    again = attempt(verdict, "reading at last", lambda: _with(folder, read))
    if not isinstance(again, list) or again[0] != expected[0]:
        verdict.faults.append("the articles are not back after an ingest")
    shutil.rmtree(folder)
    return verdict


def _read_articles(library: Library) -> set[str]:
    """Return the ids of the articles that are stored as they were."""
    whole = {each.id: each for each in ARTICLES}
    return {info.id for info in library.list_articles() if library.get_article(info.id) == whole[info.id]}


def _with(folder: Path, use: object) -> object:
    with open_library(folder, create=True) as library:
        return use(library)  # type: ignore[operator]


def attempt(verdict: Verdict, what: str, act: object) -> object:
    """Return what an act returns, or its error of one line; note any other error, Rust's panics included."""
    try:
        return act()  # type: ignore[operator]
    except ClippingsError as error:
        if "\n" in str(error):
            verdict.faults.append(f"{what}: more than one line: {error}")
        check_advice(verdict, str(error))
        return error
    except (KeyboardInterrupt, AssertionError):
        raise
    except BaseException as error:
        verdict.tracebacks += 1
        verdict.faults.append(f"{what}: {type(error).__name__}: {error}")
        return None


def check_advice(verdict: Verdict, said: str) -> None:
    if any(word in said for word in DESTRUCTIVE):
        verdict.wrong_advice += 1
        verdict.faults.append(f"advises to destroy: {said}")


class _Told(logging.Handler):
    """Collects what is said while a library is read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def __enter__(self) -> _Told:
        logging.getLogger("retrieval").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("retrieval").removeHandler(self)
