import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answering.confidence import THRESHOLD, identify_fit
from retrieval.answering.library_threshold import choose_threshold, find_outdated
from retrieval.domain import Article
from retrieval.encoder import SentenceEncoder
from retrieval.errors import LibraryDamaged
from retrieval.index import Library
from retrieval.index.own_threshold import OwnThreshold, read_own_threshold, remove_own_threshold, write_own_threshold
from retrieval.pipeline import answer_question

TEXT = "The ferry to Sorn leaves at noon. It was painted green last year. Captain Ruud Aske has steered it since 1998."


@pytest.fixture
def harbour(encoder: SentenceEncoder, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "harbour", encoder=encoder, create=True) as library:
        library.ingest([Article("ferry", TEXT, "The ferry to Sorn")])
        yield library


@pytest.fixture
def own(encoder: SentenceEncoder) -> OwnThreshold:
    return OwnThreshold(0.999, 0.1, 30, 12, 2, encoder.fingerprint, identify_fit(), "2026-03-01")


def test_a_library_answers_from_its_own_threshold_on(harbour: Library, own: OwnThreshold) -> None:
    question = "When does the ferry to Sorn leave?"
    assert not answer_question(harbour, question).refused

    write_own_threshold(harbour.folder, own)

    assert read_own_threshold(harbour.folder) == own
    assert choose_threshold(harbour) == 0.999
    assert answer_question(harbour, question).refused
    assert not answer_question(harbour, question, threshold=0.3).refused
    assert remove_own_threshold(harbour.folder)
    assert not remove_own_threshold(harbour.folder)
    assert choose_threshold(harbour) == THRESHOLD


def test_a_rebuild_keeps_the_threshold_and_no_draft_of_it_stays(harbour: Library, own: OwnThreshold) -> None:
    write_own_threshold(harbour.folder, replace(own, threshold=0.2))
    write_own_threshold(harbour.folder, own)

    harbour.ingest([], rebuild=True)

    assert choose_threshold(harbour) == 0.999
    assert [each.name for each in harbour.folder.glob("threshold*")] == ["threshold.json"]
    assert harbour.find_problems() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"fingerprint": "other-model@0123"}, "the model other-model@0123"), ({"fit": "old"}, "another version of the")],
)
def test_a_threshold_of_another_model_or_fit_is_not_used_and_that_is_said(
    harbour: Library, own: OwnThreshold, change: dict[str, str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_own_threshold(harbour.folder, replace(own, **change))  # type: ignore[arg-type]

    with caplog.at_level(logging.WARNING):
        assert choose_threshold(harbour) == THRESHOLD

    assert reason in caplog.text
    assert "--calibrate" in caplog.text
    assert reason in find_outdated(replace(own, **change), harbour)  # type: ignore[arg-type]
    assert find_outdated(own, harbour) == ""


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"threshold": 0.5}', "\x00"])
def test_an_unreadable_threshold_is_named_with_what_to_do(harbour: Library, content: str) -> None:
    (harbour.folder / "threshold.json").write_text(content, "utf-8")

    with pytest.raises(
        LibraryDamaged, match=r"threshold\.json is damaged .+ `clippings doctor --repair` goes back to the default"
    ):
        choose_threshold(harbour)


@pytest.mark.parametrize("threshold", [-0.1, 1.5, "high"])
def test_a_threshold_that_is_no_probability_is_not_used(
    harbour: Library, own: OwnThreshold, threshold: float | str
) -> None:
    write_own_threshold(harbour.folder, own)
    path = harbour.folder / "threshold.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"threshold": threshold}), "utf-8")

    with pytest.raises(LibraryDamaged):
        choose_threshold(harbour)
