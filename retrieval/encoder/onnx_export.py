"""Makes the exported folder that questions are encoded with: once per model, compared with torch, all or nothing.

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
from retrieval.encoder.onnx_encoder import (
    GRAPH,
    GRAPH_WEIGHTS,
    TOKENIZER,
    TOKENS,
    VECTOR,
    Export,
    Manifest,
    QuestionEncoder,
    open_question_encoder,
)
from retrieval.encoder.torch_encoder import get_dimension, get_document_prompt, get_question_prompt
from retrieval.errors import ModelError, summarize_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from retrieval.encoder.weights import ModelFolder

log = logging.getLogger(__name__)

LEAST_COSINE = 0.9999
"""How near a vector of the exported encoder has to be to torch's."""
OPSET = 17
SAMPLES = (
    "Where?",
    "Where did the talks between the two foreign ministers take place?",
    "Qu'a dit le président à Pékin ? Что сказал он? 他说了什么？ 🙂",
    "who met whom, when, and why does it matter " * 80,
)
"""What torch and the exported encoder are compared on: short, longer than any usual window, and other scripts."""
ABANDONED_SECONDS = 3600
"""Age from which an unfinished folder was left behind by an export that was killed."""
UNFINISHED = ".export-"


def export_model(model: SentenceTransformer, source: ModelFolder, cache: Path) -> Export:
    """Export a float32 model into the cache under its fingerprint: whole, or not at all.

    Raises ModelError when the folder can't be written or the model has no tokenizer of its own.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        remove_abandoned(cache)
        unfinished = cache / f"{UNFINISHED}{uuid4().hex}"
        unfinished.mkdir()
        try:
            manifest = fill_folder(unfinished, model, source)
            onnx_encoder.write_manifest(unfinished, manifest)
            export = move_into_place(unfinished, cache / onnx_encoder.make_folder_name(source.fingerprint))
            for other in onnx_encoder.find_exports(cache, source.model):
                if other.folder != export.folder:  # made from former weights
                    shutil.rmtree(other.folder, ignore_errors=True)
            return export
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The encoder can't be exported to {cache} ({error}): free some space there or choose another folder."
        ) from error


def fill_folder(folder: Path, model: SentenceTransformer, source: ModelFolder) -> Manifest:
    """Write graph and tokenizer into a folder and return the manifest that describes them."""
    tokenizer = copy_tokenizer(model)
    tokenizer.save(str(folder / TOKENIZER))
    window, question_window = find_windows(model, tokenizer)
    prompt = get_question_prompt(model)
    manifest = Manifest(
        format=onnx_encoder.FORMAT,
        model=source.model,
        fingerprint=source.fingerprint,
        source=str(source.folder),
        stamps=weights.stamp_files(source.folder),
        dimension=get_dimension(model),
        window=window,
        question_window=question_window,
        question_prompt=prompt,
        files=describe_files(folder, TOKENIZER),
    )
    try:
        save_graph(folder, model, prompt)
        compare_with_torch(open_question_encoder(Export(folder, manifest)), model, prompt)
    except OSError:
        raise
    except Exception as error:  # exporters, runtimes and custom models fail in every way; all mean the same here
        reason = summarize_error(error)
        log.warning("%s can't be exported for onnxruntime (%s); questions will load torch.", source.model, reason)
        return replace(manifest, unexportable=reason)
    return replace(manifest, files=describe_files(folder, GRAPH, GRAPH_WEIGHTS, TOKENIZER))


def copy_tokenizer(model: SentenceTransformer) -> Tokenizer:
    """Return a copy of the model's tokenizer for the tokenizers library, without padding and truncation."""
    from tokenizers import Tokenizer

    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not isinstance(tokenizer, Tokenizer):
        raise ModelError("This model has no fast tokenizer, which says where each token is: choose another model.")
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.no_padding()
    plain.no_truncation()
    return plain


