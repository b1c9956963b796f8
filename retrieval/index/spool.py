"""Batches of a long article that are encoded but not in the catalog yet: who was interrupted goes on with them.

A batch is named by all that its vectors depend on, and read back only as it was written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from retrieval.index.small_files import read_small_file, write_small_file
from retrieval.index.stored_passages import QuantizedPassage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.domain import Passage


class Spool:
    """A folder of batches, made when it is first needed."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Keep what the encoder with this fingerprint makes."""
        self._folder = folder
        self._fingerprint = fingerprint

    def find(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[QuantizedPassage] | None:
        """Return a batch that was kept; None where there is none, or none that is whole."""
        name = self._name(passages, headers)
        try:
            found = read_small_file(self._folder / name)
            packed = [(b64decode(vector), b64decode(its)) for vector, its in found[name]]
            return [QuantizedPassage(each, *its) for each, its in zip(passages, packed, strict=True)]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, rows: Sequence[QuantizedPassage], headers: Sequence[str]) -> None:
        """Keep a batch; raise OSError where there is no room for it, and so none for the article, either."""
        name = self._name([row.passage for row in rows], headers)
        packed = [[b64encode(each).decode() for each in (row.vector, row.sentence_vectors)] for row in rows]
        self._folder.mkdir(exist_ok=True)
        write_small_file(self._folder / name, {name: packed})

    def clear(self) -> None:
        """Remove all batches."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _name(self, passages: Sequence[Passage], headers: Sequence[str]) -> str:
        sentences = [[(each.start - p.start, each.end - p.start) for each in p.sentences] for p in passages]
        named = json.dumps([self._fingerprint, [p.text for p in passages], list(headers), sentences])
        return f"{hashlib.sha256(named.encode()).hexdigest()}.json"
