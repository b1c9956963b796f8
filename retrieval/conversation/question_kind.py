"""A question -> its kind, by a linear model over its words and its vector. Pure, given the vector.

The words are those that ask; what the question is about is seen as its shape alone ("#name", "#word"), so that a
subject says nothing of the kind. The model is multinomial logistic regression, fitted by
tests/benchmarks/fit_question_kinds.py, which prints how often it is right for questions by another hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import numpy as np

from retrieval.text.courtesies import classify_courtesy
from retrieval.text.keywords import get_zipf_frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from retrieval.domain import Kind

FREQUENT = 5.0
"""Zipf frequency from which on a word is a feature by itself, and not only a shape."""
LONGEST_RUN = 3
"""Words of a run that is a feature."""
VECTOR_SCALE = 3.0
"""What the question's unit vector is multiplied by, beside features of 1; 2 and 4 are right less often."""
SURE = 0.7
"""Probability below which a question is searched for after all, though nothing may be asked in it."""
UNSEARCHED = frozenset({"smalltalk", "unclear"})
TIMELINE_FROM = 0.2
"""Probability from which on a question that is likelier for a fact is taken for one for a timeline, in which a fact is
found more easily than a whole course of events in a fact. Of 56 questions for timelines by other hands, 36 are then
told, in place of 23; of 526 for facts, 8 more are taken for one."""

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?!]")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class KindModel:
    """Kinds, the words known by themselves, and each feature's weights (n, kinds), with a vector and without.

    `fingerprint` is of the encoder whose vectors have the weights `of_vector` (d, kinds).
    """

    kinds: tuple[str, ...]
    words: frozenset[str]
    features: Mapping[str, int]
    beside_vector: NDArray[np.float32]
    of_vector: NDArray[np.float32]
    alone: NDArray[np.float32]
    fingerprint: str


def classify_question(text: str, vector: NDArray[np.float32] | None = None, *, fingerprint: str = "") -> Kind:
    """Return the kind of a question that stands alone; `vector` is its unit vector (d,) by the encoder so called."""
    if classify_courtesy(text):
        return "smalltalk"
    probabilities = estimate_kinds(text, vector, fingerprint=fingerprint)
    likeliest, probability = max(probabilities.items(), key=lambda each: each[1])
    if likeliest == "fact" and probabilities["timeline"] >= TIMELINE_FROM:
        return "timeline"
    return "fact" if likeliest in UNSEARCHED and probability < SURE else likeliest


def estimate_kinds(text: str, vector: NDArray[np.float32] | None = None, *, fingerprint: str = "") -> dict[Kind, float]:
    """Return the probability of each kind."""
    model = load_model()
    known = [model.features[each] for each in {*extract_features(text, model.words)} if each in model.features]
    if vector is None or fingerprint != model.fingerprint:
        logits = model.alone[-1] + model.alone[known].sum(axis=0)
    else:
        logits = model.beside_vector[-1] + model.beside_vector[known].sum(axis=0)
        logits = logits + VECTOR_SCALE * np.einsum("i,ij->j", vector, model.of_vector)
    shares = np.exp(logits - logits.max())
    return {cast("Kind", kind): float(share) for kind, share in zip(model.kinds, shares / shares.sum(), strict=True)}


def extract_features(text: str, words: frozenset[str]) -> Iterable[str]:
    """Yield the runs of up to three words, or shapes of words, of a text with its ends marked."""
    tokens = ["^", *(_describe_word(match, words) for match in TOKEN.finditer(text)), "$"]
    for length in range(1, LONGEST_RUN + 1):
        for start in range(len(tokens) - length + 1):
            yield " ".join(tokens[start : start + length])


def _describe_word(match: re.Match[str], words: frozenset[str]) -> str:
    """Return a word that says what is asked as it is, any other as its shape."""
    written = match.group()
    word = written.lower().replace("’", "'")
    if word[0].isdigit():
        return "#year" if _YEAR.fullmatch(word) else "#number"
    if word in words or get_zipf_frequency(word) >= FREQUENT:
        return word
    if written[0].isupper() and match.start() and written[1:].islower():
        return "#name"
    return "#words" if word.endswith("s") and not word.endswith("ss") else "#word"


@cache
def load_model() -> KindModel:
    """Return the fitted model."""
    with files("retrieval.conversation").joinpath("question_kinds.npz").open("rb") as file, np.load(file) as stored:
        texts = {name: str(stored[name]) for name in ("kinds", "words", "features", "fingerprint")}
        weights = {name: stored[name].astype(np.float32) for name in ("beside_vector", "of_vector", "alone")}
    return KindModel(
        kinds=tuple(texts["kinds"].split("\n")),
        words=frozenset(texts["words"].split("\n")),
        features={feature: n for n, feature in enumerate(texts["features"].split("\n"))},
        fingerprint=texts["fingerprint"],
        **weights,
    )
