"""One sentence held against what other articles say on the same point."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.counter_evidence import find_other_answer, find_withdrawal, list_same_point
from retrieval.answering.question_reader import QuestionReader
from retrieval.domain import Article, Filter, Hit
from retrieval.index import Library
from retrieval.search.ranking import search_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder
    from retrieval.index import Snapshot
    from retrieval.search.query import Query

ARTICLES = (
    Article(
        "pool-plan",
        "The swimming pool in Ashby will reopen on 14 May, the council says. Its roof has been repaired.",
        title="Pool to reopen in May",
        published=date(2025, 3, 2),
    ),
    Article(
        "pool-late",
        "The swimming pool in Ashby will not reopen before 3 September. Asbestos was found above the changing rooms.",
        title="Asbestos keeps pool shut",
        published=date(2025, 4, 20),
    ),
    Article(
        "vicar",
        "The vicar of Ashby, Tom Lark, sold the church bells to a dealer in York last winter.",
        title="Vicar sold church bells",
        published=date(2025, 2, 1),
    ),
    Article(
        "sorry",
        "Our article of 1 February, “Vicar sold church bells”, was wrong. The vicar of Ashby, Tom Lark, never sold the "
        "church bells to a dealer: they are being recast. We apologise to him.",
        title="Correction",
        published=date(2025, 2, 9),
    ),
    Article("jam", "Rosehip jam keeps for a year in a cool cellar.", title="Jam", published=date(2025, 5, 1)),
)


@pytest.fixture(scope="module")
def ashby(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("ashby") / "news", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def search(library: Library, question: str) -> tuple[Query, list[Hit]]:
    def read(snapshot: Snapshot) -> tuple[Query, list[Hit]]:
        vector = library.encoder.encode_question(question)
        return search_snapshot(snapshot, question, vector, k=10, where=Filter())

    return library.read(read)


def first_of(article_id: str, hits: list[Hit]):  # type: ignore[no-untyped-def]
    return next(hit for hit in hits if hit.article.id == article_id).sentences[0].sentence


def read_article(article_id: str) -> str:
    return next(article.text for article in ARTICLES if article.id == article_id)


def test_a_newer_article_speaks_against_an_older_sentence(ashby: Library) -> None:
    query, hits = search(ashby, "When will the swimming pool in Ashby reopen?")

    found = find_other_answer(
        query,
        "pool-plan",
        first_of("pool-plan", hits),
        hits,
        reader=QuestionReader(query.text, ashby.encoder),
        read=read_article,
    )

    assert found
    assert (found.kind, found.hit.article.id) == ("newer", "pool-late")
    assert found.sentence.text.startswith("The swimming pool in Ashby will not reopen")


def test_an_older_article_does_not_speak_against_a_newer_sentence(ashby: Library) -> None:
    query, hits = search(ashby, "When will the swimming pool in Ashby reopen?")

    found = find_other_answer(
        query,
        "pool-late",
        first_of("pool-late", hits),
        hits,
        reader=QuestionReader(query.text, ashby.encoder),
        read=read_article,
    )

    assert found is None


def test_a_notice_withdraws_a_sentence(ashby: Library) -> None:
    query, hits = search(ashby, "Who sold the church bells of Ashby?")

    found = find_withdrawal(query, "vicar", first_of("vicar", hits), hits)

    assert found
    assert (found.kind, found.hit.article.id) == ("withdrawn", "sorry")
    assert find_withdrawal(query, "pool-plan", first_of("pool-plan", hits), hits) is None


def test_a_sentence_that_no_hit_holds_has_nothing_against_it(ashby: Library) -> None:
    query, hits = search(ashby, "Who sold the church bells of Ashby?")

    assert find_withdrawal(query, "elsewhere", first_of("vicar", hits), hits) is None


def test_passages_of_other_articles_on_the_point_of_a_claim_are_listed(ashby: Library) -> None:
    _, hits = search(ashby, "When will the swimming pool in Ashby reopen?")

    found = list_same_point("The Ashby pool opens again on 14 May.", hits, without={"pool-plan"})

    assert [hit.article.id for hit in found][:1] == ["pool-late"]
    assert "jam" not in [hit.article.id for hit in found]
