from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval import answer_question
from retrieval.conversation.spelling import correct_spelling
from retrieval.domain import Article
from retrieval.index import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article(
        "flood",
        "The harbour flooded on Thursday after the sluice had been damaged. Engineers pumped water for nine hours. "
        "Ingrid Sølvberg said that the pumping station needed repairing. The mayor, Osbert Quillfeather, resigned.",
        title="Sluice damaged, harbour flooded",
    ),
    Article(
        "prize", "Two bakers shared the marzipan prize. Their cakes were taller than those of Otto Brandsma.", "Prize"
    ),
    Article("cars", "The tires of gray cars were organized by color. The analyzer had a catalog. Soldiers went south."),
    Article("owls", "Barn owls bred in the tower. The hare and the hart watched.", title="Owls", author="Ida Harrbour"),
)


@pytest.fixture(scope="module")
def library(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("spelling") / "news", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def correct(library: Library, text: str) -> tuple[str, tuple[str, ...]]:
    return library.read(lambda snapshot: correct_spelling(text, snapshot, library.encoder))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("When did the habrour flood?", "When did the harbour flood?"),
        ("who damged the slucie", "who damaged the sluice"),
        ("Has the mayor resinged?", "Has the mayor resigned?"),
        ("What did Ingrid Selvberg say?", "What did Ingrid Sølvberg say?"),
        ("What did quilfeather do?", "What did Quillfeather do?"),
        ("Who won the marzippan prize?", "Who won the marzipan prize?"),
        ("Wich bakers won?", "Wich bakers won?"),
        ("Who organised the tyres by colour?", "Who organized the tires by color?"),
        ("Who sold the tyre?", "Who sold the tire?"),
    ],
)
def test_a_mistyped_word_is_read_as_the_word_of_the_library(library: Library, typed: str, meant: str) -> None:
    assert correct(library, typed)[0] == meant


def test_an_author_whom_no_text_names_is_not_mistyped(library: Library) -> None:
    assert correct(library, "Has Ida Harrbour written about the hare?")[1] == ()


def test_what_was_read_otherwise_is_said(library: Library) -> None:
    assert correct(library, "who damged the slucie")[1] == ("Read “damged” as “damaged”.", "Read “slucie” as “sluice”.")


@pytest.mark.parametrize(
    "text",
    [
        "When did the harbour flood?",
        "Did a harbinger flutter in Thursdale?",  # words of English, and a name that is near to nothing
        "What did Otto Brandsen say?",  # somebody else
        "Who went north with the mayoress?",
        "Who had sheds in the tower?",
        "Where is the harx?",  # a hare or a hart
        "Is it SLUIC, sluic-3 or slui@ce.org?",
        "Who won in 2031?",
        "",
    ],
)
def test_what_is_no_clear_mistake_stays(library: Library, text: str) -> None:
    assert correct(library, text) == (text, ())


def test_a_mistyped_question_is_answered_like_the_right_one(library: Library) -> None:
    right, typed = (
        answer_question(library, text) for text in ("When did the harbour flood?", "when did the habrour flod?")
    )

    assert not typed.refused
    assert typed.citations == right.citations
    assert typed.understanding is not None
    assert typed.understanding.remarks == ("Read “habrour” as “harbour”.", "Read “flod” as “flood”.")
