from __future__ import annotations

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import PartialDate, PublicationDate
from retrieval.text.publication_dates import get_first_day, get_last_day, is_order_known, parse_iso_date, precedes

DAYS = st.dates()
DATES = st.one_of(
    DAYS, DAYS.map(lambda day: PartialDate(day.isoformat()[:7])), DAYS.map(lambda day: PartialDate(day.isoformat()[:4]))
)
MARCH, YEAR = PartialDate("2026-03"), PartialDate("2026")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_or_a_year_lasts_from_its_first_to_its_last_day(text: str, first: date, last: date) -> None:
    assert (PartialDate(text).first, PartialDate(text).last) == (first, last)


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-00", "0000", "2026-3", "2026-03-01", "March 2026", "٢٠٢٦"])
def test_nothing_else_is_a_month_or_a_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(text)


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (date(2026, 3, 1), date(2026, 3, 2), True),
        (date(2026, 3, 1), date(2026, 3, 1), False),
        (MARCH, date(2026, 4, 1), True),
        (date(2026, 2, 28), MARCH, True),
        (date(2026, 3, 1), MARCH, False),
        (MARCH, date(2026, 3, 31), False),
        (MARCH, PartialDate("2026-04"), True),
        (MARCH, MARCH, False),
        (MARCH, YEAR, False),
        (PartialDate("2025"), MARCH, True),
        (None, MARCH, False),
        (MARCH, None, False),
    ],
)
def test_only_what_was_over_before_the_other_began_precedes_it(
    one: PublicationDate | None, other: PublicationDate | None, first: bool
) -> None:
    assert precedes(one, other) is first


def test_the_order_of_a_month_and_a_day_in_it_is_not_known_but_that_of_one_day_is() -> None:
    assert is_order_known(date(2026, 3, 1), date(2026, 3, 1))
    assert is_order_known(MARCH, date(2026, 4, 1))
    assert not is_order_known(MARCH, date(2026, 3, 31))
    assert not is_order_known(MARCH, MARCH)


@given(DATES, DATES)
def test_of_two_dates_at_most_one_precedes(one: PublicationDate, other: PublicationDate) -> None:
    assert not (precedes(one, other) and precedes(other, one))
    assert get_first_day(one) <= get_last_day(one)


@given(DATES)
def test_a_date_is_read_back_as_it_was_written_or_sent_to_another_process(published: PublicationDate) -> None:
    for again in (parse_iso_date(published.isoformat()), pickle.loads(pickle.dumps(published))):
        assert again == published
        assert type(again) is type(published)
