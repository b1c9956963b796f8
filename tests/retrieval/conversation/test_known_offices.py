"""Nouns that the articles know as somebody's office, and that so need no conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.conversation.known_offices import names_known_office
from retrieval.domain import Article, Turn
from retrieval.index import Library
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article("pier", "The pier was built by the engineer, Aud Lie. The harbour master, Per Dahl, said it was safe."),
    Article(
        "choir", "Bishop Tove Krag praised the choir. The singers took the ferry home. The choir, Cantus, was tired."
    ),
)


@pytest.fixture(scope="module")
def library(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("offices") / "news", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


@pytest.mark.parametrize(
    ("question", "before", "known"),
    [
        ("What did the bishop say?", "Who built the pier?", True),
        ("What did the harbour master say?", "Who built the pier?", True),
        ("What did the ferry cost?", "Who built the pier?", False),
        ("What did the bishop say?", "Who is the bishop?", False),
        ("What did the bishop say?", "Who is Tove Krag?", False),
        ("What did the choir sing?", "Where did Cantus sing?", False),
        ("What did she say?", "Who built the pier?", False),
    ],
)
def test_an_office_is_known_by_the_names_beside_it(library: Library, question: str, before: str, known: bool) -> None:
    assert library.read(lambda snapshot: names_known_office(question, before, snapshot)) == known


def test_a_question_for_another_person_is_not_bent_by_the_one_before(library: Library) -> None:
    history = [Turn("Who is the engineer?", "“The pier was built by the engineer, Aud Lie.” [1]")]

    bent = answer_question(library, "What did the bishop say?", history=history)
    alone = answer_question(library, "What did the bishop say?")

    assert (bent.standalone, bent.text) == ("", alone.text)
