from __future__ import annotations

import pytest

from retrieval.text.day_order import find_day_order, guess_day_order


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("de", "day"),
        ("fr-CH", "day"),
        ("en-GB", "day"),
        ("en_US", "month"),
        ("en-US-posix", "month"),
        ("en", ""),
        ("en-CA", ""),
        ("ja", ""),
        ("zh-Hant-TW", ""),
        ("", ""),
        ("English", ""),
        ("unknown", ""),
    ],
)
def test_a_language_tells_the_order_where_it_has_one(language: str, order: str) -> None:
    assert find_day_order(language) == order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Der Gemeinderat hat am Montag beschlossen, die Brücke über den Fluss neu zu bauen.", "day"),
        ("Совет решил построить новый мост через реку.", "day"),
        ("The council decided on Monday to build a new bridge across the river.", ""),
        ("議会は月曜日に新しい橋を架けることを決めました。", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_tells_the_order(text: str, order: str) -> None:
    assert guess_day_order(text) == order
