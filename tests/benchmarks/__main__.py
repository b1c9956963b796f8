"""Runs all measurements, one process each: `python -m tests.benchmarks [FOLDER]`, which is what `make bench` does.

What each prints is kept in `.benchmarks/`, as Markdown and as JSON. How all that grows with the archive takes longer:
`python -m tests.benchmarks.growth`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import sets
from tests.benchmarks.processes import ROOT

NAMES = ("peers", "followups", "claims", "speed", "scale")


def main() -> None:
    """Measure Clippings beside the peers, then what only it does; go on when one fails, and say so in the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    sets.add_folder(parser)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="run these")
    parser.add_argument("--to", type=Path, default=ROOT / ".benchmarks", help="where results are kept")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in given.only:
        print(f"\n# {name}", flush=True)
        arguments = [] if name == "scale" else [given.sets, "--json", given.to / f"{name}.json"]
        if kept([sys.executable, "-u", "-m", f"tests.benchmarks.{name}", *arguments], given.to / f"{name}.md"):
            failed.append(name)
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


def kept(command: list[str | Path], to: Path) -> int:
    """Run a command, print what it prints and keep it in a file; return its status."""
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        to.open("w", encoding="utf-8") as file,
    ):
        for line in process.stdout or ():
            print(line, end="", flush=True)
            file.write(line)
    return process.returncode


if __name__ == "__main__":
    main()
