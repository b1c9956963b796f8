"""Counts what becomes of libraries that are attacked: `python -m tests.benchmarks.faults`, within a minute.

    python -m tests.benchmarks.faults --only files --variations 100 --from 200
    python -m tests.benchmarks.faults --kills 100 --disks 20 --variations 500 --hostile 10000 --json FILE

Four attacks: a process is killed while it ingests; a small disk fills up; one file of a library is garbled, truncated,
zeroed, deleted or swapped; and files of every kind that is read hold what an attacker would write. Each is made by
chance from a seed, so that many can be run in pieces. What may come of it: a right answer, or an error of one line that
`doctor` agrees with, and in the end a library with all articles. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from retrieval.index import Library
from retrieval.reading import SUFFIXES
from tests.benchmarks import report
from tests.benchmarks.hostile import attack
from tests.fakes import FakeEncoder
from tests.retrieval.index import kills
from tests.retrieval.index.full_disk import (
    EACH_IS_PUBLISHED,
    STEPS,
    count_found,
    make_long_article,
    mount_small_disk,
    report_full,
)
from tests.retrieval.index.harm import WAYS, Verdict, attempt, build_library, check_advice, judge, open_library, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = tuple[list[Verdict], dict[str, int]]

KILLED = ("ingest", "publish", "ingest", "rebuild")
"""What processes do that are killed, in turns."""
BALLAST = (1_500_000, 4_000_000)
"""Bytes that take a small disk's room away, and are then removed."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Attack libraries, and print what came of it."""
    attacks = {"kills": kill_processes, "disks": fill_disks, "variations": harm_files, "hostile": send_hostile_input}
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--kills", type=int, default=3, help="processes that are killed")
    parser.add_argument("--disks", type=int, default=1, help="disks that are filled")
    parser.add_argument("--variations", type=int, default=6, help="files that are harmed")
    parser.add_argument("--hostile", type=int, default=20, help="kilobytes of hostile input of each kind")
    parser.add_argument("--only", nargs="+", choices=attacks, default=list(attacks), help="attack in these ways")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed, to go on from another run")
    report.add_json(parser)
    given = parser.parse_args(arguments)
    verdicts, figures = list[Verdict](), dict[str, int]()
    for name in given.only:
        report.show_progress(name)
        with tempfile.TemporaryDirectory() as place:
            found, counted = attacks[name](Path(place), given.first, getattr(given, name))
        verdicts += found
        figures |= counted
    figures |= {
        "articles lost": sum(each.lost for each in verdicts),
        "wrong advice": sum(each.wrong_advice for each in verdicts),
        "tracebacks": sum(each.tracebacks for each in verdicts),
        "faults of any kind": sum(len(each.faults) for each in verdicts),
    }
    print(report.render_table([("", ""), *((name, f"{figure:,}") for name, figure in figures.items())]))
    report.write(given.to, figures)
    for each in (each for each in verdicts if each.faults):
        print(f"\n{each.harm}: {'; '.join(each.faults)}")
    sys.exit(1 if figures["faults of any kind"] else 0)


def kill_processes(place: Path, first: int, count: int) -> Result:
    """Kill processes that ingest or rebuild, at moments from their beginning to their end."""
    before, clean = kills.build_before(place / "before"), kills.read_clean(place / "clean")
    verdicts, killed = list[Verdict](), 0
    with kills.start_forker() as forker:
        takes = {kind: forker.run(kind, shutil.copytree(before, place / kind))[1] for kind in set(KILLED)}
        for number in range(count):
            kind = KILLED[number % len(KILLED)]
            after = takes[kind] * (number + random.Random(first + number).random()) / count
            verdict = Verdict(f"{kind} of {takes[kind]:.3f} s killed after {after:.3f} s")
            folder = shutil.copytree(before, place / str(number))
            survive = partial(kills.survive, forker, kind, folder, clean, after=after, context="what was complete")
            killed += bool(_demand(verdict, "after the kill", survive))
            verdicts.append(verdict)
    return verdicts, {"processes killed": killed, "of them survived": killed - sum(bool(v.faults) for v in verdicts)}


