"""The values that travel between packages: frozen, typed, free of files, models and networks.

Offsets count Unicode code points of `Article.text`, half-open. The offsets law holds for every value here:
`article.text[x.start:x.end] == x.text` for passages and sentences, and `== x.quote` for citations.
"""

from __future__ import annotations

import hashlib
import json
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias

NOT_SAID = "The articles do not say."
"""The text of an answer that is a refusal."""

SURE = 0.8
"""Confidence from which an answer is sure. On squad-open .94 of the questions answered so are answerable, and .87 have
a quote that answers; between the threshold and this it is .76 and .58. On clapnq-open: .82 and .74, .64 and .56."""


class PartialDate(str):
    """A month or a year of which no day is known, in ISO 8601: "2026-03", "2026"; ValueError for other texts.

    It is a text, so that it is JSON as it stands. It has no order among days: what is compared is its first day, or
    its last.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> PartialDate:
        """Return the month or year that a text names."""
        if not re.fullmatch(r"[0-9]{4}(?:-[0-9]{2})?", text):
            raise ValueError(f"{text!r} is no month and no year")
        date(int(text[:4]), int(text[5:] or 1), 1)
        return super().__new__(cls, text)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(int(self[:4]), int(self[5:] or 1), 1)

    @property
    def last(self) -> date:
        """Its last day, by which it was over for certain."""
        year, month = int(self[:4]), int(self[5:] or 12)
        return date(year, month, monthrange(year, month)[1])

    def isoformat(self) -> str:
        """Return it as a text, as a day does."""
        return str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Have it read back as what it is from the JSON of a value that it is part of."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


PublicationDate = date | PartialDate
"""When something was published, as far as that is known. text/publication_dates.py compares them."""


class Span(NamedTuple):
    """A half-open range of code points in an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; `text` is never rewritten, `skipped` marks what passages leave out.

    `named_by_place` says that the id is made of where the article was read: it is another one once that has moved.
    `doubts` say what of it may have been read wrongly; they are reported and not kept.
    """

    id: str
    text: str
    title: str = ""
    author: str = ""
    published: PublicationDate | None = None
    url: str = ""
    source: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Span, ...] = ()
    named_by_place: bool = field(default=False, compare=False)
    doubts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def prose(self) -> str:
        """The text without what is skipped, for people to read; no offsets refer to it."""
        edges = [0, *(edge for span in self.skipped for edge in span), len(self.text)]
        kept = (self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
        return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything a reader could see; two equal hashes need no second reading."""
        published = self.published.isoformat() if self.published else ""
        seen = [self.title, self.author, published, self.url, self.source, dict(self.metadata), self.skipped, self.text]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with its offsets in the article."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences that fits the encoder's window; the unit that is embedded and ranked."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is limited to: publication dates (inclusive) and a part of an author's name, case ignored.

    With `as_of`, the archive is read as it was on that day: nothing published later, nothing without a date, and of an
    article that was changed later the text that it had then, where that is kept, else none. Each limit admits an
    article of a month or a year where it admits every day of it: one of "March 2026" is not used as of 10 March, nor
    since or until then, but is "in March", and in 2026.
    """

    since: date | None = None
    until: date | None = None
    author: str = ""
    as_of: date | None = None

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.author or self.as_of)


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """An article without its text, for lists and sources.

    `updated` is the day since which its text is this one, None where that is the first that is known. An earlier
    text of an article has the id of its own, says which article it is a `version_of`, and was `superseded` on a day.
    """

    id: str
    title: str = ""
    author: str = ""
    published: PublicationDate | None = None
    url: str = ""
    source: str = ""
    passages: int = 0
    characters: int = 0
    version_of: str = ""
    updated: date | None = None
    superseded: date | None = None


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit, with its evidence for the question.

    `cosine` is of its late vector and the question's, in [-1, 1]; `coverage` is the share of the question's terms,
    weighted by how rare they are, that it or the article's title contains, in [0, 1]; `answer_type_match` says how well
    it offers the expected type of answer (a date, a place, ...), in [0, 1]. `context` is what a row of a table needs
    to be understood: what announces the table, and the names of its columns.
    """

    sentence: Sentence
    score: float
    cosine: float
    coverage: float
    answer_type_match: float
    context: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its evidence; `rank` counts from 1, `score` orders within one search.

    `names` is the share of the question's names and numbers that the passage or the title contains, `pairs` the share
    of its pairs of neighbouring terms that are next to each other there, both in [0, 1]. `speaker` is the article's
    author as the question names them, where the article says "I" and so never names them; else "".
    """

    rank: int
    score: float
    passage: Passage
    article: ArticleInfo
    cosine: float
    bm25: float
    coverage: float
    names: float
    pairs: float
    sentences: tuple[ScoredSentence, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation: what was asked, as it was asked, and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with what limits it and what was said before it, oldest turn first.

    `today` is the day that "last week" counts from; None: the day on which it is answered.
    """

    question: str
    where: Filter = Filter()
    history: tuple[Turn, ...] = ()
    today: date | None = None


Certainty = Literal["sure", "unsure", "none"]
"""How an answer is to be given: as one, as one that may answer, or not at all, because the articles do not say."""

