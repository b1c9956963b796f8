"""Makes the exported folder that questions are encoded with: once per model, checked against torch, all or nothing.

A model that can't be exported gets a folder too: its tokenizer, and a manifest that says why.
"""

from __future__ import annotations

import logging
import shutil
import time
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from retrieval.encoder import onnx_encoder, weights
from retrieval.encoder.bulk import dimension, document_prompt, question_prompt
from retrieval.encoder.onnx_encoder import (
    GRAPH,
    GRAPH_WEIGHTS,
    TOKENIZER,
    TOKENS,
    VECTOR,
    Export,
    Manifest,
    QuestionEncoder,
)
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

AGREEMENT = 0.9999
OPSET = 17
# What the exported encoder has to encode as torch does: short, long beyond any usual window, and other scripts.
SAMPLES = (
    "Where?",
    "Where did the talks between the two foreign ministers take place?",
    "Qu'a dit le président à Pékin ? Что сказал он? 他说了什么？ 🙂",
    "who met whom, when, and why does it matter " * 80,
)
# Folders of an export that was killed are swept by a later one, after this many seconds.
ABANDONED = 3600
UNFINISHED = ".export-"


def export(model: SentenceTransformer, found: weights.Weights, cache: Path) -> Export:
    """Export a float32 model into the cache under its fingerprint, in one step that happens or doesn't.

    Raises ModelError when the folder can't be written or the model has no tokenizer of its own.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        sweep(cache)
        unfinished = cache / f"{UNFINISHED}{uuid4().hex}"
        unfinished.mkdir()
        try:
            manifest = fill(unfinished, model, found)
            onnx_encoder.write_manifest(unfinished, manifest)
            done = put(unfinished, cache / onnx_encoder.folder_name(found.fingerprint))
            for other in onnx_encoder.exports(cache, found.model):
                if other.folder != done.folder:  # made of weights that are no more
                    shutil.rmtree(other.folder, ignore_errors=True)
            return done
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The encoder can't be exported to {cache} ({error}): free or choose another place."
        ) from error


def fill(folder: Path, model: SentenceTransformer, found: weights.Weights) -> Manifest:
    """Write graph and tokenizer into a folder and return the manifest that describes them."""
    tokenizer = plain_tokenizer(model)
    tokenizer.save(str(folder / TOKENIZER))
    window, question_window = windows(model, tokenizer)
    prompt = question_prompt(model)
    manifest = Manifest(
        format=onnx_encoder.FORMAT,
        model=found.model,
        fingerprint=found.fingerprint,
        source=str(found.folder),
        stamps=weights.stamps(found.folder),
        dimension=dimension(model),
        window=window,
        question_window=question_window,
        question_prompt=prompt,
        files=described(folder, TOKENIZER),
    )
    try:
        save_graph(folder, model, prompt)
        agree(QuestionEncoder(Export(folder, manifest)), model, prompt)
    except OSError:
        raise
    except Exception as error:  # exporters, runtimes and custom models fail in every way; all mean the same here
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        log.warning("%s can't be exported for onnxruntime (%s); questions will load torch.", found.model, reason)
        return replace(manifest, unexportable=reason)
    return replace(manifest, files=described(folder, GRAPH, GRAPH_WEIGHTS, TOKENIZER))


def plain_tokenizer(model: SentenceTransformer) -> Tokenizer:
    """Return a copy of the model's tokenizer for the tokenizers library, without padding and truncation."""
    from tokenizers import Tokenizer

    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not isinstance(tokenizer, Tokenizer):
        raise ModelError("This model has no fast tokenizer, which tells where tokens stand: choose another model.")
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.no_padding()
    plain.no_truncation()
    return plain


