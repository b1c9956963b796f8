"""The values of an evaluation: what was expected, what is known, what came of it. Frozen; no files, no models.

Offsets count code points of `Article.text`, half-open, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.domain import Answer, Turn

UNSEARCHED = frozenset({"smalltalk", "unclear"})
"""Kinds of questions for which nothing is searched."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden question as it was written, with what a good answer to it has to do; empty: nothing is expected.

    The answer must contain one of the texts in `answer` and all of those in `contains`, and none of those in
    `excludes`. `cites` are articles (id, title or source) that must be cited, `quotes` texts that must be inside
    citations. One of the texts in `first` must be in the first citation, none of those in `not_first`. Those in `sides`
    must each be inside a citation of its own, those in `order` inside citations that follow each other. `refuses` says
    whether a refusal is expected; None where it says neither; `asks_back` expects a question back. The question must be
    understood as one of the kinds in `kind`. `since`, `until`, `author` and `as_of` limit the search as on the command
    line; nothing published after `as_of` may be cited or named. `today` is the day on which it is asked. `note` is for
    people and changes nothing. `file` and `line` (from 1) are where it was written; `id` is unique in its file.
    """

    id: str
    question: str
    answer: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    refuses: bool | None = None
    asks_back: bool | None = None
    kind: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    author: str = ""
    as_of: str = ""
    today: str = ""
    history: tuple[Turn, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def expects(self) -> bool:
        """Whether anything is expected of the answer."""
        texts = (self.answer, self.contains, self.excludes, self.cites, self.first, self.not_first, self.kind)
        return self.refuses is not None or bool(self.asks_back) or any((*texts, *self.copied))

    @property
    def copied(self) -> tuple[tuple[str, ...], ...]:
        """The fields whose texts must all be words of the articles."""
        return self.quotes, self.sides, self.order

    @property
    def answerable(self) -> bool | None:
        """Whether the articles answer it, as far as is known: a question that expects anything of an answer is."""
        return not (self.refuses or self.asks_back or set(self.kind) & UNSEARCHED) if self.expects else None


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """A range of code points in an article, half-open."""

    article_id: str
    start: int
    end: int

    def is_within(self, article_id: str, start: int, end: int) -> bool:
        """Say whether a range of an article covers all of this place."""
        return article_id == self.article_id and start <= self.start and self.end <= end

    def overlaps(self, article_id: str, start: int, end: int) -> bool:
        """Say whether a range of an article shares a character with this place."""
        return article_id == self.article_id and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known of a right answer, in the archive's own terms.

    Each of `evidence` is one piece that retrieval should find, as the places where it occurs: a passage finds it when
    it covers one of them. Each of `sentences` is one that citations should name in the same way: a
    citation names it when it overlaps one. Each of `articles` is one article, as the ids that will do. Empty where
    nothing is known; `answerable` is None where that is not known either.
    """

    answerable: bool | None
    answers: tuple[str, ...] = ()
    evidence: tuple[tuple[EvidenceSpan, ...], ...] = ()
    sentences: tuple[tuple[EvidenceSpan, ...], ...] = ()
    articles: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that the search ranked; `rank` counts from 1."""

    rank: int
    score: float
    article_id: str
    title: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation and whether it was met: the golden question's `field`, what is expected, what came instead."""

    field: str
    expected: str
    passed: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class CitationContext:
    """A citation among the words around it; `exact` says whether its quote is the article's text at its offsets."""

    number: int
    before: str
    after: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """How many claims an answer makes, how many of them its own citations support, and why not the others."""

    made: int
    carried: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the optional judge said: "right", "partly" or "wrong", or "" with an `error`; never part of any measure."""

    verdict: str
    reason: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one golden question.

    `answer` is None and `error` one line when it could not be asked. `retrieved` are the passages ranked for the
    question as it was understood, `seconds` the time of each step: "search" and "answer" always, and those of
    `Answer.steps`. `claims` is None for a refusal.
    """

    golden: Golden
    gold: Gold
    answer: Answer | None
    retrieved: tuple[Retrieved, ...] = ()
    checks: tuple[Check, ...] = ()
    excerpts: tuple[CitationContext, ...] = ()
    claims: Claims | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    judgement: Judgement | None = None
    error: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether every expectation was met; None where there is none."""
        if not self.golden.expects:
            return None
        return not self.error and all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: its outcomes in order, and all that distinguishes it from another.

    `at` is ISO 8601 with offset; `settings` are those that can change answers, as text by name; `k` is how many
    passages were kept for each question; `judge` names model and prompt, where one judged.
    """

    at: str
    version: str
    library: str
    generation: int
    articles: int
    passages: int
    settings: Mapping[str, str]
    k: int
    outcomes: tuple[Outcome, ...]
    judge: str = ""
