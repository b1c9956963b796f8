from __future__ import annotations

import pytest

from retrieval.index import newest


@pytest.fixture(autouse=True)
def chroma_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search libraries of a few passages as those of many; test_small_libraries.py has them as they are."""
    monkeypatch.setattr(newest, "MAX_SMALL", 0)
