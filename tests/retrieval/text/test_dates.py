from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import PartialDate
from retrieval.errors import InputError
from retrieval.text.dates import could_be_two_days, format_day, parse_date, parse_since, parse_until, say_when

TODAY = date(2023, 8, 16)  # a Wednesday


@pytest.mark.parametrize(
    "text",
    [
        "2023-06-27",
        "2023-6-27",
        "20230627",
        "2023/06/27",
        "2023.06.27",
        "2023-W26-2",
        "2023-06-27T10:15:00Z",
        "2023-06-27 23:59:59+08:00",
        "June 27, 2023",
        "Jun. 27 2023",
        "JUNE 27TH, 2023",
        "Tuesday, June 27, 2023",
        "June 27, 2023 at 10:15 am",
        "27 June 2023",
        "27th of June, 2023",
        "27. June 2023",
        "27-Jun-2023",
        "Tue, 27 Jun 2023 10:00:00 GMT",
        "27 June 2023, 10.15 BST",
        "27.06.2023",
        "27/6/2023",
        "06/27/2023",
        "  June   27,\n2023 ",
        "27. Juni 2023",
        "27 juin 2023",
        "27 de junio de 2023",
        "27 июня 2023",
        "2023年6月27日",
    ],
)
def test_a_publication_date_is_understood_as_people_write_it(text: str) -> None:
    assert parse_date(text) == date(2023, 6, 27)


@pytest.mark.parametrize(
    ("text", "known", "shown"),
    [
        ("June 2023", "2023-06", "June 2023"),
        ("Jun. 2023", "2023-06", "June 2023"),
        ("2023-06", "2023-06", "June 2023"),
        ("2023-06-00", "2023-06", "June 2023"),
        ("Juni 2023", "2023-06", "June 2023"),
        ("2023-W25", "2023-06", "June 2023"),
        ("2023", "2023", "2023"),
        ("2023-00-00", "2023", "2023"),
        ("Q2 2023", "2023", "2023"),
        ("2026-W01", "2026", "2026"),
    ],
)
def test_a_month_or_a_year_stays_one(text: str, known: str, shown: str) -> None:
    found = parse_date(text)

    assert found == PartialDate(known)
    assert isinstance(found, PartialDate)
    assert format_day(found) == shown
    assert say_when(found) == f"in {shown}"


def test_a_day_is_said_to_be_on_it() -> None:
    assert say_when(date(2023, 6, 27)) == "on 27 June 2023"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "yesterday",
        "3 weeks ago",
        "2023-13-45",
        "31 June 2023",
        "99999",
        "12:30",
        "x" * 10_000,
        "June",
        "may be",
        "The talks in 2023",
        "Room 27, Floor 2023",
    ],
)
def test_what_is_no_complete_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_date_that_could_be_two_days_is_never_guessed() -> None:
    assert parse_date("03/04/2023") is None
    assert parse_date("04/04/2023") == date(2023, 4, 4)
    with pytest.raises(InputError, match=r"could be two days.*write the year first"):
        parse_since("03/04/2023", TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday, 03/04/2023", date(2023, 4, 3)),
        ("Sat 03/04/2023 10:00", date(2023, 3, 4)),
        ("Tuesday, 03/04/2023", None),
        ("03/04/2023 at noon", None),
        ("27/04/2023 at noon", date(2023, 4, 27)),
        ("lundi 03/04/2023", date(2023, 4, 3)),
    ],
)
def test_a_weekday_or_the_words_of_a_language_settle_which_day_it_is(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["03/04/2023", "03-04-2023 10:00"])
def test_who_knows_the_order_reads_a_date_that_could_be_two_days(text: str) -> None:
    assert could_be_two_days(text)
    assert parse_date(text, "day") == date(2023, 4, 3)
    assert parse_date(text, "month") == date(2023, 3, 4)


