from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.answering.several_questions import answer_several
from retrieval.domain import NOT_SAID, Answer, Article, Filter, Understanding
from retrieval.index import Library
from tests.retrieval.answer_invariants import assert_invariants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

REGATTA = Article(
    "regatta",
    "The regatta of Tarn began on Sunday under grey skies. Tickets cost 12 crowns, and 5 crowns for pupils.",
    title="Regatta begins",
    published=date(2026, 5, 3),
)
SAWMILL = Article(
    "sawmill",
    "The sawmill at Holm Bridge is run by Greta Lund. She employs 40 people and buys its timber in Norway.",
    title="Sawmill changes hands",
    published=date(2026, 5, 9),
)

WEIR_PLANNED = Article(
    "weir-planned",
    "The council wants a new weir at Holm. It will cost two million crowns, the clerk expects.",
    title="Holm wants a weir",
    published=date(2026, 3, 3),
)
WEIR_BUILT = Article(
    "weir-built",
    "The weir at Holm is finished. The new weir has cost three million crowns, the treasurer announced.",
    title="Weir is finished",
    published=date(2026, 5, 1),
)


@pytest.fixture(scope="module")
def town(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("several") / "town", encoder=encoder, create=True) as library:
        library.ingest([REGATTA, SAWMILL, WEIR_PLANNED, WEIR_BUILT])
        yield library


def ask(library: Library, question: str, *parts: str, where: Filter | None = None) -> Answer:
    asked = Understanding(question, parts=parts, where=where or Filter())
    return library.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, library.encoder)))


def test_both_questions_are_answered_in_their_order(town: Library) -> None:
    given = ask(
        town,
        "Who runs the sawmill and how much are tickets for the regatta?",
        "Who runs the sawmill?",
        "How much are tickets for the regatta?",
    )

    assert ["run by Greta Lund" in given.citations[0].quote, "12 crowns" in given.citations[1].quote] == [True, True]
    assert given.question == "Who runs the sawmill and how much are tickets for the regatta?"
    assert_invariants(given, town)


def test_what_the_articles_do_not_say_is_named(town: Library) -> None:
    given = ask(town, "-", "Who runs the sawmill?", "Which hospital was the bishop born in (the sawmill)?")

    assert "Greta Lund" in given.text
    assert given.text.endswith("The articles do not say: which hospital was the bishop born in?")
    assert not given.refused
    assert_invariants(given, town)


def test_nothing_said_to_any_part_is_a_refusal(town: Library) -> None:
    given = ask(town, "-", "Which hospital was the bishop born in?", "Who won the chess match?")

    assert given.refused
    assert given.text == NOT_SAID
    assert given.nearest


def test_a_quote_that_answers_twice_is_shown_once(town: Library) -> None:
    given = ask(town, "-", "How much are tickets?", "What do tickets for pupils cost?")

    assert given.text.count("12 crowns") == 1
    assert [citation.number for citation in given.citations] == list(range(1, len(given.citations) + 1))
    assert_invariants(given, town)


def test_a_part_that_leaves_out_its_subject_is_answered_by_the_message_as_a_whole(town: Library) -> None:
    given = ask(
        town,
        "What was the weir to cost, and what was the real price?",
        "What was the weir to cost?",
        "What was the real price?",
    )
    quoted = " ".join(citation.quote for citation in given.citations)

    assert "two million" in quoted
    assert "three million" in quoted
    assert "do not say" not in given.text
    assert_invariants(given, town)


def test_a_part_is_not_answered_with_what_the_archive_holds(town: Library) -> None:
    given = ask(town, "-", "Who runs the sawmill?", "From when does the deal count?")

    assert "Greta Lund" in given.text
    assert "Oldest" not in given.text
    assert {citation.article_id for citation in given.citations} == {"sawmill"}


def test_confidence_is_that_of_the_weaker_answer(town: Library) -> None:
    parts = ("Who runs the sawmill?", "How much are tickets?")
    alone = [ask(town, part).confidence for part in parts]

    assert ask(town, "-", *parts).confidence == min(alone)


def test_each_part_keeps_the_limits_of_the_whole(town: Library) -> None:
    given = ask(town, "-", "Who runs the sawmill?", "How much are tickets?", where=Filter(since=date(2026, 5, 5)))

    assert {citation.article_id for citation in given.citations} == {"sawmill"}
    assert "The articles do not say: how much are tickets?" in given.text


def test_a_part_is_answered_more_readily_from_the_article_of_the_other(town: Library) -> None:
    part = "What country is its timber bought in?"

    def ask_strictly(*parts: str) -> Answer:
        asked = Understanding("-" if len(parts) > 1 else part, parts=parts if len(parts) > 1 else ())
        return town.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, town.encoder, threshold=0.91)))

    assert ask_strictly(part).refused
    given = ask_strictly("Who runs the sawmill?", part)
    assert "timber in Norway" in given.text
    assert_invariants(given, town)


def test_a_part_that_is_refused_is_asked_again_with_the_subject_of_another(town: Library) -> None:
    told, refused = ask(town, "Who runs the sawmill?"), ask(town, "Which hospital was the bishop born in?")
    asked = Understanding("-", parts=("Who runs the sawmill?", "Which hospital was the bishop born in?"))

    def answer_of_sawmill(inquiry: Inquiry) -> Answer:
        return told if "sawmill" in inquiry.asked.question else refused

    given = town.read(
        lambda snapshot: answer_several(Inquiry(asked, snapshot, town.encoder), answer_of_sawmill),
    )

    assert "do not say" not in given.text


def test_the_same_words_of_two_articles_are_shown_once(encoder: SentenceEncoder, tmp_path: Path) -> None:
    said = "The old tannery on the Aas was pulled down in 1911."
    with Library.open(tmp_path / "town", encoder=encoder, create=True) as library:
        library.ingest([Article("one", said, title="The tannery"), Article("two", said, title="Of the river Aas")])
        given = ask(
            library,
            "What became of the old tannery on the Aas, and when was it pulled down?",
            "What became of the old tannery on the Aas?",
            "When was the old tannery on the Aas pulled down?",
        )

    assert given.text.count("pulled down in 1911") == 1
    assert [each.number for each in given.citations] == [1]
