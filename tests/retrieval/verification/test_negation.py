from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.negation import baseless, denied, opposite

DENIALS = (
    ("The bridge is not open to lorries.", "The bridge is open to lorries."),
    ("The bridge isn’t open to lorries.", "The bridge is open to lorries."),
    ("The minister did not sign the contract.", "The minister signed the contract."),
    ("No oil was spilled.", "Oil was spilled."),
    ("Nobody was hurt in the fire.", "Three people were hurt in the fire."),
    ("It never rained in August.", "It rained in August."),
)
OPPOSITES = (
    ("Prices rose sharply in August.", "Prices fell sharply in August."),
    ("The council accepted the plan.", "The council rejected the plan."),
    ("The gate is open at night.", "The gate is closed at night."),
    ("Voters were happy with the mayor.", "Voters were unhappy with the mayor."),
    ("The law is constitutional.", "The law is unconstitutional."),
)


@pytest.mark.parametrize(("denial", "affirmation"), DENIALS)
def test_what_one_says_and_the_other_denies_is_denied(denial: str, affirmation: str) -> None:
    assert denied(wording(denial), [wording(affirmation)])
    assert not denied(wording(affirmation), [wording(denial)])


@pytest.mark.parametrize(("denial", "affirmation"), DENIALS)
def test_a_denial_that_both_make_is_none_between_them(denial: str, affirmation: str) -> None:
    assert not denied(wording(denial), [wording(denial)])
    assert not denied(wording(denial), [wording(affirmation), wording(denial)])


def test_a_negation_of_something_else_denies_nothing() -> None:
    said = wording("Although it did not rain, the harvest in the valley pleased the growers.")

    assert not denied(said, [wording("The growers in the valley had candles.")])


def test_not_only_denies_nothing() -> None:
    assert not denied(wording("He did not only sing but danced."), [wording("He sang and danced.")])


def test_a_denial_needs_words_that_deny() -> None:
    claim = wording("The bridge did not cost nine million euros.")

    assert baseless(claim, [wording("The bridge cost nine million euros.")])
    assert not baseless(claim, [wording("Nobody believed that the bridge cost nine million euros.")])


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_a_word_turned_into_its_opposite_is_seen_either_way(one: str, other: str) -> None:
    assert opposite(wording(one), [wording(other)])
    assert opposite(wording(other), [wording(one)])


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_a_sentence_is_not_its_own_opposite(one: str, other: str) -> None:
    assert not opposite(wording(one), [wording(one)])
    assert not opposite(wording(one), [wording(f"{one} {other}")])


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("A second eruption is unlikely.", "A second eruption is not likely."),
        ("It was impossible to land.", "It was not possible to land."),
        ("Shares fell on Monday.", "Shares did not rise on Monday."),
    ],
)
def test_the_opposite_of_what_is_denied_is_no_contradiction(claim: str, text: str) -> None:
    assert not opposite(wording(claim), [wording(text)])


def test_few_denies_and_a_few_does_not() -> None:
    assert wording("The clocks are old and few keep time.").negations
    assert not wording("A few clocks keep time.").negations
