from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.verification.claims import Claim
from retrieval.verification.features import wording
from retrieval.verification.overlap import SENTENCES, carried, compare, completed
from tests.retrieval.verification.sample_drafts import sentences_of

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder

TEXT = (
    "The minister opened the new bridge in Halden. It replaces a ferry that sank in 2019. "
    "Heavy frost destroyed apple blossom in the valley. Growers lit candles between the rows."
)
EVIDENCE, _ = sentences_of(TEXT)


def compared(text: str, encoder: SentenceEncoder, *markers: int) -> list[tuple[str, float]]:
    found = compare(wording(text), Claim(text, markers), EVIDENCE, encoder)
    return [(each.evidence.sentence.text, each.carried) for each in found]


def test_a_sentence_supports_itself_wholly_and_comes_first(encoder: SentenceEncoder) -> None:
    first, *rest = compared("It replaces a ferry that sank in 2019.", encoder)

    assert first == ("It replaces a ferry that sank in 2019.", 1.0)
    assert all(share < 1 for _, share in rest)


@pytest.mark.parametrize(
    ("claim", "best"),
    [
        ("The minister of transport inaugurated a bridge in Halden.", 0),
        ("A ferry went down in 2019.", 1),
        ("The flowers of the apple trees were ruined by frost.", 2),
        ("Farmers lighted candles.", 3),
    ],
)
def test_other_words_of_the_same_meaning_are_supported(claim: str, best: int, encoder: SentenceEncoder) -> None:
    said = wording(claim)
    first, *_ = compare(said, Claim(claim), EVIDENCE, encoder)

    assert first.evidence is EVIDENCE[best]
    assert carried(said, [first])


@pytest.mark.parametrize(
    "claim",
    ["Penguins live on cold southern islands.", "The queen sold her palace to bankers.", "Halden won a chess title."],
)
def test_what_nothing_says_is_supported_by_nothing(claim: str, encoder: SentenceEncoder) -> None:
    said = wording(claim)
    first, *_ = compare(said, Claim(claim), EVIDENCE, encoder)

    assert not carried(said, [first])


def test_a_sentence_adds_the_clause_that_another_does_not_carry(encoder: SentenceEncoder) -> None:
    text = "The minister opened the new bridge in Halden, which replaces a ferry that sank in 2019."
    said = wording(text)
    found = compare(said, Claim(text), EVIDENCE, encoder)

    assert {each.evidence for each in completed(said, found[0], found)} == set(EVIDENCE[:2])


def test_a_sentence_that_says_it_all_needs_no_other(encoder: SentenceEncoder) -> None:
    text = "Growers lit candles between the rows."
    found = compare(wording(text), Claim(text), EVIDENCE, encoder)

    assert [each.evidence for each in completed(wording(text), found[0], found)] == [EVIDENCE[3]]


def test_no_claim_rests_on_more_than_a_few_sentences(encoder: SentenceEncoder) -> None:
    said = wording(TEXT)
    found = compare(said, Claim(TEXT), EVIDENCE, encoder)

    assert len(completed(said, found[0], found)) <= SENTENCES


def test_of_two_sentences_that_carry_the_same_the_cited_one_comes_first(encoder: SentenceEncoder) -> None:
    twice, _ = sentences_of("Heavy frost destroyed blossom. Heavy frost destroyed blossom.")
    other = [twice[0], EVIDENCE[2]]
    said = wording("Heavy frost destroyed blossom.")

    assert compare(said, Claim(said.text, (1,)), other, encoder)[0].cited
    assert not compare(said, Claim(said.text, (2,)), other, encoder)[0].cited


def test_nothing_is_compared_where_there_is_nothing(encoder: SentenceEncoder) -> None:
    assert compare(wording("Anything."), Claim("Anything."), [], encoder) == []
