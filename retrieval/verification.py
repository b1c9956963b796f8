"""A chat model's draft -> the claims that the cited passages carry, each with the words it rests on.

A claim stands when up to three sentences of the references carry it: its words are theirs or close in meaning, its
numbers, dates, names and quotes stand there in the same places, and neither denies what the other affirms. Those
sentences become its citations, whatever its markers said. What does not stand is left out or marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval.attribution import unframed
from retrieval.citations import cite, quotable
from retrieval.claims import claims
from retrieval.domain import Citation, Span
from retrieval.extract import leans, widen
from retrieval.support import Evidence, closeness, denied, opposite, places, rival, swapped
from retrieval.wording import Wording, flat, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from retrieval.claims import Claim
    from retrieval.domain import Reference
    from retrieval.encoder import Encoder
    from retrieval.wording import Fact

    Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
    """Pairs of (premise, hypothesis) -> the probability that the premise entails the hypothesis."""

UNVERIFIED = "(unverified)"
"""Follows a claim that does not stand, where such claims are shown."""

SENTENCES = 3
"""Sentences that may carry one claim together."""
COMPARED = 6
"""Sentences that are compared word by word with a claim."""
ATTEMPTS = 3
"""Sentences that a claim is tried to rest on, best first."""
AS_GOOD = 0.1
"""What a sentence may carry less than the best to be tried as well: copies and retellings, not any sentence near by."""
CITED = 0.1
"""What a sentence's being cited counts, in shares of the claim that it carries."""
GAIN = 0.15
"""Share of a claim that a further sentence must add to be drawn on."""
CARRIED = 0.6
"""Share of a claim, by the weight of its words, that must be carried."""
GAP = 3
"""Topic words in a row that nothing carries make a claim fall, however much of the rest is carried."""
CLOSE, FAR = 0.75, 0.4
"""Cosines of two words in context from which on they mean the same, and below which they have nothing in common."""
RIVAL = 2
"""Neighbours that make another fact of a sentence the one that the claim has changed."""
ENTAILED = 0.5

_DATED = re.compile(
    r"(?:\bas of|\bdated|\bpublished(?: on| in)?|\b(?:article|report|piece|analysis) (?:of|from)|\breported on|\(|\bupdated(?: on)?)\s*$",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"^(?:as of|on|in) [^,]{3,30}\d{4}, ", re.IGNORECASE)
_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|example|dev|xyz)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[[^\]]*\]|\([^)]*\.\.\.[^)]*\))\s*")
_EDGES = " .,;:!?'\"-"


