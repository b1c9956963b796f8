"""The conversations about small archives are what they are said to be."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.wiring import ExtractiveAnswerer
from retrieval.domain import Answer, Ask
from tests.benchmarks.archive_conversations import CONVERSATIONS, ask_conversation
from tests.benchmarks.archives import SmallArchive, read_left_out
from tests.benchmarks.reader_training.texts import list_archive_files

if TYPE_CHECKING:
    import pytest

ALL = list(map(json.loads, CONVERSATIONS.read_text("utf-8").splitlines()))


def test_an_archive_has_two_conversations_of_six_turns_and_no_reader_was_trained_on_it() -> None:
    left_out = {archive.name for path in list_archive_files() for archive in read_left_out(path)}
    counts = Counter(f"{each['file']}: {each['world']}" for each in ALL)

    assert set(counts.values()) == {2}
    assert left_out.issuperset(counts)
    assert {len(each["turns"]) for each in ALL} == {6}
    assert not any(each["turns"][0]["depends"] for each in ALL)


def test_the_sentences_stand_in_their_articles() -> None:
    archives = {archive.name: archive for path in list_archive_files() for archive in read_left_out(path)}
    for each in ALL:
        articles = archives[f"{each['file']}: {each['world']}"].articles
        for turn in each["turns"]:
            for said in [*turn["answers"], *turn["stale"]]:
                assert all(sentence in articles[said["article"]]["text"] for sentence in said["sentences"])


def test_a_turn_is_asked_after_the_answers_before_and_once_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str]]] = []

    def answer(_: ExtractiveAnswerer, ask: Ask) -> Answer:
        asked.append((ask.question, [turn.answer for turn in ask.history]))
        return Answer(ask.question, f"answer {len(asked)}", (), True, 0.1, "extractive", 0.0)

    monkeypatch.setattr(ExtractiveAnswerer, "invoke", answer)
    turns: list[dict[str, Any]] = [
        {"question": q, "standalone": f"{q} in full", "answers": []} for q in ("Who?", "Why?")
    ]
    archive = SmallArchive("one", ({"date": "2024-02-28"},), ())

    came = list(ask_conversation({"turns": turns}, archive, None))  # type: ignore[arg-type]

    assert [tuple(each[1:]) for each in came] == [("rightly refused", "rightly refused")] * 2
    assert asked == [("Who?", []), ("Who? in full", []), ("Why?", ["answer 1"]), ("Why? in full", [])]
