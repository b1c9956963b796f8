from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.modality import told_as_done


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Halden sent tents to Moro.", "There were reports that Halden was considering sending tents to Moro."),
        ("Keita will meet the miners.", "It is not clear whether he will meet the miners."),
        ("Keita cancelled the tax.", "Keita has been unwilling to cancel the tax."),
        ("Norvex applied for approval.", "Norvex plans to apply for approval."),
        ("The council closed the airport.", "The Greens called on the council to close the airport."),
        ("The eruption reached the coast.", "The eruption may reach the coast."),
    ],
)
def test_what_is_only_planned_or_possible_is_not_reported_as_done(claim: str, sentence: str) -> None:
    assert told_as_done(wording(claim), [wording(sentence)])


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("It is unclear whether Keita will meet the miners.", "It is not clear whether he will meet the miners."),
        ("Keita did not cancel the tax.", "Keita has been unwilling to cancel the tax."),
        ("Norvex will apply for approval.", "Norvex plans to apply for approval."),
        ("Norvex applied for approval.", "Norvex applied for approval in May and plans to sell in June."),
        ("Halden cancelled the trip.", "Halden called off the trip, but was unwilling to cancel the tax."),
    ],
)
def test_what_keeps_it_open_is_supported(claim: str, sentence: str) -> None:

    assert not told_as_done(wording(claim), [wording(sentence)])
