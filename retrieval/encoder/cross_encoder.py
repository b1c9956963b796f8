"""Two texts together -> a score, with a cross-encoder: how well one answers or entails the other.

A cross-encoder reads both texts at once: more accurate than comparing vectors, at a forward pass for each pair. Models
are loaded when first used.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.encoder import weights
from retrieval.encoder.onnx_encoder import replace_lone_surrogates
from retrieval.encoder.torch_encoder import BATCH, loading
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

ENTAILMENT_PREFIX = "entail"
"""How the label of entailment begins, whatever its case."""


class PairScorer:
    """A cross-encoder, given by its name on the hub or its folder; threads may share it.

    Every method that loads the model raises ModelError when it is missing or unusable.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = threading.Lock()

    def compute_logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return the model's outputs for each pair (n, labels), before any activation."""
        with self._lock:
            model = self._model  # before torch is imported: see `configure_runtimes`
            import numpy as np
            import torch

            logits = model.predict(
                [(replace_lone_surrogates(one), replace_lone_surrogates(other)) for one, other in pairs],
                activation_fn=torch.nn.Identity(),
                batch_size=BATCH,
                show_progress_bar=False,
            )
        return np.asarray(logits, dtype=np.float32).reshape(len(pairs), -1)

    @cached_property
    def _model(self) -> CrossEncoder:
        folder = weights.find_folder(self.model)
        with loading(folder, "cross-encoder"):
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True).float()
        return model


class Reranker(PairScorer):
    """Scores how well passages answer a question."""

    def __call__(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return a score of each passage: higher is better, comparable within one question."""
        if not passages:
            return []
        logits = self.compute_logits([(question, passage) for passage in passages])
        if (labels := logits.shape[1]) != 1:
            raise ModelError(
                f"{self.model} has {labels} labels and no relevance: set a cross-encoder that ranks, with one."
            )
        scores: list[float] = logits[:, 0].tolist()
        return scores


class EntailmentScorer(PairScorer):
    """Scores how likely one text follows from another."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each (premise, hypothesis) the probability that the premise entails the hypothesis."""
        import numpy as np

        if not pairs:
            return []
        logits = self.compute_logits(pairs)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: list[float] = (powers[:, self._label] / powers.sum(axis=1)).tolist()
        return probabilities

    @cached_property
    def _label(self) -> int:
        """The number of the label that means entailment."""
        labels = dict(getattr(self._model.config, "id2label", None) or {})
        found = [int(number) for number, label in labels.items() if str(label).lower().startswith(ENTAILMENT_PREFIX)]
        if len(found) != 1 or len(labels) < 2:
            known = ", ".join(str(label) for label in labels.values())
            raise ModelError(
                f"{self.model} has no label of entailment (its labels: {known}): "
                "set a cross-encoder for natural language inference."
            )
        return found[0]
