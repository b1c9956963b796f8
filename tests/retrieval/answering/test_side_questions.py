from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.side_questions import ask_of_side
from retrieval.conversation.sides import find_sides

ASKED = {
    "Do the miller and the baker agree on the price of the weir?": (
        "What does the miller say about the price of the weir?",
        "What does the baker say about the price of the weir?",
    ),
    "Do the miller and the baker agree that the weir is too high?": (
        "Does the miller say that the weir is too high?",
        "Does the baker say that the weir is too high?",
    ),
    "What is the difference between the morning and the evening edition on sabotage?": (
        "What does the morning edition say about sabotage?",
        "What does the evening edition say about sabotage?",
    ),
    "Miller against baker - what does each of them think of the weir?": (
        "what does Miller think of the weir?",
        "what does baker think of the weir?",
    ),
    "Which is dearer, the ferry or the tram?": ("How much does the ferry cost?", "How much does the tram cost?"),
    "Which is older, the mill or the weir?": ("How old is the mill?", "How old is the weir?"),
    "How does the mill's pledge on wages sit with what its weavers were told on 3 May?": (
        "What is the mill's pledge on wages?",
        "What were its weavers told on 3 May on wages?",
    ),
    "Compare what Ada Voss told you about the bonus on 3 May with what she wrote in June.": (
        "What did Ada Voss say about the bonus on 3 May?",
        "What did Ada Voss say in June about the bonus?",
    ),
    "Hagen vs Moe, what does each of them think of the mill?": (
        "what does Hagen think of the mill?",
        "what does Moe think of the mill?",
    ),
    "Compare what you wrote in May with what Moe told you later about the mill.": (
        "What did you say in May about the mill?",
        "What did Moe say later about the mill?",
    ),
}


@pytest.mark.parametrize(("question", "asked"), ASKED.items())
def test_each_side_is_asked_as_one_would_ask_it_alone(question: str, asked: tuple[str, ...]) -> None:
    sides = find_sides(question)

    assert tuple(ask_of_side(question, side, sides) for side in sides) == asked


@given(
    st.lists(st.sampled_from(["compare", "the mill", "Ada", "and", "or", "than", "older", "is", "vs", "agree", "what"]))
)
def test_a_side_of_any_question_is_asked_something_about_it(words: list[str]) -> None:
    question = " ".join(words)
    sides = find_sides(question)

    assert all(ask_of_side(question, side, sides).strip() for side in sides)
