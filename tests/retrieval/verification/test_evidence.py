from __future__ import annotations

import pytest

from retrieval.verification.evidence import places, same_name
from retrieval.verification.features import wording


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It cost 5 million euros.", "The price was €5m."),
        ("It cost five percent.", "The price rose by 5%."),
        ("He came on 27 June.", "June 27 was the day."),
        ("He came in June.", "June 27 was the day."),
        ("There were 12,000.", "We saw twelve thousand people."),
        ("He met Blinken.", "Antony Blinken spoke."),
        ("He met Antony Blinken.", "Blinken, Antony, spoke."),
        ("He met Mr Blinken.", "Antony Blinken spoke."),
        ("He came to the US.", "The United States answered."),
        ("He came to the United States.", "The US answered."),
        ("He met Muller.", "Müller spoke."),
        ("He lives in China.", "The Chinese minister spoke."),
        ("He lives in France.", "The French minister spoke."),
    ],
)
def test_a_fact_is_found_in_a_text_however_it_is_written(claim: str, text: str) -> None:
    assert [places(fact, wording(text)) for fact in wording(claim).facts if fact.sure] != []
    assert all(places(fact, wording(text)) for fact in wording(claim).facts if fact.sure)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It cost 5 million euros.", "The price was $5m."),
        ("It rose by 5 percent.", "It rose by 5 points and 6%."),
        ("He came on 27 June.", "26 June was the day."),
        ("He came on 27 June.", "June was the month."),
        ("He met Antony Blinken.", "Antony Smith spoke."),
        ("He lives in Austria.", "The Australian minister spoke."),
        ("He was fifth in the 1990s.", "He came in 1990 with 5 others."),
    ],
)
def test_another_fact_does_not(claim: str, text: str) -> None:
    assert not all(places(fact, wording(text)) for fact in wording(claim).facts if fact.sure)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("china", "chinese", True),
        ("germany", "germans", True),
        ("US", "american", True),
        ("russia", "russians", True),
        ("iran", "iranian", True),
        ("iran", "iraq", False),
        ("austria", "australia", False),
        ("anna", "anne", False),
    ],
)
def test_a_country_and_its_people_are_one_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same_name(other, one) is same
