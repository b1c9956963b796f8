"""Texts with questions and claims -> examples: a few neighbouring sentences, and which of them answer.

The texts of tests/golden/reading and tests/golden/claims are synthetic. Where ../shared/reading/squad.jsonl is there
(paragraphs of SQuAD 2.0, CC BY-SA 4.0), its paragraphs are used as well, but for those of the articles of squad-open
that serve to measure. Of every three texts with claims the last is left out: the score of a claim is fitted to those,
and measured.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from retrieval.text.passages import split_sentences
from tests.benchmarks.halves import assign_halves
from tests.benchmarks.reader_training.claim_making import answer_question, change_sentence

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

GOLDEN = Path(__file__).parents[2] / "golden"
SHARED = Path(__file__).parents[4] / "shared"
WHOLE = 0.15
"""Share of the examples that show the whole text; the others show two to six of its sentences."""
WITH_ANSWER = 0.7
"""Of the windows of a text that answers, the share that holds an answer; the others tempt."""
OTHER_PARAGRAPH = 0.12
"""Share of SQuAD's examples that show another paragraph of the same article, the one that shares most words."""
MEASURED = 10
"""Of the texts with questions every tenth is left out, to be measured with."""
RIVALS = 2
"""Articles of a small archive that a question is put to beside those that answer: those that share most words."""
OTHER_TEXT, LOOKED_AT = 0.15, 24
"""Share of the other questions that name something and are shown another text, which does not name it; and of how many
texts the one is taken that shares most words."""
UNREAD = 3
"""Of the texts with claims every third is."""
CLOSE, ELSEWHERE = 0.8, 0.1
"""Share of the claims that are shown close around their sentences; of the true ones, those shown without them."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]{2,}")
STEM = 6
"""Letters by which words are compared where tempting windows are looked for."""


@dataclass(frozen=True, slots=True)
class Mix:
    """What an epoch holds: the shares of the questions, of the sentences and of the answers of which claims are made by
    rule, and how often it holds each claim that was written."""

    questions: float
    claims: int
    sentences: float
    answers: float


FOR_QUESTIONS, FOR_CLAIMS = Mix(1.0, 1, 0.0, 0.0), Mix(0.05, 3, 0.35, 0.8)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its sentences' spans, its questions with the places of the sentences that answer, and its claims."""

    kind: str
    title: str
    text: str
    spans: tuple[tuple[int, int], ...]
    questions: tuple[tuple[str, tuple[int, ...]], ...] = ()
    claims: tuple[tuple[str, tuple[int, ...], bool], ...] = ()
    answers: tuple[tuple[str, ...], ...] = ()
    """The answers' wordings of each question, where they are known."""


@dataclass(frozen=True, slots=True)
class Example:
    """What the model sees, which sentences answer, and, for a claim, whether the text carries it."""

    asked: str
    title: str
    text: str
    spans: tuple[tuple[int, int], ...]
    answers: tuple[int, ...]
    carried: bool | None = None


def read_texts() -> list[Text]:
    """Return the synthetic texts, and SQuAD's paragraphs where they are at hand."""
    claims = [text for path in sorted((GOLDEN / "claims").glob("*.jsonl")) for text in _read_file(path)]
    texts = [*_read_questions(measured=False), *claims]
    squad = SHARED / "reading" / "squad.jsonl"
    if squad.is_file():
        measured = _list_measured_titles()
        paragraphs = map(json.loads, squad.read_text("utf-8").splitlines())
        texts += [_read_squad(each) for each in paragraphs if each["title"].replace("_", " ") not in measured]
    return texts


def is_unread(number: int) -> bool:
    """Say whether no reader was trained on the claims of a text with this number in its file."""
    return number % UNREAD == UNREAD - 1


def read_measured_texts() -> list[Text]:
    """Return the synthetic texts with questions that are left out."""
    return _read_questions(measured=True)


def _read_questions(*, measured: bool) -> list[Text]:
    files = [_read_file(path) for path in sorted((GOLDEN / "reading").glob("*.jsonl"))]
    archives = [_read_archives(path) for path in sorted((GOLDEN / "archives").glob("*.jsonl"))]
    return [
        text
        for numbered in [*map(enumerate, files), *archives]
        for number, text in numbered
        if (number % MEASURED == MEASURED - 1) == measured
    ]


def _read_archives(path: Path) -> list[tuple[int, Text]]:
    """Return the articles of small archives, with the number of the archive."""
    lines = path.read_text("utf-8").splitlines()
    return [(number, text) for number, line in enumerate(lines) for text in _read_archive(json.loads(line), path.stem)]


