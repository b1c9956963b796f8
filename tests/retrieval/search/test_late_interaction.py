from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import Span
from retrieval.index.lexical import extract_terms
from retrieval.search.late_interaction import compute_maxsim, spread_weights

EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
BETWEEN = np.array([0.6, 0.8], np.float32)


def test_a_words_weight_is_shared_among_its_tokens() -> None:
    text = "Where did the ministers meet?"
    spans = [Span(0, 5), Span(6, 9), Span(10, 13), Span(14, 18), Span(18, 23), Span(24, 28), Span(28, 29)]

    found = spread_weights(text, spans, {"minist": 3.0, "meet": 1.0}, terms=extract_terms)

    assert found.tolist() == [0, 0, 0, 1.5, 1.5, 1, 0]


def test_a_word_that_the_window_cut_off_has_no_weight() -> None:
    assert spread_weights("ministers meet", [Span(0, 9)], {"meet": 1.0}, terms=extract_terms).tolist() == [0]


def test_words_are_weighed_by_their_terms_however_they_are_written() -> None:
    found = spread_weights(
        "MINISTERS, café", [Span(0, 9), Span(9, 10), Span(11, 15)], {"minist": 1, "cafe": 2}, terms=extract_terms
    )

    assert found.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("weights", "text", "expected"),
    [
        ([1, 0], [EAST], 1.0),
        ([0, 1], [EAST], 0.0),
        ([1, 1], [EAST], 0.5),
        ([1, 1], [EAST, NORTH], 1.0),
        ([3, 1], [EAST], 0.75),
        ([1, 0], [NORTH, BETWEEN], 0.6),
        ([1, 1], [BETWEEN], 0.7),
    ],
)
def test_each_word_meets_the_token_most_like_it(weights: list[float], text: list[np.ndarray], expected: float) -> None:
    found = compute_maxsim(np.array([EAST, NORTH]), np.array(weights, np.float32), np.array(text))

    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("weights", "tokens"), [([0.0, 0.0], 1), ([1.0, 1.0], 0)], ids=["no topic words", "a text without tokens"]
)
def test_nothing_to_compare_is_no_alignment(weights: list[float], tokens: int) -> None:
    assert compute_maxsim(np.array([EAST, NORTH]), np.array(weights, np.float32), np.ones((tokens, 2), np.float32)) == 0


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
def test_a_longer_text_never_aligns_worse_and_the_scale_of_weights_does_not_matter(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(9, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question, text = vectors[:3], vectors[3:]
    weights = random.uniform(0.1, 1, 3).astype(np.float32)

    assert compute_maxsim(question, weights, text) >= compute_maxsim(question, weights, text[:4]) - 1e-6
    assert compute_maxsim(question, weights * np.float32(scale), text) == pytest.approx(
        compute_maxsim(question, weights, text), abs=1e-5
    )
    assert compute_maxsim(question, weights, np.concatenate([text, question])) == pytest.approx(1, abs=1e-5)
