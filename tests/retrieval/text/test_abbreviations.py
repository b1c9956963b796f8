from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.abbreviations import find_long_form, list_abbreviations, list_initials


@pytest.mark.parametrize(
    ("short", "text", "long_form"),
    [
        ("PHB", "On Monday the Port Health Board (PHB) met.", "Port Health Board"),
        ("PHB", "On Monday the PHB (Port Health Board) met.", "Port Health Board"),
        ("FWTA", "The Ferry and Water Taxi Association (the “FWTA”), said", "Ferry and Water Taxi Association"),
        ("DNA", "It is deoxyribonucleic acid (DNA), he said.", "deoxyribonucleic acid"),
        ("PHB", "The board (PHB) met.", None),
        ("PHB", "The Port Health Board met. The PHB did not.", None),
        ("PHB", "The PHB (which met on Monday) said no.", None),
        ("PHB", "(PHB)", None),
        ("PHB", "", None),
    ],
)
def test_a_long_form_stands_beside_its_abbreviation(short: str, text: str, long_form: str | None) -> None:
    found = find_long_form(short, text)

    assert (text[found.start : found.end] if found else None) == long_form


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("What did the PHB and the FWTA decide?", ["PHB", "FWTA"]),
        ("what does phb stand for", ["PHB"]),
        ("What is FWTA short for?", ["FWTA"]),
        ("WHAT DID THE PHB SAY", []),
        ("What did Ida say in 2024 on A?", []),
    ],
)
def test_a_question_has_abbreviations(question: str, short: list[str]) -> None:
    assert list_abbreviations(question) == short


def test_names_of_three_words_have_initials() -> None:
    found = list_initials("Did Ida Holm of the Ferry and Water Taxi Association meet the Port Health Board?")

    assert ("FWTA", "Ferry and Water Taxi Association") in found
    assert ("PHB", "Port Health Board") in found
    assert list_initials("Did Abu Hamza al-Masri, O'Brien and Al-Hamza Al-Masri meet?") != []
    assert list_initials("Did Ida Holm meet the board of Halden?") == [("DIH", "Did Ida Holm")]


@given(st.text(alphabet="ABc-’'. ,()&fo"))
def test_any_text_can_be_looked_through(text: str) -> None:
    for short, name in [*list_initials(text), *((each, "") for each in list_abbreviations(text))]:
        assert name in text
        if found := find_long_form(short, text):
            assert 0 <= found.start < found.end <= len(text)
