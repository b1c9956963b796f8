from __future__ import annotations

from datetime import date

import pytest

from retrieval.conversation.cited_articles import CitedArticle, ask_of_cited_article, find_cited_articles
from retrieval.domain import PartialDate


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("The mill burns (4 May 2031): “Nobody was hurt.” [1]", [CitedArticle("The mill burns", date(2031, 5, 4))]),
        ("Opening times: “The hall is open: from nine.” [1]", [CitedArticle("Opening times", None)]),
        ("Mill: a report (4 May 2031): “It burned.” [1]", [CitedArticle("Mill: a report", date(2031, 5, 4))]),
        ("“The mill burns” (4 May 2031) is by Ines Roth. [1]", [CitedArticle("The mill burns", date(2031, 5, 4))]),
        ("“The mill burns” was published on 4 May 2031. [1]", [CitedArticle("The mill burns", None)]),
        (
            "2 articles by Ines Roth:\nA cold evening (20 June 2031) [1]\nOpening times [2]",
            [CitedArticle("A cold evening", date(2031, 6, 20)), CitedArticle("Opening times", None)],
        ),
        (
            "A (2 May 2031): “One.” [1]\nEarlier, on 1 May 2031, B: “Two.” [2]\nA (2 May 2031): “Three.” [3]",
            [CitedArticle("A", date(2031, 5, 2)), CitedArticle("B", date(2031, 5, 1))],
        ),
        (
            "Play (March 2031): “One.” [1]\nEarlier, in 2030, Mill: “Two.” [2]\nMay 2030, Fair: “Three.” [3]",
            [
                CitedArticle("Play", PartialDate("2031-03")),
                CitedArticle("Mill", PartialDate("2030")),
                CitedArticle("Fair", PartialDate("2030-05")),
            ],
        ),
        ("1989, a year of hopes (2 May 2031): “One.” [1]", [CitedArticle("1989, a year of hopes", date(2031, 5, 2))]),
        ("The articles do not say.", []),
    ],
)
def test_an_answer_names_the_articles_that_it_cites(answer: str, cited: list[CitedArticle]) -> None:
    assert find_cited_articles(answer) == cited


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who wrote that?", "Who wrote the article “The mill burns”?"),
        ("and who's the author of it", "Who wrote the article “The mill burns”?"),
        ("who wrote the article that this is from?", "Who wrote the article “The mill burns”?"),
        ("When was it published?", "When was the article “The mill burns” published?"),
        ("where was that printed", "Where was the article “The mill burns” published?"),
        ("Which article is that from?", "Who wrote the article “The mill burns”, and when?"),
        ("what's the source?", "Who wrote the article “The mill burns”, and when?"),
        ("Who wrote the opera?", ""),
        ("Who said that?", ""),
        ("When was it built?", ""),
    ],
)
def test_what_is_asked_of_the_source_of_an_answer_is_asked_of_its_article(question: str, asked: str) -> None:
    assert ask_of_cited_article(question, "The mill burns (4 May 2031): “Nobody was hurt.” [1]") == asked


def test_where_nothing_was_cited_nothing_can_be_asked_of_it() -> None:
    assert ask_of_cited_article("Who wrote that?", "The articles do not say.") == ""
