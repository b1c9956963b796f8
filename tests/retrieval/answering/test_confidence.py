from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.confidence import COEFFICIENTS, INTERCEPT, MANY_WORDS, THRESHOLD, Signals, estimate_confidence

share = st.floats(0, 1)
cosine = st.floats(-1, 1)
odds = st.floats(-10, 10)
signals = st.builds(
    Signals,
    reads=odds,
    window_reads=odds,
    cosine=cosine,
    own_cosine=cosine,
    passage_coverage=share,
    answer_type_missing=st.sampled_from([0.0, 1.0]),
    topic_words=st.integers(0, MANY_WORDS).map(float),
)
NOTHING = Signals(-8, -8, 0, 0, 0, 0, 0)


@given(signals)
def test_confidence_is_a_probability_and_never_certain(given: Signals) -> None:
    assert 0 < estimate_confidence(given) < 1


@given(signals, odds)
def test_better_odds_never_lower_confidence(given: Signals, other: float) -> None:
    lower, higher = sorted((given.window_reads, other))

    assert estimate_confidence(replace(given, window_reads=lower)) <= estimate_confidence(
        replace(given, window_reads=higher)
    )


@given(signals)
def test_a_lacking_number_lowers_confidence(given: Signals) -> None:
    assert estimate_confidence(replace(given, answer_type_missing=1.0)) < estimate_confidence(
        replace(given, answer_type_missing=0.0)
    )


@pytest.mark.parametrize("size", [1e3, 1e6, 1e300])
def test_huge_signals_do_not_overflow(size: float) -> None:
    assert estimate_confidence(replace(NOTHING, window_reads=size)) == 1
    assert estimate_confidence(replace(NOTHING, window_reads=-size)) == 0


def test_confidence_is_the_logistic_function_of_the_weighted_signals() -> None:
    given = Signals(0.8, 1.6, 0.7, 0.6, 0.5, 0.0, 5.0)
    logit = INTERCEPT + sum(getattr(COEFFICIENTS, f.name) * getattr(given, f.name) for f in fields(Signals))

    assert estimate_confidence(given) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_no_evidence_is_a_refusal_and_the_best_evidence_an_answer() -> None:
    best = Signals(6, 6, 0.9, 0.9, 1, 0, 5)

    assert estimate_confidence(NOTHING) < 0.01 < THRESHOLD < 0.99 < estimate_confidence(best)
