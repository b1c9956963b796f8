"""Libraries for evaluations: built once, found by their content, whole or not there at all."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.evaluation.run import archive_cache
from bot.evaluation.run.archive_cache import ArchiveCache, open_archive
from bot.settings import Settings
from retrieval.domain import Article, Rejection
from retrieval.encoder import EncodedPassage
from retrieval.errors import InputError
from retrieval.index import Library
from tests.fakes import FakeEncoder, make_article

ROOT = Path(__file__).parents[4]
DAY = 86_400


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "harbour.txt").write_text("Harbour\n\nThe harbour of Porto was dredged in May by forty boats.\n", "utf-8")
    (made / "comet.txt").write_text("Comet\n\nThe comet was seen from Quito in June by two students.\n", "utf-8")
    return made


def places(settings: Settings) -> list[Path]:
    return sorted(each for each in (settings.home / "evaluation").iterdir() if each.is_dir())


def titles(library: Library) -> set[str]:
    return {info.title for info in library.list_articles()}


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close every library that a test was given."""
    opened: list[Library] = []
    make = archive_cache._open_library

    def remembered(*arguments: object) -> Library:
        opened.append(make(*arguments))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(archive_cache, "_open_library", remembered)
    yield
    for library in opened:
        library.close()


def test_a_folder_of_articles_becomes_a_library(settings: Settings, folder: Path) -> None:
    library = open_archive([folder], settings, encoder=FakeEncoder())

    assert titles(library) == {"Harbour", "Comet"}


def test_what_was_built_once_is_found_the_next_time(settings: Settings, folder: Path) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    open_archive([folder], settings, encoder=first)

    open_archive([folder], settings, encoder=second)

    assert first.encoded
    assert second.encoded == []
    assert len(places(settings)) == 1


def test_an_article_that_changed_makes_another_library(settings: Settings, folder: Path) -> None:
    before = open_archive([folder], settings, encoder=FakeEncoder())
    (folder / "comet.txt").write_text("Comet\n\nThe comet was seen from Lima in July by a teacher.\n", "utf-8")

    after = open_archive([folder], settings, encoder=FakeEncoder())

    assert before.folder != after.folder
    assert any("Lima" in after.get_article(info.id).text for info in after.list_articles())
    assert not any("Lima" in before.get_article(info.id).text for info in before.list_articles())


@pytest.mark.parametrize("change", [{"passage_tokens": 50}, {"threshold": 0.9}])
def test_only_settings_that_change_a_library_make_another(settings: Settings, change: dict[str, Any]) -> None:
    open_archive([make_article()], settings, encoder=FakeEncoder())

    open_archive([make_article()], replace(settings, **change), encoder=FakeEncoder())

    assert len(places(settings)) == (2 if "passage_tokens" in change else 1)


def test_another_model_makes_another_library(settings: Settings) -> None:
    open_archive([make_article()], settings, encoder=FakeEncoder())

    open_archive([make_article()], settings, encoder=FakeEncoder(fingerprint="other@1"))

    assert len(places(settings)) == 2


def test_articles_may_be_written_as_mappings(settings: Settings) -> None:
    row = {"id": "a", "title": "Reef", "text": "The reef is alive and well.", "published": date(2023, 6, 1)}

    library = open_archive([row, make_article(2)], settings, encoder=FakeEncoder())

    assert library.get_article("a").published == date(2023, 6, 1)
    assert titles(library) == {"Reef", make_article(2).title}


def test_a_page_that_takes_longer_to_read_than_the_setting_allows_is_named(settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "reef.html"
    page.write_text("<html><body><p>The reef is alive and well.</p></body></html>")

    with pytest.raises(InputError, match=r"takes longer than 0\.001 s to read"):
        open_archive([page], replace(settings, max_file_seconds=0.001), encoder=FakeEncoder())


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([Path("/nowhere/articles")], "/nowhere/articles: no such file or folder"),
        ([{"title": "no text"}], 'article 1 of those given: has no "text"'),
        ([{"id": "a", "text": "Once."}, Article("a", "Twice.")], "two articles have the id 'a'"),
        ([], "no articles in what was given"),
        ([Article("a", "Half a pair: \ud800")], "holds half a surrogate pair"),
    ],
)
def test_what_is_named_and_can_not_be_read_is_an_error(
    settings: Settings, sources: list[archive_cache.Source], said: str
) -> None:
    with pytest.raises(InputError, match=r"^[^\n]*$") as caught:
        open_archive(sources, settings, encoder=FakeEncoder())

    assert said in str(caught.value)
    assert not (settings.home / "evaluation").exists() or places(settings) == []


