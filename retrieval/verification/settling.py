"""Verdicts on a draft's claims -> the text that a reader is shown, with its citations. Pure.

What stands is shown as the model worded it. In the place of what does not, the sentence nearest to it is quoted, once,
where it carries a fair share of the claim: the article's words are true of it where the model's were not. Nothing is
left without what it refers to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from retrieval.answering.citations import MARKER, cite, escape_quote
from retrieval.answering.extraction import widen_quote
from retrieval.answering.rebuttals import find_inseparable
from retrieval.domain import Citation, Span
from retrieval.text.dates import format_day, say_when
from retrieval.text.publication_dates import precedes
from retrieval.text.sanitizing import sanitize_model_output
from retrieval.verification.claim_context import drop_connective, hangs
from retrieval.verification.features import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.domain import ArticleInfo, Reference
    from retrieval.verification.evidence import Evidence
    from retrieval.verification.verdicts import Verdict

CLOSE_SHARE = 0.5
"""The same where somebody who read the passages says that they do not state the claim: most of it may be invented."""
FEWEST_WORDS = 3
"""Topic words of a claim from which on a sentence nearest to it tells of the same: "It rained frogs" has two."""
UNVERIFIED = "(unverified)"
"""Follows a claim that does not stand, where such claims are shown."""
FAIR_SHARE = 0.3
"""Share of a claim that a sentence must carry to be quoted in its place. It is the one that tells of the same for nine
of ten true claims; of 144 claims about another matter one has so much."""


@dataclass(frozen=True, slots=True)
class VerifiedDraft:
    """A draft after verification: its text with markers renumbered from 1 in order of use, and their citations.

    `reworded` is the reason for each claim that is given in the articles' words instead, `left_out` that for each claim
    that is gone; `marked_unverified` says that the text shows such claims, marked. `gone` are the claims, by their
    places in the draft, that neither stand nor have a quote in their place. Text is empty when nothing can be shown.
    """

    text: str
    citations: tuple[Citation, ...]
    left_out: tuple[str, ...] = ()
    marked_unverified: bool = False
    reworded: tuple[str, ...] = ()
    gone: frozenset[int] = frozenset()


def settle(
    verdicts: Sequence[Verdict], texts: Mapping[str, str], *, unverified: Literal["drop", "mark"] = "drop"
) -> VerifiedDraft:
    """Put the text together from the claims that stand and the quotes in place of others; number the citations."""
    shown = _Shown(texts)
    marks = unverified == "mark" and any(verdict.stands for verdict in verdicts)
    left_out, reworded, gone = list[str](), list[str](), set[int]()
    fell, missing, marked = False, False, False  # the claim before this one: did it fall, is nothing in its place
    for place, verdict in enumerate(verdicts):
        if verdict.stands and missing and hangs(verdict.claim.text):
            verdict = replace(verdict, reason="context")  # noqa: PLW2901
        if verdict.stands:
            shown.add_claim(verdict, after_fallen=fell)
            shown.add_against(verdict)
            reworded += ["repaired"] if verdict.repaired else []
            fell = missing = False
            continue
        if verdict.reason == "empty":
            gone.add(place)
            continue
        fell, missing = True, False
        if marks and verdict.reason not in ("link", "order"):
            shown.add_marked(verdict)
            left_out.append(verdict.reason)
            marked = True
        elif verdict.against:
            if not _supersedes(verdict):
                shown.add_own_side(verdict, after_fallen=fell)
            shown.add_against(verdict)
            reworded.append(verdict.reason)
        elif _has_counterpart(verdict):
            shown.add_quote(verdict.nearest[0], verdict.claim.lead)
            reworded.append(verdict.reason)
        else:
            missing = True
            gone.add(place)
            left_out.append(verdict.reason)
    return VerifiedDraft(
        shown.text.strip(), tuple(shown.citations), tuple(left_out), marked, tuple(reworded), frozenset(gone)
    )


class _Shown:
    """The text as it grows, with its citations and the spans that are quoted in it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self._texts = texts
        self._quoted: list[tuple[str, Span]] = []

    def add_claim(self, verdict: Verdict, *, after_fallen: bool) -> None:
        said = _sanitize_claim(verdict.claim.text)
        claim = replace(verdict.claim, text=drop_connective(said) if after_fallen else said)
        numbers = dict.fromkeys(self._cite(e.reference, _find_span(e)) for e in verdict.rests_on)
        self._add(claim.lead, claim.marked(tuple(sorted(numbers))))

    def add_marked(self, verdict: Verdict) -> None:
        claim = replace(verdict.claim, text=_sanitize_claim(verdict.claim.text))
        self._add(claim.lead, claim.noted(UNVERIFIED))

    def add_own_side(self, verdict: Verdict, *, after_fallen: bool) -> None:
        """Show a claim that its own article supports, else what that article says."""
        if verdict.rests_on:
            self.add_claim(verdict, after_fallen=after_fallen)
        else:
            self.add_quote(verdict.nearest[0], verdict.claim.lead)

    def add_against(self, verdict: Verdict) -> None:
        """Quote on a line of its own what another article says against a claim, with its title and day."""
        if against := verdict.against:
            later = _is_later(against.reference.article, verdict.nearest[0].reference.article)
            self.add_quote(
                against, "\n" if self.text else "", f"{_name_other(against.reference.article, later=later)}: "
            )

    def add_quote(self, quoted: Evidence, lead: str, introduction: str = "") -> None:
        """Quote a sentence with what belongs to it, unless it is quoted already."""
        reference, text = quoted.reference, self._texts[quoted.reference.article.id]
        span = _find_whole_span(quoted, text)
        if any(
            article_id == reference.article.id and other.start <= quoted.sentence.start and span.end <= other.end
            for article_id, other in self._quoted
        ):
            return
        self._quoted.append((reference.article.id, span))
        number = self._cite(reference, span)
        self._add(lead, f"{introduction}“{escape_quote(text[span.start : span.end])}” [{number}]")

    def _add(self, lead: str, sentence: str) -> None:
        self.text += (lead or (" " if self.text else "")) + sentence

    def _cite(self, reference: Reference, span: Span) -> int:
        """Return the number of the citation of a place, which is added when none covers it."""
        for citation in self.citations:
            if (
                citation.article_id == reference.article.id
                and citation.start <= span.start
                and span.end <= citation.end
            ):
                return citation.number
        text = self._texts[reference.article.id]
        self.citations.append(cite(len(self.citations) + 1, reference.article, text, span))
        return len(self.citations)