def _read_archive(archive: dict[str, Any], kind: str) -> list[Text]:
    """Return the articles of an archive, each with the questions that it answers, or may seem to.

    What answered a question until it was superseded counts as an answer: which is the newest is not for the reader.
    """
    articles = archive["articles"]
    asked: list[list[dict[str, Any]]] = [[] for _ in articles]
    for each in archive["questions"]:
        words, answering = _list_stems(each["question"]), defaultdict[int, list[str]](list)
        for answer in [*each["answers"], *each.get("stale", ())]:
            answering[answer["article"]] += answer["sentences"]
        others = [number for number in range(len(articles)) if number not in answering]
        others.sort(key=lambda number: -len(words & _list_stems(articles[number]["text"])))
        for number in [*answering, *others[:RIVALS]]:
            asked[number].append({"question": each["question"], "sentences": answering.get(number, [])})
    texts = ({**each, "questions": questions} for each, questions in zip(articles, asked, strict=True))
    return [_read_synthetic(each, kind, 0) for each in texts]


def _read_file(path: Path) -> list[Text]:
    lines = path.read_text("utf-8").splitlines()
    return [_read_synthetic(json.loads(line), path.stem, number) for number, line in enumerate(lines)]


def _list_measured_titles() -> set[str]:
    """Return the titles of the half of squad-open's articles that is held out of everything that is fitted."""
    lines = (SHARED / "benchmarks" / "squad-open" / "articles.jsonl").read_text("utf-8").splitlines()
    titles = {each["id"]: each["title"].replace("_", " ") for each in map(json.loads, lines)}
    return {titles[key] for key, half in assign_halves(titles).items() if half == "held-out"}


