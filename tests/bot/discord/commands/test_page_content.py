import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord import layout
from bot.discord.commands.page_content import Page, split_text
from bot.discord.commands.pagination import NO_PAGE, build_page_buttons


@given(st.text(alphabet="ab .\n", max_size=300), st.integers(min_value=4, max_value=60))
def test_parts_lose_nothing_but_white_space(text: str, longest: int) -> None:
    found = split_text(text, longest)

    assert all(len(part) <= longest for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_part_ends_where_a_paragraph_ends() -> None:
    assert split_text("one two three.\n\nfour five six seven", 20) == ["one two three.", "four five six seven"]


def test_a_long_text_is_cut_in_a_moment() -> None:
    began = time.process_time()

    found = split_text("Some words of a very long book. " * 400_000, 1_800)

    assert len(found) > 7_000
    assert time.process_time() - began < 2


@pytest.mark.parametrize(("count", "size", "expected"), [(0, 5, 1), (1, 5, 1), (5, 5, 1), (6, 5, 2), (25, 5, 5)])
def test_pages_are_counted(count: int, size: int, expected: int) -> None:
    assert layout.count_pages(count, size) == expected


async def test_the_ids_of_page_buttons_are_within_discords_limit_and_none_is_used_twice() -> None:
    view = build_page_buttons(10**18 - 1, Page(layout.Message(""), NO_PAGE - 2, NO_PAGE), person_id=2**64 - 1)

    ids = [str(getattr(button, "custom_id", "")) for button in view.children]
    assert len(set(ids)) == 3
    assert max(map(len, ids)) <= 100
