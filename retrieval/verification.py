"""A chat model's draft -> the claims that the cited passages carry, each with the words it rests on.

What does not stand is left out or marked; finding passages and wording answers is left to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.domain import Citation, Reference
    from retrieval.encoder import Encoder

    Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
    """Pairs of (premise, hypothesis) -> the probability that the premise entails the hypothesis."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A draft after verification: its text with markers renumbered from 1 in order of use, and their citations.

    `left_out` is the reason for each claim that did not stand. Text is empty when nothing stood.
    """

    text: str
    citations: tuple[Citation, ...]
    left_out: tuple[str, ...] = ()


def verified(
    draft: str,
    references: Sequence[Reference],
    *,
    question: str,
    texts: Mapping[str, str],
    encoder: Encoder,
    entails: Entails | None = None,
    unverified: Literal["drop", "mark"] = "drop",
) -> Verified:
    """Return what stands of a draft; `texts` are the references' article texts by id."""
    raise NotImplementedError
