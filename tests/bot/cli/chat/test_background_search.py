"""After an answer, questions are looked for that could be asked next; nobody waits for them."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from bot.cli.chat import background_search
from bot.cli.chat.background_search import BackgroundSearch
from retrieval.domain import Answer, Citation, Filter
from retrieval.index import Library
from tests.bot.scripted_answers import make_small_library

ANSWER = Answer("Who?", "“q” [1]", (Citation(1, "a", "T", "", None, "", "", "q", 0, 1),), False, 0.9, "extractive", 0.0)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return make_small_library(tmp_path / "default")


def test_what_was_found_is_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    told, done = list[Sequence[str]](), Event()
    monkeypatch.setattr(background_search, "find_next_questions", lambda *_, **__: ["When?"])

    def tell(found: Sequence[str]) -> None:
        told.append(found)
        done.set()

    BackgroundSearch(library, tell).begin(ANSWER, ["Who?"], Filter())

    assert done.wait(30)
    assert told == [["When?"]]


def test_the_next_line_ends_the_search_and_nothing_is_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    told, begun, go_on, ended = list[Sequence[str]](), Event(), Event(), Event()

    def find(*_: object, **__: object) -> list[str]:
        begun.set()
        go_on.wait(30)
        ended.set()
        return ["When?"]

    monkeypatch.setattr(background_search, "find_next_questions", find)
    search = BackgroundSearch(library, told.append)
    search.begin(ANSWER, ["Who?"], Filter())
    assert begun.wait(30)

    search.stop()
    go_on.set()

    assert ended.wait(30)
    time.sleep(0.1)
    assert told == []


def test_of_a_refusal_nothing_is_looked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[object]()
    monkeypatch.setattr(background_search, "list_articles_near", lambda *given: asked.append(given))

    BackgroundSearch(library, lambda _: None).begin(
        Answer("Who?", "The articles do not say.", (), True, 0.1, "extractive", 0.0), ["Who?"], Filter()
    )

    assert asked == []
