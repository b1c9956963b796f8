from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.conversation.sides import find_sides
from retrieval.domain import Answer, Article, Understanding
from retrieval.index import Library
from tests.retrieval.answer_invariants import assert_invariants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

MARCH = Article(
    "march",
    "Nobody agrees how large the march of the weavers was. The weavers' guild says that 900 people marched to the "
    "abbey. Police put the crowd at 350. There was no trouble.",
    title="Weavers march to the abbey",
    published=date(2026, 5, 3),
)
FLOOD_FIRST = Article(
    "flood-first",
    "Twelve barns were destroyed when the river Tarn flooded the lower valley on Sunday. The water stood for a day.",
    title="River floods the valley",
    published=date(2026, 5, 10),
)
FLOOD_LATER = Article(
    "flood-later",
    "The council has counted again: nineteen barns were destroyed when the river Tarn flooded the valley. Insurers "
    "will pay in June.",
    title="Flood damage counted",
    published=date(2026, 5, 18),
)
BRIDGES = Article(
    "bridges",
    "The stone bridge at Holm was built for 4 million crowns. The iron bridge at Aas was cheaper and cost 1.5 million "
    "crowns. Both are painted green.",
    title="Two bridges of the valley",
    published=date(2026, 5, 20),
)


@pytest.fixture(scope="module")
def town(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("comparison") / "town", encoder=encoder, create=True) as library:
        library.ingest([MARCH, FLOOD_FIRST, FLOOD_LATER, BRIDGES])
        yield library


def ask(library: Library, question: str) -> Answer:
    asked = Understanding(question, "comparison", sides=find_sides(question))
    return library.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, library.encoder)))


def test_each_named_side_gets_a_quote_in_the_order_of_the_question(town: Library) -> None:
    given = ask(town, "Which bridge cost more, the iron bridge at Aas or the stone bridge at Holm?")

    assert [("Aas" in given.citations[0].quote), ("Holm" in given.citations[1].quote)] == [True, True]
    assert_invariants(given, town)


def test_sources_within_an_article_are_quoted_together(town: Library) -> None:
    given = ask(town, "Do the sources agree on how many people marched to the abbey?")
    quoted = " ".join(citation.quote for citation in given.citations)

    assert "900" in quoted
    assert "350" in quoted
    assert_invariants(given, town)


def test_articles_with_different_figures_are_shown_oldest_first_and_that_is_said(town: Library) -> None:
    given = ask(town, "Do the articles agree on how many barns were destroyed in the flood?")

    assert given.text.startswith("The articles give different figures:\nRiver floods the valley (10 May 2026): “Twelve")
    assert "nineteen barns" in given.citations[1].quote
    assert_invariants(given, town)


def test_a_side_that_no_article_names_is_named(town: Library) -> None:
    given = ask(
        town, "Which bridge cost more, the iron bridge at Aas, the stone bridge at Holm or the Bosporus tunnel?"
    )

    assert "The articles do not say it of the Bosporus tunnel." in given.text
    assert_invariants(given, town)


def test_what_no_article_speaks_of_is_refused(town: Library) -> None:
    assert ask(town, "Who sang better, the tenor from Lima or the soprano from Oslo?").refused
