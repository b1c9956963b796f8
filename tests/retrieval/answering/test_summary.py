"""The gist of an article, of a subject, of a period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Filter
from retrieval.pipeline import answer_question
from tests.retrieval.answering.conftest import ask_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.domain import Answer
    from retrieval.index import Library
    from tests.retrieval.answering.conftest import AskKind


def list_cited(answer: Answer) -> set[str]:
    return {citation.article_id for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Summarise the article on the sundial", "museum"),
        ("tl;dr of the interview with the baker", "baker"),
        ("What is “Tram line late because wheels are too wide” about?", "tram-late"),
        ("sum up the piece by Senn about the first tram", "tram-opens"),
    ],
)
def test_a_named_article_is_summed_up_alone_in_its_order(ask_stories: AskKind, question: str, article: str) -> None:
    answer = ask_stories("summary", question)

    assert list_cited(answer) == {article}
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)
    assert 1 <= len(answer.citations) <= 7
    assert answer.text.partition("\n")[0].endswith(":")


def test_what_somebody_said_is_summed_up_from_their_own_words(small: Callable[..., Library]) -> None:
    library = small(
        Article(
            "speech",
            "Dear children, the roof of this school in Arle fell in the winter. It is open again today. I thank the "
            "carpenters who built the new roof of the school. Next year the school will have a garden.",
            "“Count the chairs”: Ida Roth's speech as the school in Arle opens again",
        ),
        Article(
            "report",
            "The school in Arle is open again after its roof fell in the winter. The new roof cost 40,000 crowns. Ida "
            "Roth, the head of the school, thanked the carpenters at the opening.",
            "School in Arle opens again",
        ),
        Article("storm", "The storm tore tiles from the roof of the town hall.", "Storm over Arle"),
    )

    answer = answer_question(library, "Summarise what Ida Roth said at the opening of the school in Arle")

    assert list_cited(answer) == {"speech"}


def test_a_report_that_only_ends_a_subject_is_not_the_article_that_is_meant(ask_stories: AskKind) -> None:
    answer = ask_stories("summary", "Sum up the tram line, from the plan to the report on the wheels")

    assert len(list_cited(answer)) > 1


def make_reports(count: int) -> list[Article]:
    subjects = ["ferry", "school", "bakery", "tram", "library", "sundial", "brewery", "market", "quarry", "weir"]
    return [
        Article(
            f"a{n}",
            f"The {subjects[n % 10]} in ward {n} opened after {n + 2} months. The mayor paid for the {n + 3} lamps.",
            f"Ward {n}: {subjects[n % 10]} opens",
            published=date(2024, 3, n + 1),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("question", ["Sum up both articles.", "Give me a summary of the two articles, please"])
def test_all_articles_are_summed_up_where_they_are_few(small: Callable[..., Library], question: str) -> None:
    answer = answer_question(small(*make_reports(2)), question)

    assert not answer.refused
    assert list_cited(answer) == {"a0", "a1"}
    assert answer.text.startswith("Latest: 2 March 2024")


def test_of_many_articles_the_newest_are_named(small: Callable[..., Library]) -> None:
    answer = answer_question(small(*make_reports(20)), "Sum up all the articles")

    assert {f"a{n}" for n in range(13, 20)} <= list_cited(answer)
    assert answer.notice.startswith("The newest articles: ")


def test_an_interviewer_is_not_quoted(ask_stories: AskKind) -> None:
    answer = ask_stories("summary", "Summarise the interview with the baker")

    assert not [c.quote for c in answer.citations if "Post:" in c.quote or "?" in c.quote]


def test_a_subject_is_told_newest_state_first_then_how_it_came_about(ask_stories: AskKind) -> None:
    answer = ask_stories("summary", "Tell me about the tram line")
    lines = answer.text.splitlines()

    assert lines[0].startswith("Latest: 9 November 2025, First tram climbs Vessel Hill: “")
    assert lines[1] == "Before that:"
    assert [line.partition(",")[0] for line in lines[2:]] == ["5 March 2024", "2 April 2025"]
    assert len(answer.citations) <= 12


def test_a_period_is_summed_up_in_headlines(ask_stories: AskKind) -> None:
    where = Filter(since=date(2025, 2, 1), until=date(2025, 2, 28))

    answer = ask_stories("summary", "Summarise February", where=where, subject="")

    assert list_cited(answer) == {"museum", "baker"}


@pytest.mark.parametrize("question", ["Summarise the moon landing", "Give me an overview of the teachers' strike"])
def test_what_no_article_tells_of_is_not_summed_up(ask_stories: AskKind, question: str) -> None:
    answer = ask_stories("summary", question)

    assert answer.refused
    assert answer.confidence < 0.4
    assert answer.nearest


def test_a_rumour_is_summed_up_with_its_denial(ask_stories: AskKind) -> None:
    answer = ask_stories("summary", "Summarise the report on the storm")

    assert not [c.quote for c in answer.citations if "has fallen" in c.quote and "It has not." not in c.quote]


def test_a_subject_that_only_a_title_is_near_to_is_told_of(small: Callable[..., Library]) -> None:
    library = small(
        Article(
            "stolen",
            "The apparatus at Tamsa was gone on Saturday morning. It stood in a bar on Sunday, full of beer.",
            "Refrigerator stolen",
        ),
        Article("trial", "The vaccine was tried in six villages. Every child was given a net.", "Trial goes on"),
    )

    answer = ask_kind(library, "summary", "Please summarise the theft of the fridge.")

    assert "apparatus at Tamsa was gone" in answer.text
    assert ask_kind(library, "summary", "Please summarise the moon landing.").refused
