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


@pytest.mark.parametrize(
    "question",
    [
        "Who sang better, the tenor from Lima or the soprano from Oslo?",
        "Which bridge is older, the Rialto or the Bosporus Bridge?",
        "Kapellbrücke vs Ponte Vecchio, which one cost more?",
    ],
)
def test_what_no_article_speaks_of_is_refused(town: Library, question: str) -> None:
    assert ask(town, question).refused


def test_an_estimate_and_what_came_of_it_are_quoted_though_no_words_of_the_sides_are_in_the_articles(
    town: Library,
) -> None:
    given = ask(town, "First estimate versus real number of barns destroyed in the flood?")
    quoted = " ".join(citation.quote for citation in given.citations)

    assert "Twelve barns" in quoted
    assert "nineteen barns" in quoted
    assert "do not say" not in given.text
    assert_invariants(given, town)


MORNING, EVENING = (
    Article(
        name.lower(),
        f"*{name} edition*\n\nA barn burnt down at Aas {when}. {people} Nobody was hurt.\n\nThe farmer said that "
        f"the hay had been dry.\n\nThe fire warden, Ole Berg, spoke to reporters in the yard. "
        f'"{said} sabotage," he said.',
        title="Barn burns at Aas",
        published=date(2026, 6, 1),
    )
    for name, when, people, said in (
        ("Morning", "in the night", "Six men fought the fire.", "We are not excluding"),
        ("Evening", "on Sunday night", "Nine men fought the fire.", "We are now excluding"),
    )
)
BAKER, MILLER = (
    Article(
        author.lower(),
        f"People ask me about the new weir. {said} {why} It will be dug in June.",
        title=f"Opinion: the weir, by {author}",
        author=f"Ida {author}",
        published=date(2026, 6, 4),
    )
    for author, said, why in (
        ("Baker", "I trust the engineers.", "They have built nine of them."),
        ("Miller", "I trust the fishermen.", "They have seen nine of them break."),
    )
)
HOPEFULS = Article(
    "hopefuls",
    "Two people want to be reeve of Aas. Mr Lunde would mend the school roof. Mrs Vik promises, as ever, a dance hall.",
    title="Two want to be reeve",
    published=date(2026, 6, 7),
)


@pytest.fixture(scope="module")
def valley(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("comparison") / "valley", encoder=encoder, create=True) as library:
        library.ingest([MORNING, EVENING, BAKER, MILLER, HOPEFULS])
        yield library


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "What is the difference between the morning and the evening edition on sabotage?",
            "not excluding sabotage",
            "now excluding sabotage",
        ),
        ("Whom do Baker and Miller each trust on the weir?", "I trust the engineers", "I trust the fishermen"),
        ("Lunde vs Vik, what would we get from each as reeve?", "mend the school roof", "a dance hall"),
    ],
)
def test_sides_are_quoted_from_their_edition_their_own_writing_or_one_passage(
    valley: Library, question: str, one: str, other: str
) -> None:
    given = ask(valley, question)
    quoted = [citation.quote for citation in given.citations]

    assert [any(said in quote for quote in quoted) for said in (one, other)] == [True, True]
    assert_invariants(given, valley)
