"""The shipped reader on texts that it was not trained on: whether it chooses the right sentence, and knows of none."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from retrieval.domain import Span
from retrieval.encoder import Window
from retrieval.encoder.bundled_model import BundledModel
from retrieval.encoder.sentence_reader import SentenceReader
from tests.benchmarks.reader_training.texts import read_measured_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.reader_training.texts import Text

SENTENCES, STRIDE = 6, 4
"""Sentences of a window, and from the start of one to that of the next."""


def measure() -> None:
    """Print, by file and for all, the share of first choices that answer, and the AUC of the best log-odds."""
    found = dict[str, list[tuple[bool, bool, float]]]()
    with TemporaryDirectory() as cache:
        reader = SentenceReader(BundledModel(cache=Path(cache)))
        for text in read_measured_texts():
            found.setdefault(text.kind, []).extend(_ask(reader, text, *each) for each in text.questions)
    for kind, outcomes in [*found.items(), ("all", [each for some in found.values() for each in some])]:
        answerable = [each[0] for each in outcomes]
        first = np.mean([right for asked, right, _ in outcomes if asked])
        auc = roc_auc_score(answerable, [odds for *_, odds in outcomes])
        print(f"{kind}: {len(outcomes)} questions, first sentence right {first:.3f}, AUC {auc:.3f}")


def _ask(reader: SentenceReader, text: Text, question: str, answers: Sequence[int]) -> tuple[bool, bool, float]:
    """Return whether a question has an answer, whether the sentence read as likeliest gives it, and its log-odds."""
    odds = np.full(len(text.spans), -np.inf)
    starts = range(0, max(1, len(text.spans) - SENTENCES + STRIDE), STRIDE)
    for first, reading in zip(starts, reader.read(question, [_open(text, first) for first in starts]), strict=True):
        part = odds[first : first + len(reading.sentences)]
        np.maximum(part, reading.sentences, out=part)
    return bool(answers), int(odds.argmax()) in answers, float(odds.max())


def _open(text: Text, first: int) -> Window:
    spans = text.spans[first : first + SENTENCES]
    start = spans[0][0]
    return Window(text.title, text.text[start : spans[-1][1]], tuple(Span(a - start, b - start) for a, b in spans))