def save_graph(folder: Path, model: SentenceTransformer, prompt: str) -> None:
    """Trace the model from token ids to unit vector and token outputs, with its own pooling, and save the graph."""
    import torch

    features = model.preprocess(["where did they meet?"], prompt=prompt, task="query")
    inputs = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
    fixed = {name: value for name, value in features.items() if name not in inputs}
    size = get_dimension(model)
    if unknown := set(inputs) - {"input_ids", "attention_mask", "token_type_ids"}:
        raise ValueError(f"it takes {', '.join(sorted(unknown))}")

    class TensorModel(torch.nn.Module):
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
    with use_eager_attention(model), torch.inference_mode(), warnings.catch_warnings():
        # A trace warns wherever Python reads a tensor or indexes by one: whether that mattered, the comparison shows.
        # The exporter that torch deprecates is the one that needs no further package.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Exporting aten::index operator", UserWarning)
        torch.onnx.export(
            TensorModel().eval(),
            tuple(inputs.values()),
            str(plain),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=[VECTOR, TOKENS],
            dynamic_axes=axes,
        )
    onnx_encoder.optimize_graph(plain, folder / GRAPH)
    plain.unlink()
    (folder / GRAPH_WEIGHTS).touch()  # the graph of a very small model holds its weights


@contextmanager
def use_eager_attention(model: SentenceTransformer) -> Iterator[None]:
    """Use attention written in plain operations for a while: fused attention does not trace."""
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


def compare_with_torch(exported: QuestionEncoder, model: SentenceTransformer, prompt: str) -> None:
    """Compare the exported encoder with torch on every sample; raise ValueError where they differ."""
    import torch

    options: Any = {"prompt": prompt, "task": "query", "batch_size": 1, "show_progress_bar": False}
    vectors = model.encode(list(SAMPLES), normalize_embeddings=True, **options)
    outputs = model.encode(list(SAMPLES), output_value="token_embeddings", **options)
    for sample, vector, tokens in zip(SAMPLES, vectors, outputs, strict=True):
        if not (cosine := float(exported.encode_question(sample) @ vector)) > LEAST_COSINE:
            raise ValueError(f"the exported encoder differs from torch, cosine {cosine:.4f} on {sample[:20]!r}")
        exported_tokens = torch.from_numpy(exported.compute_token_outputs(sample)[0])
        cosine = float(torch.nn.functional.cosine_similarity(exported_tokens, tokens, dim=-1).min())
        if not cosine > LEAST_COSINE:
            raise ValueError(f"the exported tokens differ from torch's, cosine {cosine:.4f} in {sample[:20]!r}")


def move_into_place(unfinished: Path, target: Path) -> Export:
    """Rename a finished folder to its target, replacing what was there before."""
    if target.exists():
        replaced = target.rename(target.with_name(f"{UNFINISHED}{uuid4().hex}"))
        shutil.rmtree(replaced, ignore_errors=True)
    try:
        unfinished.rename(target)
    except OSError:
        # Another process put the same export there in between.
        if (other := onnx_encoder.read_export(target)) is None or other.find_damage():
            raise
    export = onnx_encoder.read_export(target)
    if export is None:
        raise ModelError(f"{target} was removed while it was written: try again.")
    return export


def remove_abandoned(cache: Path) -> None:
    """Remove what exports that were killed left behind."""
    for folder in cache.glob(f"{UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def describe_files(folder: Path, *names: str) -> dict[str, tuple[int, str]]:
    """Return size and hash of files."""
    return {name: ((folder / name).stat().st_size, weights.hash_file(folder / name)) for name in names}


def find_windows(model: SentenceTransformer, tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the greatest number of tokens, special ones included, of a passage without and a question with prompt."""
    transformer: Any = model.transformers_model
    positions = getattr(getattr(transformer, "config", None), "max_position_embeddings", None) or 512
    # A tokenizer that knows no limit reports a number with thirty digits.
    longest = model.max_seq_length if model.max_seq_length and model.max_seq_length < 10**6 else positions
    module: Any = model[0]
    document, query = getattr(module, "document_length", None), getattr(module, "query_length", None)
    prompt = len(tokenizer.encode(get_document_prompt(model), add_special_tokens=False).ids)
    return int(min(longest, document or longest)) - prompt, int(min(longest, query or longest))
