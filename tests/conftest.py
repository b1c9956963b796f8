"""What many tests share: the default encoder, exported once for the whole run because that takes seconds."""

import os

import pytest

from retrieval.encoder import SentenceEncoder

# No test may ask the network for a model; read by the hub's client when it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """The default model, exported; tests share it and must not alter its cache."""
    shared = SentenceEncoder(cache=tmp_path_factory.mktemp("models"), precision="float32")
    shared.prepare()
    return shared
