from types import SimpleNamespace
from typing import Any

import pytest

from retrieval.answering.catalog_questions import asks_for_topics, asks_of_author

AUTHORS = ["Ida Renn", "Jonas Roth"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Give me an overview of the contents", True),
        ("Which topics do you cover?", True),
        ("What is this archive about?", True),
        ("How many otters were counted?", False),
        ("Which topics did the mayor raise in the council?", False),
    ],
)
def test_a_question_for_all_topics_is_told(text: str, asks: bool) -> None:
    assert asks_for_topics(text) is asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What did Ida Renn write?", True),
        ("Who is Jonas Roth?", True),
        ("Who is the mayor?", False),
        ("What did the mayor write?", False),
        ("What did Ida Renn say?", False),
    ],
)
def test_a_question_for_what_an_author_wrote_is_told(text: str, asks: bool) -> None:
    infos = [SimpleNamespace(author=author) for author in AUTHORS]
    snapshot = SimpleNamespace(list_articles=lambda where: infos)
    inquiry: Any = SimpleNamespace(asked=SimpleNamespace(question=text, where=None), snapshot=snapshot)

    assert asks_of_author(inquiry) is asks
