"""Hand-written stand-ins: an encoder of hashed words, and makers of small articles."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retrieval.domain import Article, Passage, Span
from retrieval.encoder import EncodedPassage, TokenVectors, Window, WindowReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORD = re.compile(r"\w+")
TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass
class FakeEncoder:
    """Maps a text to the unit vector of its hashed words: texts that share words are near each other."""

    fingerprint: str = "fake-bag-of-words@000000000000"
    engine: str = "fake float32"
    dimension: int = 64
    window: int = 256
    encoded: list[str] = field(default_factory=list)

    def measure(self, texts: Sequence[str]) -> list[list[Span]]:
        """Call words and punctuation marks tokens."""
        return [[Span(*match.span()) for match in TOKEN.finditer(text)] for text in texts]

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Encode a question as if it were a passage."""
        return self._vector(question)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Encode each token by itself."""
        spans = [tuple(Span(*match.span()) for match in TOKEN.finditer(text)) for text in texts]
        return [
            TokenVectors(np.array([self._vector(text[a:b]) for a, b in s], np.float32).reshape(-1, self.dimension), s)
            for text, s in zip(texts, spans, strict=True)
        ]

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode header and text together, and each sentence alone; remember the texts."""
        texts = [header + passage.text for passage, header in zip(passages, headers, strict=True)]
        self.encoded += texts
        return [
            EncodedPassage(
                self._vector(text),
                np.array([self._vector(s.text) for s in passage.sentences], np.float32).reshape(-1, self.dimension),
            )
            for passage, text in zip(passages, texts, strict=True)
        ]

    def read_windows(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Take the share of a question's longer words that a sentence has for how well it answers."""
        asked = {word for word in WORD.findall(question.casefold()) if len(word) > 3}

        def rate(text: str) -> float:
            return 10 * len(asked & set(WORD.findall(text.casefold()))) / max(1, len(asked)) - 5

        return [
            WindowReading(tuple(rate(w.head + w.text[a:b]) for a, b in w.sentences), rate(w.head + " " + w.text))
            for w in windows
        ]

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Take the share of a claim's longer words that a window has for how well it carries it."""
        return [replace(each, claim=each.answers) for each in self.read_windows(claim, windows)]

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, np.float32)
        for word in WORD.findall(text.casefold()):
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            vector[int.from_bytes(digest[:4], "big") % self.dimension] += 1.0 if digest[4] % 2 else -1.0
        length = float(np.linalg.norm(vector))
        if not length:
            vector[0] = length = 1.0
        return vector / np.float32(length)


TOPICS = ("harbour", "comet", "orchard", "glacier", "violin", "railway", "parliament", "lighthouse", "vaccine", "reef")


def make_article(
    number: int = 1, *, sentences: int = 12, version: int = 1, author: str = "", published: date | None = None
) -> Article:
    """Make an article whose words tell its number, version and topic; equal arguments make equal articles."""
    topic = TOPICS[number % len(TOPICS)]
    lines = [
        f"The {topic} of story{number} was seen in version{version} by witness {i}, who counted {i * number} boats."
        for i in range(sentences)
    ]
    return Article(
        id=f"article-{number}",
        text="\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)),
        title=f"The {topic}, part {number}",
        author=author or f"Author {number % 3}",
        published=published or date(2023, 1 + number % 12, 1 + number % 28),
        url=f"https://example.org/{number}",
        source=f"/articles/{number}.txt",
    )
