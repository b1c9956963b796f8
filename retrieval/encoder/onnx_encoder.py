"""The encoder as exported for questions: a folder with an ONNX graph, its tokenizer and a manifest.

Finds, checks and runs such a folder with onnxruntime and tokenizers alone; making one is `export`'s task.
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
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

THREADS = 2
REMEMBERED = 8
FORMAT = 3
MANIFEST, GRAPH, GRAPH_WEIGHTS, TOKENIZER = "manifest.json", "question.onnx", "question.bin", "tokenizer.json"
VECTOR, TOKENS = "vector", "token_embeddings"
# A token takes 600 bytes while its text is measured: 20 MB in one piece took 3 GB. So many characters at most make a
# piece, and so many pieces are measured together.
PIECE, PIECES = 4_000, 128
# Command lines and JSON can carry halves of surrogate pairs, which no tokenizer takes; the length stays the same.
LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an exported folder holds, and of which weights it was made."""

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
    unexportable: str = ""  # why questions need sentence-transformers; empty when the graph is here


@dataclass(frozen=True, slots=True)
class Export:
    """An exported folder with its manifest."""

    folder: Path
    manifest: Manifest

    def damage(self, *, thorough: bool = False) -> list[str]:
        """Name every file that is missing or altered: by size, or by hash when thorough."""
        found = []
        for name, (size, sha256) in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                found.append(f"{path} is missing")
            elif path.stat().st_size != size or (thorough and weights.sha256(path) != sha256):
                found.append(f"{path} was altered")
        return found

    def stale(self) -> bool:
        """Tell whether the weights changed since; when they are gone the export still answers."""
        source = Path(self.manifest.source)
        return source.is_dir() and weights.stamps(source) != self.manifest.stamps


def folder_name(fingerprint: str) -> str:
    """Return a fingerprint as the name of a folder."""
    return re.sub(r"[^\w.@-]+", "_", fingerprint)


def read(folder: Path) -> Export | None:
    """Read one exported folder; None when its manifest is missing, broken or of another format."""
    try:
        values: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if values.get("format") != FORMAT:
            return None
        values["stamps"] = {name: tuple(stamp) for name, stamp in values["stamps"].items()}
        values["files"] = {name: tuple(entry) for name, entry in values["files"].items()}
        return Export(folder, Manifest(**values))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest so that a reader sees the old one or the new one, never half of it."""
    new = folder / f"{MANIFEST}.{os.getpid()}"
    new.write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    new.replace(folder / MANIFEST)


def exports(cache: Path, model: str) -> list[Export]:
    """Return every exported folder of a model, whatever weights it was made of."""
    found = (read(manifest.parent) for manifest in sorted(cache.glob(f"*/{MANIFEST}")))
    return [export for export in found if export and export.manifest.model == model]


def quiet_threads() -> None:
    """Let waiting threads sleep, and nothing be reported; must come before torch, onnxruntime or the hub is loaded.

    Beside another busy process, busy waiting turned questions of 22 ms into 500 to 900 ms.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def speakable(text: str) -> str:
    """Replace what is not text, one code point by one."""
    return text if text.isascii() else LONE_SURROGATES.sub("\ufffd", text)


