"""A website on loopback, and what fetches from it without pausing."""

from collections.abc import Iterator

import pytest

from retrieval.web.fetching import Fetcher
from tests.retrieval.web.loopback_site import Site, serve_site


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Iterator[Fetcher]:
    running = Fetcher(pause=0, seconds=5, limit_bytes=2_000_000, allow_private=True, sleep=waits.append)
    yield running
    running.close()
