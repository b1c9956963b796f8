from typing import Literal

import pytest

from bot.setting_values import Secret, expect_choice, expect_number, expect_whole_number, parse_flag, parse_names


@pytest.mark.parametrize("text", ["1000", " 1000\n", "+1000", "1_000", "01000", "1000.0"])
def test_a_whole_number_may_be_written_as_people_do(text: str) -> None:
    assert expect_whole_number(1, 1000)(text) == 1000


@pytest.mark.parametrize("text", ["", "few", "5.5", "5.", "1e3", "1__0", "_1", "1,000", "٥", "0x10"])
def test_other_texts_are_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="should be a valid integer"):
        expect_whole_number(0, 1000)(text)


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), (" .5 ", 0.5), ("1e3", 1000), ("5.", 5), ("+1", 1), ("1_0", 10)]
)
def test_a_number_may_be_written_as_people_do(text: str, number: float) -> None:
    assert expect_number(above=0)(text) == number


@pytest.mark.parametrize("text", ["", "high", "1,5", "null", "٥", "0x1"])
def test_other_texts_are_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="should be a valid number"):
        expect_number()(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-1", "should be greater than or equal to 0"),
        ("1.5", "should be less than or equal to 1"),
        ("nan", "should be a finite number"),
        ("-inf", "should be a finite number"),
    ],
)
def test_a_number_out_of_bounds_is_told_the_bound(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        expect_number(least=0, most=1)(text)


def test_a_bound_may_be_excluded() -> None:
    with pytest.raises(ValueError, match=r"^should be greater than 0$"):
        expect_number(above=0)("0")


def test_a_choice_names_all_there_are() -> None:
    parse = expect_choice(Literal["", "day", "month"])

    assert parse("day") == "day"
    with pytest.raises(ValueError, match=r"^should be '', 'day' or 'month'$"):
        parse("Day")


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("YES", True), ("on", True), ("1", True), ("No", False), ("f", False)]
)
def test_a_flag_may_be_any_usual_word(text: str, flag: bool) -> None:
    assert parse_flag(text) is flag


@pytest.mark.parametrize("text", ["perhaps", " true", "2"])
def test_other_words_are_no_flag(text: str) -> None:
    with pytest.raises(ValueError, match="should be a valid boolean"):
        parse_flag(text)


def test_names_are_kept_without_what_is_around_them() -> None:
    assert parse_names(" a , b,,") == "a,b"


def test_a_secret_shows_only_whether_it_is_there() -> None:
    assert (repr(Secret("canary")), f"{Secret('')}") == ("Secret('**********')", "Secret('')")
    assert Secret("canary").reveal() == "canary"
