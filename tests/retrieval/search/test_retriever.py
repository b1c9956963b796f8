from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from retrieval.domain import Filter
from retrieval.search.ranking import search
from retrieval.search.retriever import ArticleRetriever
from tests.retrieval.sample_archive import ARTICLES

if TYPE_CHECKING:
    from retrieval.index import Library

QUESTION = "Who opened the bridge in Halden?"


class TestStandard(RetrieversIntegrationTests):
    """LangChain's own suite, sync and async."""

    @pytest.fixture(autouse=True)
    def _shared(self, archive: Library) -> None:
        self.archive = archive

    @property
    def retriever_constructor(self) -> type[ArticleRetriever]:
        return ArticleRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.archive}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


def test_documents_are_the_hits_with_their_places(archive: Library) -> None:
    documents = ArticleRetriever(library=archive, k=3).invoke(QUESTION)

    bridge, hits = ARTICLES[0], search(archive, QUESTION, k=3)
    assert [d.id for d in documents] == [hit.passage.id for hit in hits]
    assert documents[0].page_content == bridge.text
    assert documents[0].metadata == {
        "article_id": "bridge",
        "title": "A bridge for Halden",
        "author": "Nora Vik",
        "published": "2023-05-02",
        "url": "https://example.org/bridge",
        "source": "/clips/bridge.txt",
        "start": 0,
        "end": len(bridge.text),
        "rank": 1,
        "score": hits[0].score,
    }


def test_an_article_without_a_date_has_none_in_the_metadata(archive: Library) -> None:
    (document,) = ArticleRetriever(library=archive, k=1).invoke("pumpkin risotto")

    assert document.metadata["published"] is None


def test_filter_and_k_can_be_set_for_all_calls_or_for_one(archive: Library) -> None:
    retriever = ArticleRetriever(library=archive, k=2, where=Filter(author="brandt"))

    usual = retriever.invoke(QUESTION)
    once = retriever.invoke(QUESTION, k=1, where=Filter(since=date(2023, 9, 1)))
    unlimited = retriever.invoke(QUESTION, where=Filter())

    assert [d.metadata["author"] for d in usual] == ["Jonas Brandt"] * 2
    assert [d.metadata["article_id"] for d in once] == ["reef"]
    assert unlimited[0].metadata["article_id"] == "bridge"


async def test_an_asynchronous_call_finds_the_same(archive: Library) -> None:
    retriever = ArticleRetriever(library=archive)

    assert await retriever.ainvoke(QUESTION, k=2) == retriever.invoke(QUESTION, k=2)


def test_many_questions_are_answered_in_order(archive: Library) -> None:
    found = ArticleRetriever(library=archive, k=1).batch([QUESTION, "comet", "risotto"])

    assert [documents[0].metadata["article_id"] for documents in found] == ["bridge", "comet", "recipe"]


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_passage_can_not_be_asked_for(archive: Library, k: int) -> None:
    with pytest.raises(ValidationError):
        ArticleRetriever(library=archive, k=k)
