"""Runs all measurements, one process each: `python -m tests.benchmarks [FOLDER]`, which is what `make bench` does."""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.benchmarks import sets


def main() -> None:
    """Measure quality, follow-ups, speed and scale; go on when one of them fails, and say so in the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    sets.add_folder(parser)
    given = parser.parse_args()
    runs = {"quality": [str(given.sets)], "followups": [str(given.sets)], "speed": [str(given.sets)], "scale": []}
    failed = []
    for name, arguments in runs.items():
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
