"""One claim and the sentences of the references -> whether they carry it, and which of them do, without a model.

What a reader rules of the claim is rulings.py's, what becomes of those that do not stand settling.py's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.extraction import refers_back
from retrieval.text.prompt_injection import is_prompt_injection
from retrieval.verification.attribution import unframed
from retrieval.verification.claim_context import closed, resolve_pronouns
from retrieval.verification.evidence import Evidence, closeness, places, rival, swapped
from retrieval.verification.features import Wording, flat, wording
from retrieval.verification.modality import told_as_done
from retrieval.verification.negation import baseless, denied, opposite
from retrieval.verification.overlap import carried, compare, completed
from retrieval.verification.quantity import overstated
from retrieval.verification.quotations import flattened, quoting, stands_in
from retrieval.verification.subjects import misassigned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.domain import Reference
    from retrieval.encoder import Encoder
    from retrieval.verification.claims import Claim
    from retrieval.verification.features import Fact
    from retrieval.verification.overlap import Compared

ATTEMPTS = 3
"""Sentences that a claim is tried to rest on, best first."""
AS_GOOD = 0.05
"""What a sentence may carry less than the best to be tried as well: copies and retellings, not any sentence near by."""
LONGEST = 1_000
"""Characters from which on a claim is no sentence, and comparing it would take seconds."""
RIVAL = 2
"""Neighbours that make another fact of a sentence the one that the claim has changed; of numbers one more."""

_DATED = re.compile(
    r"(?:\b(?:as of|dated|(?:published|reported|updated)(?: on| in)?|(?:article|report|piece|analysis) (?:of|from))|\()"
    r"\s*$",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"^(?:as of|on|in) [^,]{3,30}\d{4}, ", re.IGNORECASE)
_REFERRING = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|hers|its|their|this|these|those|who|which|the [a-z]+)\b", re.IGNORECASE
)
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
        found = verify_claim(replace(claim, text=meant), evidence, question=question, texts=texts, encoder=encoder)
        verdicts.append(replace(found, claim=claim))
        before = before if found.reason == "empty" else meant
    return verdicts


def verify_claim(
    claim: Claim, evidence: Sequence[Evidence], *, question: str, texts: Mapping[str, str], encoder: Encoder
) -> Verdict:
    """Say whether a claim stands, and on which sentences.

    The reason is one of "long", "link", "order", "empty", "quote", "support", "number", "date", "name", "negation",
    "modality", "quantity".
    """
    if len(claim.text) > LONGEST:
        return Verdict(claim, "long")
    if _LINK.search(claim.text):
        return Verdict(claim, "link")
    if is_prompt_injection(claim.text):
        return Verdict(claim, "order")
    articles = {e.reference.article.id: e.reference.article for e in evidence}
    text, attributed = unframed(claim.text, list(articles.values()))
    said = wording(text)
    if not any(word.weight for word in said.words):
        return Verdict(claim, "empty")
    allowed = [e for e in evidence if not attributed or e.reference.article.id in attributed]
    held = quoting(said, allowed, texts)
    compared = compare(said, claim, held or allowed, encoder)
    if not compared:
        return Verdict(claim, "support")
    share = compared[0].carried
    if held is None:
        return Verdict(claim, "quote", nearest=(compared[0].evidence,), share=share)
    everything = compared if not held else compare(said, claim, allowed, encoder)
    reason, nearest = "support", tuple[Evidence, ...]()
    for first in [each for each in compared[:ATTEMPTS] if each.carried >= compared[0].carried - AS_GOOD]:
        chosen = completed(said, first, everything)
        failure = _failure(said, chosen, texts, wording(question))
        sentences = tuple(each.evidence for each in chosen)
        if not failure:
            return Verdict(claim, "", sentences, sentences, share)
        if first is compared[0]:
            reason, nearest = failure, sentences
    return Verdict(claim, reason, nearest=nearest, share=share)


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


def _failure(said: Wording, chosen: Sequence[Compared], texts: Mapping[str, str], question: Wording) -> str:
    """Return why the chosen sentences do not carry a claim, or nothing when they do."""
    evidence = [each.evidence for each in chosen]
    for fact in said.facts:
        if fact.kind != "quote" and not _stands(fact, said, evidence, texts, question):
            return fact.kind
    if misassigned(said, evidence):
        return "name"
    if not carried(said, chosen):
        return "support"
    wordings = [each.wording for each in evidence]
    if _negated(said, wordings) or opposite(said, wordings):
        return "negation"
    if told_as_done(said, wordings):
        return "modality"
    return "quantity" if overstated(said, wordings) else ""


def _stands(fact: Fact, said: Wording, chosen: Sequence[Evidence], texts: Mapping[str, str], question: Wording) -> bool:
    """Say whether a fact of a claim stands in the sentences, in its place there, or is given by what is around them."""
    own = {e: closeness(fact, said, e.wording) for e in chosen}
    rivals = {e: rival(fact, said, e.wording) for e in chosen}
    holding = [e for e in chosen if places(fact, e.wording)]
    if holding:
        best = max(own.values())
        margin = RIVAL + (fact.kind == "number")
        displaced = any(rivals[e] > best + margin * (e in holding) for e in chosen)
        return not displaced and not all(swapped(fact, said, e.wording) for e in holding)
    if max(rivals.values()) >= RIVAL:
        return False
    if not fact.sure:
        return True
    if places(fact, question) and not closed(question.text):
        return True
    return _meant(fact, chosen, texts) if fact.kind == "name" else _published(fact, said, chosen)


def _meant(fact: Fact, chosen: Sequence[Evidence], texts: Mapping[str, str]) -> bool:
    """Say whether the title, or a sentence before one that leans on it, has the name that a sentence leaves out."""
    for evidence in chosen:
        if places(fact, evidence.title):
            return True
        named = next((w for w in evidence.before if any(f.kind == "name" for f in w.facts)), None)
        if (
            named
            and places(fact, named)
            and (refers_back(evidence.sentence.text) or _REFERRING.search(evidence.sentence.text))
        ):
            return True
        article = flattened(texts[evidence.reference.article.id])
        if _part_of(fact, evidence.wording) and stands_in(article, [flat(fact.text)]):
            return True
    return False


def _part_of(fact: Fact, text: Wording) -> bool:
    """Say whether a text has the last word of a name, or a name that is the first of it: a family name either way."""
    alone = any(other.kind == "name" and other.value == fact.value[:1] for other in text.facts)
    return fact.value[-1] in text.keys or alone


def _published(fact: Fact, said: Wording, chosen: Sequence[Evidence]) -> bool:
    """Say whether a date or year is when one of the articles was published, and is spoken of as that."""
    start = said.words[fact.first].start
    framed = _DATED.search(said.text[:start]) or (_AS_OF.match(said.text) and start < 30)
    for published in (e.reference.article.published for e in chosen):
        if not published:
            continue
        if fact.kind == "number" and fact.value[0] == published.year:
            near = any(f.kind == "date" and abs(f.last - fact.first) <= 2 for f in said.facts)
            return bool(framed or near or any(f.kind == "date" for e in chosen for f in e.wording.facts))
        if fact.kind == "date" and fact.value in {(published.month, published.day), (published.month, None)} and framed:
            return True
    return False


def _negated(said: Wording, texts: Sequence[Wording]) -> bool:
    return baseless(said, texts) or denied(said, texts) or any(denied(text, [said]) for text in texts)
