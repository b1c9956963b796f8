"""Claims held against the quotes that an answer shows, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.evaluation.results import Claims
from bot.evaluation.run.grounding import count_grounded_claims
from retrieval.answering.citations import cite
from retrieval.domain import Answer, Article, ArticleInfo, Span, Understanding
from retrieval.encoder import SentenceEncoder

MILL = Article(
    "mill",
    "Ada Byron opened the old mill on Sunday. She said that 40 envoys of six neighbouring countries had come by boat. "
    "Nothing was signed. "
    "The harbour stays closed until March.",
    "Talks at the mill",
)
ARTICLES: Mapping[str, Article] = {"mill": MILL}


def answer(text: str, *quotes: str) -> Answer:
    places = [MILL.text.index(quote) for quote in quotes]
    citations = [
        cite(number, ArticleInfo(MILL.id, MILL.title), MILL.text, Span(start, start + len(quote)))
        for number, (start, quote) in enumerate(zip(places, quotes, strict=True), 1)
    ]
    return Answer("What happened at the mill?", text, tuple(citations), False, 0.9, "scripted", 0.0)


def test_quotes_carry_themselves(encoder: SentenceEncoder) -> None:
    given = answer("Talks at the mill: “Nothing was signed.” [1]", "Nothing was signed.")

    assert count_grounded_claims(given, ARTICLES, encoder) == Claims(1, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("She said that 60 envoys of six neighbouring countries had come by boat [1].", "number"),
        ("The harbour stays closed until March [1].", "date"),
    ],
)
def test_what_the_quote_does_not_say_is_unsupported_though_the_article_may_say_it(
    encoder: SentenceEncoder, text: str, reason: str
) -> None:
    given = answer(
        f"Nothing was signed [2]. {text}",
        "She said that 40 envoys of six neighbouring countries had come by boat.",
        "Nothing was signed.",
    )

    found = count_grounded_claims(given, ARTICLES, encoder)

    assert (found.made, found.carried, len(found.reasons)) == (2, 1, 1)
    assert found.reasons[0] in {reason, "support"}


def test_the_text_before_a_quote_supports_nothing_else(encoder: SentenceEncoder) -> None:
    quote = "She said that 40 envoys of six neighbouring countries had come by boat."

    other = count_grounded_claims(answer("Ada Byron opened the old mill on Sunday [1].", quote), ARTICLES, encoder)

    assert other.carried == 0


def test_words_that_claim_nothing_are_not_counted(encoder: SentenceEncoder) -> None:
    given = answer("So it is. Nothing was signed [1].", "Nothing was signed.")

    assert count_grounded_claims(given, ARTICLES, encoder) == Claims(1, 1)


def test_what_the_catalog_says_of_articles_is_no_claim_about_their_texts(encoder: SentenceEncoder) -> None:
    listed = replace(answer("1 article mentions the mill:\nTalks at the mill [1]"), citations=())
    archive = replace(listed, understanding=Understanding("Which articles mention the mill?", "archive"))

    assert count_grounded_claims(archive, ARTICLES, encoder) == Claims(0, 0)


def test_a_quote_no_longer_in_its_article_supports_nothing(encoder: SentenceEncoder) -> None:
    given = answer("Nothing was signed [1].", "Nothing was signed.")
    changed = {"mill": Article("mill", MILL.text.replace("signed", "agreed"), MILL.title)}

    assert count_grounded_claims(given, changed, encoder).carried == 0
    assert count_grounded_claims(given, {}, encoder).carried == 0
