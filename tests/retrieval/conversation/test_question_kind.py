from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.conversation.question_kind import classify_question, estimate_kinds, extract_features

if TYPE_CHECKING:
    from retrieval.domain import Kind
    from retrieval.encoder import SentenceEncoder

CLEAR: list[tuple[str, Kind]] = [
    ("Who leads the orchestra?", "fact"),
    ("Has the ferry been sold yet?", "fact"),
    ("In which year was the treaty of Lund signed?", "fact"),
    ("Which villages will lose their school bus?", "list"),
    ("Name all the candidates for the board.", "list"),
    ("How do the farmers' and the ministry's views on the dam differ?", "comparison"),
    ("Do both articles give the same number of injured?", "comparison"),
    ("What happened when in the strike at the mill? Please in order.", "timeline"),
    ("Give me a chronology of the airport affair", "timeline"),
    ("How did the date of the opening keep slipping?", "timeline"),
    ("Summarise the article about the new museum", "summary"),
    ("Can you give me an overview of the housing debate?", "summary"),
    ("What happened last week?", "headlines"),
    ("What's new since Monday?", "headlines"),
    ("Who wrote the article about the lighthouse?", "archive"),
    ("How many articles are there by Nora Lund?", "archive"),
    ("Do you like dogs?", "smalltalk"),
    ("hello there", "smalltalk"),
    ("Why?", "unclear"),
]


@pytest.mark.parametrize(("question", "kind"), CLEAR)
def test_a_clear_question_is_of_its_kind(question: str, kind: Kind, encoder: SentenceEncoder) -> None:
    vector = encoder.encode_question(question)

    assert classify_question(question, vector, fingerprint=encoder.fingerprint) == kind


@pytest.mark.parametrize("subject", ["the dam", "Nora Lund", "3 buses", "tariffs"])
def test_what_a_summary_is_of_does_not_matter(subject: str) -> None:
    assert classify_question(f"Summarise the article about {subject}") == "summary"


def test_the_probabilities_of_all_kinds_add_up_to_one(encoder: SentenceEncoder) -> None:
    text = "Which company bought the port?"

    for given in ({}, {"vector": encoder.encode_question(text), "fingerprint": encoder.fingerprint}):
        assert sum(estimate_kinds(text, **given).values()) == pytest.approx(1.0, abs=1e-5)  # type: ignore[arg-type]


def test_the_vector_of_another_encoder_says_nothing() -> None:
    text, vector = "What is new in town?", np.ones(384, dtype=np.float32)

    assert estimate_kinds(text, vector, fingerprint="another") == estimate_kinds(text)


def test_a_subject_is_seen_as_its_shape_alone() -> None:
    features = set(extract_features("Summarise Zarquon's 12 glorps of 1999 in Tromsø", frozenset({"summarise"})))

    assert {"summarise", "#number", "#words", "#year", "#name"} <= features
    assert not any("glorp" in each or "romsø" in each for each in features)
