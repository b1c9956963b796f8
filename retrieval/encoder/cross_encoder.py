"""Two texts together -> one score, with a sentence-transformers CrossEncoder: how well one answers or entails.

Reads both texts at once and so tells more than two vectors, for one pass of the model a pair. Loaded when first used.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.encoder import weights
from retrieval.encoder.onnx_encoder import quiet_threads, speakable
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

BATCH = 16
ENTAILS = "entail"
"""How the label of entailment begins, whatever its case."""


class Pairs:
    """A cross-encoder by its name on the hub or its folder; threads may share it.

    Everything that loads raises ModelError when the model is missing or unusable.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = threading.Lock()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return what the model says of each pair (n, labels), before any activation."""
        import numpy as np
        import torch

        with self._lock:
            model = self._loaded
            said = model.predict(
                [(speakable(one), speakable(other)) for one, other in pairs],
                activation_fn=torch.nn.Identity(),
                batch_size=BATCH,
                show_progress_bar=False,
            )
        return np.asarray(said, dtype=np.float32).reshape(len(pairs), -1)

    @cached_property
    def _loaded(self) -> CrossEncoder:
        folder = weights.folder_of(self.model)
        quiet_threads()
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # a folder with anything in it can fail in any way
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise ModelError(f"{folder} can't be loaded as a cross-encoder: {reason}") from error
        return model


class Reranker(Pairs):
    """Says how well passages answer a question."""

    def __call__(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return a score of each passage: higher is better, comparable within one question."""
        if not passages:
            return []
        said = self.logits([(question, passage) for passage in passages])
        if said.shape[1] != 1:
            raise ModelError(
                f"{self.model} has {said.shape[1]} labels and no relevance: set a cross-encoder that ranks, with one."
            )
        return [float(score) for score in said[:, 0]]


class Entailment(Pairs):
    """Says how likely a text follows from another."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each (premise, hypothesis) the probability that the premise entails the hypothesis."""
        import numpy as np

        if not pairs:
            return []
        said = self.logits(pairs)
        place = self._place
        powers = np.exp(said - said.max(axis=1, keepdims=True))
        return [float(share) for share in powers[:, place] / powers.sum(axis=1)]

    @cached_property
    def _place(self) -> int:
        labels = dict(getattr(self._loaded.config, "id2label", None) or {})
        found = [int(number) for number, label in labels.items() if str(label).lower().startswith(ENTAILS)]
        if len(found) != 1 or len(labels) < 2:
            known = ", ".join(str(label) for label in labels.values())
            raise ModelError(
                f"{self.model} has no label of entailment (its labels: {known}): "
                "set a cross-encoder for natural language inference."
            )
        return found[0]
