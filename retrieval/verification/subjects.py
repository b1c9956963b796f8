"""Whether a claim says of one name what a sentence says of another. Pure; knows English.

A sentence is taken clause by clause: who stands at the head of a clause did what it tells. Names in other places, and
numbers, are evidence.py's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.verification.evidence import passive, places, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.verification.evidence import Evidence
    from retrieval.verification.features import Fact, Wording

HEAD = 3
"""Topic words that may stand before the name at the head of a clause, such as an office."""
TOLD = 2
"""Topic words that a clause must share with a claim to be the one that tells it."""
MOST = 0.5
"""Share, by weight, of what a claim tells of a name that a clause must tell."""
LESS = 0.7
"""Share of this at most that the clauses with the name itself may tell."""

_BREAK = re.compile(r";|,? \b(?:but|while|whereas|although|though)\b|, and\b")
_PREPOSITIONS = frozenset(re.findall(r"\w+", "in at on from for with to by near after before since over against as"))
_DAYS = frozenset(re.findall(r"\w+", "monday tuesday wednesday thursday friday saturday sunday"))
_OWNS = re.compile(r"(?:[’']s|s[’'])$")
_SAYS = re.compile(r",? (?:has |had |also )?(?:said|says|told|added|stated|warned|announced|claimed|argued|wrote)\b")
_REPORTED = re.compile(r"[“”\"]|\b(?:he|she|they|it)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """The words [first, last) of a text."""

    text: Wording
    first: int
    last: int

    def holds(self, name: Fact) -> bool:
        """Say whether a name stands in this clause."""
        return any(self.first <= place < self.last for place in places(name, self.text))


def misassigned(claim: Wording, evidence: Sequence[Evidence]) -> bool:
    """Say whether the sentences tell of another name what the claim tells of one."""
    alike = [each.wording for each in evidence if passive(each.wording) == passive(claim)]
    every = [clause for text in alike for clause in _clauses(text)]
    names = [fact for fact in claim.facts if fact.kind == "name"]
    for clause in _clauses(claim):
        name = _subject(clause, names)
        if name and _told_of_another(name, clause, names, every):
            return True
    return _put_in_the_mouth(claim, names, evidence)


def _told_of_another(name: Fact, clause: Clause, names: Sequence[Fact], every: Sequence[Clause]) -> bool:
    told = {w.stem: w.weight for w in clause.text.words[name.last : clause.last] if w.weight}
    shares = {other: _share(told, other) for other in every}
    best = max(every, key=lambda other: shares[other], default=None)
    if best is None or len(_matched(told, best)) < TOLD or shares[best] < MOST:
        return False
    if any(shares[other] > LESS * shares[best] for other in every if other.holds(name)):
        return False
    head = min(_matched(told, best))
    others = (f for f in best.text.facts if f.kind == "name" and best.first <= f.first and f.last <= head)
    known = {str(key) for fact in names for key in fact.value}
    return any(_acts(other, best) and known.isdisjoint(other.value) and not _named(other, names) for other in others)


def _named(other: Fact, names: Sequence[Fact]) -> bool:
    return any(same(name, other) for name in names)


def _acts(name: Fact, clause: Clause) -> bool:
    before = clause.text.words[name.first - 1].key if name.first > clause.first else ""
    return before not in _PREPOSITIONS and not _DAYS & set(map(str, name.value))


def _share(told: dict[str, float], clause: Clause) -> float:
    found = {clause.text.words[n].stem for n in _matched(told, clause)}
    return sum(told[stem] for stem in found) / sum(told.values()) if told else 0.0


def _matched(told: dict[str, float], clause: Clause) -> list[int]:
    return [n for n in range(clause.first, clause.last) if clause.text.words[n].stem in told]


def _subject(clause: Clause, names: Sequence[Fact]) -> Fact | None:
    """Return the name at the head of a clause."""
    name = next((f for f in names if clause.first <= f.first and f.last <= clause.last), None)
    if not name or not name.sure or not _acts(name, clause) or _OWNS.search(name.text):
        return None
    before = sum(1 for w in clause.text.words[clause.first : name.first] if w.weight)
    return name if before <= HEAD else None


def _put_in_the_mouth(claim: Wording, names: Sequence[Fact], evidence: Sequence[Evidence]) -> bool:
    """Say whether the claim opens with a speaker of whom the sentence that tells the rest knows nothing."""
    speaker = next((f for f in names if f.sure and _SAYS.match(claim.text, claim.words[f.last - 1].end)), None)
    if not speaker or len(evidence) < TOLD:
        return False
    told = {w.stem: w.weight for w in claim.words[speaker.last + 1 :] if w.weight}
    best = max(evidence, key=lambda e: _share(told, Clause(e.wording, 0, len(e.wording.words))))
    known = any(places(speaker, text) for text in (best.wording, *best.before, best.title))
    return not known and not _REPORTED.search(best.wording.text)


def _clauses(text: Wording) -> Iterator[Clause]:
    """Yield the clauses of a text; ", and" ends one that has something to tell."""
    first = 0
    for match in _BREAK.finditer(text.text):
        last = next((n for n, word in enumerate(text.words) if word.end > match.end()), len(text.words))
        if sum(1 for word in text.words[first:last] if word.weight) > HEAD:
            yield Clause(text, first, last)
            first = last
    if first < len(text.words):
        yield Clause(text, first, len(text.words))
