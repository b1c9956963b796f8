"""Every test of encoders that takes one of these fixtures runs in both precisions, whatever the processor prefers.

bfloat16 works on every processor; on those without instructions for it, slowly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.encoder import SentenceEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import Precision


@pytest.fixture(scope="session", params=["float32", "bfloat16"])
def precision(request: pytest.FixtureRequest) -> Precision:
    """What the transformer computes in."""
    chosen: Precision = request.param
    return chosen


@pytest.fixture(scope="session")
def agreement(precision: Precision) -> float:
    """The least cosine between a vector and a float32 reference's.

    Pooling, what follows it and the normalization are float32 in both precisions: the rest is lost in the transformer,
    whose every step bfloat16 rounds to 8 bits. With all-MiniLM-L6-v2 the least cosine of 40 passages was .99993 and of
    their sentences .9999. The tiny models are random and 16 wide, so that errors do not average out: with 36 of them it
    was .9986, and .9997 with those that the tests use (seed 0).
    """
    return {"float32": 0.9999, "bfloat16": 0.999}[precision]


@pytest.fixture(scope="session")
def encoder(models: Path, precision: Precision) -> SentenceEncoder:
    """The default model, exported; tests share it and must not alter its cache."""
    shared = SentenceEncoder(cache=models, precision=precision)
    shared.prepare()
    return shared
