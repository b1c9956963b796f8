from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.domain import Answer, Article, Understanding
from retrieval.index import Library
from tests.retrieval.answer_invariants import assert_invariants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

ABBEY = Article(
    "abbey",
    "Sankt Olav's abbey has been restored after nine years of work.\n\nThe rooms that visitors may see are:\n\n"
    "- the scriptorium, with its two stoves\n- the brewhouse\n- the night stair\n\nTickets cost nine crowns.",
    title="Abbey opens its doors",
    published=date(2026, 5, 3),
)
MILLER = Article(
    "miller",
    "After forty years the miller of Tarn, Per Lind, is giving up his mill. He gave his reasons for leaving it in "
    "a letter. First, the river has moved. Second, the stones are worn. He also misses the sea. Finally, nobody in "
    "Tarn bakes any more. The mill will be let in May.",
    title="The miller goes",
    published=date(2026, 5, 9),
)
HERONS = Article(
    "herons",
    "The herons of Holm have left their island.\n\nIt may have been the noise of the regatta. So may the lower water "
    "since the weir was rebuilt. A third guess is that the trees, planted in 1901, are too old for nests.\n\nThe "
    "island is closed until May.",
    title="Herons leave Holm",
    published=date(2026, 5, 14),
)
DONORS = (
    Article(
        "roof-appeal",
        "The roof of the chapel at Holm is to be mended this summer. The shipyard has given nine thousand crowns for "
        "the roof. The scaffold stands on the north side, and the organ has been wrapped in sheets.",
        title="An appeal for the chapel roof",
        published=date(2026, 5, 4),
    ),
    Article(
        "roof-concert",
        "The choir of Tarn sang in the rain. Its concert brought in four thousand crowns for the chapel roof.",
        title="A concert in the rain",
        published=date(2026, 6, 8),
    ),
    Article(
        "roof-mended",
        "The chapel at Holm is dry again. Slates were carried up by a chain of schoolchildren. The widow Solberg paid "
        "for the slates of the chapel roof.",
        title="The chapel roof is mended",
        published=date(2026, 8, 4),
    ),
)
STREETS = Article(
    "streets",
    "The marathon of Tarn is run on Sunday. Closed to cars for the marathon are Quay Street, Mill Lane and the Holm "
    "Bridge. Runners start at nine.",
    title="Marathon on Sunday",
    published=date(2026, 5, 12),
)


@pytest.fixture(scope="module")
def town(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("listing") / "town", encoder=encoder, create=True) as library:
        library.ingest([ABBEY, MILLER, STREETS, HERONS, *DONORS])
        yield library


def ask(library: Library, question: str) -> Answer:
    asked = Understanding(question, "list")
    return library.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, library.encoder)))


def test_a_bulleted_list_is_quoted_whole(town: Library) -> None:
    given = ask(town, "Which rooms of the abbey may visitors see?")

    assert all(room in given.citations[0].quote for room in ("scriptorium", "brewhouse", "night stair"))
    assert "nine crowns" not in given.citations[0].quote
    assert_invariants(given, town)


def test_reasons_over_several_sentences_are_all_quoted(town: Library) -> None:
    given = ask(town, "What are the miller's reasons for leaving the mill?")
    quoted = " ".join(citation.quote for citation in given.citations)

    assert all(
        reason in quoted for reason in ("river has moved", "stones are worn", "misses the sea", "nobody in Tarn")
    )
    assert "let in May" not in quoted
    assert_invariants(given, town)


def test_items_of_one_sentence_are_one_quote(town: Library) -> None:
    given = ask(town, "Which streets are closed for the marathon?")

    assert "Quay Street, Mill Lane and the Holm Bridge" in given.citations[0].quote
    assert_invariants(given, town)


def test_items_that_stand_in_several_articles_are_all_quoted(town: Library) -> None:
    given = ask(town, "Who has given money for the chapel roof?")
    quoted = " ".join(citation.quote for citation in given.citations)

    assert all(donor in quoted for donor in ("The shipyard", "concert brought in", "widow Solberg"))
    assert_invariants(given, town)


def test_items_that_no_article_names_are_refused(town: Library) -> None:
    assert ask(town, "Which operas did the bishop of Lima compose?").refused


def test_a_list_of_what_no_article_speaks_of_is_refused(town: Library) -> None:
    assert ask(town, "Which symphonies did the composer conduct?").refused


def test_items_that_no_word_counts_are_quoted_with_their_paragraph(town: Library) -> None:
    given = ask(town, "What may have driven the herons of Holm away?")
    quoted = given.citations[0].quote

    assert all(cause in quoted for cause in ("noise of the regatta", "lower water", "too old for nests"))
    assert "closed until May" not in quoted
    assert_invariants(given, town)
