"""Recorded conversations, taken through the chain again; and that recording, replaying and staleness work."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks.conversations import Conversation, read_conversations, replay, write_conversations
from tests.benchmarks.record_conversations import DONE, REPLIES, TODO, read_questions, record
from tests.retrieval.answer_invariants import assert_invariants
from tests.retrieval.conftest import SEEDS
from tests.scripted_model import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

GOLDEN = Path(__file__).parents[1] / "golden"
ARCHIVES = {"seeds": SEEDS, "veldmouth": GOLDEN / "veldmouth" / "articles"}
RECORDED = sorted((GOLDEN / "conversations").glob("*.jsonl"))
REPLAYED = 3
"""Of a file's conversations every third is replayed here, for time; `tests.benchmarks.recorded_drafts` takes all."""
MOST_STALE = 0.2
"""Share of a file's conversations that may be stale before it has to be recorded anew."""


@pytest.fixture(scope="module")
def libraries(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Library]]:
    """Libraries of the archives, each made when it is first asked for."""
    opened: dict[str, Library] = {}

    class Opening(dict[str, Library]):
        def __missing__(self, name: str) -> Library:
            library = Library.open(tmp_path_factory.mktemp(name) / name, encoder=encoder, create=True)
            library.ingest(read_articles([str(ARCHIVES[name])], limit_bytes=1_000_000))
            opened[name] = self[name] = library
            return library

    yield Opening()
    for library in opened.values():
        library.close()


@pytest.fixture
def seeds(libraries: dict[str, Library]) -> Library:
    return libraries["seeds"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_conversations_come_to_answers_that_hold(path: Path, libraries: dict[str, Library]) -> None:
    library, stale = libraries[path.stem.partition("-")[0]], 0
    conversations = read_conversations(path)[::REPLAYED]

    for conversation in conversations:
        replayed = replay(conversation, library)
        stale += replayed.stale
        assert_invariants(replayed.answer, library)

    assert stale <= MOST_STALE * len(conversations), (
        f"{stale} of {len(conversations)} are stale: record {path.name} anew"
    )


# Recording

QUESTION = {"id": "q", "question": "Who is the highest-ranking US official to visit China?"}
DRAFT = (
    "Mr Blinken is the highest-ranking US official to visit China since Biden took office [1]. He came for the tea [1]."
)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(QUESTION), encoding="utf-8")
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reply(folder: Path, text: str) -> None:
    (line,) = lines(folder / TODO)
    (folder / REPLIES).write_text(json.dumps({"id": "q", "step": line["step"], "reply": text}), encoding="utf-8")


def test_whoever_plays_the_model_is_asked_step_by_step(questions: Path, seeds: Library, tmp_path: Path) -> None:
    folder, steps = tmp_path, list[str]()
    for said in (DRAFT, '1: supported [1]\n2: not stated\n3: not stated "for the tea"\nANSWERS: 1', "2: none"):
        record(questions, seeds, folder)
        steps += [line["step"] for line in lines(folder / TODO)]
        reply(folder, said)
    record(questions, seeds, folder, by="somebody")

    assert steps == ["draft", "verdicts", "repairs"]
    assert lines(folder / TODO) == []
    (conversation,) = read_conversations(folder / DONE)
    assert conversation.by == "somebody"
    assert conversation.verdicts["He came for the tea."] == 'not stated "for the tea"'
    assert conversation.repairs == {"He came for the tea.": "none"}
    assert len(conversation.answering or ()) == 1

    replayed = replay(conversation, seeds)

    assert (replayed.missing, replayed.stale, replayed.answer.judge) == ((), False, "recorded")
    assert "tea" not in replayed.answer.text


def test_a_model_with_a_key_replies_at_once(questions: Path, seeds: Library, tmp_path: Path) -> None:
    speaker = ScriptedModel(script=[DRAFT, "1: supported [1]\n2: not stated\n3: not stated\nANSWERS: 1", "2: none"])

    record(questions, seeds, tmp_path, speaker=speaker, by="scripted")

    assert lines(tmp_path / TODO) == []
    assert len(speaker.asked) == 3


def test_other_passages_make_a_conversation_stale_and_ask_for_a_draft_anew(seeds: Library) -> None:
    before = Conversation("q", {"question": QUESTION["question"]}, fingerprint="of other passages", draft=DRAFT)

    replayed = replay(before, seeds)

    assert replayed.stale
    assert [prompt.step for prompt in replayed.missing] == ["draft"]
    assert replayed.answer.answerer == "extractive"


def test_verdicts_are_found_by_the_claim_whatever_its_number(questions: Path, seeds: Library, tmp_path: Path) -> None:
    speaker = ScriptedModel(script=[DRAFT, "1: supported\n2: not stated\n3: not stated\nANSWERS: 1", "2: none"])
    record(questions, seeds, tmp_path, speaker=speaker)
    (conversation,) = read_conversations(tmp_path / DONE)
    first, second = DRAFT.split(". ")

    replayed = replay(replace(conversation, draft=f"{second} {first}."), seeds)

    assert replayed.missing == ()
    assert replayed.answer.text.startswith("Mr Blinken") or "Mr Blinken" in replayed.answer.text


def test_conversations_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = [
        Conversation("a", {"question": "?"}, draft="Ünë [1].", verdicts={"Ünë.": "supported"}, answering=("Ünë.",)),
        Conversation("b", {"question": "?", "since": "2025"}),
    ]

    write_conversations(tmp_path / "c.jsonl", written)

    assert read_conversations(tmp_path / "c.jsonl") == written


def test_questions_come_as_lines_or_as_a_list(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text("- question: Who?\n- id: x\n  question: When?\n", encoding="utf-8")

    assert [(each["id"], each["question"]) for each in read_questions(tmp_path / "q.yaml")] == [
        ("1", "Who?"),
        ("x", "When?"),
    ]
