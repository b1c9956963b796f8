"""A row of a table is an answer: quoted as it stands, with the line that names its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index import Library

REGATTA = """The regatta on the Sund ended on Sunday in a strong wind, with eleven boats.

| Boat | Skipper | Wins | Points |
|------|---------|------|--------|
| Gudrun | Ida Moe | 3 | 41 |
| Black Heron | Per Lund | 2 | 38 |
| Sigyn | Ann Vik | 0 | 12 |

The next regatta takes place in May."""


@pytest.fixture
def regatta(small: Callable[..., Library]) -> Library:
    return small(Article("regatta", REGATTA, title="Regatta on the Sund"))


def test_a_row_is_quoted_as_it_stands_with_the_names_of_its_columns(regatta: Library) -> None:
    found = answer_question(regatta, "How many points does the Black Heron have?")

    assert [citation.quote for citation in found.citations] == [
        "| Black Heron | Per Lund | 2 | 38 |",
        "| Boat | Skipper | Wins | Points |",
    ]
    assert found.text.endswith(
        "“| Black Heron | Per Lund | 2 | 38 |” [1]\nColumns: “| Boat | Skipper | Wins | Points |” [2]"
    )
    assert all(REGATTA[each.start : each.end] == each.quote for each in found.citations)


@pytest.mark.parametrize(
    ("question", "row"),
    [("Who is the skipper of the Sigyn?", "Ann Vik"), ("How many wins does Gudrun have?", "Ida Moe")],
)
def test_a_row_is_found_by_its_own_words_and_those_of_its_columns(question: str, row: str, regatta: Library) -> None:
    found = answer_question(regatta, question)

    assert row in found.citations[0].quote


def test_cells_between_tabs_are_rows_too(small: Callable[..., Library]) -> None:
    text = (
        "Fares of the ferry to Ness:\n\nTicket\tSingle\tReturn\nAdult\t2.50\t4.00\nChild\t1.00\t1.50\nDog\t0.50\t0.80\n"
    )

    found = answer_question(
        small(Article("fares", text, title="Ferry fares")), "How much is a return ticket for a dog?"
    )

    assert [each.quote for each in found.citations][:2] == ["Dog\t0.50\t0.80", "Ticket\tSingle\tReturn"]


def test_what_a_colon_announces_is_quoted_with_it(small: Callable[..., Library]) -> None:
    text = (
        "The clinic in Moss has new hours.\n\nThe clinic in Moss is open at these times:\n\n"
        "- Monday to Friday: 8 to 4\n- Saturday: 9 to 1\n\nThe doctor is away in July."
    )

    found = answer_question(small(Article("clinic", text)), "When is the clinic in Moss open?", threshold=0.0)

    assert "these times:\n\n- Monday to Friday: 8 to 4\n- Saturday: 9 to 1" in found.citations[0].quote


def test_a_heading_is_no_answer(small: Callable[..., Library]) -> None:
    text = "It rained.\n\n## Opening of the new library in Moss\n\nIt was opened by the mayor, Eva Strand, on Friday."

    found = answer_question(small(Article("moss", text)), "Who opened the new library in Moss?", threshold=0.0)

    assert "Eva Strand" in found.text
    assert "##" not in found.text
