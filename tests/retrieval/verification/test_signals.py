from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.verification.alignment import align, complete
from retrieval.verification.claim_reading import read_claim
from retrieval.verification.claims import Claim
from retrieval.verification.features import wording
from retrieval.verification.signals import ClaimSignals, measure_signals
from tests.retrieval.verification.sample_drafts import sentences_of

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder

TEXT = (
    "The council of Norrby plans to close the pool. “We cannot heat it,” said mayor Eva Lind. Jan Holm of the swimming "
    "club does not believe that. The pool opened in 1971."
)


def measure(claim: str, encoder: SentenceEncoder, question: str = "") -> ClaimSignals:
    evidence, _ = sentences_of(TEXT, title="Norrby")
    said = wording(claim)
    aligned = align(said, Claim(claim), evidence, encoder)
    chosen = complete(said, aligned[0], aligned)
    reading = read_claim(claim, question, [each.evidence for each in chosen], evidence, encoder)
    return measure_signals(said, chosen, evidence, wording(question), reading)


def test_a_copy_has_every_share(encoder: SentenceEncoder) -> None:
    found = measure("The pool opened in 1971.", encoder)

    assert found.chosen_share == found.first_share == found.article_share == found.copied == found.retold == 1.0
    assert found.weakest == found.second_weakest == 1.0
    assert found.cosine == pytest.approx(1.0, abs=0.01)


def test_what_stands_nowhere_is_carried_by_nothing(encoder: SentenceEncoder) -> None:
    found = measure("Zebras devour plutonium.", encoder)

    assert found.article_share == found.copied == 0.0
    assert found.chosen_share < 0.3


@pytest.mark.parametrize(("claim", "lost"), [("Norrby closed the pool.", 1.0), ("Norrby may close the pool.", 0.0)])
def test_a_plan_told_as_a_deed_has_lost_its_hedge(claim: str, lost: float, encoder: SentenceEncoder) -> None:
    assert measure(claim, encoder).hedge_lost == lost


def test_a_name_may_stand_elsewhere_or_nowhere(encoder: SentenceEncoder) -> None:
    assert measure("Jan Holm opened the pool in 1971.", encoder).names_nowhere == 0.0
    assert measure("The pool was opened by Olga Ekman in 1971.", encoder).names_nowhere == 1.0
    assert measure("The pool was opened by Olga Ekman in 1971.", encoder, "Did Olga Ekman?").names_nowhere == 0.0


def test_a_denial_differs_from_what_it_denies(encoder: SentenceEncoder) -> None:
    assert measure("The pool did not open in 1971.", encoder).negation_differs == 1.0
