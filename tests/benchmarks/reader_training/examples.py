"""Texts with questions and claims -> examples: a few neighbouring sentences, and which of them answer."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tests.benchmarks.reader_training.claim_making import answer_question, change_sentence
from tests.benchmarks.reader_training.texts import list_stems

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from tests.benchmarks.reader_training.texts import Text

T = TypeVar("T")

WHOLE = 0.15
"""Share of the examples that show the whole text; the others show two to six of its sentences."""
WITH_ANSWER = 0.8
"""Of the windows of a text that answers, the share that holds an answer; the others tempt."""
SQUAD = 0.5
"""Share of SQuAD's questions that an epoch holds: there are many of one kind."""
OTHER_PARAGRAPH = 0.12
"""Share of SQuAD's examples that show another paragraph of the same article, the one that shares most words."""
COMPARED, COMPARED_WEIGHT = 0.5, 0.3
"""Share of the answered questions whose window is compared with one or two that do not answer; what the loss of each of
these by itself counts for."""
OTHER_TEXT, LOOKED_AT = 0.06, 24
"""Share of the other questions that name something and are shown another text, which does not name it; and of how many
texts the one is taken that shares most words."""
CLOSE, ELSEWHERE = 0.8, 0.1
"""Share of the claims that are shown close around their sentences; of the true ones, those shown without them."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]{2,}")


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
class Example:
    """What the model sees, which sentences answer, and, for a claim, whether the text carries it."""

    asked: str
    title: str
    text: str
    spans: tuple[tuple[int, int], ...]
    answers: tuple[int, ...]
    carried: bool | None = None
    weight: float = 1.0


@dataclass
class ExampleMaker:
    """Makes the examples of an epoch, other ones each time."""

    texts: Sequence[Text]
    chance: random.Random
    mix: Mix = FOR_QUESTIONS
    _siblings: dict[str, list[Text]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for text in self.texts:
            self._siblings[text.source].append(text)

    def make_epoch(self) -> Iterator[list[Example]]:
        """Yield the examples of an epoch in random order, those that are compared together."""
        makers: list[Callable[[], list[Example]]] = []
        for text in self.texts:
            asked = self._draw(text.questions, self.mix.questions * (SQUAD if text.kind == "squad" else 1))
            changed = self._draw(range(len(text.spans)), self.mix.sentences)
            answered = self._draw([n for n, each in enumerate(text.answers) if each], self.mix.answers)
            makers += [partial(self._ask, text, *each) for each in asked]
            makers += [partial(self._alone, self._claim, text, *each) for each in text.claims * self.mix.claims]
            makers += [partial(self._alone, self._change, text, place) for place in changed]
            makers += [partial(self._alone, self._answer, text, number) for number in answered]
        self.chance.shuffle(makers)
        return (made for make in makers if (made := make()))

    def _alone(self, make: Callable[..., Example | None], *given: Any) -> list[Example]:
        return [made] if (made := make(*given)) else []

    def _draw(self, items: Sequence[T], share: float) -> list[T]:
        return [each for each in items if self.chance.random() < share]

    def _ask(self, text: Text, question: str, answers: tuple[int, ...]) -> list[Example]:
        words = list_stems(question)
        if other := self._choose_other(text, question, words):
            text, answers = other, ()
        whole = self.chance.random() < WHOLE
        first, end = (0, len(text.spans)) if whole else self._choose_window(text, answers, words)
        typed = self._type_hastily(question)
        made = self._cut(text, typed, first, end, answers)
        if not made.answers or self.chance.random() >= COMPARED:
            return [made]
        rivals = [self._cut(*each) for each in self._choose_rivals(text, question, typed, answers, words)]
        return [made, *(replace(each, weight=COMPARED_WEIGHT) for each in rivals)]

    def _choose_other(self, text: Text, question: str, words: frozenset[str]) -> Text | None:
        """Choose, now and then, another text that shares words with a question and does not answer it."""
        if self.chance.random() >= (OTHER_PARAGRAPH if text.kind == "squad" else OTHER_TEXT):
            return None
        return self._find_sibling(text, question, words)

    def _find_sibling(self, text: Text, question: str, words: frozenset[str]) -> Text | None:
        """Return of some siblings that do not answer a question the one that shares most words with it."""
        siblings = self._siblings[text.source]
        others = [each for each in self.chance.sample(siblings, min(LOOKED_AT, len(siblings))) if each is not text]
        if text.kind == "squad":
            told = text.answers[[asked for asked, _ in text.questions].index(question)]
            others = [each for each in others if not any(wording in each.text for wording in told)]
        elif text.source == text.kind:
            names = _NAME.findall(question)
            others = [each for each in others if names and not any(name in each.text for name in names)]
        else:
            others = [each for each in others if all(asked != question or not found for asked, found in each.questions)]
        if text.source != text.kind and self.chance.random() < 0.3:
            return self.chance.choice(others) if others else None
        return max(others, key=lambda each: len(words & list_stems(each.text)), default=None)

    def _choose_rivals(
        self, text: Text, question: str, typed: str, answers: tuple[int, ...], words: frozenset[str]
    ) -> Iterator[tuple[Text, str, int, int, tuple[int, ...]]]:
        """Yield one or two windows of other texts or of the same that do not answer."""
        for _ in range(self.chance.choice((1, 1, 2))):
            other = self._find_sibling(text, question, words) if self.chance.random() < 0.75 else None
            if other:
                yield other, typed, *self._choose_window(other, (), words), ()
                continue
            first, end = self._choose_window(text, answers, words, tempting=True)
            if not any(first <= place < end for place in answers):
                yield text, typed, first, end, ()

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

    def _choose_window(
        self, text: Text, answers: Sequence[int], words: frozenset[str], *, tempting: bool = False
    ) -> tuple[int, int]:
        """Choose two to six sentences: with an answer, or with the sentence that tempts most, or any."""
        count = len(text.spans)
        size = min(count, self.chance.choice((2, 3, 3, 4, 4, 5, 6)))
        if answers and not tempting and self.chance.random() < WITH_ANSWER:
            around = self.chance.choice(answers)
        elif self.chance.random() < 0.6:
            shared = [len(words & list_stems(text.text[a:b])) + self.chance.random() for a, b in text.spans]
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
