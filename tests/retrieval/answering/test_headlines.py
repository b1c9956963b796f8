"""What is new, and what happened in a period."""

from __future__ import annotations

from datetime import date, timedelta
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


def list_cited(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.article_id for citation in answer.citations))


def test_a_period_is_told_oldest_first_a_line_an_article(ask_stories: AskKind) -> None:
    where = Filter(since=date(2025, 2, 1), until=date(2025, 2, 28))

    answer = ask_stories("headlines", "What happened in February?", where=where, subject="")

    assert list_cited(answer) == ["museum", "baker"]
    assert answer.text.startswith("11 February 2025, Museum of clocks gets a sundial: “The museum of clocks has been")
    assert len(answer.text.splitlines()) == 2


def test_what_is_new_is_told_newest_first(ask_stories: AskKind) -> None:
    answer = ask_stories("headlines", "What is new since October?", where=Filter(since=date(2025, 10, 1)), subject="")

    assert list_cited(answer) == ["tram-opens", "storm"]


def test_without_a_period_the_newest_week_is_told_and_said(ask_stories: AskKind) -> None:
    answer = ask_stories("headlines", "Any news?")

    assert list_cited(answer) == ["tram-opens"]
    assert answer.notice == "The newest articles: 3 to 9 November 2025."


def test_on_a_subject_only_the_articles_that_tell_of_it(ask_stories: AskKind) -> None:
    where = Filter(since=date(2025, 1, 1), until=date(2025, 12, 31))

    answer = ask_stories("headlines", "Any news on the tram?", where=where)

    assert list_cited(answer) == ["tram-opens", "tram-late"]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2025, 6, 1), date(2025, 6, 7), "No article is dated 1 to 7 June 2025."),
        (date(2025, 6, 1), date(2025, 6, 30), "No article is dated June 2025."),
        (date(2025, 6, 28), date(2025, 7, 4), "No article is dated 28 June to 4 July 2025."),
        (date(2025, 6, 1), date(2025, 6, 1), "No article is dated 1 June 2025."),
        (date(2030, 1, 1), None, "No article is dated since 1 January 2030."),
        (None, date(2001, 5, 9), "No article is dated until 9 May 2001."),
    ],
)
def test_an_empty_period_is_said_with_the_articles_nearest_in_time(
    ask_stories: AskKind, since: date | None, until: date | None, said: str
) -> None:
    answer = ask_stories("headlines", "What happened?", where=Filter(since=since, until=until))

    assert answer.refused
    assert answer.notice == said
    assert len(answer.nearest) == 3


def test_a_stated_period_without_articles_is_refused_with_the_newest(stories: Library) -> None:
    answer = answer_question(stories, "What happened in May 2031?")

    assert answer.refused
    assert answer.notice == "No article is of May 2031."
    assert answer.nearest[0].id == "tram-opens"


def test_a_subject_without_news_is_a_refusal(ask_stories: AskKind) -> None:
    assert ask_stories("headlines", "Any news on the volcano?").refused


def test_a_busy_period_names_and_counts_what_it_does_not_quote(small: Callable[..., Library]) -> None:
    towns = [
        "Arle",
        "Birk",
        "Corm",
        "Dale",
        "Esk",
        "Fenn",
        "Gorm",
        "Hale",
        "Isk",
        "Jarl",
        "Kell",
        "Lorn",
        "Marl",
        "Norn",
        "Osk",
        "Perl",
        "Quill",
        "Rand",
        "Senn",
    ]
    library = small(
        *(
            Article(
                town,
                f"The mayor of {town} opened a well. {n + 11} people drank.",
                title=f"A well for {town}",
                published=date(2025, 5, 1) + timedelta(days=n),
            )
            for n, town in enumerate(towns)
        )
    )
    where = Filter(since=date(2025, 5, 1), until=date(2025, 5, 31))

    answer = ask_kind(library, "headlines", "What happened in May?", where=where, subject="")

    assert [line.partition(",")[0] for line in answer.text.splitlines()[:7]] == [f"{n} May 2025" for n in range(1, 8)]
    assert answer.text.endswith("A well for Quill [17]; and 2 more.")
    assert [c.quote for c in answer.citations[7:]] == [""] * 10
