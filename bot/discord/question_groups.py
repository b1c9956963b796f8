"""Questions -> groups of the same question in other words; by their words, their vectors and what was quoted. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retrieval.search.query import find_answer_type
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

SIMILAR = 0.82
"""Least dot product of two questions in one group. Of 12 pairs of the same question 11 are above it, and of 12 pairs of
different ones 7, which their kinds ("where", "when"), their names and numbers, or their quotes tell apart."""
MOST_COMPARED = 1_000
"""Questions of different words that are compared by their vectors, the newest: each with all others."""
COUNTS = ("count", "quantity")
"""Kinds that ask for the same: "how long", "how many days"."""


class WordedQuestion(NamedTuple):
    """A question by its words, and where the first quote of its answer stands; () for none."""

    text: str
    quoted: tuple[str, int] | tuple[()] = ()


def group_questions(
    asked: Sequence[WordedQuestion], encode: Callable[[str], NDArray[np.float32]] | None = None
) -> list[list[int]]:
    """Return the places of equal questions together, in the order of their first; without vectors, of equal words."""
    groups: dict[str, list[int]] = {}
    for number, each in enumerate(asked):
        groups.setdefault(normalize_words(each.text), []).append(number)
    if encode is None:
        return list(groups.values())
    joined: list[tuple[_Face, list[int]]] = []
    worded = sorted(groups.values(), key=lambda numbers: numbers[-1])
    for numbers in worded[-MOST_COMPARED:]:
        face = _Face.of(asked[numbers[-1]], encode)
        same = next((members for other, members in joined if face.is_like(other)), None)
        if same is None:
            joined.append((face, numbers))
        else:
            same += numbers
    found = [*worded[:-MOST_COMPARED], *(sorted(numbers) for _, numbers in joined)]
    return sorted(found, key=lambda numbers: numbers[0])


def normalize_words(text: str) -> str:
    """Return what equal questions have in common: their letters and digits, in lower case."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()) or text


class _Face(NamedTuple):
    """What a group's question is compared by."""

    vector: NDArray[np.float32]
    kind: str
    names: frozenset[str]
    quoted: tuple[str, int] | tuple[()]

    @classmethod
    def of(cls, asked: WordedQuestion, encode: Callable[[str], NDArray[np.float32]]) -> _Face:
        found = find_answer_type(asked.text)
        kind = found.name if found else ""
        names = frozenset(word.key for word in find_topic_words(asked.text) if word.name)
        return cls(encode(asked.text), COUNTS[0] if kind in COUNTS else kind, names, asked.quoted)

    def is_like(self, other: _Face) -> bool:
        kinds, quotes = {self.kind, other.kind} - {""}, {self.quoted, other.quoted} - {()}
        return (
            len(kinds) < 2
            and len(quotes) < 2
            and self.names == other.names
            and float(self.vector @ other.vector) >= SIMILAR
        )
