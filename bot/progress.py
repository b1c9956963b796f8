"""Shows the progress of an ingest on a terminal: a bar with rate and time left. Elsewhere nothing is shown."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.progress import Task

    from retrieval.domain import Offered
    from retrieval.index import Progress

BLOCK = 1 << 20
ESTIMATE_SECONDS = 300
"""For which what was done counts in the time left: a batch of passages may take a minute on a busy machine."""
UNITS = {
    "Looking at": "sources",
    "Fetching": "pages",
    "Reading": "articles",
    "Splitting": "characters",
    "Encoding": "passages",
    "Indexing": "passages",
}
"""What is counted in each stage of a sync and of an ingest."""


@dataclass(frozen=True, slots=True)
class CountedArticles:
    """Articles about to be read, and how many they will be; iterated over once."""

    articles: Iterable[Offered]
    expected: int

    def __iter__(self) -> Iterator[Offered]:
        return iter(self.articles)

    def __length_hint__(self) -> int:
        return self.expected


def count_articles(paths: Sequence[str], *, follow_links: bool = False) -> int:
    """Count the articles under the paths without reading them: files, and lines of JSON Lines; 0 when unknown."""
    from retrieval.reading import JSON_LINES, SINGLE_SUFFIXES, find_files

    found = [path for path in find_files(paths, follow_links=follow_links) if isinstance(path, Path)]
    if any(path.suffix.lower() not in (*SINGLE_SUFFIXES, *JSON_LINES) for path in found):
        return 0
    return sum(_count_lines(path) if path.suffix.lower() in JSON_LINES else 1 for path in found)


@contextmanager
def show_progress() -> Iterator[Callable[[Progress], None] | None]:
    """Yield a function that shows progress on stderr, or None if stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as rich_progress
    from rich.console import Console
    from rich.text import Text

    class Speed(rich_progress.ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")

    columns = (
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        Speed(),
        rich_progress.TimeRemainingColumn(),
    )
    shown_on = Console(stderr=True)
    with rich_progress.Progress(
        *columns, console=shown_on, transient=True, speed_estimate_period=ESTIMATE_SECONDS
    ) as shown:
        stages = {"Starting": shown.add_task("Starting", total=None)}

        def show(now: Progress) -> None:
            if now.stage not in stages:
                described = f"{now.stage} {UNITS.get(now.stage, '')}".strip()
                stages[now.stage] = shown.add_task(described, total=now.total)
            for stage, task in stages.items():
                shown.update(task, visible=stage == now.stage)
            shown.update(stages[now.stage], completed=now.done, total=now.total)

        yield show


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    try:
        with path.open("rb") as file:
            for block in iter(lambda: file.read(BLOCK), b""):
                count, last = count + block.count(b"\n"), block[-1:]
            return count + (last != b"\n")  # the last line may have no end
    except OSError:
        return 1
