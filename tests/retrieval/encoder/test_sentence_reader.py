from __future__ import annotations

from collections import Counter
from threading import Event
from typing import TYPE_CHECKING

import onnx
import pytest

from retrieval.domain import Span
from retrieval.encoder import SentenceEncoder, Window
from retrieval.encoder.bundled_model import BundledModel
from retrieval.encoder.sentence_reader import FOR_CLAIMS, FOR_QUESTIONS, UNREAD, Graph, SentenceReader
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = (
    "The regatta drew nine thousand people to the old harbour.",
    "It was won by the crew of the Marigold, a boat from Tarn.",
    "Rain had been forecast, but the sky stayed clear all day.",
)
TEXT = " ".join(SENTENCES)
WINDOW = Window("Regatta", TEXT, tuple(Span(TEXT.index(each), TEXT.index(each) + len(each)) for each in SENTENCES))


@pytest.fixture(scope="module")
def bundled(models: Path) -> BundledModel:
    return BundledModel(cache=models)


@pytest.fixture(scope="module")
def reader(bundled: BundledModel) -> SentenceReader:
    return SentenceReader(bundled)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How many spectators came?", 0),
        ("Which team finished first?", 1),
        ("What was the weather like?", 2),
    ],
)
def test_the_sentence_that_answers_in_other_words_is_read_as_the_best(
    reader: SentenceReader, question: str, best: int
) -> None:
    (reading,) = reader.read(question, [WINDOW])

    assert max(range(3), key=lambda n: reading.sentences[n]) == best


def test_a_question_that_the_window_does_not_answer_has_lower_odds(reader: SentenceReader) -> None:
    (answered,) = reader.read("Which team finished first?", [WINDOW])
    (not_answered,) = reader.read("Who paid for the new lighthouse lamp?", [WINDOW])

    assert answered.answers > not_answered.answers
    assert max(answered.sentences) > max(not_answered.sentences)


def test_windows_are_read_each_by_itself(reader: SentenceReader) -> None:
    other = Window("", "Hens lay eggs.", (Span(0, 14),))

    together = reader.read("Which team finished first?", [other, WINDOW])

    assert together == [reader.read("Which team finished first?", [each])[0] for each in (other, WINDOW)]


def test_nobody_waits_for_the_thread_that_helps(reader: SentenceReader) -> None:
    other, free = Window("", "Hens lay eggs.", (Span(0, 14),)), Event()
    alone = reader.read("Which team finished first?", [WINDOW, other, WINDOW])
    reader._parts[3].submit(free.wait)
    try:
        assert reader.read("Which team finished first?", [WINDOW, other, WINDOW]) == alone
    finally:
        free.set()


@pytest.mark.parametrize("shipped", [FOR_QUESTIONS, FOR_CLAIMS], ids=["questions", "claims"])
def test_the_shipped_layers_are_fused_and_the_heads_are_exact(shipped: Graph) -> None:
    graph = onnx.load(str(shipped.path)).graph
    operators = Counter(each.op_type for each in graph.node)

    assert operators["MultiHeadAttention"] == 6
    assert operators["MatMulIntegerToFloat"] == operators["DynamicQuantizeMatMul"] == 18
    assert not operators["MatMulInteger"]


def test_what_lies_beyond_what_is_read_answers_nothing(reader: SentenceReader) -> None:
    filler = "Bread was sold at the quay and there was music. " * 60
    late = Window("", filler + SENTENCES[1], (Span(0, 47), Span(len(filler), len(filler) + len(SENTENCES[1]))))

    (reading,) = reader.read("Which team finished first?", [late])

    assert reading.sentences[1] == UNREAD < reading.sentences[0]


@pytest.mark.parametrize("question", ["?", "\ud800", "x " * 1000, "Łódź ﬁnance"])
def test_strange_questions_are_read(reader: SentenceReader, question: str) -> None:
    assert len(reader.read(question, [WINDOW])[0].sentences) == 3


def test_no_windows_are_nothing_to_read(reader: SentenceReader) -> None:
    assert reader.read("Which team finished first?", []) == []


def test_the_encoder_reads_whatever_its_model_is(encoder: SentenceEncoder, reader: SentenceReader) -> None:
    assert encoder.read_windows("Who won?", [WINDOW]) == reader.read("Who won?", [WINDOW])


@pytest.mark.parametrize(
    ("carried", "not_carried"),
    [
        ("Some 9,000 people turned up for the boat races.", "The boat races were called off."),
        ("The boat from Tarn won.", "The boat from Tarn lost."),
        ("Rain had been expected.", "It rained all day."),
    ],
)
def test_a_claim_that_the_window_carries_has_higher_odds(
    encoder: SentenceEncoder, carried: str, not_carried: str
) -> None:
    true, false = (encoder.read_claim(claim, [WINDOW])[0].claim for claim in (carried, not_carried))

    assert true > false


def test_an_altered_file_is_not_used(bundled: BundledModel) -> None:
    with pytest.raises(ModelError, match="missing or altered"):
        SentenceReader(bundled, Graph(FOR_QUESTIONS.path, "0" * 64)).read("Who won?", [WINDOW])
