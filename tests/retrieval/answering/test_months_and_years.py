"""A magazine whose articles are of a month or a year: what answers say of when, and of what was first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.headlines import NEWEST_DAYS
from retrieval.domain import Article, Filter, PartialDate
from retrieval.index import Library
from retrieval.pipeline import answer_question
from tests.retrieval.answer_invariants import assert_invariants
from tests.retrieval.answering.conftest import ask_kind
from tests.retrieval.answering.story_archive import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.encoder import SentenceEncoder

PLAY = Article(
    "play",
    "Play about the flood\n\nMarch 2026\n\nThe theatre of Ostra shows a play about the flood. It is sold out.",
    title="Play about the flood",
    published=PartialDate("2026-03"),
)
MILL = Article(
    "mill",
    "The mill by the river was turned into flats. Nine families live in it.",
    title="Old mill",
    published=PartialDate("2019"),
)
STORM = "The storm over Tarn has killed two people, the police said. Roofs flew as far as the harbour."
STORM_LATER = "A woman died, so that the storm over Tarn has now killed three people. The harbour is open again."
BEES = Article("bees", "Eleven hives stand on the roof of the hall.", title="Bees", published=date(2026, 2, 3))


@pytest.fixture(scope="module")
def magazine(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("months") / "magazine", encoder=encoder, create=True) as library:
        library.ingest([PLAY, MILL, BEES])
        yield library


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("What does the theatre of Ostra show?", "Play about the flood (March 2026): “"),
        ("What became of the mill by the river?", "Old mill (2019): “"),
    ],
)
def test_a_month_is_shown_as_a_month_and_a_year_as_a_year(magazine: Library, question: str, lead: str) -> None:
    found = answer_question(magazine, question)

    assert found.text.startswith(lead)
    assert_invariants(found, magazine)


def test_as_of_a_day_in_a_month_what_is_of_that_month_is_not_known_yet(magazine: Library) -> None:
    def ask(day: date) -> bool:
        return answer_question(magazine, "What does the theatre of Ostra show?", where=Filter(as_of=day)).refused

    assert ask(date(2026, 3, 10))
    assert not ask(date(2026, 3, 31))


def test_when_an_article_was_published_is_told_as_it_was_given(magazine: Library) -> None:
    found = ask_kind(magazine, "archive", "When was the article “Play about the flood” published?")

    assert found.text == "“Play about the flood” was published in March 2026. [1]"
    assert found.citations[0].quote == "March 2026"


def test_months_are_counted_and_a_year_by_itself(magazine: Library) -> None:
    found = ask_kind(magazine, "archive", "How many articles are there of each month?")

    counted = [line.partition(",")[0] for line in found.text.splitlines()[1:]]
    assert counted == ["2019: 1 article", "February 2026: 1 article", "March 2026: 1 article"]


def test_the_newest_articles_of_a_monthly_are_those_of_its_last_month(magazine: Library) -> None:
    found = ask_kind(magazine, "headlines", "What is new?", subject="")

    assert found.notice == "The newest articles: March 2026."
    assert [citation.article_id for citation in found.citations] == ["play"]


def test_a_lone_year_does_not_stretch_what_is_new_to_all_of_it(small: Callable[..., Library]) -> None:
    library = small(BEES, Article("y", "A year of frost.", title="The year", published=PartialDate("2026")))

    found = ask_kind(library, "headlines", "What is new?", subject="")

    assert NEWEST_DAYS.days == 6
    assert found.notice == "The newest articles: 28 January to 3 February 2026."
    assert [citation.article_id for citation in found.citations] == ["bees"]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (PartialDate("2024-04"), "Earlier, in April 2024, Storm hits Tarn: “"),
        (PartialDate("2023"), "Earlier, in 2023, Storm hits Tarn: “"),
        (PartialDate("2024-05"), ""),
        (PartialDate("2024"), ""),
    ],
)
def test_what_is_newer_is_only_said_where_the_dates_tell(
    small: Callable[..., Library], first: PartialDate, said: str
) -> None:
    library = small(
        Article("first", STORM, title="Storm hits Tarn", published=first),
        Article("later", STORM_LATER, title="Storm: woman dies", published=date(2024, 5, 6)),
    )

    found = answer_question(library, "How many people has the storm over Tarn killed?")

    assert said in found.text
    assert bool(said) == ("Earlier" in found.text)


@pytest.mark.parametrize(("late", "latest"), [(PartialDate("2025-04"), True), (PartialDate("2025"), False)])
def test_a_summary_has_a_latest_article_only_where_the_dates_tell(
    small: Callable[..., Library], late: PartialDate, latest: bool
) -> None:
    library = small(*(replace(each, published=late) if each.id == "tram-late" else each for each in ARTICLES))

    found = ask_kind(library, "summary", "Tell me about the tram line")

    assert ("Latest: 9 November 2025" in found.text) is latest
    assert {"tram-late", "tram-opens"} <= {citation.article_id for citation in found.citations}
