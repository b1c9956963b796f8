"""Runs all measurements, one process each: `python -m tests.benchmarks [FOLDER]`, which is what `make bench` does.

How all that grows with the archive takes an hour more: `python -m tests.benchmarks.growth`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.benchmarks import sets


def main() -> None:
    """Measure Clippings beside the peers, then what only it does; go on when one fails, and say so in the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    sets.add_folder(parser)
    given = parser.parse_args()
    names = ("peers", "followups", "claims", "speed", "scale")
    runs = {name: [] if name == "scale" else [str(given.sets)] for name in names}
    failed = []
    for name, arguments in runs.items():
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
