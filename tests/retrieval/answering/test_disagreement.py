from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article
from retrieval.index import Library
from retrieval.pipeline import answer_question
from tests.retrieval.answer_invariants import assert_invariants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article(
        "march",
        "The weavers' guild says that 900 people marched to the abbey. Police put the crowd at 350. Rain fell.",
        title="Weavers march",
        published=date(2026, 5, 3),
    ),
    Article(
        "weir-herald",
        "Forty salmon were counted below the weir at Aas. Herons came, too.",
        title="Salmon return, writes the Herald",
        published=date(2026, 6, 1),
    ),
    Article(
        "weir-courier",
        "Ninety salmon were counted below the weir at Aas. Anglers are glad.",
        title="Salmon return, writes the Courier",
        published=date(2026, 6, 1),
    ),
)


@pytest.fixture(scope="module")
def town(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("disagreement") / "town", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def test_what_another_source_counts_is_quoted_with_the_first_figure(town: Library) -> None:
    given = answer_question(town, "How many people marched to the abbey?")

    assert "900 people" in given.citations[0].quote
    assert "Police put the crowd at 350." in given.citations[0].quote
    assert_invariants(given, town)


def test_articles_of_one_day_that_give_different_figures_are_both_quoted(town: Library) -> None:
    given = answer_question(town, "How many salmon were counted below the weir at Aas?")

    assert {citation.article_id for citation in given.citations} == {"weir-herald", "weir-courier"}
    assert_invariants(given, town)


def test_what_no_source_disputes_is_quoted_alone(town: Library) -> None:
    given = answer_question(town, "Who came to the weir, too?")

    assert len({citation.article_id for citation in given.citations}) <= 1
