"""Examples to train readers with, and what the comparison of windows costs."""

from __future__ import annotations

import math
import random

import pytest

from tests.benchmarks.reader_training import examples
from tests.benchmarks.reader_training.examples import ExampleMaker
from tests.benchmarks.reader_training.texts import Text

TWO = "Ann won the cup. It rained all day."
OTHER = "Bob lost the cup. It was dry."


def make_text(text: str, question: str, answers: tuple[int, ...]) -> Text:
    middle = text.index(". ") + 1
    return Text("towns", "A title", text, ((0, middle), (middle + 1, len(text))), ((question, answers),), source="one")


def test_a_question_is_put_to_windows_of_other_articles_that_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "COMPARED", 1.0)
    monkeypatch.setattr(examples, "OTHER_TEXT", 0.0)
    monkeypatch.setattr(examples, "WITH_ANSWER", 1.0)
    texts = [make_text(TWO, "Who won the cup?", (0,)), make_text(OTHER, "Who lost the cup?", (0,))]
    made = [each for seed in range(9) for each in ExampleMaker(texts, random.Random(seed)).make_epoch()]
    together = [each for each in made if len(each) > 1]
    assert together
    for first, *others in together:
        assert first.answers
        assert first.weight == 1
        assert all(not other.answers and other.weight < 1 for other in others)
        assert {other.text for other in others} <= {TWO, OTHER} - {first.text}


def test_what_a_comparison_of_windows_costs_is_the_share_of_the_right_sentences_of_all() -> None:
    torch = pytest.importorskip("torch")
    from tests.benchmarks.reader_training.train import compare_windows

    numbers, answered = torch.tensor([1, 1, 2]), torch.tensor([True, False, True])
    total, right = torch.log(torch.tensor([3.0, 1.0, 9.0])), torch.log(torch.tensor([2.0, 0.1, 9.0]))
    assert compare_windows(numbers, total, right, answered).item() == pytest.approx(math.log(4 / 2) / 8)
    assert compare_windows(torch.tensor([1, 2, 3]), total, right, answered).item() == 0
