"""The exported encoder: a folder with an ONNX graph, its tokenizer and a manifest.

Finds, checks and runs such a folder with onnxruntime and tokenizers alone; making one is left to `onnx_export`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.domain import Span
from retrieval.encoder import weights
from retrieval.encoder.protocol import TokenVectors
from retrieval.errors import ModelError, summarize_error
from retrieval.text.letters import LIGATURES, UNDIVIDED, fold_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    RunGraph = Callable[[Encoding], tuple[NDArray[np.float32], NDArray[np.float32]]]

THREADS = 2
CACHED_TEXTS = 8
"""Texts whose outputs are remembered: a question is asked for its vector first and for its tokens soon after."""
FORMAT = 3
MANIFEST, GRAPH, GRAPH_WEIGHTS, TOKENIZER = "manifest.json", "question.onnx", "question.bin", "tokenizer.json"
VECTOR, TOKENS = "vector", "token_embeddings"
PIECE_CHARACTERS, PIECES_AT_ONCE = 4_000, 128
"""Limits of what is tokenized together: a token takes 600 bytes, so that 20 MB in one piece took 3 GB."""
LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an exported folder holds, and which weights it was made from."""

    format: int
    model: str
    fingerprint: str
    source: str
    stamps: weights.Stamps
    dimension: int
    window: int
    question_window: int
    question_prompt: str
    files: dict[str, tuple[int, str]]  # name -> size, sha256
    unexportable: str = ""  # why questions need sentence-transformers; empty when there is a graph


@dataclass(frozen=True, slots=True)
class Export:
    """An exported folder with its manifest."""

    folder: Path
    manifest: Manifest

    def find_damage(self, *, thorough: bool = False) -> list[str]:
        """Describe every file that is missing or altered: by size, or by hash when thorough."""
        damage = []
        for name, (size, sha256) in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                damage.append(f"{path} is missing")
            elif path.stat().st_size != size or (thorough and weights.hash_file(path) != sha256):
                damage.append(f"{path} was altered")
        return damage

    def is_stale(self) -> bool:
        """Tell whether the weights have changed since; when they are gone the export still serves."""
        source = Path(self.manifest.source)
        return source.is_dir() and weights.stamp_files(source) != self.manifest.stamps


def make_folder_name(fingerprint: str) -> str:
    """Return the name of the folder for the export of a fingerprint."""
    return re.sub(r"[^\w.@-]+", "_", fingerprint)