@pytest.mark.parametrize("text", ["03.04.2023", "13/04/2023", "04/13/2023", "04/04/2023", "Monday 03/04/2023", "2023"])
def test_other_dates_are_one_day_whatever_the_order(text: str) -> None:
    assert not could_be_two_days(text)
    assert parse_date(text, "day") == parse_date(text, "month") == parse_date(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-06-27", date(2023, 6, 27), date(2023, 6, 27)),
        ("2023-06", date(2023, 6, 1), date(2023, 6, 30)),
        ("June 2023", date(2023, 6, 1), date(2023, 6, 30)),
        ("in June 2023", date(2023, 6, 1), date(2023, 6, 30)),
        ("Feb 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("Q2 2023", date(2023, 4, 1), date(2023, 6, 30)),
        ("today", TODAY, TODAY),
        ("Yesterday", date(2023, 8, 15), date(2023, 8, 15)),
        ("3 weeks ago", date(2023, 7, 26), date(2023, 7, 26)),
        ("two days ago", date(2023, 8, 14), date(2023, 8, 14)),
        ("a month ago", date(2023, 7, 16), date(2023, 7, 16)),
        ("this week", date(2023, 8, 14), date(2023, 8, 20)),
        ("last week", date(2023, 8, 7), date(2023, 8, 13)),
        ("last month", date(2023, 7, 1), date(2023, 7, 31)),
        ("last year", date(2022, 1, 1), date(2022, 12, 31)),
        ("last 3 months", date(2023, 5, 16), TODAY),
        ("June", date(2023, 6, 1), date(2023, 6, 30)),
        ("August", date(2023, 8, 1), date(2023, 8, 31)),
        ("December", date(2022, 12, 1), date(2022, 12, 31)),
        ("last August", date(2022, 8, 1), date(2022, 8, 31)),
        ("Monday", date(2023, 8, 14), date(2023, 8, 14)),
        ("last Wednesday", date(2023, 8, 9), date(2023, 8, 9)),
        ("Juni 2023", date(2023, 6, 1), date(2023, 6, 30)),
        ("letzten Monat", date(2023, 7, 1), date(2023, 7, 31)),
        ("le mois dernier", date(2023, 7, 1), date(2023, 7, 31)),
        ("gestern", date(2023, 8, 15), date(2023, 8, 15)),
    ],
)
def test_bounds_span_what_the_text_names(text: str, first: date, last: date) -> None:
    assert (parse_since(text, TODAY), parse_until(text, TODAY)) == (first, last)


def test_a_month_back_from_the_31st_stays_within_the_month() -> None:
    assert parse_since("1 month ago", date(2023, 3, 31)) == date(2023, 2, 28)
    assert parse_since("last month", date(2023, 3, 31)) == date(2023, 2, 1)
    assert parse_since("last month", date(2023, 1, 31)) == date(2022, 12, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "banana",
        "12",
        "a",
        "no",
        "may be",
        "2023-13-01",
        "31 June 2023",
        "999999 years ago",
        "x" * 500,
        "🙂",
    ],
)
def test_nonsense_is_an_error_with_examples(text: str) -> None:
    with pytest.raises(InputError, match="is not a date; write it like") as caught:
        parse_until(text, TODAY)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_common_forms_do_not_wake_dateparser() -> None:
    code = (
        "import sys; from datetime import date; from retrieval.text.dates import parse_date, parse_since\n"
        "parse_date('27 June 2023'); parse_date('2023-06-27'); parse_since('last month', date(2023, 8, 16))\n"
        "assert 'dateparser' not in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_all_languages_can_be_loaded_before_the_first_date() -> None:
    code = (
        "import sys; from datetime import date; from retrieval.text.dates import LANGUAGES, load_languages; "
        "load_languages(date(2023, 6, 27)); "
        "assert all(f'dateparser.data.date_translation_data.{each}' in sys.modules for each in LANGUAGES)"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert parse_date(text) is None or isinstance(parse_date(text), date)


@given(st.text(max_size=40))
def test_any_bound_is_a_date_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        assert parse_since(text, TODAY) <= parse_until(text, TODAY)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_written_dates_are_read_back(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%d.%m.%Y}",
    ):
        assert parse_date(text) == day


@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.sampled_from(["last week", "this week", "last month", "last year", "May", "Friday"]),
)
def test_relative_periods_begin_in_the_past(today: date, text: str) -> None:
    assert parse_since(text, today) <= today
    assert parse_until(text, today) - parse_since(text, today) < timedelta(days=366)
