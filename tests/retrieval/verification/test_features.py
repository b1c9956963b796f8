from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verification.features import flat, folded, wording


def texts(kind: str, text: str) -> list[str]:
    return [fact.text for fact in wording(text).facts if fact.kind == kind and fact.sure]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Yesterday Antony Blinken met Xi Jinping.", ["Antony Blinken", "Xi Jinping"]),
        ("However, Blinken left.", ["Blinken"]),
        ("The minister of transport, Ida Holm, spoke.", ["Ida Holm"]),
        ("He met J. R. Tolkien.", ["J. R. Tolkien"]),
        ("It is the Bank of England.", ["Bank of England"]),
        ("The US and the U.S. agree.", ["US", "U.S."]),
        ("He saw Ludwig van Beethoven.", ["Ludwig van Beethoven"]),
        ("It rained in São Paulo.", ["São Paulo"]),
        ("An iPhone fell.", ["iPhone"]),
        ("Nobody was there.", []),
        ("Then I left.", []),
        ("They met on Monday in Bali.", ["Monday", "Bali"]),
        ("They met in May 2021.", []),
    ],
)
def test_names_are_what_is_written_with_capitals(text: str, names: list[str]) -> None:
    assert texts("name", text) == names


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("She said “it is open”.", ["“it is open”"]),
        ('She said "it is open".', ['"it is open"']),
        ("She said «it is open».", ["«it is open»"]),
        ("She said „it is open“.", ["„it is open“"]),
        ("She said ‘it is open’.", ["‘it is open’"]),
        ("She said 'it is open'.", ["'it is open'"]),
        ("The Joneses' house and Ann's dog didn't move.", []),
        ("One “first” and one “second”.", ["“first”", "“second”"]),
    ],
)
def test_quotes_are_found_in_every_form_of_quotation_marks(text: str, quotes: list[str]) -> None:
    assert texts("quote", text) == quotes


def test_what_is_quoted_makes_no_other_fact() -> None:
    assert [fact.kind for fact in wording("She said “John paid 5 euros on 3 May”.").facts] == ["quote"]


def test_a_date_and_its_year_are_two_facts() -> None:
    assert [(fact.kind, fact.value) for fact in wording("It was on 27 June 2023.").facts] == [
        ("number", (2023.0, "")),
        ("date", (6, 27)),
    ]


@pytest.mark.parametrize(
    "text", ["It is not open.", "It isn't open.", "It isn’t open.", "Nobody came.", "It never opened.", "He denies it."]
)
def test_a_negation_is_seen(text: str) -> None:
    assert wording(text).negations


@pytest.mark.parametrize("text", ["It is open.", "A notable nonsense.", "The knot."])
def test_what_only_looks_like_a_negation_is_none(text: str) -> None:
    assert not wording(text).negations


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“It’s — open”", '"It\'s - open"'),
        ("cafe\u0301", "café"),
        ("O\u200bpen  IT\n", "open it"),
        ("ﬁne", "fine"),
    ],
)
def test_texts_that_read_the_same_are_the_same_letter_by_letter(one: str, other: str) -> None:
    assert flat(one) == flat(other)


@pytest.mark.parametrize(
    ("word", "key"),
    [("Müller’s", "muller"), ("U.S.", "US"), ("US", "US"), ("NATO's", "NATO"), ("OPEN", "OPEN"), ("Open", "open")],
)
def test_a_name_is_compared_without_accents_possessive_and_dots(word: str, key: str) -> None:
    assert folded(word) == key


def test_words_without_topic_weigh_nothing_and_rare_words_most() -> None:
    weights = {word.text: word.weight for word in wording("the people of Diaoyutai said").words}

    assert weights["the"] == weights["of"] == 0
    assert 0 < weights["said"] < weights["Diaoyutai"] == 1
    assert 0 < weights["people"] < 1


@given(st.text(max_size=120))
def test_every_fact_is_where_its_words_are(text: str) -> None:
    apart = wording(text)

    for fact in apart.facts:
        assert 0 <= fact.first < fact.last <= len(apart.words)
    for place in apart.negations:
        assert 0 <= place < len(apart.words)
    for word in apart.words:
        assert apart.text[word.start : word.end] == word.text
