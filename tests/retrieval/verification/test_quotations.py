from __future__ import annotations

import pytest

from retrieval.verification.features import flat, wording
from retrieval.verification.quotations import quoting, stands_in
from tests.retrieval.verification.sample_drafts import sentences_of

TEXT = (
    "The minister opened the bridge. “It cost nine million euros,” she said, “and it’s worth it.” "
    "The ferry’s captain was called “a man of few words”."
)
EVIDENCE, TEXTS = sentences_of(TEXT, title="A bridge for Halden")


@pytest.mark.parametrize(
    "claim",
    [
        "She said “It cost nine million euros”.",
        'She said "it cost nine million euros".',
        "She said ‘It cost nine million euros.’",
        "She said “It cost … euros”.",
        "She said “It cost [about] million euros”.",
        "She said “it's worth it”.",
        "The captain is “a  man of FEW words.”",
        "“A bridge for Halden” is about a bridge.",
    ],
)
def test_a_quote_that_occurs_word_for_word_is_found(claim: str) -> None:
    assert quoting(wording(claim), EVIDENCE, TEXTS) is not None


@pytest.mark.parametrize(
    "claim",
    [
        "She said “It cost ten million euros”.",
        "She said “It cost nine million euro”.",
        "She said “It costs nine million euros”.",
        "She said “It cost million euros”.",
        "She said “euros … cost”.",
        "She said “and its worth it”.",
        "It was “ridge”.",
    ],
)
def test_a_quote_of_which_one_word_is_another_is_not(claim: str) -> None:
    assert quoting(wording(claim), EVIDENCE, TEXTS) is None


def test_the_sentences_that_hold_a_quote_are_named() -> None:
    held = quoting(wording("The captain is “a man of few words”."), EVIDENCE, TEXTS)

    assert held
    assert [e.sentence.text for e in held] == ["The ferry’s captain was called “a man of few words”."]


def test_a_claim_without_quotes_is_held_to_no_sentence() -> None:
    assert quoting(wording("The bridge opened."), EVIDENCE, TEXTS) == []


@pytest.mark.parametrize(
    ("parts", "stands"),
    [(["a b"], True), (["a", "c"], True), (["c", "a"], False), (["b"], True), (["bb"], False), (["a", "a"], False)],
)
def test_parts_are_found_in_a_text_in_their_order_as_whole_words(parts: list[str], stands: bool) -> None:
    assert stands_in(flat("A b c"), parts) is stands