def _has_counterpart(verdict: Verdict) -> bool:
    """Say whether the sentence nearest to a claim tells of the same, so that it may be quoted in its place."""
    words = [word for word in wording(verdict.claim.text).words if word.weight]
    least = CLOSE_SHARE if verdict.reason == "not stated" else FAIR_SHARE
    return bool(verdict.nearest) and verdict.share >= least and len(words) >= FEWEST_WORDS


def _supersedes(verdict: Verdict) -> bool:
    """Say whether what another article says takes the place of what the claim's own article says."""
    against = verdict.against
    if against is None:
        return False
    return verdict.reason == "withdrawn" or _is_later(against.reference.article, verdict.nearest[0].reference.article)


def _is_later(one: ArticleInfo, other: ArticleInfo) -> bool:
    return precedes(other.published, one.published)


def _name_other(article: ArticleInfo, *, later: bool) -> str:
    name = escape_quote(article.title) or article.id
    if article.published is None:
        return name
    return f"Later, {say_when(article.published)}, {name}" if later else f"{name} ({format_day(article.published)})"


def _sanitize_claim(text: str) -> str:
    """Return a claim on one line, without markup, and without a marker of its own."""
    return MARKER.sub(r"(\1)", " ".join(sanitize_model_output(text).split()))


def _find_span(evidence: Evidence) -> Span:
    """Return what is cited: a whole sentence, begun earlier where it would open with "He said"."""
    before = [s for s in evidence.reference.passage.sentences if s.start < evidence.sentence.start]
    return Span(widen_quote(evidence.sentence, before).start, evidence.sentence.end)


def _find_whole_span(evidence: Evidence, text: str) -> Span:
    """Return what is quoted: the sentence with what denies or rates it, and what it can't be understood without."""
    sentences = evidence.reference.passage.sentences
    place = sentences.index(evidence.sentence)
    first, last = find_inseparable(text, sentences, place)
    return Span(widen_quote(sentences[first], sentences[:first]).start, sentences[last].end)
