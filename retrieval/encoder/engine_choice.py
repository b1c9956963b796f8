"""Chooses what runs the bundled model's layers for passages: the fastest here whose vectors agree with the reference.

Measured once for a machine and its versions of the engines, and remembered in the folder of models.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from retrieval.encoder.bundled_weights import remember
from retrieval.encoder.layers import Engine, has_openvino, multiplies_bfloat16
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.encoder.layers import Layers

Runtime = Literal["auto", "onnxruntime", "openvino", "torch"]
Precision = Literal["auto", "float32", "bfloat16"]

RECORD = "engines.json"
LEAST_COSINE = 0.995
"""How near an engine's vectors have to be to torch's in float32, so that several engines may fill one library."""
TIMED_TEXTS, TIMED_TOKENS, TIMES = 2, 128, 3
"""What an engine is timed on, after a first run: some 40 ms each."""


@dataclass(frozen=True, slots=True)
class EngineTrial:
    """What came of trying an engine: the least cosine to the reference, and tokens per second of one thread."""

    engine: Engine
    cosine: float
    rate: float


def list_candidates(runtime: Runtime, precision: Precision) -> list[Engine]:
    """Return the engines that are installed, that this processor is made for and that the settings allow.

    There are none where torch is asked for, or where it alone does what is: loading it takes seconds and 400 MB. Raises
    ModelError when the engine that is set is missing or can't do what is asked.
    """
    found = list[Engine]()
    if runtime in ("auto", "openvino") and has_openvino():
        native = precision != "float32" and multiplies_bfloat16()
        if native or precision != "bfloat16":
            found.append(Engine("openvino", "bfloat16" if native else "float32"))
    if runtime in ("auto", "onnxruntime") and precision != "bfloat16":
        found.append(Engine("onnxruntime", "float32"))
    if found or runtime in ("auto", "torch"):
        return found
    if runtime == "openvino" and not has_openvino():
        raise ModelError("CLIPPINGS_ENGINE is openvino, which is not installed: pip install openvino, or set auto.")
    raise ModelError(f"{runtime} does not compute in bfloat16 here: set CLIPPINGS_PRECISION to auto or float32.")


def choose_engine(candidates: Sequence[Engine], measure: Callable[[Engine], EngineTrial], cache: Path) -> EngineTrial:
    """Return the fastest of the engines that agree with the reference, as remembered in `cache` or measured now.

    An engine that can't be opened is out. Raises ModelError when none is left.
    """
    known = {each.engine: each for each in read_trials(cache)}
    faults = list[str]()
    for engine in (each for each in candidates if each not in known):
        try:
            known[engine] = measure(engine)
        except ModelError as error:
            faults.append(str(error))
        else:
            trials = [(each.engine, each.cosine, each.rate) for each in known.values()]
            remember(cache / RECORD, {"machine": describe_machine(), "trials": trials})
    found = [known[engine] for engine in candidates if engine in known]
    if chosen := pick(found):
        return chosen
    faults += [f"{each.engine}: cosine {each.cosine:.4f}" for each in found]
    raise ModelError(f"no engine here encodes passages as the model should ({'; '.join(faults)})")


def pick(trials: Iterable[EngineTrial]) -> EngineTrial | None:
    """Return the fastest of what agrees with the reference, None where nothing does."""
    return max((each for each in trials if each.cosine > LEAST_COSINE), key=lambda each: each.rate, default=None)


def read_trials(cache: Path) -> list[EngineTrial]:
    """Return what was measured on this machine with these versions; nothing if that is unknown."""
    try:
        read = json.loads((cache / RECORD).read_bytes())
        trials = [EngineTrial(Engine(*engine), cosine, rate) for engine, cosine, rate in read["trials"]]
        return trials if read["machine"] == describe_machine() else []
    except (OSError, ValueError, TypeError, LookupError):
        return []


def time_layers(layers: Layers, table: NDArray[np.float32]) -> float:
    """Return how many tokens the layers run in a second, in one thread, over some words of the table."""
    import numpy as np

    ids = np.arange(1_000, 1_000 + TIMED_TEXTS * TIMED_TOKENS).reshape(TIMED_TEXTS, TIMED_TOKENS)
    words, mask = table[ids], np.ones(ids.shape, np.int64)
    seconds = list[float]()
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        layers.run(words, mask)
        seconds.append(time.perf_counter() - start)
    return ids.size / min(seconds[1:])


def describe_machine() -> dict[str, Any]:
    """Return what the speed of an engine depends on: the processor, and the engines' versions."""
    return {
        "processor": _describe_processor(),
        "cores": os.cpu_count(),
        **{name: _find_version(name) for name in ("onnxruntime", "openvino", "torch")},
    }


def _describe_processor() -> str:
    """Return name and instructions of the processor where Linux tells them, else what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").partition("\n\n")[0].splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    instructions = facts.get("flags") or facts.get("Features", "")
    name = facts.get("model name", platform.processor())
    return f"{platform.machine()} {name} {hashlib.sha256(instructions.encode()).hexdigest()[:12]}"


def _find_version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
