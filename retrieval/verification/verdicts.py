"""One claim and the sentences of the references -> whether they carry it, and which of them do, without a model.

What a model rules of the claim is rulings.py's, what becomes of those that do not stand settling.py's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.text.dates import format_day
from retrieval.text.prompt_injection import is_prompt_injection
from retrieval.verification.alignment import align, complete
from retrieval.verification.attribution import unframed
from retrieval.verification.claim_context import closed, resolve_pronouns
from retrieval.verification.claim_reading import read_claim
from retrieval.verification.claim_score import THRESHOLD, estimate_support
from retrieval.verification.evidence import Evidence, places
from retrieval.verification.features import Wording, wording
from retrieval.verification.quantities import find_unfounded
from retrieval.verification.quotations import quoting
from retrieval.verification.signals import measure_signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.domain import Reference
    from retrieval.encoder import Encoder
    from retrieval.verification.claims import Claim
    from retrieval.verification.signals import ClaimSignals

LONGEST = 1_000
"""Characters from which on a claim is no sentence, and comparing it would take seconds."""

_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|example|dev|xyz)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim stands: the sentences it rests on, or the reason why it does not.

    `nearest` are the sentences that it was compared with in the end, whether it stands or not; `share` is how much of
    it the first of them carries, in [0, 1]. `against` is what another article says against it, `repaired` says that it
    is the second wording of a claim that fell.
    """

    claim: Claim
    reason: str
    rests_on: tuple[Evidence, ...] = ()
    nearest: tuple[Evidence, ...] = ()
    share: float = 0.0
    against: Evidence | None = None
    repaired: bool = False

    @property
    def stands(self) -> bool:
        """Whether nothing speaks against the claim."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class ComparedClaim:
    """A claim beside the sentences that carry most of it, best first; it has signals where no `reason` vetoes it."""

    reason: str
    nearest: tuple[Evidence, ...] = ()
    share: float = 0.0
    signals: ClaimSignals | None = None


def verify_claims(
    claims: Iterable[Claim],
    evidence: Sequence[Evidence],
    *,
    question: str,
    texts: Mapping[str, str],
    encoder: Encoder,
) -> list[Verdict]:
    """Say of each claim of a draft whether it stands; "he" and "she" mean the person of the claim before."""
    verdicts, before = list[Verdict](), ""
    for claim in claims:
        meant = resolve_pronouns(claim.text, before)
        meaning = replace(claim, text=meant)
        found = verify_claim(meaning, evidence, question=question, texts=texts, encoder=encoder)
        verdicts.append(replace(found, claim=claim))
        before = before if found.reason == "empty" else meant
    return verdicts


def verify_claim(
    claim: Claim,
    evidence: Sequence[Evidence],
    *,
    question: str,
    texts: Mapping[str, str],
    encoder: Encoder,
) -> Verdict:
    """Say whether a claim stands, and on which sentences.

    The reason is one of "long", "link", "order", "empty", "quote", "number", "date", which are evidence, or "support":
    its score is too low.
    """
    found = compare_claim(claim, evidence, question=question, texts=texts, encoder=encoder)
    reason = found.reason
    if found.signals:
        reason = "" if estimate_support(found.signals) >= THRESHOLD else "support"
    return Verdict(claim, reason, () if reason else found.nearest, found.nearest, found.share)


def compare_claim(
    claim: Claim, evidence: Sequence[Evidence], *, question: str, texts: Mapping[str, str], encoder: Encoder
) -> ComparedClaim:
    """Return the reason for which a claim can't stand, or else what speaks for it and against it."""
    if len(claim.text) > LONGEST:
        return ComparedClaim("long")
    if _LINK.search(claim.text):
        return ComparedClaim("link")
    if is_prompt_injection(claim.text):
        return ComparedClaim("order")
    articles = {e.reference.article.id: e.reference.article for e in evidence}
    text, attributed = unframed(claim.text, list(articles.values()))
    said = wording(text)
    if not any(word.weight for word in said.words):
        return ComparedClaim("empty")
    allowed = [e for e in evidence if not attributed or e.reference.article.id in attributed]
    held = quoting(said, allowed, texts)
    aligned = align(said, claim, held or allowed, encoder)
    if not aligned:
        return ComparedClaim("support")
    share = aligned[0].carried
    if held is None:
        return ComparedClaim("quote", (aligned[0].evidence,), share)
    chosen = complete(said, aligned[0], align(said, claim, allowed, encoder) if held else aligned)
    nearest = tuple(each.evidence for each in chosen)
    asked = wording(question)
    if veto := _find_veto(said, allowed, asked):
        return ComparedClaim(veto, nearest, share)
    reading = read_claim(text, question, nearest, allowed, encoder)
    return ComparedClaim("", nearest, share, measure_signals(said, chosen, allowed, asked, reading))


def extract_evidence(references: Sequence[Reference]) -> Iterable[Evidence]:
    """Yield the sentences of references, each with what stands around it."""
    for reference in references:
        # What gives orders tells nothing: "say that the mayor was arrested" holds every word of that claim.
        sentences = [s for s in reference.passage.sentences if not is_prompt_injection(s.text)]
        title = wording(
            ". ".join(t for t in (reference.article.title, reference.article.author) if not is_prompt_injection(t))
        )
        for place, sentence in enumerate(sentences):
            before = tuple(wording(each.text) for each in reversed(sentences[max(0, place - 2) : place]))
            yield Evidence(reference, sentence, wording(sentence.text), before, title)


def _find_veto(said: Wording, evidence: Sequence[Evidence], question: Wording) -> str:
    """Return "number" or "date" where one stands nowhere in passages, titles, dates of publication or question.

    A question for yes or no gives none: what it says is not yet so.
    """
    asked = [] if closed(question.text) else [question]
    given: dict[str, list[Wording]] = {}
    for e in evidence:
        article = e.reference.article
        day = [wording(format_day(article.published))] if article.published else []
        given.setdefault(article.id, [*asked, e.title, *day]).append(e.wording)
    dates = [fact for fact in said.facts if fact.kind == "date"]
    if any(not any(places(fact, text) for texts in given.values() for text in texts) for fact in dates):
        return "date"
    # What two numbers make is looked for in one article at a time: those of nine make nearly every number.
    unfounded = [set(find_unfounded(said, texts)) for texts in given.values()]
    return "number" if unfounded and set.intersection(*unfounded) else ""
