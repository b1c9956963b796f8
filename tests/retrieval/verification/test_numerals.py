from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verification.numerals import dates, numbers


def amounts(text: str) -> list[tuple[object, ...]]:
    return [each.value for each in numbers(text)]


def days(text: str) -> list[tuple[object, ...]]:
    return [each.value for each in dates(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,000 people", (12_000.0, "")),
        ("1.5 million people", (1_500_000.0, "")),
        ("1.5m people", (1_500_000.0, "")),
        ("two and a half", (2.0, "")),
        ("twenty-one ships", (21.0, "")),
        ("twenty one ships", (21.0, "")),
        ("four hundred and twelve ships", (412.0, "")),
        ("three thousand two hundred ships", (3_200.0, "")),
        ("a hundred ships", (100.0, "")),
        ("hundreds of ships", None),
        ("the 21st ship", (21.0, "ordinal")),
        ("the twenty-first ship", (21.0, "ordinal")),
        ("the third ship", (3.0, "ordinal")),
        ("the 1990s", (1990.0, "decades")),
        ("doubled", (2.0, "times")),
        ("5%", (5.0, "%")),
        ("5 %", (5.0, "%")),
        ("5 per cent", (5.0, "%")),
        ("five percent", (5.0, "%")),
        ("$5", (5.0, "dollar")),
        ("5 dollars", (5.0, "dollar")),
        ("$5bn", (5e9, "dollar")),
        ("5 billion dollars", (5e9, "dollar")),
        ("€5", (5.0, "euro")),
        ("5 km", (5.0, "kilometre")),
        ("5 square kilometres", (5.0, "square kilometre")),
        ("5 km²", (5.0, "square kilometre")),
        ("a 412-year orbit", (412.0, "year")),
        ("Apollo 11", (11.0, "")),
        ("COVID-19", None),
        ("version 2.0.1", None),
        ("U2", None),
    ],
)
def test_a_number_has_its_amount_and_what_it_counts(text: str, value: tuple[object, ...] | None) -> None:
    assert amounts(text)[:1] == ([value] if value else [])


@pytest.mark.parametrize(("text", "unit"), [("5 to 7 percent", "%"), ("5-7 km", "kilometre"), ("5 or 7 years", "year")])
def test_both_ends_of_a_range_count_the_same(text: str, unit: str) -> None:
    assert amounts(text) == [(5.0, unit), (7.0, unit)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 27 June 2023", (6, 27)),
        ("on June 27, 2023", (6, 27)),
        ("on June 27th", (6, 27)),
        ("on the 27th of June", (6, 27)),
        ("on Sept. 3", (9, 3)),
        ("2023-06-27", (6, 27)),
        ("in June 2023", (6, None)),
        ("in May", (5, None)),
        ("in early March", (3, None)),
        ("It may rain", None),
        ("May said so", None),
        ("They march on", None),
    ],
)
def test_a_date_is_its_month_and_day(text: str, value: tuple[int, int | None] | None) -> None:
    assert days(text) == ([value] if value else [])


@given(st.text(max_size=100))
def test_every_numeral_says_where_it_is(text: str) -> None:
    for found in [*numbers(text), *dates(text)]:
        assert 0 <= found.start < found.end <= len(text)


@given(st.integers(0, 10**15))
def test_a_whole_number_in_digits_is_read_as_it_is_with_or_without_commas(number: int) -> None:
    assert amounts(f"{number} people") == amounts(f"{number:,} people") == [(float(number), "")]
