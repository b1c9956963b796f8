from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.confidence import COEFFICIENTS, INTERCEPT, MANY_WORDS, THRESHOLD, Signals, estimate_confidence

share = st.floats(0, 1)
cosine = st.floats(-1, 1)
signals = st.builds(
    Signals,
    maxsim=share,
    cosine=cosine,
    coverage=share,
    passage_coverage=share,
    passage_cosine=cosine,
    names=share,
    pairs=share,
    answer_type_missing=st.sampled_from([0.0, 1.0]),
    topic_words=st.integers(0, MANY_WORDS).map(float),
)
NOTHING = Signals(0, 0, 0, 0, 0, 1, 0, 0, 0)


@given(signals)
def test_confidence_is_a_probability_and_never_certain(given: Signals) -> None:
    assert 0 < estimate_confidence(given) < 1


@given(signals, share)
def test_a_closer_alignment_never_lowers_confidence(given: Signals, other: float) -> None:
    lower, higher = sorted((given.maxsim, other))

    assert estimate_confidence(replace(given, maxsim=lower)) <= estimate_confidence(replace(given, maxsim=higher))


@given(signals)
def test_a_lacking_number_lowers_confidence(given: Signals) -> None:
    assert estimate_confidence(replace(given, answer_type_missing=1.0)) < estimate_confidence(
        replace(given, answer_type_missing=0.0)
    )


@pytest.mark.parametrize("size", [1e3, 1e6, 1e300])
def test_huge_signals_do_not_overflow(size: float) -> None:
    assert estimate_confidence(replace(NOTHING, maxsim=size)) == 1
    assert estimate_confidence(replace(NOTHING, maxsim=-size)) == 0


def test_confidence_is_the_logistic_function_of_the_weighted_signals() -> None:
    given = Signals(0.8, 0.6, 0.7, 0.9, 0.5, 1.0, 0.4, 0.0, 5.0)
    logit = INTERCEPT + sum(getattr(COEFFICIENTS, f.name) * getattr(given, f.name) for f in fields(Signals))

    assert estimate_confidence(given) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_no_evidence_is_a_refusal_and_the_best_evidence_an_answer() -> None:
    best = Signals(1, 0.9, 1, 1, 0.8, 1, 1, 0, 5)

    assert estimate_confidence(NOTHING) < 0.01 < THRESHOLD < 0.99 < estimate_confidence(best)
