"""Answers to questions that state a time: of that time, as of it, or, where nothing is, of another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.answer_kinds import FROM_ANOTHER_TIME, ON_THE_SUBJECT
from retrieval.answering.confidence import THRESHOLD
from retrieval.domain import Article, Filter
from retrieval.index import Library
from retrieval.pipeline import answer_question
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Answer
    from retrieval.encoder import SentenceEncoder

TODAY = date(2031, 6, 18)
ARTICLES = (
    Article(
        "first",
        "The rowing club has 120 members, its treasurer Olga Lindt told the assembly. The boathouse leaks.",
        title="Rowing club counts its members",
        published=date(2031, 2, 4),
    ),
    Article(
        "second",
        "The rowing club has 180 members now, its treasurer Olga Lindt said. A new boathouse was opened by the mayor.",
        title="Rowing club opens its boathouse",
        published=date(2031, 5, 20),
    ),
    Article(
        "bakery",
        "The bakery in Mill Lane sold 900 loaves on its last day. Its baker, Piet Aalto, has retired at 71.",
        title="Last loaves in Mill Lane",
        published=date(2031, 4, 8),
    ),
    Article(
        "regatta",
        "Rowers from six towns are expected. The regatta of the rowing club starts at nine on 21 June at the old weir.",
        title="Six towns at the weir",
        published=date(2031, 6, 16),
    ),
    Article("undated", "The rowing club has 240 members, says its web page.", title="About the rowing club"),
)


@pytest.fixture(scope="module")
def club(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("club") / "club", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def ask(club: Library, question: str, where: Filter | None = None) -> Answer:
    return answer_question(club, question, where=where, today=TODAY)


@pytest.mark.parametrize(
    ("question", "article", "notice"),
    [
        (
            "In February, how many members did the rowing club have?",
            "first",
            "Only articles of February 2031.",
        ),
        ("How many members did the rowing club have on 20 May?", "second", "Only articles of 20 to 23 May 2031."),
        (
            "As of 1 March 2031, how many members did the rowing club have?",
            "first",
            "As of 1 March 2031: articles published later and undated ones are left out.",
        ),
    ],
)
def test_the_answer_is_of_the_time_that_is_asked_about(club: Library, question: str, article: str, notice: str) -> None:
    answer = ask(club, question)

    assert {each.article_id for each in answer.citations} == {article}
    assert answer.notice == notice
    assert answer.question == question
    assert answer.standalone == ""


def test_as_of_a_day_a_refusal_names_no_later_article(club: Library) -> None:
    answer = ask(club, "Who opened the boathouse?", Filter(as_of=date(2031, 5, 1)))

    assert "undated" not in {each.id for each in answer.nearest}
    assert all(each.published and get_last_day(each.published) <= date(2031, 5, 1) for each in answer.nearest)
    assert not {"second", "undated"} & {each.article_id for each in answer.citations}


def test_what_no_article_of_that_time_says_is_answered_of_another_and_that_is_said(club: Library) -> None:
    answer = ask(club, "How many loaves did the bakery in Mill Lane sell on 4 February?")

    assert {each.article_id for each in answer.citations} == {"bakery"}
    assert answer.notice == f"Only articles of 4 to 7 February 2031. {FROM_ANOTHER_TIME}"


def test_as_of_a_day_no_other_time_is_looked_at(club: Library) -> None:
    answer = ask(club, "As of 4 February 2031, how many loaves did the bakery in Mill Lane sell?")

    assert answer.refused


def test_where_no_sentence_answers_the_articles_of_that_time_on_the_subject_are_named(club: Library) -> None:
    answer = ask(club, "Which prize was the rowing club given in February?")

    assert answer.notice == f"Only articles of February 2031. {ON_THE_SUBJECT}"
    assert {each.article_id for each in answer.citations} == {"first"}
    assert answer.confidence < THRESHOLD


def test_what_is_on_at_a_day_on_which_nothing_was_published_is_answered_by_what_names_it(club: Library) -> None:
    answer = ask(club, "What is happening at the rowing club on 21 June 2031?")

    assert "on 21 June" in answer.citations[0].quote
    assert answer.notice == ""
