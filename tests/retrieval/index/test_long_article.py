"""One very long article, whose process is interrupted by Ctrl-C or killed: the next ingest goes on within it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from retrieval.index import Library, Progress, writer
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.stores import contents

BATCH, TOKENS = 8, 60
LONG = make_article(7, sentences=300)
ENCODED = 5
"""Batches that the process has encoded when it is stopped."""
ROOT = Path(__file__).parents[3]


class Paced(FakeEncoder):
    """Says when a batch is to be encoded, and waits for a line: the test decides where the process is stopped."""

    def encode_passages(self, passages: Any, headers: Any) -> Any:
        print("encoding", flush=True)
        sys.stdin.readline()
        return super().encode_passages(passages, headers)


def ingest(folder: Path, encoder: FakeEncoder, told: list[Progress] | None = None) -> int:
    """Ingest the long article, and return how many passages were encoded for it."""
    with (
        pytest.MonkeyPatch.context() as patched,
        Library.open(folder, encoder=encoder, passage_tokens=TOKENS, create=True) as library,
    ):
        patched.setattr(writer, "PASSAGES_PER_BATCH", BATCH)
        library.ingest([LONG], progress=None if told is None else told.append)
    return len(encoder.encoded)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_long_article_is_gone_on_with_where_its_process_was_stopped(tmp_path: Path, how: signal.Signals) -> None:
    whole = ingest(tmp_path / "clean", FakeEncoder())
    command = [sys.executable, "-m", __spec__.name, str(tmp_path / "library")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as it:
        assert it.stdin
        assert it.stdout
        for _ in range(ENCODED):
            assert it.stdout.readline() == b"encoding\n"
            it.stdin.write(b"\n")
            it.stdin.flush()
        assert it.stdout.readline() == b"encoding\n"
        it.send_signal(how)
        it.communicate(timeout=60)
    assert it.returncode

    told: list[Progress] = []
    encoded = ingest(tmp_path / "library", FakeEncoder(), told)

    assert encoded == whole - ENCODED * BATCH
    assert contents(tmp_path / "library") == contents(tmp_path / "clean")
    counted = [(each.done, each.total) for each in told if each.stage == "Encoding"]
    assert counted == [(done, whole) for done in range(ENCODED * BATCH, whole, BATCH)]


if __name__ == "__main__":
    ingest(Path(sys.argv[1]), Paced())
