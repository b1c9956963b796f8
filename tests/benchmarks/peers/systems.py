"""Which systems there are, whether each is installed, and what all of them promise."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from pathlib import Path

Found = tuple[str, int, int]
"""A ranked place: article id, start and end in its text."""
Search = Callable[[str, int], list[Found]]
"""A question and k -> the best places, best first."""

NEEDS = {
    "clippings": (),
    "tutorial": ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters"),
    "bm25": ("bm25s", "Stemmer", "langchain_text_splitters"),
    "txtai": ("txtai", "langchain_text_splitters"),
}
"""The systems in the order of the table, each with the packages that must be there."""
EXTRA = {"txtai": "txtai"}
TITLES = {"clippings": "Clippings", "tutorial": "tutorial chain", "bm25": "BM25", "txtai": "txtai hybrid"}


class System(Protocol):
    """What a system's module offers."""

    def index(self, articles: Path, folder: Path) -> int:
        """Read the articles into the folder; return how many passages there are."""

    def search(self, folder: Path) -> Search:
        """Open what `index` made."""


def find_system(name: str) -> System:
    """Import a system's module."""
    return cast("System", importlib.import_module(f"tests.benchmarks.peers.{name}"))


def missing(name: str) -> str:
    """Say in a line why a system is left out; empty when it is installed."""
    absent = [package for package in NEEDS[name] if find_spec(package) is None]
    if not absent:
        return ""
    extra = EXTRA.get(name, "bench")
    return f"{name} is skipped: {', '.join(absent)} is not installed (pip install -e '.[{extra}]')"