def fill_disks(place: Path, first: int, count: int) -> Result:
    """Fill small disks; where none may be mounted, let one step of an ingest find no room."""
    verdicts, mounted = list[Verdict](), 0
    for seed in range(first, first + count):
        with mount_small_disk(place / str(seed)) as disk:
            verdict = Verdict(f"disk filled, seed {seed}")
            fill = (
                partial(_fill, verdict, disk, seed) if disk else partial(_fail, verdict, place / f"fake-{seed}", seed)
            )
            _demand(verdict, "with a full disk", fill)
            mounted += disk is not None
            verdicts.append(verdict)
    return verdicts, {"disks filled": mounted, "disks that a fake calls full": count - mounted}


def harm_files(place: Path, first: int, count: int) -> Result:
    """Harm one file of the same library after the other."""
    whole = place / "whole"
    build_library(whole)
    with open_library(whole) as library:
        expected = read(library)
    verdicts = [judge(whole, place, seed, expected) for seed in range(first, first + count)]
    ways, outcomes = Counter(each.harm.split()[0] for each in verdicts), Counter(each.outcome for each in verdicts)
    return verdicts, {
        **{f"files harmed: {way}": ways[way] for way in WAYS},
        "answered, rightly": outcomes["answered"],
        "answered from what is whole, and said so": outcomes["answered from what is whole"],
        "refused in one line": outcomes["refused"],
    }


def send_hostile_input(place: Path, first: int, kilobytes: int) -> Result:
    """Read, store and show hostile files of every kind."""
    attacked = {suffix: attack(place, suffix, 1_000 * kilobytes, first) for suffix in SUFFIXES}
    bytes_sent = {f"bytes of hostile {suffix}": written for suffix, (_, written) in attacked.items()}
    return [verdict for verdict, _ in attacked.values()], bytes_sent


def _demand(verdict: Verdict, what: str, act: Callable[[], object]) -> object:
    """Return what an act returns that must not fail; what is asserted of a library is that nothing is lost."""
    try:
        result = attempt(verdict, what, act)
    except AssertionError as error:
        verdict.lost += 1
        result = error
    if isinstance(result, Exception):
        verdict.faults.append(f"{what}: {result}")
    return result


def _fill(verdict: Verdict, disk: Path, seed: int) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(random.Random(seed).randrange(*BALLAST)))
    with Library.open(disk / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        complete = [0]
        library.ingest([make_long_article(0)])

        def fill() -> None:
            for number in range(1, 100):
                library.ingest([make_long_article(number), make_long_article(number + 1_000)])
                complete.extend((number, number + 1_000))

        _expect_full(verdict, attempt(verdict, "filling", fill))
        for said in library.find_problems():
            check_advice(verdict, said)
        verdict.lost += sum(library.get_article(f"article-{n}") != make_long_article(n) for n in complete)
        if verdict.lost or count_found(library) != 10:
            verdict.faults.append("what was complete is not all there")
        ballast.unlink()
        library.ingest([make_long_article(5_000)])
        verdict.faults.extend(library.find_problems())


def _fail(verdict: Verdict, folder: Path, seed: int) -> None:
    step, added = list(STEPS.items())[seed % len(STEPS)]
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([make_long_article(0)])
        with patch(step, report_full), patch(*EACH_IS_PUBLISHED):
            _expect_full(verdict, attempt(verdict, step, lambda: library.ingest([make_long_article(1)])))
        if len(library.list_articles()) != 1 + added or count_found(library) != 10:
            verdict.faults.append("what was complete is not all there")
        library.ingest([make_long_article(1)])
        verdict.faults.extend(library.find_problems())


def _expect_full(verdict: Verdict, said: object) -> None:
    if "the disk is full" not in str(said):
        verdict.faults.append(f"a full disk ends in: {said}")


if __name__ == "__main__":
    main()
