from pathlib import Path

import pytest

from bot import wiring
from bot.settings import load
from retrieval.errors import InputError, LibraryMissing


@pytest.mark.parametrize("name", ["default", "News-2023", "a", "7_days"])
def test_a_library_lives_under_the_home(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))

    assert wiring.library_folder(load(), name) == tmp_path / "libraries" / name


@pytest.mark.parametrize("name", ["", ".", "..", "../other", "a/b", "a\\b", "/etc", "-a", "a b", "ä", "a\n", "x" * 65])
def test_a_name_that_could_lead_elsewhere_is_no_name(name: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        wiring.library_folder(load(), name)


def test_nothing_is_made_for_a_library_that_is_only_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))

    with pytest.raises(LibraryMissing):
        wiring.library(load(), "default")

    assert not (tmp_path / "home").exists()


def test_settings_reach_encoder_and_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CLIPPINGS_PASSAGE_TOKENS", "77")
    monkeypatch.setenv("CLIPPINGS_CHROMA_URL", "http://localhost:8000/")

    library = wiring.library(load(), "news", create=True)

    assert (library.name, library.passage_tokens, library.chroma_url) == ("news", 77, "http://localhost:8000")
