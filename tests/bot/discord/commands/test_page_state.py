import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.commands.page_state import Place, base36, custom_id, fits, packed, pages, parts, short, unpacked
from retrieval.domain import Filter

SINCE, UNTIL = date(2023, 6, 27), date(2024, 1, 1)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Filter(), "Where did the talks take place?"),
        (Filter(SINCE), "a|b"),
        (Filter(None, UNTIL, "Ann Lee"), ""),
        (Filter(SINCE, UNTIL, "Ann"), "When: was it?"),
    ],
)
def test_what_is_packed_can_be_unpacked(where: Filter, text: str) -> None:
    assert unpacked(packed(Place("search", 1, text=text, where=where))) == (where, text)


@pytest.mark.parametrize("text", ["", "||", "-|a|b", "--x|a|b", "2023|a|b", "-2023|a|b", "20239999-||"])
def test_what_was_not_packed_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpacked(text)


@given(st.integers(min_value=0, max_value=2**64 - 1))
def test_a_number_in_letters_reads_as_itself(number: int) -> None:
    assert int(base36(number), 36) == number


def test_a_custom_id_is_within_discords_limit_or_known_not_to_fit() -> None:
    brief = Place("search", 2**64 - 1, text="Where were the talks held?")
    long = Place("search", 2**64 - 1, text="Where " * 30)

    assert fits(brief)
    assert len(custom_id(brief.at(99_999), packed(brief))) <= 100
    assert not fits(long)


def test_any_article_has_a_name_that_fits() -> None:
    place = Place("article", 2**64 - 1, text=short("x" * 5_000))

    assert fits(place)
    assert short("x") != short("y")


@pytest.mark.parametrize(("count", "size", "expected"), [(0, 5, 1), (1, 5, 1), (5, 5, 1), (6, 5, 2), (25, 5, 5)])
def test_pages_are_counted(count: int, size: int, expected: int) -> None:
    assert pages(count, size) == expected


@given(st.text(alphabet="ab .\n", max_size=300), st.integers(min_value=4, max_value=60))
def test_parts_lose_nothing_but_white_space(text: str, longest: int) -> None:
    found = parts(text, longest)

    assert all(len(part) <= longest for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_part_ends_where_a_paragraph_ends() -> None:
    assert parts("one two three.\n\nfour five six seven", 20) == ["one two three.", "four five six seven"]


def test_a_long_text_is_cut_in_a_moment() -> None:
    began = time.process_time()

    found = parts("Some words of a very long book. " * 400_000, 1_800)

    assert len(found) > 7_000
    assert time.process_time() - began < 2
