from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.letters import fold_letters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zażółć gęślą jaźń", "Zazolc gesla jazn"),
        ("Đurđica Nuñez, Þór, Øystein Åsgård", "Durdica Nunez, Thor, Oystein Asgard"),
        ("Iğdır, İnönü", "Igdir, Inonu"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "Cafe"),
        ("oﬃce ﬂoor", "office floor"),
        ("Ｆｕｌｌ width", "Full width"),
        ("Straße, œuvre, Ærø", "Strasse, oeuvre, Aero"),
        ("“Nine – or ten…” cost €5½", "“Nine – or ten…” cost €5½"),
        ("Ёлка ждёт 北京 किताब", "Ёлка ждёт 北京 किताब"),
        ("", ""),
    ],
)
def test_latin_letters_become_plain_and_all_else_stays(text: str, folded: str) -> None:
    assert fold_letters(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold_letters(fold_letters(text)) == fold_letters(text)
