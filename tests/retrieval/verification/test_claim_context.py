from __future__ import annotations

import pytest

from retrieval.verification.claim_context import closed, hangs, resolve_pronouns


@pytest.mark.parametrize(
    "question", ["Were the talks held in Oslo?", "And did she go?", "The talks were in Oslo, weren't they?"]
)
def test_a_question_for_yes_or_no_is_closed(question: str) -> None:
    assert closed(question)


@pytest.mark.parametrize("question", ["Where were the talks held?", "What did the 12 members say?", "Whose is it?"])
def test_other_questions_are_open(question: str) -> None:
    assert not closed(question)


@pytest.mark.parametrize(
    ("claim", "hanging"),
    [
        ("He left.", True),
        ("However, it was held in Oslo.", True),
        ("It is not clear whether he will come.", False),
        ("Keita left.", False),
    ],
)
def test_a_claim_that_opens_with_a_pronoun_hangs_on_the_one_before(claim: str, hanging: bool) -> None:
    assert hangs(claim) is hanging


@pytest.mark.parametrize(
    ("claim", "before", "meant"),
    [
        ("He left.", "Mr Keita came to Moro.", "Keita left."),
        ("She left.", "In Moro, Ana Souto praised it.", "Ana Souto left."),
        ("It ended.", "Mr Keita came.", "It ended."),
        ("He left.", "The talks ended.", "He left."),
    ],
)
def test_he_and_she_are_the_person_before(claim: str, before: str, meant: str) -> None:
    assert resolve_pronouns(claim, before) == meant
