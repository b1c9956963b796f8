"""What a new article says to a standing question: an answer where there was none, another answer, or the same again.

Whether it is another one is decided from what the two sentences state that a paraphrase may not change: figures, days,
names, negations, and what stands in the same place of one and the same sentence. Which facts count is the question's
to say. A statement that keeps the known fact is the same again, whatever else it tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from retrieval.answering.candidates import list_candidates
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.inquiry import Inquiry
from retrieval.answering.window_reading import read_around
from retrieval.conversation.understanding import understand_question
from retrieval.text.figures import find_figures
from retrieval.verification.claim_context import closed
from retrieval.verification.evidence import places
from retrieval.verification.features import is_year, wording
from retrieval.verification.numerals import dates

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.domain import ArticleInfo, Ask
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot
    from retrieval.search.query import Query
    from retrieval.verification.features import Word, Wording

SEARCHED = 30
"""Passages that are searched for; a new article that is not among them says nothing to the question."""
READ = 4
"""Sentences of an article around which is read."""
MOST_ARTICLES = 10
COVERED = 0.5
"""Part of a question's words, weighed by how rare they are, that a passage on it holds; all of its names besides."""
TOUCHES = 0.3
"""Confidence from which a sentence is compared with what is known; that there is an answer at all takes more."""
NEAR_NEGATION = 4
"""Words after a negation that it may be of."""
FEWEST_SHARED = 3
"""Words with which two sentences begin that say something of the same, in the same way."""

Change = Literal["", "figure", "day", "name", "denial", "status"]
"""What differs between two statements; "" where they say the same."""

_VOWEL = re.compile(r"[aeiou]")

Fact = tuple[object, ...]

_FIGURES = frozenset({"count", "quantity", "amount", "percentage", "age"})
_NAMES = frozenset({"person", "place"})
_FORMER = re.compile(
    r"\b(?:from|not|than|instead of|rather than|no longer)(?: (?!to\b)[^\W\d]\w*){0,2} ?$", re.IGNORECASE
)
"""What introduces a fact that is told as the former one: "from 7 to 12", "not in Linmere", "less than 140"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an article that speaks to a question, and the confidence that it answers it."""

    article: ArticleInfo
    text: str
    start: int
    end: int
    confidence: float


def list_statements(
    snapshot: Snapshot, encoder: Encoder, ask: Ask, *, among: Collection[str] | None = None
) -> tuple[Query, list[Statement]]:
    """Return the sentence of each article that answers a question best, best first; of all articles or those `among`.

    What hardly touches the question is left out.
    """
    today = ask.today or date.today()
    asked = understand_question(ask.question, ask.history, snapshot, encoder, where=ask.where, today=today)
    inquiry = Inquiry(asked, snapshot, encoder, k=SEARCHED)
    query, hits = inquiry.search(asked.searched)
    found: dict[str, Statement] = {}
    told = [hit for hit in hits if hit.coverage >= COVERED and (hit.names == 1 or not query.names)]
    candidates = list_candidates(query, [hit for hit in told if among is None or hit.article.id in among])
    reader = inquiry.read_for()
    for key in list(dict.fromkeys(each.hit.article.id for each in candidates))[:MOST_ARTICLES]:
        own = [each for each in candidates if each.hit.article.id == key]
        rated = read_around(own[:READ], own, reader)
        confidence, best = max(
            ((estimate_confidence(each.collect_signals(query, reader)), each) for each in rated),
            key=lambda pair: pair[0],
        )
        span = best.scored.sentence
        if confidence >= TOUCHES:
            found[key] = Statement(best.hit.article, best.text, span.start, span.end, confidence)
    return query, sorted(found.values(), key=lambda each: -each.confidence)


