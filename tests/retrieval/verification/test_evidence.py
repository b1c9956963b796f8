from __future__ import annotations

import pytest

from retrieval.verification.evidence import closeness, passive, places, rival, same_name, swapped
from retrieval.verification.features import Fact, Wording, wording

GAME = wording("Betanzos beat Corvo 3 to 1 on Saturday.")


def facts(text: Wording, kind: str) -> list[Fact]:
    return [fact for fact in text.facts if fact.kind == kind]


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


def test_a_fact_in_its_own_place_has_more_neighbours_there_than_another() -> None:
    claim = wording("Betanzos won because it beat Corvo on Saturday.")
    corvo = facts(claim, "name")[1]

    assert closeness(corvo, claim, GAME) > 0


def test_a_changed_name_has_a_rival_in_its_place() -> None:
    claim = wording("Betanzos beat Olimpico 3 to 1 on Saturday.")
    changed = next(fact for fact in claim.facts if fact.text == "Olimpico")

    assert closeness(changed, claim, GAME) == -1
    assert rival(changed, claim, GAME) >= 2


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("Betanzos beat Corvo 3 to 1 on Saturday.", False),
        ("On Saturday Betanzos beat Corvo 3 to 1.", False),
        ("Corvo beat Betanzos 3 to 1 on Saturday.", True),
        ("Corvo was beaten by Betanzos on Saturday.", False),
    ],
)
def test_two_names_that_have_changed_places_are_seen(claim: str, changed: bool) -> None:
    said = wording(claim)

    assert any(swapped(fact, said, GAME) for fact in facts(said, "name")) is changed


@pytest.mark.parametrize(
    ("text", "who"), [("It was opened by her.", True), ("It was opened on Monday.", False), ("She stood by it.", False)]
)
def test_a_passive_names_who_did_it_after_by(text: str, who: bool) -> None:
    assert passive(wording(text)) is who