def read_export(folder: Path) -> Export | None:
    """Read one exported folder; None when its manifest is missing, broken or of another format."""
    from pydantic import TypeAdapter

    try:
        manifest = TypeAdapter(Manifest).validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return Export(folder, manifest) if manifest.format == FORMAT else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest so that a reader sees the old one or the new one, never half of it."""
    new = folder / f"{MANIFEST}.{os.getpid()}"
    new.write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    new.replace(folder / MANIFEST)


def find_exports(cache: Path, model: str) -> list[Export]:
    """Return every exported folder of a model, whichever weights it was made from."""
    found = (read_export(manifest.parent) for manifest in sorted(cache.glob(f"*/{MANIFEST}")))
    return [export for export in found if export and export.manifest.model == model]


def configure_runtimes() -> None:
    """Make waiting threads sleep and turn telemetry off; call this before torch, onnxruntime or the hub is imported.

    Values that are set already stay. Beside another busy process, busy waiting turned 22 ms for a question into 500
    to 900 ms.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def replace_lone_surrogates(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can carry and no tokenizer takes; the length stays the same."""
    return text if text.isascii() else LONE_SURROGATES.sub("\ufffd", text)


def find_token_spans(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return the token spans of each text in code points, without special tokens, not truncated."""
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    pieces = (
        (number, start, piece)
        for number, text in enumerate(texts)
        for start, piece in split_pieces(replace_lone_surrogates(text))
    )
    while batch := list(islice(pieces, PIECES_AT_ONCE)):
        encodings = tokenizer.encode_batch([piece for _, _, piece in batch], add_special_tokens=False)
        for (number, shift, _), encoding in zip(batch, encodings, strict=True):
            # Plain pairs, the tokenizer's own where possible: making a Span takes longer than finding a token.
            offsets = encoding.offsets
            spans[number] += [(shift + start, shift + end) for start, end in offsets] if shift else offsets
    return spans


def split_pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text before spaces into pieces of bounded length, each with its offset."""
    start = 0
    while len(text) - start > PIECE_CHARACTERS:
        space = text.rfind(" ", start + 1, start + PIECE_CHARACTERS)
        end = space if space > 0 else start + PIECE_CHARACTERS
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def open_tokenizer(path: Path, *, window: int = 0) -> Tokenizer:
    """Open a tokenizer that does not pad, and truncates only where a window is given."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    fold_more_letters(tokenizer)
    if window:
        tokenizer.enable_truncation(window)
    return tokenizer


def fold_more_letters(tokenizer: Tokenizer) -> None:
    """Let a tokenizer that takes accents off read plain letters for ł, ø, ligatures and their kin as well.

    One that keeps accents knows such letters, and stays as it is. Offsets still refer to the text as it is given.
    """
    from tokenizers import normalizers

    if tokenizer.normalizer is None or tokenizer.normalizer.normalize_str("É") not in ("e", "E"):
        return
    plain = [normalizers.Replace(letter, fold_letters(letter)) for letter in (*UNDIVIDED, *LIGATURES)]
    tokenizer.normalizer = normalizers.Sequence([*plain, tokenizer.normalizer])


def locate_tokens(offsets: Sequence[tuple[int, int]], text: str, *, shift: int) -> list[tuple[int, Span]]:
    """Return number and span of each token of a text that comes after a prompt of `shift` characters.

    Spans leave out the space before a word, which some tokenizers count as part of the word.
    """
    tokens = []
    for number, (start, end) in enumerate(offsets):
        if end > max(start, shift):
            length = len(text[max(start - shift, 0) : end - shift].lstrip())
            if length:
                tokens.append((number, Span(end - shift - length, end - shift)))
    return tokens


def select_token_vectors(outputs: NDArray[np.float32], tokens: Sequence[tuple[int, Span]]) -> TokenVectors:
    """Return the model's outputs (t, d) for the tokens of `locate_tokens`, at unit length."""
    import numpy as np

    selected = outputs[[number for number, _ in tokens]]
    lengths = np.linalg.norm(selected, axis=1, keepdims=True)
    return TokenVectors(selected / np.maximum(lengths, 1e-12), tuple(span for _, span in tokens))


class QuestionEncoder:
    """A graph held open: a question in, its vectors out, in milliseconds and without torch.

    Texts are run one by one, two at a time: 25 ms for a question and three sentences, a padded batch takes 31 ms.
    """

    def __init__(self, run: RunGraph, tokenizer: Tokenizer, *, prompt: str = "") -> None:
        """Take what makes a vector (d,) and token outputs (t, d) of token ids, and a tokenizer that truncates."""
        from concurrent.futures import ThreadPoolExecutor
        from functools import lru_cache

        self.prompt = prompt
        self.tokenizer = tokenizer
        self._run_graph = run
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="encoder")
        self._encode = lru_cache(maxsize=CACHED_TEXTS)(self._run)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Encode one question; shape (dimension,), unit length."""
        return self._encode(question)[0]

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Encode the tokens of texts, each read as a question."""
        return list(self._pool.map(self._encode_tokens, texts))

    def compute_token_outputs(self, text: str) -> tuple[NDArray[np.float32], Encoding]:
        """Return the model's outputs (t, d) for all tokens of a text, prompt and special tokens included."""
        _, outputs, encoding = self._encode(text)
        return outputs, encoding

    def _encode_tokens(self, text: str) -> TokenVectors:
        outputs, encoding = self.compute_token_outputs(text)
        return select_token_vectors(outputs, locate_tokens(encoding.offsets, text, shift=len(self.prompt)))

    def _run(self, text: str) -> tuple[NDArray[np.float32], NDArray[np.float32], Encoding]:
        encoding = self.tokenizer.encode(self.prompt + replace_lone_surrogates(text))
        return *self._run_graph(encoding), encoding


def open_question_encoder(export: Export) -> QuestionEncoder:
    """Open an exported encoder."""
    import numpy as np

    session = open_session(export.folder / GRAPH)
    inputs = [value.name for value in session.get_inputs()]

    def run(encoding: Encoding) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([columns[name]], dtype=np.int64) for name in inputs}
        vectors, tokens = session.run([VECTOR, TOKENS], feed)
        return vectors[0], tokens[0]

    manifest = export.manifest
    tokenizer = open_tokenizer(export.folder / TOKENIZER, window=manifest.question_window)
    return QuestionEncoder(run, tokenizer, prompt=manifest.question_prompt)


def open_session(graph: Path) -> Any:
    """Open an exported graph with onnxruntime."""
    configure_runtimes()
    import onnxruntime  # type: ignore[import-untyped]

    # The saved graph is optimized but for what depends on the processor.
    options = make_session_options(onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC)
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen kinds, all derived from Exception alone
        reason = summarize_error(error)
        raise ModelError(f"{graph} can't be loaded ({reason}): move {graph.parent} elsewhere and try again.") from error


def optimize_graph(plain: Path, graph: Path) -> None:
    """Save an optimized copy of a plain ONNX file, with the weights in a file beside it.

    Such weights are mapped into memory: all-MiniLM-L6-v2 takes 0.11 s and 60 MB, in a single file 0.4 s and 140 MB.
    """
    configure_runtimes()
    import onnxruntime

    # Extended, not all: the highest level lays the graph out for one kind of processor.
    options = make_session_options(onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
    options.optimized_model_filepath = str(graph)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", GRAPH_WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])


def make_session_options(level: Any) -> Any:
    """Return options for a session that runs each text in one thread, without busy waiting, and gives memory back."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