@dataclass(frozen=True, slots=True)
class Verified:
    """A draft after verification: its text with markers renumbered from 1 in order of use, and their citations.

    `left_out` is the reason for each claim that did not stand. Text is empty when nothing stood.
    """

    text: str
    citations: tuple[Citation, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim stands: the sentences it rests on, or the reason why it does not."""

    claim: Claim
    reason: str
    rests_on: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compared:
    """A sentence with how much of each word of a claim it carries, in [0, 1]; `carried` is their weighted mean."""

    evidence: Evidence
    words: tuple[float, ...]
    carried: float
    cited: bool


def verified(
    draft: str,
    references: Sequence[Reference],
    *,
    question: str,
    texts: Mapping[str, str],
    encoder: Encoder,
    entails: Entails | None = None,
    unverified: Literal["drop", "mark"] = "drop",
) -> Verified:
    """Return what stands of a draft; `texts` are the references' article texts by id."""
    evidence = list(_evidence(references))
    drafted = claims(draft, {reference.number for reference in references})
    verdicts = [judge(claim, evidence, question=question, texts=texts, encoder=encoder) for claim in drafted]
    if entails:
        verdicts = _entailed(verdicts, entails)
    return _settled(verdicts, texts, unverified)


def judge(
    claim: Claim, evidence: Sequence[Evidence], *, question: str, texts: Mapping[str, str], encoder: Encoder
) -> Verdict:
    """Say whether a claim stands, and on which sentences.

    The reason is one of "link", "empty", "quote", "support", "number", "date", "name", "attribution", "negation".
    """
    if _LINK.search(claim.text):
        return Verdict(claim, "link")
    articles = {e.reference.article.id: e.reference.article for e in evidence}
    text, attributed = unframed(claim.text, list(articles.values()))
    said = wording(text)
    if not any(word.weight for word in said.words):
        return Verdict(claim, "empty")
    allowed = [e for e in evidence if not attributed or e.reference.article.id in attributed]
    quoting = _quoting(said, allowed, texts)
    if quoting is None:
        return Verdict(claim, "quote")
    compared = _compare(said, claim, [e for e in allowed if not quoting or e in quoting] or allowed, encoder)
    everything = compared if not quoting else _compare(said, claim, allowed, encoder)
    reason = "support"
    for first in [each for each in compared[:ATTEMPTS] if each.carried >= compared[0].carried - AS_GOOD]:
        chosen = _completed(said, first, everything)
        failure = _failure(said, chosen, compared[0], texts, wording(question))
        if not failure:
            return Verdict(claim, "", tuple(each.evidence for each in chosen))
        reason = failure if first is compared[0] else reason
    return Verdict(claim, reason)


def _evidence(references: Sequence[Reference]) -> Iterable[Evidence]:
    for reference in references:
        sentences = reference.passage.sentences
        title = wording(f"{reference.article.title}. {reference.article.author}")
        for place, sentence in enumerate(sentences):
            before = tuple(wording(each.text) for each in reversed(sentences[max(0, place - 2) : place]))
            yield Evidence(reference, sentence, wording(sentence.text), before, title)


def _quoting(said: Wording, evidence: Sequence[Evidence], texts: Mapping[str, str]) -> list[Evidence] | None:
    """Return the sentences that hold the claim's quotes, word for word; None where one stands nowhere."""
    holding: list[Evidence] = []
    for fact in (fact for fact in said.facts if fact.kind == "quote"):
        parts = [part for piece in _ELLIPSIS.split(str(fact.value[0])) if (part := flat(piece).strip(_EDGES))]
        if not parts:
            continue
        articles = {e.reference.article.id for e in evidence if _has(_flat(texts[e.reference.article.id]), parts)}
        titled = any(_has(flat(e.title.text), parts) for e in evidence)
        if not articles and not titled:
            return None
        holding += [
            e
            for e in evidence
            if e.reference.article.id in articles and any(_overlaps(flat(e.sentence.text), part) for part in parts)
        ]
    return holding


def _has(text: str, parts: Sequence[str]) -> bool:
    """Say whether the parts stand in a text in this order, each as whole words."""
    at = 0
    for part in parts:
        found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(text, at)
        if not found:
            return False
        at = found.end()
    return True


def _overlaps(sentence: str, part: str) -> bool:
    """Say whether a quote lies in a sentence, or the sentence in a quote that goes on beyond it."""
    bare = sentence.strip(_EDGES)
    return part in sentence or (len(bare) > 20 and bare in part) or part[:40] in sentence or part[-40:] in sentence


def _compare(said: Wording, claim: Claim, evidence: Sequence[Evidence], encoder: Encoder) -> list[_Compared]:
    """Return the sentences that share most with a claim, best first; the best few are also compared by meaning."""
    found = [_weighed(said, e, _verbatim(said, e), e.reference.number in claim.markers) for e in evidence]
    found.sort(key=_order)
    best = found[:COMPARED]
    if best and best[0].carried < 1.0:
        similar = _similar(said, [each.evidence for each in best], encoder)
        best = [
            _weighed(said, each.evidence, [max(pair) for pair in zip(each.words, close, strict=True)], each.cited)
            for each, close in zip(best, similar, strict=True)
        ]
        best.sort(key=_order)
    return best


def _order(compared: _Compared) -> float:
    return -compared.carried - CITED * compared.cited


def _verbatim(said: Wording, evidence: Evidence) -> list[float]:
    stems = evidence.wording.stems | evidence.title.stems
    facts = {
        n
        for fact in said.facts
        if fact.kind != "quote" and places(fact, evidence.wording)
        for n in range(fact.first, fact.last)
    }
    return [float(word.stem in stems or n in facts) for n, word in enumerate(said.words)]


def _weighed(said: Wording, evidence: Evidence, words: Sequence[float], cited: bool) -> _Compared:
    total = sum(word.weight for word in said.words)
    carried = sum(word.weight * value for word, value in zip(said.words, words, strict=True)) / total
    return _Compared(evidence, tuple(words), carried, cited)


def _similar(said: Wording, evidence: Sequence[Evidence], encoder: Encoder) -> list[list[float]]:
    """Return for each sentence how close each word of the claim comes to one of its words in meaning, in [0, 1]."""
    claim, *others = encoder.encode_tokens([said.text, *(e.wording.text for e in evidence)])
    inside = [
        [n for n, span in enumerate(claim.spans) if word.start <= span.start < span.end <= word.end]
        for word in said.words
    ]
    found = []
    for other in others:
        cosines = (claim.vectors @ other.vectors.T).max(axis=1) if len(other.vectors) else np.zeros(len(claim.spans))
        means = [float(cosines[tokens].mean()) if tokens else 0.0 for tokens in inside]
        found.append([min(max((mean - FAR) / (CLOSE - FAR), 0.0), 1.0) for mean in means])
    return found


def _completed(said: Wording, first: _Compared, compared: Sequence[_Compared]) -> list[_Compared]:
    """Add to a sentence those that carry what it does not: further clauses, not single facts."""
    chosen = [first]
    facts = {n for fact in said.facts if fact.kind != "quote" for n in range(fact.first, fact.last)}
    weights = [0.0 if n in facts else word.weight for n, word in enumerate(said.words)]
    total = sum(weights) or 1.0
    while len(chosen) < SENTENCES:
        covered = [max(values) for values in zip(*(each.words for each in chosen), strict=True)]

        def gain(other: _Compared, covered: Sequence[float] = covered) -> float:
            more = [max(0.0, value - have) for value, have in zip(other.words, covered, strict=True)]
            new = sum(weight > 0 and value >= 0.5 for weight, value in zip(weights, more, strict=True))
            return sum(w * m for w, m in zip(weights, more, strict=True)) / total if new > 1 else 0.0

        rest = [other for other in compared if other not in chosen]
        best = max(rest, key=lambda other: gain(other) + 0.02 * other.cited, default=None)
        if best is None or gain(best) < GAIN:
            break
        chosen.append(best)
    return chosen


def _failure(
    said: Wording, chosen: Sequence[_Compared], best: _Compared, texts: Mapping[str, str], question: Wording
) -> str:
    """Return why the chosen sentences do not carry a claim, or nothing when they do."""
    words = [max(values) for values in zip(*(each.words for each in chosen), strict=True)]
    near = list(dict.fromkeys(each.evidence for each in chosen))
    for fact in said.facts:
        if fact.kind != "quote" and not _stands(fact, said, near, texts, question):
            return fact.kind
    if _weighed(said, chosen[0].evidence, words, cited=False).carried < CARRIED or _gap(said, words):
        return "support"
    wordings = [each.evidence.wording for each in chosen]
    if _negated(said, wordings) or opposite(said, wordings[0]):
        return "negation"
    return ""


def _stands(fact: Fact, said: Wording, chosen: Sequence[Evidence], texts: Mapping[str, str], question: Wording) -> bool:
    """Say whether a fact of a claim stands in the sentences, in its place there, or is given by what is around them."""
    own = {e: closeness(fact, said, e.wording) for e in chosen}
    rivals = {e: rival(fact, said, e.wording) for e in chosen}
    holding = [e for e in chosen if places(fact, e.wording)]
    if holding:
        best = max(own.values())
        displaced = any(rivals[e] > best + (e in holding) for e in chosen)
        return not displaced and not all(swapped(fact, said, e.wording) for e in holding)
    if max(rivals.values()) >= RIVAL:
        return False
    if not fact.sure:
        return True
    if places(fact, question):
        return True
    return _meant(fact, chosen, texts) if fact.kind == "name" else _published(fact, said, chosen)


def _meant(fact: Fact, chosen: Sequence[Evidence], texts: Mapping[str, str]) -> bool:
    """Say whether the title, or a sentence before one that leans on it, has the name that a sentence leaves out."""
    for evidence in chosen:
        if places(fact, evidence.title):
            return True
        named = next((w for w in evidence.before if any(f.kind == "name" for f in w.facts)), None)
        if named and places(fact, named) and (leans(evidence.sentence.text) or _LEANING.search(evidence.sentence.text)):
            return True
        known = {word.key for word in evidence.wording.words}
        if fact.value[-1] in known and _has(_flat(texts[evidence.reference.article.id]), [flat(fact.text)]):
            return True
    return False


_LEANING = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|hers|its|their|this|these|those|who|which|the [a-z]+)\b", re.IGNORECASE
)


