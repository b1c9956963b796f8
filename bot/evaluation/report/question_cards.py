"""What a report shows of one outcome: in which states it is, and its texts in pieces, some of them marked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from retrieval.answering.citations import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.evaluation.results import CitationContext, EvidenceSpan, Gold, Outcome, Retrieved
    from retrieval.domain import Answer, Citation

STATES = {
    "passed": "passed",
    "failed": "failed",
    "unjudged": "no expectations",
    "refused": "refused",
    "error": "error",
    "flipped": "flipped",
}
"""What questions can be filtered by, and how it reads."""
LONGEST_PASSAGE = 1_200
"""Characters shown of a passage; the whole is in the JSON file of the run."""
LONGEST_ALL_PASSAGES = 8_000_000
"""Characters shown of all passages together, so that a page of a thousand questions still opens on a phone."""
CONTEXT_BEFORE_EVIDENCE = 160
"""Characters shown before the first evidence in a passage that is cut at its beginning."""

_UNSAFE = re.compile(r"[^a-z0-9]+")


class MarkedText(NamedTuple):
    """A part of a text, and whether it is marked."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class PassageCard:
    """A retrieved passage: `holds` counts the gold evidence in it, `near` says that it is of a right article."""

    found: Retrieved
    pieces: tuple[MarkedText, ...]
    holds: int
    near: bool


@dataclass(frozen=True, slots=True)
class CitationCard:
    """A citation with its context, where that is known.

    `file` is the name of the article's file without its folder: a report is shown to others. `names` says whether it
    names a gold sentence, or, where none are known, a gold article; None where neither is.
    """

    citation: Citation
    excerpt: CitationContext | None
    link: str
    file: str
    names: bool | None


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """An outcome as it is shown; `anchor` is unique on the page, `before` what a former run answered."""

    anchor: str
    outcome: Outcome
    states: tuple[str, ...]
    verdict: str
    pieces: tuple[MarkedText, ...]
    citations: tuple[CitationCard, ...]
    passages: tuple[PassageCard, ...]
    flip: str = ""
    before: Answer | None = None

    @property
    def first(self) -> str:
        """Say in words which of the passages holds gold evidence first."""
        ranks = [passage.found.rank for passage in self.passages if passage.holds]
        return f"the evidence first at rank {ranks[0]}" if ranks else "none holds the evidence"


def build_question_cards(
    outcomes: Sequence[Outcome],
    flips: Mapping[tuple[str, str], str] | None = None,
    before: Mapping[tuple[str, str], Outcome] | None = None,
) -> tuple[QuestionCard, ...]:
    """Return every outcome as it is shown, in order.

    `flips` and `before` are by id and question: how the verdict changed since a former run, and what came of it then.
    """
    flips, before = flips or {}, before or {}
    passages = sum(len(outcome.retrieved) for outcome in outcomes)
    longest = max(200, min(LONGEST_PASSAGE, LONGEST_ALL_PASSAGES // max(1, passages)))
    return tuple(
        _build_card(anchor, outcome, flips.get(identify(outcome), ""), before.get(identify(outcome)), longest)
        for anchor, outcome in zip(name_anchors(outcomes), outcomes, strict=True)
    )


def identify(outcome: Outcome) -> tuple[str, str]:
    """Return what a question is found by in another run."""
    return outcome.golden.id, outcome.golden.question


def name_anchors(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Name the questions' places on the page: `q-` and the id in plain letters, numbered where it is taken."""
    taken: set[str] = set()
    for outcome in outcomes:
        plain = "q-" + (_UNSAFE.sub("-", outcome.golden.id.lower()).strip("-")[:80] or "question")
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        yield name


def _build_card(anchor: str, outcome: Outcome, flip: str, before: Outcome | None, longest: int) -> QuestionCard:
    answer, gold = outcome.answer, outcome.gold
    excerpts = {excerpt.number: excerpt for excerpt in outcome.excerpts}
    return QuestionCard(
        anchor,
        outcome,
        tuple(_list_states(outcome, flip)),
        "error" if outcome.error else {True: "passed", False: "failed", None: "unjudged"}[outcome.passed],
        tuple(_split_markers(answer.text)) if answer else (),
        tuple(_build_citation_card(each, excerpts.get(each.number), gold) for each in answer.citations)
        if answer
        else (),
        tuple(_build_passage_card(found, gold, longest) for found in outcome.retrieved),
        flip,
        before.answer if before else None,
    )


def _list_states(outcome: Outcome, flip: str) -> Iterator[str]:
    yield {True: "passed", False: "failed", None: "unjudged"}[outcome.passed]
    if outcome.answer is not None and outcome.answer.refused:
        yield "refused"
    if outcome.error:
        yield "error"
    if flip:
        yield "flipped"


def _split_markers(text: str) -> Iterator[MarkedText]:
    end = 0
    for marker in MARKER.finditer(text):
        yield MarkedText(text[end : marker.start()])
        yield MarkedText(marker[0], marked=True)
        end = marker.end()
    yield MarkedText(text[end:])


def _build_citation_card(citation: Citation, excerpt: CitationContext | None, gold: Gold) -> CitationCard:
    file = citation.source.replace("\\", "/").rpartition("/")[2]
    return CitationCard(citation, excerpt, _filter_link(citation.url), file, _names_evidence(citation, gold))


def _names_evidence(citation: Citation, gold: Gold) -> bool | None:
    if gold.sentences:
        where = (citation.article_id, citation.start, citation.end)
        return any(place.overlaps(*where) for places in gold.sentences for place in places)
    return any(citation.article_id in ids for ids in gold.articles) if gold.articles else None


def _filter_link(url: str) -> str:
    """Return an address that may be followed, "" for what is none: `javascript:` and the like."""
    return url if url.startswith(("https://", "http://")) else ""


def _build_passage_card(found: Retrieved, gold: Gold, longest: int) -> PassageCard:
    held = [[p for p in places if p.is_within(found.article_id, found.start, found.end)] for places in gold.evidence]
    near = any(found.article_id in ids for ids in gold.articles)
    return PassageCard(
        found, tuple(split_evidence(found, [p for places in held for p in places], longest)), sum(map(bool, held)), near
    )


def split_evidence(found: Retrieved, places: Iterable[EvidenceSpan], longest: int) -> Iterator[MarkedText]:
    """Cut a passage to `longest` characters around its first evidence and return it in pieces, evidence marked."""
    spans = sorted((place.start - found.start, place.end - found.start) for place in places)
    first = spans[0] if spans else (0, 0)
    begin = 0 if first[1] <= longest else max(0, first[0] - min(CONTEXT_BEFORE_EVIDENCE, longest // 4))
    stop = min(len(found.text), begin + longest)
    at = begin
    if begin:
        yield MarkedText("… ")
    for start, end in spans:
        if max(start, at) < min(end, stop):
            yield MarkedText(found.text[at : max(start, at)])
            yield MarkedText(found.text[max(start, at) : min(end, stop)], marked=True)
            at = min(end, stop)
    yield MarkedText(found.text[at:stop])
    if stop < len(found.text):
        yield MarkedText(" …")
