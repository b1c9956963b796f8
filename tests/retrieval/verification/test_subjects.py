from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.subjects import misassigned
from tests.retrieval.verification.sample_drafts import sentences_of


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Brenner criticised the subsidy.", "Brenner defended the new road, but Roth criticised the subsidy."),
        ("Fontaine voted against the plan.", "Fontaine read the plan. Marchand spoke and voted against the plan."),
        ("The United Nations promised aid to Moro.", "Keita promised aid to Moro; the United Nations offered tents."),
        ("Fontaine said that wages rise by 6 percent.", "Wages rise by 6 percent. The deal was signed by Fontaine."),
    ],
)
def test_what_another_did_or_said_is_seen(claim: str, text: str) -> None:
    assert misassigned(wording(claim), sentences_of(text)[0])


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Roth criticised the subsidy.", "Brenner defended the new road, but Roth criticised the subsidy."),
        ("Transvia closed its office.", "Transvia raised wages in Lyon, and it closed its office in Nice."),
        ("Ann Lee signed the new law.", "Ann Lee, the mayor, and Bob Ray signed the new law."),
        ("The law was signed by Lee.", "Lee signed the law."),
        ("Halvorsen raised wages.", "In Frankfurt, it raised wages."),
        ("Fontaine said that wages rise.", "Fontaine spoke. “Wages rise,” she said."),
    ],
)
def test_what_a_name_did_itself_is_its_own(claim: str, text: str) -> None:
    assert not misassigned(wording(claim), sentences_of(text)[0])
