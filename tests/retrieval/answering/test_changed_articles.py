"""Answers from articles that changed: today the present text and when it was updated, as of a day the one of then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Filter
from retrieval.index import Library
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

TODAY = date(2026, 8, 1)
TEXT = "The new ferry of Halden was named on Tuesday. The ferry has {} cabins. It will sail to Moss twice a day."


@pytest.fixture(scope="module")
def harbour(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("harbour") / "harbour"
    with Library.open(folder, encoder=encoder, kept_versions=5, create=True) as library:
        for cabins, day in ((12, date(2026, 2, 11)), (14, date(2026, 5, 4)), (16, date(2026, 7, 9))):
            article = Article("ferry", TEXT.format(cabins), "A ferry for Halden", published=date(2026, 2, 10))
            library.ingest([article], today=day)
        yield library


@pytest.mark.parametrize(
    ("question", "where", "number", "dated"),
    [
        ("How many cabins does the ferry have?", Filter(), 16, "10 February 2026, updated 9 July 2026"),
        ("As of June 2026, how many cabins does the ferry have?", Filter(), 14, "version of 4 May 2026"),
        ("How many cabins does the ferry have?", Filter(as_of=date(2026, 3, 1)), 12, "version of 10 February 2026"),
    ],
)
def test_an_answer_quotes_the_text_of_its_day_and_says_which_one_it_is(
    harbour: Library, question: str, where: Filter, number: int, dated: str
) -> None:
    answer = answer_question(harbour, question, where=where, today=TODAY)

    assert f"A ferry for Halden ({dated}): “The ferry has {number} cabins.” [1]" in answer.text
    for citation in answer.citations:
        assert harbour.get_article(citation.article_id).text[citation.start : citation.end] == citation.quote


def test_how_many_articles_there_are_counts_present_texts(harbour: Library) -> None:
    answer = answer_question(harbour, "How many articles mention the ferry?", today=TODAY)

    assert answer.text.startswith("1 article")
    assert [citation.article_id for citation in answer.citations] == ["ferry"]
