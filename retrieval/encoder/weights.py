"""A model's name -> the folder of its weights and their fingerprint, for every model but the bundled one.

Loading them is left to others: a fingerprint takes a hash, and imports neither torch nor sentence-transformers.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ModelError, summarize_error

DEFAULT_MODEL = "all-MiniLM-L6-v2"

SHAPING = (
    "*.safetensors",
    "*.bin",
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",
    "sentence_*_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
"""The files in a model's folder that its vectors depend on."""
OTHER_RUNTIMES = ("onnx", "openvino")
"""Folders in hub repositories with copies of the weights for other runtimes."""
NOT_DOWNLOADED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel")

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model's folder and the hash that its fingerprint is made from."""

    model: str
    folder: Path
    digest: str

    @property
    def fingerprint(self) -> str:
        """Name and first 12 hex digits of the weights' hash, as in "all-MiniLM-L6-v2@53aa51172d14"."""
        name = Path(self.model).name if Path(self.model).is_absolute() else self.model
        return f"{name}@{self.digest[:12]}"


def normalize_name(model: str) -> str:
    """Return the one spelling of a model's name: the default's short name, a folder's full path, or a hub name."""
    name = model.strip()
    if name in ("", DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"):
        return DEFAULT_MODEL
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def find_model(model: str) -> ModelFolder:
    """Find a model's folder by its normalized name, and hash the files that its vectors depend on.

    Raises ModelError when it is missing.
    """
    folder = find_folder(model)
    files = list_shaping_files(folder)
    if not any(path.suffix in (".safetensors", ".bin") for path in files):
        raise ModelError(
            f"{folder} has no weights (*.safetensors): set a sentence-transformers model's folder or name."
        )
    lines = (f"{hash_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return ModelFolder(model, folder, hashlib.sha256("".join(lines).encode()).hexdigest())


def find_present_folder(model: str) -> Path | None:
    """Return the folder of a model by its normalized name where that is known without a download or a hash."""
    folder = Path(model).expanduser()
    return folder if folder.is_dir() else None


def find_folder(model: str) -> Path:
    """Return the folder that a model's name is the path of, or that of the hub's model with this name."""
    name = model.strip()
    folder = Path(name).expanduser()
    return folder if name and folder.is_dir() else find_downloaded_folder(name)


def find_downloaded_folder(name: str) -> Path:
    """Return the folder of a model from the Hugging Face hub, downloading it if it is not on this machine yet."""
    path_like = name.startswith((".", "~", "/", "\\")) or name.count("/") > 1 or "\\" in name
    if path_like or not name:
        raise ModelError(f"There is no model folder {name}: check the path, or set a sentence-transformers name.")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        folder = Path(snapshot_download(repository, local_files_only=True))
        # An interrupted download leaves a folder without weights.
        if any(path.suffix in (".safetensors", ".bin") for path in list_shaping_files(folder)):
            return folder
    except (OSError, ValueError):
        pass
    try:
        return Path(snapshot_download(repository, ignore_patterns=list(NOT_DOWNLOADED)))
    except Exception as error:  # the hub client raises its own, its HTTP library's and the system's errors
        raise ModelError(
            f"The model {name} is not on this machine and can't be had from the Hugging Face hub "
            f"({summarize_error(error)}): check its name and the network, or set a model's folder."
        ) from error


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_shaping_files(folder: Path) -> list[Path]:
    """Return the files that a model's vectors depend on, sorted by path."""
    paths = {path for pattern in SHAPING for path in folder.rglob(pattern) if path.is_file()}
    return sorted(path for path in paths if path.relative_to(folder).parts[0] not in OTHER_RUNTIMES)


def stamp_files(folder: Path) -> Stamps:
    """Return size and modification time (ns) of the files that vectors depend on: equal stamps save a second hash."""
    files = ((path.relative_to(folder).as_posix(), path.stat()) for path in list_shaping_files(folder))
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in files}
