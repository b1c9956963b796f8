"""A chat model's draft -> the claims that the cited passages carry, each with the words it rests on.

A claim stands when up to three sentences of the references carry it: its words are theirs or close in meaning, its
numbers, dates, names and quotes stand there in the same places, and neither denies what the other affirms. Those
sentences become its citations, whatever its markers said. What does not stand is left out or marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from retrieval.answering.citations import MARKER, cite
from retrieval.answering.extraction import widen_quote
from retrieval.domain import Citation, Span
from retrieval.text.sanitizing import sanitize_model_output
from retrieval.verification.claim_context import hangs
from retrieval.verification.claims import split_claims
from retrieval.verification.verdicts import Verdict, extract_evidence, verify_claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.domain import Reference
    from retrieval.encoder import Encoder
    from retrieval.verification.evidence import Evidence


Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Pairs of (premise, hypothesis) -> the probability that the premise entails the hypothesis."""

UNVERIFIED = "(unverified)"
"""Follows a claim that does not stand, where such claims are shown."""

ENTAILED = 0.5


@dataclass(frozen=True, slots=True)
class VerifiedDraft:
    """A draft after verification: its text with markers renumbered from 1 in order of use, and their citations.

    `left_out` is the reason for each claim that did not stand; `marked_unverified` says that the text shows such
    claims, marked. Text is empty when nothing stood.
    """

    text: str
    citations: tuple[Citation, ...]
    left_out: tuple[str, ...] = ()
    marked_unverified: bool = False


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
    evidence = list(extract_evidence(references))
    drafted = split_claims(draft, {reference.number for reference in references})
    verdicts = verify_claims(drafted, evidence, question=question, texts=texts, encoder=encoder)
    if entails:
        verdicts = _entailed(verdicts, entails)
    return _settled(_in_context(verdicts), texts, unverified)


def _entailed(verdicts: Iterable[Verdict], entails: Entails) -> list[Verdict]:
    """Let claims fall that the sentences they rest on do not entail."""
    verdicts = list(verdicts)
    standing = [verdict for verdict in verdicts if not verdict.reason]
    pairs = [(" ".join(e.sentence.text for e in verdict.rests_on), verdict.claim.text) for verdict in standing]
    sure = iter(entails(pairs)) if pairs else iter(())
    return [
        verdict if verdict.reason or next(sure) >= ENTAILED else replace(verdict, reason="entailment", rests_on=())
        for verdict in verdicts
    ]


def _in_context(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Let claims fall that open with "he" or "it" where the claim before them fell."""
    found, fell = list[Verdict](), False
    for verdict in verdicts:
        alone = not verdict.reason and fell and hangs(verdict.claim.text)
        found.append(replace(verdict, reason="context", rests_on=()) if alone else verdict)
        fell = bool(found[-1].reason) if verdict.reason != "empty" else fell
    return found


def _settled(
    verdicts: Sequence[Verdict], texts: Mapping[str, str], unverified: Literal["drop", "mark"]
) -> VerifiedDraft:
    """Put the text together from the claims that stand, number its citations in order of use."""
    text, citations, marked = "", list[Citation](), False
    standing = [verdict for verdict in verdicts if not verdict.reason]
    left_out = tuple(verdict.reason for verdict in verdicts if verdict.reason not in ("", "empty"))
    shown = verdicts if unverified == "mark" and standing else standing
    for verdict in shown:
        claim = replace(verdict.claim, text=_sanitize_claim(verdict.claim.text))
        separator = claim.lead or (" " if text else "")
        if verdict.reason:
            if verdict.reason not in ("link", "empty"):
                text += f"{separator}{claim.noted(UNVERIFIED)}"
                marked = True
            continue
        numbers = tuple(dict.fromkeys(_cited(each, citations, texts) for each in _spans(verdict.rests_on)))
        text += separator + claim.marked(tuple(sorted(numbers)))
    return VerifiedDraft(text.strip(), tuple(citations), left_out, marked)


def _sanitize_claim(text: str) -> str:
    """Return a claim on one line, without markup, and without a marker of its own."""
    return MARKER.sub(r"(\1)", " ".join(sanitize_model_output(text).split()))


def _spans(rests_on: Sequence[Evidence]) -> list[tuple[Reference, Span]]:
    """Return what is quoted: whole sentences, begun earlier where one would open with "He said"."""
    found: list[tuple[Reference, Span]] = []
    for evidence in rests_on:
        passage = evidence.reference.passage
        before = [s for s in passage.sentences if s.start < evidence.sentence.start]
        found.append((evidence.reference, Span(widen_quote(evidence.sentence, before).start, evidence.sentence.end)))
    return found


def _cited(place: tuple[Reference, Span], citations: list[Citation], texts: Mapping[str, str]) -> int:
    """Return the number of the citation of a place, which is added when none covers it."""
    reference, span = place
    for citation in citations:
        if citation.article_id == reference.article.id and citation.start <= span.start and span.end <= citation.end:
            return citation.number
    citations.append(cite(len(citations) + 1, reference.article, texts[reference.article.id], span))
    return len(citations)
