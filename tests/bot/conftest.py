"""Every test here starts from default settings in an empty folder: no CLIPPINGS_ variable, no .env."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("CLIPPINGS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
