from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.recency import find_edition, leaves_open
from retrieval.domain import Article
from retrieval.index import Library
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article(
        "storm-first",
        "The storm over Tarn has killed two people, the police said. Roofs flew as far as the harbour.",
        title="Storm hits Tarn",
        published=date(2024, 5, 3),
    ),
    Article(
        "storm-later",
        "A woman died in hospital, so that the storm over Tarn has now killed three people. The harbour is open again.",
        title="Storm: woman dies",
        published=date(2024, 5, 6),
    ),
    Article(
        "pool-no",
        "The council of Halden will not build an indoor pool, the mayor said. There is no money for it.",
        title="No pool for Halden",
        published=date(2024, 2, 10),
    ),
    Article(
        "pool-yes",
        "The council of Halden decided on Thursday to build an indoor pool. Work on it begins in autumn.",
        title="A gift from an heiress",
        published=date(2024, 6, 21),
    ),
    Article("otter", "It is not clear whether the otter of Lake Mur had cubs this year.", title="Otter seen"),
    Article(
        "cubs",
        "The otter of Lake Mur had three cubs this year, a ranger found.",
        title="A walk round Lake Mur",
        published=date(2024, 7, 1),
    ),
    Article(
        "lamp",
        "The lighthouse of Skaw was built by Mads Holm in 1872.",
        title="Lighthouse of Skaw",
        published=date(2024, 1, 5),
    ),
    Article(
        "lamp-visit",
        "Visitors climbed the lighthouse of Skaw on Sunday and were shown the lamp.",
        title="Open day",
        published=date(2024, 8, 5),
    ),
    Article(
        "roof",
        "The roof of the market hall in Skaw is to cost 90,000 crowns, the mayor said. It leaks.",
        title="Market hall to be mended",
        published=date(2024, 3, 4),
    ),
    Article(
        "roof-later",
        "Slate was dear in June. The roof of the hall has come to 120,000 crowns rather than 90,000.",
        title="Slaters leave Skaw",
        published=date(2024, 7, 8),
    ),
    Article(
        "match",
        "Nine hundred people came to see Tarn play Ulm on Sunday. It rained.",
        title="Tarn 3, Ulm 1",
        published=date(2024, 10, 2),
    ),
    Article(
        "fair-morning",
        "*Morning edition*\n\nSix tents of the autumn fair burned down in Ulm at night.",
        title="Tents burn at the autumn fair in Ulm",
        published=date(2024, 9, 9),
    ),
    Article(
        "fair-evening",
        "*Evening edition*\n\nEight tents of the autumn fair burned down in Ulm at night.",
        title="Tents burn at the autumn fair in Ulm",
        published=date(2024, 9, 9),
    ),
)


@pytest.fixture(scope="module")
def paper(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("recency") / "paper"
    with Library.open(folder, encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


@pytest.mark.parametrize(
    ("question", "lead", "older"),
    [
        (
            "How many people has the storm over Tarn killed?",
            "three people",
            "Earlier, on 3 May 2024, Storm hits Tarn: “",
        ),
        (
            "Is Halden going to have an indoor pool?",
            "decided on Thursday",
            "Earlier, on 10 February 2024, No pool for Halden: “",
        ),
    ],
)
def test_the_newest_article_that_settles_a_question_leads_and_the_older_follows_with_its_day(
    paper: Library, question: str, lead: str, older: str
) -> None:
    found = answer_question(paper, question)

    assert lead in found.citations[0].quote
    assert older in found.text
    assert len(found.citations) == 2


def test_what_leaves_a_question_open_gives_way_to_what_settles_it_though_it_has_no_date(paper: Library) -> None:
    found = answer_question(paper, "Did the otter of Lake Mur have cubs this year?")

    assert "three cubs" in found.citations[0].quote
    assert "Earlier" not in found.text


def test_a_newer_article_that_only_mentions_the_topic_does_not_lead(paper: Library) -> None:
    found = answer_question(paper, "Who built the lighthouse of Skaw?")

    assert "Mads Holm" in found.citations[0].quote


def test_what_takes_up_a_figure_and_gives_another_leads(paper: Library) -> None:
    found = answer_question(paper, "What is the roof of the market hall in Skaw to cost?", threshold=0.3)

    assert "120,000 crowns rather than 90,000" in found.citations[0].quote
    assert "Earlier, on 4 March 2024, Market hall to be mended: “" in found.text


def test_of_two_editions_of_a_day_the_later_one_leads_unless_one_is_asked_for(paper: Library) -> None:
    found = answer_question(paper, "How many tents burned down at the autumn fair in Ulm?")
    in_one = answer_question(paper, "How many tents of the autumn fair in Ulm burned down in the morning edition?")

    assert "Eight tents" in found.citations[0].quote
    assert "Six tents" in in_one.citations[0].quote


def test_a_result_is_found_where_only_the_headline_gives_it(paper: Library) -> None:
    found = answer_question(paper, "What was the result of the match between Tarn and Ulm?", threshold=0.0)

    assert found.text.startswith("Tarn 3, Ulm 1 (2 October 2024): “")


@pytest.mark.parametrize(
    ("sentence", "is_open"),
    [
        ("It is unclear who sank the boat.", True),
        ("The cause was not yet known, the harbour master said.", True),
        ("The board has yet to decide.", True),
        ("The court did not say whether it would sit in May.", True),
        ("The cause was known at once.", False),
        ("The board decided on Monday.", False),
    ],
)
def test_a_sentence_that_says_nothing_is_known_leaves_the_question_open(sentence: str, is_open: bool) -> None:
    assert leaves_open(sentence) is is_open


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("*Morning edition*", 1),
        ("Afternoon update: rain", 2),
        ("EVENING EDITION", 3),
        ("Final edition", 4),
        ("Rain", 0),
    ],
)
def test_an_edition_is_named_in_the_opening(opening: str, place: int) -> None:
    assert find_edition(f"{opening}\n\nIt rained in Tarn.") == place
    assert find_edition(f"{'It rained in Tarn. ' * 40}{opening}") == 0