def token_spans(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return the token spans of each text in code points, without special tokens, not truncated."""
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    rest = ((place, start, piece) for place, text in enumerate(texts) for start, piece in pieces(speakable(text)))
    while batch := list(islice(rest, PIECES)):
        encodings = tokenizer.encode_batch([piece for _, _, piece in batch], add_special_tokens=False)
        for (place, shift, _), encoding in zip(batch, encodings, strict=True):
            # Plain pairs, the tokenizer's own where they can be: a Span takes longer to make than a token to find.
            found = encoding.offsets
            spans[place] += [(shift + start, shift + end) for start, end in found] if shift else found
    return spans


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text before spaces into pieces of bounded length, each with its offset."""
    start = 0
    while len(text) - start > PIECE:
        space = text.rfind(" ", start + 1, start + PIECE)
        end = space if space > 0 else start + PIECE
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def load_tokenizer(export: Export, *, window: int = 0) -> Tokenizer:
    """Load an export's tokenizer, truncating at a window when one is given."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(export.folder / TOKENIZER))
    if window:
        tokenizer.enable_truncation(window)
    return tokenizer


def standing(offsets: Sequence[tuple[int, int]], text: str, *, shift: int) -> list[tuple[int, Span]]:
    """Return number and span of each token that stands in a text, behind a prompt of `shift` characters.

    Some tokenizers count the space before a word as the word's; here it is not.
    """
    found = []
    for number, (start, end) in enumerate(offsets):
        if end > max(start, shift):
            length = len(text[max(start - shift, 0) : end - shift].lstrip())
            if length:
                found.append((number, Span(end - shift - length, end - shift)))
    return found


def token_vectors(outputs: NDArray[np.float32], places: Sequence[tuple[int, Span]]) -> TokenVectors:
    """Return one text's token outputs (tokens, d) at unit length, those alone that stand in the text."""
    import numpy as np

    chosen = outputs[[number for number, _ in places]]
    lengths = np.linalg.norm(chosen, axis=1, keepdims=True)
    return TokenVectors(chosen / np.maximum(lengths, 1e-12), tuple(span for _, span in places))


class QuestionEncoder:
    """One exported encoder held open: a question in, its vectors out, in milliseconds and without torch.

    Texts are run one by one, two at a time: a padded batch of a question and three sentences took 31 ms, this 25 ms.
    """

    def __init__(self, export: Export) -> None:
        from concurrent.futures import ThreadPoolExecutor
        from functools import lru_cache

        self.prompt = export.manifest.question_prompt
        self.tokenizer = load_tokenizer(export, window=export.manifest.question_window)
        self.session = open_session(export.folder / GRAPH)
        self.inputs = [value.name for value in self.session.get_inputs()]
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="encoder")
        # A question is asked for its vector first and for its tokens soon after.
        self._encode = lru_cache(maxsize=REMEMBERED)(self._run)

    def __call__(self, question: str) -> NDArray[np.float32]:
        """Encode one question; shape (dimension,), unit length."""
        return self._encode(question)[0]

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Encode the tokens of texts, each read as a question."""
        return list(self._pool.map(self._tokens, texts))

    def token_outputs(self, text: str) -> tuple[NDArray[np.float32], Encoding]:
        """Return the model's raw token outputs (tokens, d) of a text, those of prompt and special tokens with them."""
        _, outputs, encoding = self._encode(text)
        return outputs, encoding

    def _tokens(self, text: str) -> TokenVectors:
        outputs, encoding = self.token_outputs(text)
        return token_vectors(outputs, standing(encoding.offsets, text, shift=len(self.prompt)))

    def _run(self, text: str) -> tuple[NDArray[np.float32], NDArray[np.float32], Encoding]:
        import numpy as np

        encoding = self.tokenizer.encode(self.prompt + speakable(text))
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([columns[name]], dtype=np.int64) for name in self.inputs}
        vectors, tokens = self.session.run([VECTOR, TOKENS], feed)
        return vectors[0], tokens[0], encoding


def open_session(graph: Path) -> Any:
    """Open an exported graph with onnxruntime."""
    quiet_threads()
    import onnxruntime  # type: ignore[import-untyped]

    # The saved graph is optimized already; only what depends on the processor is left to do.
    options = session_options(onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC)
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen kinds, all derived from Exception alone
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"{graph} can't be loaded ({reason}): delete {graph.parent} and try again.") from error


def optimize(plain: Path, graph: Path) -> None:
    """Save an optimized copy of a plain ONNX file, its weights in a file beside it.

    Such weights are mapped, not read: 0.11 s and 60 MB to load all-MiniLM-L6-v2, against 0.4 s and 140 MB for one file.
    """
    quiet_threads()
    import onnxruntime

    # Extended, not all: the last level lays the graph out for one kind of processor.
    options = session_options(onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
    options.optimized_model_filepath = str(graph)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", GRAPH_WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])


def session_options(level: Any) -> Any:
    """Return session options for texts one by one: a thread each, that sleeps while it waits; memory given back."""
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
