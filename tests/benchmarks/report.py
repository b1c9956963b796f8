"""How results are shown: bars, whether they are met, tables for people, JSON for machines."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Bar:
    """What a measure has to reach, or, with `at_most`, must not exceed."""

    limit: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        """Say whether a value is on the right side; one that could not be measured is not."""
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.limit:g}"


def verdict(bar: Bar | None, value: float) -> list[str]:
    """Return the last two cells of a row: the bar, and whether it is met."""
    if bar is None or math.isnan(value):
        return ["", ""]
    return [str(bar), "met" if bar.met(value) else "MISSED"]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Line up rows of cells: the first column left, the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def add_json(parser: ArgumentParser) -> None:
    """Let a script be told where to write its results as JSON."""
    parser.add_argument("--json", dest="to", metavar="FILE", type=Path, help="write the results here, too")


def write(to: Path | None, results: Any) -> None:
    """Write results as JSON where that was asked for."""
    if to is not None:
        to.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