def save_graph(folder: Path, model: SentenceTransformer, prompt: str) -> None:
    """Trace the model from token ids to unit vector and token outputs, with its own pooling; save it optimized."""
    import torch

    features = model.preprocess(["where did they meet?"], prompt=prompt, task="query")
    inputs = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
    fixed = {name: value for name, value in features.items() if name not in inputs}
    size = dimension(model)
    if unknown := set(inputs) - {"input_ids", "attention_mask", "token_type_ids"}:
        raise ValueError(f"it takes {', '.join(sorted(unknown))}")

    class Question(torch.nn.Module):
        """The model with tensors in and tensors out, which is all that a trace can follow."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            outputs = self.model({**fixed, **dict(zip(inputs, tensors, strict=True))}, task="query")
            vector = torch.nn.functional.normalize(outputs["sentence_embedding"][..., :size], dim=-1)
            return vector, outputs["token_embeddings"]

    plain = folder / "plain.onnx"
    axes = {name: {0: "questions", 1: "tokens"} for name in [*inputs, TOKENS]} | {VECTOR: {0: "questions"}}
    with plain_attention(model), torch.inference_mode(), warnings.catch_warnings():
        # A trace warns wherever Python reads a tensor or indexes by one; `agree` settles whether that mattered. The
        # exporter that this torch deprecates is the one that needs no further package.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Exporting aten::index operator", UserWarning)
        torch.onnx.export(
            Question().eval(),
            tuple(inputs.values()),
            str(plain),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=[VECTOR, TOKENS],
            dynamic_axes=axes,
        )
    onnx_encoder.optimize(plain, folder / GRAPH)
    plain.unlink()
    (folder / GRAPH_WEIGHTS).touch()  # a very small model keeps all its weights in the graph


@contextmanager
def plain_attention(model: SentenceTransformer) -> Iterator[None]:
    """Use attention written out in plain operations for a while: the fused kind does not trace."""
    transformer: Any = model.transformers_model
    if transformer is None or not hasattr(transformer, "set_attn_implementation"):
        yield
        return
    before = transformer.config._attn_implementation
    transformer.set_attn_implementation("eager")
    try:
        yield
    finally:
        transformer.set_attn_implementation(before)


def agree(encode: QuestionEncoder, model: SentenceTransformer, prompt: str) -> None:
    """Compare the exported encoder with torch on every sample; raise ValueError where they differ."""
    import torch

    wanted = model.encode(
        list(SAMPLES), prompt=prompt, task="query", normalize_embeddings=True, show_progress_bar=False
    )
    for sample, vector in zip(SAMPLES, wanted, strict=True):
        cosine = float(encode(sample) @ vector)
        if not cosine > AGREEMENT:
            raise ValueError(f"the exported encoder differs from torch, cosine {cosine:.4f} on {sample[:20]!r}")
    alone = model.encode(
        list(SAMPLES),
        prompt=prompt,
        task="query",
        output_value="token_embeddings",
        batch_size=1,
        show_progress_bar=False,
    )
    for sample, tokens in zip(SAMPLES, alone, strict=True):
        found = torch.from_numpy(encode.token_outputs(sample)[0])
        cosine = float(torch.nn.functional.cosine_similarity(found, tokens, dim=-1).min())
        if not cosine > AGREEMENT:
            raise ValueError(f"the exported tokens differ from torch's, cosine {cosine:.4f} in {sample[:20]!r}")


def put(unfinished: Path, target: Path) -> Export:
    """Move a finished folder to its place; what stood there before makes way."""
    if target.exists():
        replaced = target.rename(target.with_name(f"{UNFINISHED}{uuid4().hex}"))
        shutil.rmtree(replaced, ignore_errors=True)
    try:
        unfinished.rename(target)
    except OSError:
        # Another process put the same export there in between.
        if (other := onnx_encoder.read(target)) is None or other.damage():
            raise
    done = onnx_encoder.read(target)
    if done is None:
        raise ModelError(f"{target} was removed while it was written: try again.")
    return done


def sweep(cache: Path) -> None:
    """Remove what killed or replaced exports left behind."""
    for folder in cache.glob(f"{UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def described(folder: Path, *names: str) -> dict[str, tuple[int, str]]:
    """Return size and hash of files."""
    return {name: ((folder / name).stat().st_size, weights.sha256(folder / name)) for name in names}


def windows(model: SentenceTransformer, tokenizer: Tokenizer) -> tuple[int, int]:
    """Return how many tokens, special ones included, a passage may have beside its prompt, and a question with its."""
    transformer: Any = model.transformers_model
    positions = getattr(getattr(transformer, "config", None), "max_position_embeddings", None) or 512
    # A tokenizer that knows no limit reports a number with thirty digits.
    longest = model.max_seq_length if model.max_seq_length and model.max_seq_length < 10**6 else positions
    module: Any = model[0]
    document, query = getattr(module, "document_length", None), getattr(module, "query_length", None)
    prompt = len(tokenizer.encode(document_prompt(model), add_special_tokens=False).ids)
    return int(min(longest, document or longest)) - prompt, int(min(longest, query or longest))
