"""What is published: the wheel and the sdist, built from the checkout; the wheel, installed, answers on its own."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Run a command with no more of the environment than it needs; return its stdout."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from it, without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


def prose() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "prompts").glob("*.md")}


def test_the_wheel_holds_the_rooms_their_types_and_the_prompts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"bot/cli/main.py", "bot/py.typed", "retrieval/domain.py", "retrieval/py.typed", "prompts/py.typed"} <= names
    assert {"bot/evaluation/golden/golden.schema.json", "bot/evaluation/report/report.html.j2"} <= names
    assert prose() <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "retrieval", "prompts"}


def test_the_sdist_holds_what_a_packager_needs(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    wanted = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        ".env.example",
        "bot/cli/main.py",
        "tests/test_packaging.py",
    }
    assert wanted | prose() <= names
    assert not [name for name in names if name.startswith((".venv", ".clippings", ".git/"))]


def test_an_installed_wheel_answers_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    python = installed(wheel, tmp_path / "venv")
    clippings = python.with_name("clippings")
    home = {"CLIPPINGS_HOME": str(tmp_path / "home")}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    where = run([python, "-c", "import bot, retrieval; print(bot.__file__)"], elsewhere)
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    run([clippings, "ingest", *seeds], elsewhere, **home)
    answer = json.loads(run([clippings, "ask", "Where was the meeting held?", "--json"], elsewhere, **home))

    assert Path(where).is_relative_to(tmp_path)
    assert "Diaoyutai State Guest House" in answer["citations"][0]["quote"]


def installed(wheel: Path, folder: Path) -> Path:
    """Make an environment with nothing of its own but the wheel; third-party packages are lent by the running one."""
    venv.create(folder, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / "python"
    site = Path(paths["purelib"])
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-cache-dir",
    ]
    run([*pip, wheel], folder)
    return python
