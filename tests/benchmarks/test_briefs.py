import pytest

from tests.benchmarks.briefs import HOUSES, MOST, OTHERWISE, PLACES, fill_sentence, make_briefs

SOME = list(make_briefs(2_000))


def test_a_smaller_archive_is_the_beginning_of_a_larger_one() -> None:
    assert list(make_briefs(100)) == SOME[:100]


def test_the_evidence_is_at_its_offsets() -> None:
    for brief in SOME:
        (answer,), (place,) = brief.asked["answers"], brief.asked["evidence"]

        assert brief.article["text"][place["start"] : place["end"]] == answer
        assert answer
        assert answer not in brief.question


def test_no_two_briefs_share_an_institution_and_every_question_names_its_own() -> None:
    assert len({number * 7_919 % MOST for number in range(MOST)}) == MOST == len(set(HOUSES)) * len(set(PLACES))
    assert len({brief.question for brief in SOME}) == len({brief.text for brief in SOME}) == len(SOME)


def test_every_second_question_paraphrases_its_institution() -> None:
    assert len(set(OTHERWISE) - set(HOUSES)) == len(HOUSES)
    for brief in SOME[:100]:
        named = [house for house in HOUSES if f"the {house} in " in brief.question]
        in_other_words = [house for house in OTHERWISE if f"the {house} in " in brief.question]

        assert (len(named), len(in_other_words)) == ((0, 1) if int(brief.id[-1]) % 2 else (1, 0))


def test_there_are_only_so_many_briefs() -> None:
    with pytest.raises(ValueError, match="120,000"):
        make_briefs(MOST + 1)


def test_slots_are_filled_and_found_again() -> None:
    text, places = fill_sentence("On {date} the {house} burnt.", {"date": "1 May", "house": "old mill"})

    assert text == "On 1 May the old mill burnt."
    assert {name: text[start:end] for name, (start, end) in places.items()} == {"date": "1 May", "house": "old mill"}