def _read_squad(paragraph: dict[str, object]) -> Text:
    text = str(paragraph["text"])
    spans = tuple((span.start, span.end) for span in split_sentences(text))
    questions, wordings = [], []
    asked: Sequence[dict[str, list[str]]] = paragraph["questions"]  # type: ignore[assignment]
    for each in asked:
        answering = [n for n, (a, b) in enumerate(spans) if any(answer in text[a:b] for answer in each["answers"])]
        if not each["answers"] or 0 < len(answering) <= max(2, len(spans) // 2):
            questions.append((str(each["question"]), tuple(answering)))
            wordings.append(tuple(each["answers"]))
    return Text("squad", str(paragraph["title"]), text, spans, tuple(questions), answers=tuple(wordings))


def _read_synthetic(line: dict[str, object], kind: str, number: int) -> Text:
    text = str(line["text"])
    spans = tuple((span.start, span.end) for span in split_sentences(text))

    def find(sentences: Sequence[str]) -> tuple[int, ...]:
        places = [(text.find(each), text.find(each) + len(each)) for each in sentences if each in text]
        return tuple(n for n, (a, b) in enumerate(spans) if any(2 * (min(b, y) - max(a, x)) > b - a for x, y in places))

    questions: Sequence[dict[str, str]] = line.get("questions", [])  # type: ignore[assignment]
    claims: Sequence[dict[str, str]] = [] if is_unread(number) else line.get("claims", [])  # type: ignore[assignment]
    return Text(
        kind,
        str(line.get("title", "")),
        text,
        spans,
        tuple((q["question"], find(q["sentences"])) for q in questions if find(q["sentences"]) or not q["sentences"]),
        tuple((c["claim"], find(c["sentences"]), bool(c["supported"])) for c in claims),
    )


@dataclass
class ExampleMaker:
    """Makes the examples of an epoch, other ones each time."""

    texts: Sequence[Text]
    chance: random.Random
    mix: Mix = FOR_QUESTIONS
    _siblings: dict[str, list[Text]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for text in self.texts:
            self._siblings[text.title if text.kind == "squad" else text.kind].append(text)

    def make_epoch(self) -> Iterator[Example]:
        """Yield the examples of an epoch in random order."""
        makers: list[Callable[[], Example | None]] = []
        for text in self.texts:
            asked = self._draw(text.questions, self.mix.questions)
            changed = self._draw(range(len(text.spans)), self.mix.sentences)
            answered = self._draw([n for n, each in enumerate(text.answers) if each], self.mix.answers)
            makers += [partial(self._ask, text, *each) for each in asked]
            makers += [partial(self._claim, text, *each) for each in text.claims * self.mix.claims]
            makers += [partial(self._change, text, place) for place in changed]
            makers += [partial(self._answer, text, number) for number in answered]
        self.chance.shuffle(makers)
        return (made for make in makers if (made := make()))

    def _draw(self, items: Sequence[T], share: float) -> list[T]:
        return [each for each in items if self.chance.random() < share]

    def _ask(self, text: Text, question: str, answers: tuple[int, ...]) -> Example:
        words = _list_stems(question)
        if other := self._choose_other(text, question, words):
            text, answers = other, ()
        whole = self.chance.random() < WHOLE
        first, end = (0, len(text.spans)) if whole else self._choose_window(text, answers, words)
        return self._cut(text, self._type_hastily(question), first, end, answers)

    def _choose_other(self, text: Text, question: str, words: frozenset[str]) -> Text | None:
        """Choose, now and then, another text that shares words with a question and does not answer it."""
        squad, drawn = text.kind == "squad", self.chance.random()
        if drawn >= (OTHER_PARAGRAPH if squad else OTHER_TEXT):
            return None
        siblings = self._siblings[text.title if squad else text.kind]
        others = [each for each in self.chance.sample(siblings, min(LOOKED_AT, len(siblings))) if each is not text]
        if not squad:
            names = _NAME.findall(question)
            others = [each for each in others if names and not any(name in each.text for name in names)]
        return max(others, key=lambda each: len(words & _list_stems(each.text)), default=None)

    def _change(self, text: Text, place: int) -> Example | None:
        """Make a claim of a sentence by rule."""
        start, end = text.spans[place]
        changed = change_sentence(text.text[start:end].strip(), text.text, self.chance)
        return self._claim(text, changed[0], (place,), changed[1]) if changed else None

    def _answer(self, text: Text, number: int) -> Example | None:
        """Make a claim of a question and an answer by rule."""
        question, places = text.questions[number]
        others = [each[0] for n, each in enumerate(text.answers) if each and n != number]
        changed = answer_question(question, text.answers[number], others, self.chance)
        return self._claim(text, changed[0], places, changed[1]) if changed else None

    def _claim(self, text: Text, claim: str, sentences: tuple[int, ...], carried: bool) -> Example:
        first, end = 0, len(text.spans)
        if carried and sentences and self.chance.random() < ELSEWHERE:
            before, after = (0, min(sentences)), (max(sentences) + 1, end)
            first, end = max(before, after, key=lambda each: each[1] - each[0])
            if end - first >= 2:
                start = self.chance.randint(first, max(first, end - 4))
                made = self._cut(text, claim, start, min(end, start + 4), ())
                return Example(made.asked, made.title, made.text, made.spans, (), False)
            first, end = 0, len(text.spans)
        if sentences and self.chance.random() < CLOSE:
            first = max(0, min(sentences) - self.chance.randint(0, 2))
            end = min(end, max(sentences) + 1 + self.chance.randint(0, 1))
        made = self._cut(text, claim, first, end, sentences if carried else ())
        return Example(made.asked, text.title, made.text, made.spans, made.answers, carried)

    def _choose_window(self, text: Text, answers: Sequence[int], words: frozenset[str]) -> tuple[int, int]:
        """Choose two to six sentences: with an answer, or with the sentence that tempts most, or any."""
        count = len(text.spans)
        size = min(count, self.chance.choice((2, 3, 3, 4, 4, 5, 6)))
        if answers and self.chance.random() < WITH_ANSWER:
            around = self.chance.choice(answers)
        elif self.chance.random() < 0.6:
            shared = [len(words & _list_stems(text.text[a:b])) + self.chance.random() for a, b in text.spans]
            around = max(range(count), key=lambda n: 0 if n in answers else shared[n])
        else:
            around = self.chance.randrange(count)
        first = self.chance.randint(max(0, around - size + 1), min(around, count - size))
        return first, first + size

    def _cut(self, text: Text, asked: str, first: int, end: int, answers: Sequence[int]) -> Example:
        start, stop = text.spans[first][0], text.spans[end - 1][1]
        spans = tuple((a - start, b - start) for a, b in text.spans[first:end])
        title = text.title if self.chance.random() < 0.9 else ""
        return Example(
            asked, title, text.text[start:stop], spans, tuple(n - first for n in answers if first <= n < end)
        )

    def _type_hastily(self, question: str) -> str:
        """Return a question as it is, or in lower case, or without its question mark."""
        drawn = self.chance.random()
        question = question.lower() if drawn < 0.17 else question
        return question.rstrip("?") if drawn < 0.12 or 0.17 <= drawn < 0.22 else question


@lru_cache(maxsize=1 << 14)
def _list_stems(text: str) -> frozenset[str]:
    return frozenset({word.lower()[:STEM] for word in re.findall(r"\w{4,}", text)})
