"""Which sentences carry an article."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.key_sentences import (
    MOST_QUOTES,
    choose_key_quotes,
    choose_key_sentences,
    find_interviewer_turns,
    rate_sentences,
    repeats_any,
)
from retrieval.domain import Article
from retrieval.index.lexical import extract_terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.answering.key_sentences import KeySentence
    from retrieval.index import Library

REPORT = (
    "*Evening edition*\n\n"
    "In this article we look at what the council decided.\n\n"
    "The council closed the Linden bridge on Friday because two cables had snapped. It stays shut until 4 May, and the "
    "repair costs 80,000 crowns. How will people cross?\n\n"
    "The ferry runs every ten minutes, and is free of charge. The ferry runs every ten minutes, it is free of charge. "
    "Here is what it carries:\n\n"
    "- cars and lorries of up to three tons\n\n"
    "Posts claimed that the bridge had collapsed. It has not.\n\n"
    "For more information call the town hall.\n\n"
    "*Correction: an earlier version of this article gave 14 May as the day.*"
)


@pytest.fixture
def rate(small: Callable[..., Library]) -> Callable[[Article], list[KeySentence]]:
    def rate_article(article: Article) -> list[KeySentence]:
        return small(article).read(
            lambda snapshot: rate_sentences(article, snapshot.get_article_passages(article.id), terms=extract_terms)
        )

    return rate_article


def test_what_carries_nothing_is_not_rated(rate: Callable[[Article], list[KeySentence]]) -> None:
    rated = [each.sentence.text for each in rate(Article("a", REPORT, title="Linden bridge closed"))]

    assert rated[0].startswith("The council closed")
    assert not [text for text in rated if text.startswith(("In this", "How will", "Here is", "For more", "*"))]


def test_the_sentences_chosen_stand_in_their_order_and_say_nothing_twice(
    rate: Callable[[Article], list[KeySentence]],
) -> None:
    chosen = choose_key_sentences(rate(Article("a", REPORT, title="Linden bridge closed")), 4)

    assert chosen[0].sentence.text.startswith("The council closed the Linden bridge")
    assert [each.position for each in chosen] == sorted(each.position for each in chosen)
    assert len([each for each in chosen if "ten minutes" in each.sentence.text]) <= 1


def test_a_claim_is_quoted_with_its_denial(rate: Callable[[Article], list[KeySentence]]) -> None:
    claim = next(each for each in rate(Article("a", REPORT)) if each.sentence.text.startswith("Posts claimed"))

    assert REPORT[slice(*claim.span)] == "Posts claimed that the bridge had collapsed. It has not."


def test_what_refers_back_is_quoted_with_what_it_refers_to(rate: Callable[[Article], list[KeySentence]]) -> None:
    reference = next(each for each in rate(Article("a", REPORT)) if each.sentence.text.startswith("It stays shut"))

    assert REPORT[slice(*reference.span)].startswith("The council closed the Linden bridge")


def test_a_short_neighbour_in_the_paragraph_is_quoted_with_a_sentence(
    rate: Callable[[Article], list[KeySentence]],
) -> None:
    text = "The mill burnt down on Friday night, long after the shift. Nobody was hurt.\n\nWhy? It had no fire alarm."

    first = rate(Article("a", text))[0]

    assert text[slice(*first.span)] == "The mill burnt down on Friday night, long after the shift."
    assert text[slice(*first.span_with_short_neighbours)].endswith("shift. Nobody was hurt.")


def test_an_interviewers_words_are_not_quoted_with_the_answer(
    rate: Callable[[Article], list[KeySentence]],
) -> None:
    text = (
        "**Post:** You asked for nine. Where does it stop?\n\n**Lund:** It stops at seven and not before.\n\n"
        "**Post:** Will you strike?\n\n**Lund:** We shall not strike this year."
    )

    quoted = [text[slice(*each.span)] for each in rate(Article("a", text))]

    assert quoted == ["**Lund:** It stops at seven and not before.", "**Lund:** We shall not strike this year."]


def test_an_article_of_nothing_has_no_sentences(rate: Callable[[Article], list[KeySentence]]) -> None:
    assert choose_key_quotes(rate(Article("a", "Really? Thanks."))) == []


def test_sentences_in_a_row_of_a_paragraph_are_one_quote(rate: Callable[[Article], list[KeySentence]]) -> None:
    opening = (
        "The mill of Tarn burnt down on Friday night, long after the shift. Forty firefighters from three towns could "
        "not save the mill."
    )
    text = f"{opening}\n\nThe owner of the mill, Per Lind, will build it again by the spring."

    quotes = choose_key_quotes(rate(Article("a", text, title="Mill of Tarn burnt down")))

    assert [text[slice(*quote)] for quote in quotes] == text.split("\n\n")


def test_a_long_article_is_summed_up_in_seven_quotes_at_most(rate: Callable[[Article], list[KeySentence]]) -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    text = "\n\n".join(
        f"The {thing} of Tarn was sold on {day} for {n} crowns to a buyer from {place}."
        for n, (day, thing, place) in enumerate(product(days, ("mill", "weir", "ferry"), ("Holm", "Linden")), start=100)
    )

    assert len(choose_key_quotes(rate(Article("a", text)))) == MOST_QUOTES


def test_who_asks_in_most_turns_is_the_interviewer() -> None:
    text = "Q: Is it true?\n\nA: It is. I saw it.\n\nQ: You were there. Who else was?\n\nA: Guess. Who was not?"

    assert [text[slice(*span)].strip() for span in sorted(find_interviewer_turns(text))] == [
        "Q: Is it true?",
        "Q: You were there. Who else was?",
    ]


def test_labels_without_questions_make_no_interview() -> None:
    assert find_interviewer_turns("Monday: rain.\n\nTuesday: sun.\n\nMonday: again rain.") == []


@pytest.mark.parametrize(
    ("text", "other", "repeats"),
    [
        ("The bridge was closed on Friday.", "The bridge was closed on Friday evening.", True),
        ("Three people died in the fire.", "Four people died in the fire.", False),
        ("The bridge was closed.", "The ferry carried goats.", False),
    ],
)
def test_another_number_is_no_repetition(text: str, other: str, repeats: bool) -> None:
    assert repeats_any(text, [other]) == repeats
