from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from retrieval.encoder import Window, WindowReading
from retrieval.verification.claim_reading import ClaimReading, read_claim
from tests.fakes import FakeEncoder
from tests.retrieval.verification.sample_drafts import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = "The council met. It voted on the pool. Nobody spoke against it. The pool will close. Swimmers were angry."


@dataclass
class RememberingEncoder(FakeEncoder):
    """Remembers the windows that a claim is read with, and rates the last one highest."""

    windows: list[Window] = field(default_factory=list)

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        self.windows = list(windows)
        return [
            WindowReading(tuple(10.0 * n + m for m in range(len(each.sentences))), 0.0, float(n))
            for n, each in enumerate(windows)
        ]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (0, "The council met. It voted on the pool."),
        (3, "It voted on the pool. Nobody spoke against it. The pool will close. Swimmers were angry."),
        (4, "Nobody spoke against it. The pool will close. Swimmers were angry."),
    ],
)
def test_a_sentence_is_read_among_those_beside_it(place: int, shown: str) -> None:
    evidence, _ = sentences_of(TEXT, title="Norrby")
    encoder = RememberingEncoder()

    read_claim("The pool is closing.", "", [evidence[place]], evidence, encoder)

    (window,) = encoder.windows
    assert (window.head, window.text) == ("Norrby", shown)
    assert [window.text[a:b] for a, b in window.sentences] == shown.replace(". ", ".|").split("|")


def test_the_best_window_and_the_best_sentence_count() -> None:
    evidence, _ = sentences_of(TEXT, title="Norrby")

    found = read_claim("The pool is closing.", "", [evidence[3], evidence[0]], evidence, RememberingEncoder())

    assert found == ClaimReading(window=1.0, sentence=2.0)


class TopicalEncoder(FakeEncoder):
    """Reads each text that is asked about as carried as it is long."""

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        return [WindowReading((float(len(claim)),) * len(each.sentences), 0.0, float(len(claim))) for each in windows]


@pytest.mark.parametrize("question", ["When did it open", "When did it open? "])
def test_what_says_nothing_without_the_question_is_read_after_it(question: str) -> None:
    evidence, _ = sentences_of(TEXT, title="Norrby")
    whole = "The pool was opened in 1971."

    short, long = (read_claim(each, question, evidence[:1], evidence, TopicalEncoder()) for each in ("In 1971.", whole))

    assert short == ClaimReading(*[float(len("When did it open? In 1971."))] * 2)
    assert long == ClaimReading(*[float(len(whole))] * 2)
