from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.verification.alignment import SENTENCES, align, complete, share
from retrieval.verification.claims import Claim
from retrieval.verification.features import wording
from tests.retrieval.verification.sample_drafts import sentences_of

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder
    from retrieval.verification.alignment import Aligned

TEXT = (
    "The ferry to Skaro was built in Lund. A storm damaged its hull on Monday. Its captain, Ida Berg, brought all "
    "passengers ashore. Tickets will be refunded."
)


def align_claim(claim: str, encoder: SentenceEncoder) -> list[Aligned]:
    evidence, _ = sentences_of(TEXT)
    return align(wording(claim), Claim(claim), evidence, encoder)


def test_the_sentence_that_carries_most_comes_first(encoder: SentenceEncoder) -> None:
    first, *_ = align_claim("On Monday the hull was damaged by a storm.", encoder)

    assert first.evidence.sentence.text.startswith("A storm")
    assert first.carried == 1.0


def test_a_word_is_carried_by_one_that_means_the_same(encoder: SentenceEncoder) -> None:
    first, *_ = align_claim("Tickets will be reimbursed.", encoder)

    said = [word.text for word in wording("Tickets will be reimbursed.").words]
    assert first.verbatim[said.index("reimbursed")] == 0
    assert first.words[said.index("reimbursed")] > 0.2


def test_further_sentences_are_added_for_what_the_first_does_not_carry(encoder: SentenceEncoder) -> None:
    claim = "The ferry built in Lund was damaged by a storm, and captain Ida Berg brought the passengers ashore."
    aligned = align_claim(claim, encoder)

    chosen = complete(wording(claim), aligned[0], aligned)

    assert len(chosen) == SENTENCES
    assert complete(wording(claim), aligned[0], aligned[:1]) == aligned[:1]


def test_a_cited_sentence_comes_before_an_equal_one(encoder: SentenceEncoder) -> None:
    evidence, _ = sentences_of(TEXT)

    cited = align(wording("The ferry."), Claim("The ferry.", (1,)), evidence, encoder)

    assert all(each.cited for each in cited)


def test_nothing_carries_a_text_without_topic() -> None:
    assert share(wording("It is so."), [1.0, 1.0, 1.0]) == 0.0