def find_change(query: Query, known: str, new: str, *, background: str = "") -> Change:
    """Return in which fact a new statement answers a question otherwise than the known one, "" where in none.

    What stands in the `background`, the articles that are known, is not new.
    """
    if closed(query.text):
        if _differs_in_negation(query.text, known, new):
            return "denial"
        return "status" if _differs_in_place(known, new) else ""
    name = query.answer_type.name if query.answer_type else ""
    wanted: Change = "figure" if name in _FIGURES else "day" if name == "time" else "name" if name in _NAMES else ""
    kinds: Sequence[Change] = (wanted,) if wanted else ("figure", "day", "name")
    for kind in kinds:
        compared = _Compared(kind, query.text)
        if wanted or compared.list_facts(known):
            if compared.replaces(known, new, background):
                return kind
            break  # the first kind of fact that the known answer holds is what was asked for
    return "denial" if _differs_in_negation(query.text, known, new) else ""


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two statements compared in the facts of one kind, without those of the question."""

    kind: Change
    question: str

    def replaces(self, known: str, new: str, background: str) -> bool:
        """Say whether a statement has another fact in the place of the known ones."""
        old, told = self.list_facts(known), self.list_facts(new)
        current = told - self._list_former(new, told)
        if any(_are_same(one, other) for one in old for other in current) or (
            self.kind == "name" and self._keeps_name(known, new)
        ):
            return False
        there = self.list_facts(background)
        fresh = [each for each in current if not any(_are_same(each, other) for other in there)]
        if self.kind != "figure":
            return bool(fresh)
        return any(not old or _are_same_unit(each, other) for each in fresh for other in old or [each])

    def list_facts(self, text: str) -> set[Fact]:
        """Return the facts that a text states: (amount, unit), (month, day), (year,), or the words of a name."""
        if self.kind == "figure":
            there = find_figures(self.question)
            return {(each.amount, each.unit) for each in find_figures(text) if each not in there}
        if self.kind == "day":
            return _list_days(text) - _list_days(self.question)
        asked = wording(self.question)
        names = (each for each in wording(text).facts if each.kind == "name" and each.sure)
        return {each.value for each in names if not places(each, asked)}

    def _list_former(self, text: str, facts: set[Fact]) -> set[Fact]:
        """Return those of several facts that a text tells as the former ones."""
        said = wording(text)
        starts: list[tuple[Fact, int]] = []
        if self.kind == "day":
            starts = [(each.value, each.start) for each in dates(text)]
        for each in said.facts:
            if self.kind == each.kind == "name":
                starts.append((each.value, said.words[each.first].start))
            elif self.kind == "figure" and each.kind == "number":
                amounts = (fact for fact in facts if fact[0] == each.value[0])
                starts += [(fact, said.words[each.first].start) for fact in amounts]
        former = {value for value, start in starts if value in facts and _FORMER.search(text[:start])}
        return former if former < facts else set()

    def _keeps_name(self, known: str, new: str) -> bool:
        """Say whether a statement names, as no former one, whom or what the known one names, or a part of that name."""
        asked, said = wording(self.question), wording(new)
        names = [each for each in wording(known).facts if each.kind == "name" and not places(each, asked)]
        kept = {place for each in names for place in places(each, said)[:1]}
        kept |= {
            each.first
            for each in said.facts
            if each.kind == "name" and any({*each.value} <= {*name.value} for name in names)
        }
        return any(not _FORMER.search(new[: said.words[place].start]) for place in kept)


def _are_same(one: Fact, other: Fact) -> bool:
    """Say whether two facts of a kind are the same; a figure counts the same where one of two does not say what."""
    return one == other or (isinstance(one[0], float) and one[0] == other[0] and _are_same_unit(one, other))


def _are_same_unit(one: Fact, other: Fact) -> bool:
    return one[-1] == other[-1] or "" in {one[-1], other[-1]}


def _list_days(text: str) -> set[Fact]:
    years = {(fact.value[0],) for fact in wording(text).facts if fact.kind == "number" and is_year(fact)}
    return {tuple(each.value) for each in dates(text)} | years


def _differs_in_negation(question: str, known: str, new: str) -> bool:
    """Say whether one of two statements denies what the other says, in a word of the question."""
    asked, sides = wording(question), [wording(each) for each in (known, new)]
    if not all(_holds_half(asked, side) for side in sides):
        return False
    denied = [_list_denied(side) for side in sides]
    return any(
        _is_form_of(word, other) and other not in denied[1 - n]
        for n in (0, 1)
        for word in denied[n]
        if any(each.weight and _is_form_of(word, each) for each in asked.words)
        for other in sides[1 - n].words
    )


def _holds_half(asked: Wording, said: Wording) -> bool:
    wanted = {word.stem for word in asked.words if word.weight}
    return 2 * len(wanted & said.stems) >= len(wanted)


def _list_denied(said: Wording) -> list[Word]:
    """Return the first word with a topic after each negation."""
    near = (said.words[n + 1 : n + 1 + NEAR_NEGATION] for n in said.negations)
    return [word for each in near for word in [next((one for one in each if one.weight), None)] if word]


def _is_form_of(one: Word, other: Word) -> bool:
    """Say whether two words are forms of one: by their stem, or by their consonants, as "know" and "knew" are."""
    bare = [_VOWEL.sub("", word.key) for word in (one, other)]
    strong = bare[0] == bare[1] and len(bare[0]) > 1 and one.key[0] == other.key[0]
    return one.stem == other.stem or strong


def _differs_in_place(known: str, new: str) -> bool:
    """Say whether two sentences begin alike and then say something else, of which the other has nothing."""
    sides = [wording(each) for each in (known, new)]
    pairs = zip(*(side.words for side in sides), strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0].stem == pair[1].stem, pairs))
    if shared < FEWEST_SHARED:
        return False
    following = [[word for word in side.words[shared:] if word.weight] for side in sides]
    if not all(following):
        return False
    stems = [{word.stem for word in side} for side in following]
    return following[0][0].stem not in stems[1] and following[1][0].stem not in stems[0]
