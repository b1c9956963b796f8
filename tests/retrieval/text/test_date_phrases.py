from __future__ import annotations

from datetime import date

import pytest

from retrieval.text.date_phrases import DatePhrase, find_date_phrases

TODAY = date(2031, 6, 18)  # a Wednesday
PERIOD = (date(2031, 2, 3), date(2031, 6, 16))


def read(text: str) -> list[tuple[str, str, str]]:
    """Return relation, first day and last day of each phrase; year 2031 is left out."""

    def write(day: date) -> str:
        return day.isoformat().removeprefix("2031-")

    return [(each.relation, write(each.first), write(each.last)) for each in find_date_phrases(text, TODAY, PERIOD)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("What did the warden say on 21 March 2031?", "03-21", "03-21"),
        ("What did the warden say on the 21st of March?", "03-21", "03-21"),
        ("on March 21st, what did the warden say", "03-21", "03-21"),
        ("What was decided on Friday, 21 March?", "03-21", "03-21"),
        ("what was decided on fri 21 mar", "03-21", "03-21"),
        ("What was decided on 2031-03-21?", "03-21", "03-21"),
        ("What was decided on 21.03.2031?", "03-21", "03-21"),
        ("Was anything decided in March?", "03-01", "03-31"),
        ("was anything decided in march", "03-01", "03-31"),
        ("Was anything decided during the month of March 2031?", "03-01", "03-31"),
        ("Was anything decided in early May?", "05-01", "05-10"),
        ("Was anything decided in mid-May?", "05-11", "05-20"),
        ("Was anything decided at the end of May?", "05-21", "05-31"),
        ("Was anything decided in the first week of May?", "05-01", "05-07"),
        ("What was decided last week?", "06-09", "06-15"),
        ("What was decided this week", "06-16", "06-22"),
        ("What has been decided this month?", "06-01", "06-30"),
        ("What was decided last month?", "05-01", "05-31"),
        ("What was decided yesterday?", "06-17", "06-17"),
        ("What was decided the day before yesterday?", "06-16", "06-16"),
        ("What was decided on Monday?", "06-16", "06-16"),
        ("What was decided last Wednesday?", "06-11", "06-11"),
        ("What was decided last weekend?", "06-14", "06-15"),
        ("What was decided over the last three days?", "06-15", "06-18"),
        ("What was decided in the past two weeks?", "06-04", "06-18"),
        ("What was decided two weeks ago?", "06-04", "06-04"),
        ("What was decided between 3 and 10 March?", "03-03", "03-10"),
        ("What was decided from March 3 to 10?", "03-03", "03-10"),
        ("What was decided from 28 February to 3 March?", "02-28", "03-03"),
        ("What was decided between February and April?", "02-01", "04-30"),
        ("What was decided 3-10 March 2031?", "03-03", "03-10"),
        ("What was decided in the week of 10 March?", "03-10", "03-16"),
        ("What was decided in the week after 10 March?", "03-11", "03-17"),
        ("What was decided the day after 10 March?", "03-11", "03-11"),
        ("What was decided in the week before 10 March?", "03-03", "03-09"),
        ("What was decided in 2031?", "01-01", "12-31"),
        ("What was decided in 1998?", "1998-01-01", "1998-12-31"),
        ("What was decided in the first quarter of 2031?", "01-01", "03-31"),
    ],
)
def test_words_for_a_time_are_read_as_its_first_and_last_day(text: str, first: str, last: str) -> None:
    assert read(text) == [("in", first, last)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is new since 3 March?", ("since", "03-03", "03-03")),
        ("What is new since the 3rd of March?", ("since", "03-03", "03-03")),
        ("What is new from 3 March on?", ("since", "03-03", "03-03")),
        ("What came after 3 March?", ("after", "03-03", "03-03")),
        ("What was known before April?", ("before", "04-01", "04-30")),
        ("What was known prior to 2 April?", ("before", "04-02", "04-02")),
        ("What was said until 2 April?", ("until", "04-02", "04-02")),
        ("What was said up to and including 2 April?", ("until", "04-02", "04-02")),
        ("As of March 2031, how many were ill?", ("as of", "03-01", "03-31")),
        ("How many were ill as of the 20th of February?", ("as of", "02-20", "02-20")),
        ("Back on 1 March, how many were known?", ("as of", "03-01", "03-01")),
        ("By 5 March, what was known?", ("by", "03-05", "03-05")),
        ("what was known by the end of march", ("by", "03-21", "03-31")),
        ("As things stood on 5 March, who led?", ("as of", "03-05", "03-05")),
        ("How did it go between 5 March and the vote?", ("since", "03-05", "03-05")),
    ],
)
def test_the_word_before_a_date_says_how_it_limits(text: str, found: tuple[str, str, str]) -> None:
    assert read(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "May I see the plan?",
        "Who may enter the lock?",
        "Why did they march on the town hall?",
        "Who led the march?",
        "What was the second march about?",
        "Who sat in the sun?",
        "Who sat on the board?",
        "What did April Jones say?",
        "Which book by June Carter was reviewed?",
        "How many of the 2031 budgets were passed?",
        "Is it on the 5th floor?",
        "How much is 10.5 million?",
        "Who won 3-1?",
        "What did they pay for 1200 bricks?",
        "How long is a week at the camp?",
        "Who lives at 12 March Street?",
        "What is the second of the three aims?",
    ],
)
def test_words_that_only_look_like_dates_are_none(text: str) -> None:
    assert read(text) == []


def test_a_month_without_a_year_is_the_one_of_the_archive() -> None:
    (found,) = find_date_phrases("What happened in March?", date(2040, 5, 1), PERIOD)

    assert found.first == date(2031, 3, 1)


def test_a_day_without_a_year_is_the_one_of_the_archive() -> None:
    (found,) = find_date_phrases("What happened on 5 May?", date(2040, 1, 1), PERIOD)

    assert found.first == date(2031, 5, 5)


def test_last_week_counts_from_the_newest_article_when_the_archive_ended_long_ago() -> None:
    (found,) = find_date_phrases("What happened last week?", date(2040, 1, 1), PERIOD)

    assert (found.first, found.counted_from) == (date(2031, 6, 9), PERIOD[1])


def test_last_week_counts_from_today_while_the_archive_goes_on() -> None:
    (found,) = find_date_phrases("What happened last week?", date(2031, 7, 2), PERIOD)

    assert (found.first, found.counted_from) == (date(2031, 6, 23), None)


def test_a_phrase_is_where_its_words_are() -> None:
    text = "Who was, since the 5th of March, the warden?"

    (found,) = find_date_phrases(text, TODAY, PERIOD)

    assert text[found.start : found.end] == "since the 5th of March"
    assert isinstance(found, DatePhrase)