def test_a_folder_without_articles_is_an_error_that_names_it(settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(InputError, match=f"no articles in {empty}: give folders or files of .txt"):
        open_archive([empty], settings, encoder=FakeEncoder())


def test_what_a_folder_holds_beside_its_articles_is_reported(settings: Settings, folder: Path) -> None:
    (folder / "empty.txt").touch()
    rejected: list[Rejection] = []

    library = open_archive([folder], settings, encoder=FakeEncoder(), left_out=rejected.append)

    assert [Path(each.source).name for each in rejected] == ["empty.txt"]
    assert len(library.list_articles()) == 2
    with pytest.warns(UserWarning, match=r"left out of the archive: .*empty\.txt is empty"):
        open_archive([folder], settings, encoder=FakeEncoder())


class Interrupted(FakeEncoder):
    def encode_passages(self, passages: object, headers: object) -> list[EncodedPassage]:
        raise KeyboardInterrupt


def test_an_interrupted_build_leaves_nothing_behind(settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt):
        open_archive([make_article()], settings, encoder=Interrupted())

    assert places(settings) == []


def test_what_a_killed_build_left_is_removed_by_the_next(settings: Settings) -> None:
    half = settings.home / "evaluation" / "building-0123"
    half.mkdir(parents=True)
    (half / "current").write_text("{", "utf-8")

    library = open_archive([make_article()], settings, encoder=FakeEncoder())

    assert places(settings) == [library.folder]


@pytest.mark.parametrize("part", ["editions/1/catalog.sqlite3", "editions/1/lexical/meta.json"])
def test_a_damaged_library_is_rebuilt(settings: Settings, part: str) -> None:
    first = open_archive([make_article()], settings, encoder=FakeEncoder())
    first.close()
    (first.folder / part).write_bytes(b"no such thing")
    again, third = FakeEncoder(), FakeEncoder()

    library = open_archive([make_article()], settings, encoder=again)
    open_archive([make_article()], settings, encoder=third)

    assert library.get_article("article-1") == make_article()
    assert library.find_problems() == []
    assert again.encoded
    assert third.encoded == []
    assert places(settings) == [library.folder]


def test_libraries_that_nobody_used_for_a_month_are_removed(settings: Settings) -> None:
    folders = [open_archive([make_article(number)], settings, encoder=FakeEncoder()).folder for number in (1, 2, 3)]
    for folder, days in zip(folders, (31, 29, 31), strict=True):
        os.utime(folder, (time.time() - days * DAY,) * 2)
    open_archive([make_article(3)], settings, encoder=FakeEncoder())  # used: its age starts at zero again

    fourth = open_archive([make_article(4)], settings, encoder=FakeEncoder())

    assert set(places(settings)) == {folders[1], folders[2], fourth.folder}


BUILD = """
import sys
from pathlib import Path
from bot.evaluation.run.archive_cache import open_archive
from bot.settings import Settings
from tests.fakes import FakeEncoder, make_article

encoder = FakeEncoder()
print("ready", flush=True)
sys.stdin.readline()
articles = [make_article(number) for number in range(20)]
library = open_archive(articles, Settings(home=Path(sys.argv[1])), encoder=encoder)
print(len(library.list_articles()), bool(encoder.encoded))
"""


def test_of_two_sessions_at_once_one_builds(settings: Settings) -> None:
    command = [sys.executable, "-c", BUILD, str(settings.home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    for child in children:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"

    for child in children:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate(timeout=60)[0] for child in children]

    assert sorted(said) == ["20 False\n", "20 True\n"]
    assert len(places(settings)) == 1


def test_a_session_opens_a_library_once(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder())
    session = ArchiveCache()

    first = session.open_library([folder], settings)
    same = session.open_library([folder], settings)
    (folder / "reef.txt").write_text("Reef\n\nThe reef near Cairns lost a third of its corals.\n", "utf-8")
    other = session.open_library([folder], settings)

    assert first is same
    assert titles(other) == {"Harbour", "Comet", "Reef"}
    session.close()


def test_a_session_answers_by_the_settings_of_the_moment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder())
    session = ArchiveCache()
    library = session.open_library([make_article()], settings)

    usual = session.build_answerer(library, settings)

    assert session.build_answerer(library, settings) is usual
    assert session.build_answerer(library, replace(settings, threshold=0.9)) is not usual
    session.close()
