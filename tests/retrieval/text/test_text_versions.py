from __future__ import annotations

import pytest

from retrieval.text.text_versions import are_versions, is_version, say_different_things

REPORT = ("Three people died in the mill fire on Kanal Street.", "The mayor praised the crews.", "Schools are closed.")


@pytest.mark.parametrize(
    "amended",
    [
        "Four people died in the mill fire on Kanal Street.",
        "Three people died in the mill fire on Harbour Street.",
        "Three people did not die in the mill fire on Kanal Street.",
        "Three people were hurt in the mill fire on Kanal Street.",
        "Three people died in the mill fire on Kanal Street on 4 May.",
    ],
    ids=["number", "name", "negation", "word", "date"],
)
def test_another_number_name_date_word_or_a_negation_makes_a_version(amended: str) -> None:
    assert are_versions(REPORT, (amended, *REPORT[1:]))
    assert are_versions((amended, *REPORT[1:]), REPORT)


def test_two_sentences_are_versions_of_one_where_each_shares_most_of_its_words() -> None:
    assert is_version("“We have not ruled out arson,” he said.", "“We have ruled out arson,” he said.")
    assert not is_version(REPORT[0], REPORT[0])
    assert not is_version(REPORT[0], "Three people died.")
    assert not is_version("He did not.", "He did.")


@pytest.mark.parametrize(
    "copied",
    [
        REPORT,
        REPORT[:2],
        (*REPORT, "Nobody else was hurt, Reuters reported on 5 May."),
        (f"TARN (Agency) — {REPORT[0]}", *REPORT[1:]),
        ("In the mill fire on Kanal Street, three people died.", *REPORT[1:]),
        (REPORT[0], "The mayor has praised the crews.", REPORT[2]),
    ],
    ids=["equal", "cut short", "with more", "with a dateline", "in another order", "lightly edited"],
)
def test_a_reprint_is_no_version(copied: tuple[str, ...]) -> None:
    assert not are_versions(REPORT, copied)


def test_spelling_makes_no_difference() -> None:
    assert not say_different_things("The centre was organised well.", "The center was organized well.")


def test_texts_without_words_are_copies() -> None:
    assert not are_versions((), ())
    assert not are_versions(("—",), ("…",))
