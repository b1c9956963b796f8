"""A chat model's draft -> what of it the cited passages carry, without a chat model's help.

What a claim rests on and whether it stands is verdicts.py's, what is shown settling.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from retrieval.verification.claims import split_claims
from retrieval.verification.rulings import Ruling, apply_rulings, is_vetoed
from retrieval.verification.settling import VerifiedDraft, settle
from retrieval.verification.verdicts import Verdict, extract_evidence, verify_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.domain import Reference
    from retrieval.encoder import Encoder


Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Pairs of (premise, hypothesis) -> the probability that the premise entails the hypothesis."""

ENTAILED = 0.5


def verify_draft(
    draft: str,
    references: Sequence[Reference],
    *,
    question: str,
    texts: Mapping[str, str],
    encoder: Encoder,
    entails: Entails | None = None,
    unverified: Literal["drop", "mark"] = "drop",
) -> VerifiedDraft:
    """Return what stands of a draft; `texts` are the references' article texts by id."""
    verdicts = check_draft(draft, references, question=question, texts=texts, encoder=encoder)
    if entails:
        verdicts = apply_rulings(verdicts, rule_by_entailment(verdicts, entails))
    return settle(verdicts, texts, unverified=unverified)


def check_draft(
    draft: str, references: Sequence[Reference], *, question: str, texts: Mapping[str, str], encoder: Encoder
) -> list[Verdict]:
    """Return a verdict on each claim of a draft, by its words."""
    claims = split_claims(draft, {reference.number for reference in references})
    evidence = list(extract_evidence(references))
    return verify_claims(claims, evidence, question=question, texts=texts, encoder=encoder)


def rule_by_entailment(verdicts: Sequence[Verdict], entails: Entails) -> dict[int, Ruling]:
    """Return a cross-encoder's rulings, by the claims' places, on claims and the sentences nearest to them."""
    asked = [n for n, verdict in enumerate(verdicts) if verdict.nearest and not is_vetoed(verdict)]
    pairs = [(" ".join(e.sentence.text for e in verdicts[n].nearest), verdicts[n].claim.text) for n in asked]
    sure = entails(pairs) if pairs else ()
    return {
        n: Ruling("supported" if probability >= ENTAILED else "not stated")
        for n, probability in zip(asked, sure, strict=True)
    }
