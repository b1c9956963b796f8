"""How results are shown: thresholds, whether they are met, tables for people, JSON for machines."""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Bar:
    """What a measure has to reach, or, with `at_most`, must not exceed."""

    limit: float
    at_most: bool = False

    def is_met_by(self, value: float) -> bool:
        """Say whether a value is on the right side; one that could not be measured is not."""
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.limit:g}"


def render_verdict(bar: Bar | None, value: float) -> list[str]:
    """Return the last two cells of a row: the bar, and whether it is met."""
    if bar is None or math.isnan(value):
        return ["", ""]
    return [str(bar), "met" if bar.is_met_by(value) else "MISSED"]


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows of cells as a Markdown table that is readable as plain text; the first row is the header."""
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    rule = [f"{'-' * (width - bool(n))}{':' * bool(n)}" for n, width in enumerate(widths)]
    return "\n".join(_line(row, widths) for row in (rows[0], rule, *rows[1:]))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.rjust(w) if n else cell.ljust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True)))
    return f"| {' | '.join(cells)} |"


def show_progress(text: str) -> None:
    """Say on stderr what is being done."""
    print(f"{datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def inspect_machine() -> dict[str, Any]:
    """Return the date and the machine that is measured on; no names."""
    known = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in known.splitlines() if line.startswith("model name")]
    return {
        "date": f"{datetime.now():%Y-%m-%d}",
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "bfloat16": "avx512_bf16" in known or "amx_bf16" in known,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def describe_run(found: Mapping[str, Any]) -> str:
    """Describe in one line what `inspect_machine` returned."""
    return (
        f"{found['cores']} cores, {found['processor']}, {'with' if found['bfloat16'] else 'without'} bfloat16, "
        f"{found['gigabytes']} GiB, {found['system']}, Python {found['python']}"
    )


def add_json(parser: ArgumentParser) -> None:
    """Add the option that names where a script writes its results as JSON."""
    parser.add_argument("--json", dest="to", metavar="FILE", type=Path, help="write the results here, too")


def write(to: Path | None, results: Any) -> None:
    """Write results as JSON where that was asked for."""
    if to is not None:
        to.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
