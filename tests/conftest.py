"""What many tests share: the default encoder, exported once for the whole run because that takes seconds."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from retrieval.encoder import SentenceEncoder

# For the tests of the plugin, which run pytest.
pytest_plugins = ["pytester"]

# No test may ask the network for a model; read by the hub's client when it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

# Matplotlib writes down which fonts there are: not into a home, and once for all processes of a run.
if "MPLCONFIGDIR" not in os.environ:
    os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp(prefix="matplotlib-")
    atexit.register(shutil.rmtree, os.environ["MPLCONFIGDIR"], ignore_errors=True)

# The first example of a property may have to import a library, which takes longer than hypothesis allows an example.
settings.register_profile("clippings", deadline=None)
settings.load_profile("clippings")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shared encoder's exports; what runs as a process of its own may link it into its home."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def encoder(models: Path) -> SentenceEncoder:
    """The default model, exported; tests share it and must not alter its cache."""
    shared = SentenceEncoder(cache=models, precision="float32")
    shared.prepare()
    return shared