@lru_cache(maxsize=64)
def _flat(text: str) -> str:
    return flat(text)


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


def _gap(said: Wording, words: Sequence[float]) -> bool:
    """Say whether so many topic words in a row are carried by nothing."""
    facts = {n for fact in said.facts for n in range(fact.first, fact.last)}
    missing = 0
    for n, (word, value) in enumerate(zip(said.words, words, strict=True)):
        if not word.weight or n in facts:
            continue
        missing = missing + 1 if value < 0.4 else 0
        if missing >= GAP:
            return True
    return False


def _negated(said: Wording, texts: Sequence[Wording]) -> bool:
    return denied(said, texts) or any(denied(text, [said]) for text in texts)


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


def _settled(verdicts: Sequence[Verdict], texts: Mapping[str, str], unverified: Literal["drop", "mark"]) -> Verified:
    """Put the text together from the claims that stand, number its citations in order of use."""
    text, citations = "", list[Citation]()
    standing = [verdict for verdict in verdicts if not verdict.reason]
    left_out = tuple(verdict.reason for verdict in verdicts if verdict.reason not in ("", "empty"))
    shown = verdicts if unverified == "mark" and standing else standing
    for verdict in shown:
        claim = replace(verdict.claim, text=quotable(verdict.claim.text))
        separator = claim.lead or (" " if text else "")
        if verdict.reason:
            text += "" if verdict.reason in ("link", "empty") else f"{separator}{claim.text} {UNVERIFIED}"
            continue
        numbers = tuple(dict.fromkeys(_cited(each, citations, texts) for each in _spans(verdict.rests_on)))
        text += separator + claim.marked(tuple(sorted(numbers)))
    return Verified(text.strip(), tuple(citations), left_out)


def _spans(rests_on: Sequence[Evidence]) -> list[tuple[Reference, Span]]:
    """Return what is quoted: whole sentences, begun earlier where one would open with "He said"."""
    found: list[tuple[Reference, Span]] = []
    for evidence in rests_on:
        passage = evidence.reference.passage
        before = [s for s in passage.sentences if s.start < evidence.sentence.start]
        found.append((evidence.reference, Span(widen(evidence.sentence, before).start, evidence.sentence.end)))
    return found


def _cited(place: tuple[Reference, Span], citations: list[Citation], texts: Mapping[str, str]) -> int:
    """Return the number of the citation of a place, which is added when none covers it."""
    reference, span = place
    for citation in citations:
        if citation.article_id == reference.article.id and citation.start <= span.start and span.end <= citation.end:
            return citation.number
    citations.append(cite(len(citations) + 1, reference.article, texts[reference.article.id], span))
    return len(citations)