Kind = Literal["fact", "list", "comparison", "timeline", "summary", "headlines", "archive", "smalltalk", "unclear"]
"""What a question wants: what a sentence or a few state; all items of several; sides held against each other; events in
order; the gist; what is new in a period; something of the archive itself; no search at all; or it can't be told."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question as it is understood.

    `question` stands alone: without courtesies, its spelling corrected, completed from the conversation; where it was
    completed, `literal` is what it says by itself, else "". `subject` is what it is about, without the words that only
    say what is wanted. `where` holds the limits that were given and those that the question states: then `given` holds
    the former alone, else None. `searched` is what is searched for where that is not the question: without its words
    for a time, or with names and topic words of the conversation. `sides` are what a comparison compares, `parts` the
    questions of a message that asks several; both are empty otherwise. `remarks` say in short sentences what a reader
    should know of it: "Only articles of March 2026." `already_quoted` is an answer whose sentences are not wanted
    again.
    """

    question: str
    kind: Kind = "fact"
    literal: str = ""
    subject: str = ""
    where: Filter = Filter()
    searched: str = ""
    given: Filter | None = None
    sides: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    already_quoted: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage, or neighbouring ones merged, as it is offered to a chat model under a number that counts from 1."""

    number: int
    article: ArticleInfo
    passage: Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that is, character for character, in the article it names; `number` counts from 1.

    An empty quote cites the article as a whole: what is said of it is its title, author or date. `updated` and
    `superseded` are as in `ArticleInfo`.
    """

    number: int
    article_id: str
    title: str
    author: str
    published: PublicationDate | None
    url: str
    source: str
    quote: str
    start: int
    end: int
    updated: date | None = None
    superseded: date | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a chat model counted, in its own tokens, over all calls for one answer."""

    input_tokens: int
    output_tokens: int

    def __add__(self, other: Usage | None) -> Usage:
        """Return the sum; None counts as nothing."""
        if other is None:
            return self
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question, or that it does not say.

    Every `[n]` in the text has its citation and every citation is used. `confidence` is the calibrated probability
    that the archive answers the question. `nearest` names up to three articles, on refusals only. `standalone` is a
    follow-up's question as it was understood, empty where that is the question itself. `model` and `usage` are of the
    chat model, where one was asked; `steps` are seconds by step, `tokens` what was counted by step. `judge` is who
    judged the claims, empty where their words alone did; `reworded` gives the reason for each claim in whose place
    stand the articles' words, `left_out` that for each claim that is gone; `marked_unverified` says that the text shows
    such claims, marked. `notice` says in one line what the reader should know of how the answer came about.
    `understanding` is how the question was read.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    confidence: float
    answerer: str
    seconds: float
    nearest: tuple[ArticleInfo, ...] = ()
    standalone: str = ""
    model: str = ""
    usage: Usage | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    notice: str = ""
    marked_unverified: bool = False
    reworded: tuple[str, ...] = ()
    judge: str = ""
    tokens: Mapping[str, Usage] = field(default_factory=dict)
    understanding: Understanding | None = None
    certainty: Certainty = field(init=False)

    def __post_init__(self) -> None:
        certainty = "none" if self.refused else "sure" if self.confidence >= SURE else "unsure"
        object.__setattr__(self, "certainty", certainty)

    @property
    def kind(self) -> Kind:
        """What the question wants."""
        return self.understanding.kind if self.understanding else "fact"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that was offered for reading and could not be taken: where, why and what to do."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOutFiles:
    """Files of a folder that hold no articles as far as can be told: their kind, how many, and where the first is.

    The kind is a suffix such as ".png", "hidden", or "without a suffix".
    """

    kind: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class FieldName:
    """Another name for a field of ours: the number of articles in which it was taken for it, or said nothing usable."""

    name: str
    field: str
    taken: int
    unusable: int = 0


@dataclass(frozen=True, slots=True)
class DoubtfulDates:
    """Dates that could be two days and are none: of how many articles, and the first, as it is written and where."""

    count: int
    first: str
    place: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of which all was offered and nothing rejected, with the stamp that it has as long as it is the same.

    `told` is what else its reading told, as JSON, "" for nothing.
    """

    source: str
    stamp: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class UnchangedFile:
    """A file that is as it was when all of its articles went in, which are in still; it was not read again."""

    source: str
    article_ids: tuple[str, ...]
    told: str = ""


FindFile: TypeAlias = Callable[[str, str], UnchangedFile | None]
"""Returns what is known of a file by its source and its stamp; None where it is to be read."""

Offered: TypeAlias = Article | Rejection | LeftOutFiles | FieldName | DoubtfulDates | ReadFile | UnchangedFile
"""What reading yields."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did, in numbers of articles; `skipped` names each input that did not go in.

    `moved` are in as they were, from another place; `copies` names each input that is in under another name. `passages`
    counts what was encoded. `doubtful` names what is in as new and may have been read wrongly.
    `left_out` counts the files of the given folders that hold no articles. `field_names` are the names in JSON and
    tables that were taken for ours, `doubtful_dates` those that could be two days.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[Rejection, ...] = ()
    passages: int = 0
    seconds: float = 0.0
    moved: int = 0
    copies: tuple[Rejection, ...] = ()
    doubtful: tuple[Rejection, ...] = ()
    left_out: tuple[LeftOutFiles, ...] = ()
    field_names: tuple[FieldName, ...] = ()
    doubtful_dates: tuple[DoubtfulDates, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """The numbers by their names, in the order in which people are told; of rare ones, those that are not 0."""
        always = {"added": self.added, "updated": self.updated, "unchanged": self.unchanged, "removed": self.removed}
        rare = {"moved": self.moved, "already in under another name": len(self.copies)}
        return always | {name: count for name, count in rare.items() if count}
