"""The benchmark of faults, kept short: every row is there, and what must be 0 is 0."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from retrieval.reading import SUFFIXES
from tests.benchmarks import faults

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_attacks_on_libraries_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        faults.main(["--hostile", "5", "--variations", "2", "--json", str(tmp_path / "figures.json")])

    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert ended.value.code == 0, capsys.readouterr().out
    assert figures["processes killed"] == figures["of them survived"] > 0
    assert figures["disks filled"] + figures["disks that a fake calls full"] == 1
    assert all(figures[f"bytes of hostile {suffix}"] >= 5_000 for suffix in SUFFIXES)
    assert [figures[name] for name in ("articles lost", "wrong advice", "tracebacks", "faults of any kind")] == [0] * 4


def test_what_harms_a_library_is_counted_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("retrieval.index.library.Library.repair", lambda _: ["remove the library"])

    with pytest.raises(SystemExit) as ended:
        faults.main(["--only", "variations", "--variations", "1", "--from", "1"])

    out = capsys.readouterr().out
    assert ended.value.code == 1
    assert "not mended" in out


def test_where_no_disk_may_be_mounted_a_fake_is_counted_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.retrieval.index.full_disk.sys.platform", "other")

    with pytest.raises(SystemExit) as ended:
        faults.main(["--only", "disks", "--disks", "2"])

    assert ended.value.code == 0
    assert [line.split("|")[2].strip() for line in capsys.readouterr().out.splitlines()[2:4]] == ["0", "2"]
