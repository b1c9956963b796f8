from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.verbs import meanings, names, verbal


def _verbs(text: str) -> list[str]:
    said = wording(text)
    return [word.text for place, word in enumerate(said.words) if verbal(said, place)]


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("Warships of both fleets collided off Moro.", ["collided"]),
        ("Norway supports the plan of the council.", ["supports"]),
        ("The council will sell the airport.", ["sell"]),
        ("She sold it.", ["sold"]),
        ("According to Halden, the minister said it quickly.", []),
        ("The rising tide of Moro.", []),
    ],
)
def test_verbs_are_recognized_by_their_form_and_place(text: str, verbs: list[str]) -> None:
    assert _verbs(text) == verbs


def test_verbs_that_may_replace_each_other_are_known() -> None:
    claim, sentence = wording("The plan was turned down."), wording("They rejected the plan.")

    assert not meanings(sentence).isdisjoint(names(claim, 3))
    assert meanings(sentence).isdisjoint(names(wording("They approved it."), 1))
