"""Seconds by step, for measuring where an answer's time goes; knows nothing of what the steps are."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Steps(dict[str, float]):
    """Adds up the seconds of steps by name, in the order in which they first ran."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the seconds that the block takes to a step's, also when it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self[name] = self.get(name, 0.0) + time.perf_counter() - started
