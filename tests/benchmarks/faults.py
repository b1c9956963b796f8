"""Counts what becomes of harmed libraries: `python -m tests.benchmarks.faults [--variations N] [--json FILE]`.

Each variation garbles, truncates, zeroes, deletes or swaps one file of a small library, chosen by its seed. The library
is read, examined by `doctor` and repaired, and its articles are ingested again. What may come of it: a right answer,
or an error of one line that `doctor` agrees with, and in the end a library with all articles. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.retrieval.index.harm import WAYS, Verdict, build_library, judge, open_library, read

SHORT, LONG = 30, 500


def main() -> None:
    """Harm a library again and again, and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--variations", type=int, default=SHORT, help=f"how many; {LONG} take some minutes")
    parser.add_argument("--seed", type=int, default=0, help="the first variation's")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args()
    verdicts = harm_all(range(given.seed, given.seed + given.variations))
    figures = sum_up(verdicts)
    print("| | |\n|---|---:|")
    for name, figure in figures.items():
        print(f"| {name} | {figure:,} |")
    faulty = [each for each in verdicts if each.faults]
    for each in faulty:
        print(f"\n{each.harm}: {'; '.join(each.faults)}")
    if given.json:
        given.json.write_text(json.dumps(figures), "utf-8")
    sys.exit(1 if faulty else 0)


def harm_all(seeds: range) -> list[Verdict]:
    """Return what became of the same library with each seed's harm."""
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        build_library(whole)
        with open_library(whole) as library:
            expected = read(library)
        return [judge(whole, Path(place), seed, expected) for seed in seeds]


def sum_up(verdicts: list[Verdict]) -> dict[str, int]:
    """Return how many files were harmed in which way, what readers got, and what must be 0."""
    ways, outcomes = Counter(each.harm.split()[0] for each in verdicts), Counter(each.outcome for each in verdicts)
    return {
        "files harmed": len(verdicts),
        **{f"of them by: {way}": ways[way] for way in WAYS},
        "answered, rightly": outcomes["answered"],
        "answered from what is whole, and said so": outcomes["answered from what is whole"],
        "refused in one line": outcomes["refused"],
        "articles lost without a word": sum(each.lost for each in verdicts),
        "wrong advice": sum(each.wrong_advice for each in verdicts),
        "tracebacks": sum(each.tracebacks for each in verdicts),
        "other faults": sum(len(each.faults) for each in verdicts),
    }


if __name__ == "__main__":
    main()
