"""What is published: the wheel and the sdist, built from the checkout; the wheel, installed, answers on its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pip
import pytest

from retrieval.errors import DISTRIBUTION

ROOT = Path(__file__).parents[1]


MODULES = {"clippings_command.py", "clippings_packages.py", "pytest_clippings.py"}
"""Lie at the wheel's top, beside the packages."""


def start(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with no more of the environment than it needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Run a command that must succeed; return its stdout."""
    done = start(command, folder, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
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


def test_the_wheel_holds_the_packages_their_types_and_the_prompts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"bot/cli/main.py", "bot/py.typed", "retrieval/domain.py", "retrieval/py.typed", "prompts/py.typed"} <= names
    assert {"bot/evaluation/golden/golden.schema.json", "bot/evaluation/report/report.html.j2"} <= names
    assert prose() <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "retrieval", "prompts"} | MODULES


def test_the_modules_at_the_top_lie_nowhere_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name.rpartition("/")[2] in MODULES] == sorted(MODULES)


def test_an_editable_install_finds_packages_and_modules_in_the_checkout(tmp_path: Path) -> None:
    """Built as pip builds it; site-packages get a list of folders, and no copy that would grow old."""
    build = f"from hatchling.build import build_editable; print(build_editable({str(tmp_path)!r}))"
    name = run([sys.executable, "-c", build], ROOT).split()[-1]

    with zipfile.ZipFile(tmp_path / name) as made:
        names = [each for each in made.namelist() if ".dist-info/" not in each]
        folders = made.read(names[0]).decode().splitlines()

    assert len(names) == 1
    assert folders == [str(ROOT), str(ROOT / "bot" / "toplevel")]
    assert {path.name for path in (ROOT / "bot" / "toplevel").glob("*.py")} == MODULES


def test_the_description_has_no_link_that_leads_nowhere_on_a_package_index(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        metadata = next(name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        description = files.read(metadata).decode().partition("\n\n")[2]

    assert description.startswith("# Clippings")
    assert not re.findall(r"\]\((?!https?:)[^)]*\)", description)


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


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which the wheel is installed."""
    return installed(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture(scope="module")
def home(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIPPINGS_HOME into which the installed command has read the seeds."""
    folder = tmp_path_factory.mktemp("home")
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    run([python.with_name("clippings"), "ingest", *seeds], folder, CLIPPINGS_HOME=str(folder))
    return folder


def test_an_installed_wheel_answers_from_another_folder(python: Path, home: Path, tmp_path: Path) -> None:
    where = run([python, "-c", "import bot, retrieval; print(bot.__file__)"], tmp_path)
    ask: list[str | Path] = [python.with_name("clippings"), "ask", "Where was the meeting held?", "--json"]
    answer = json.loads(run(ask, tmp_path, CLIPPINGS_HOME=str(home)))

    assert Path(where).is_relative_to(python.parents[1])
    assert "Diaoyutai State Guest House" in answer["citations"][0]["quote"]


PROJECTS = {
    "bot": {
        "bot/__init__.py": "",
        "bot/cogs.py": "def greet() -> str:\n    return 'hello'\n",
        "tests/test_own.py": "from bot.cogs import greet\n\ndef test_own():\n    assert greet() == 'hello'\n",
    },
    "retrieval": {
        "retrieval/__init__.py": "WHERE = 'mine'\n",
        "tests/test_own.py": "import retrieval\n\ndef test_own():\n    assert retrieval.WHERE == 'mine'\n",
    },
    "prompts": {
        "prompts.py": "ANSWER = 'mine'\n",
        "tests/test_own.py": "import prompts\n\ndef test_own():\n    assert prompts.ANSWER == 'mine'\n",
    },
}
QUESTIONS = """\
questions:
  - id: where
    question: Where did the talks take place?
    answer: [Diaoyutai State Guest House, Diaoyutai]
  - id: wrong
    question: Where did the talks take place?
    answer: Lisbon
"""


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Another project with a package named as one of ours, tests of its own and golden questions."""
    files = PROJECTS[request.param] | {
        "pyproject.toml": f"[tool.pytest.ini_options]\nclippings_articles = ['{ROOT / 'seeds'}']\n",
        "conftest.py": "",
        "questions/talks.golden.yaml": QUESTIONS,
        "tests/test_fixture.py": "def test_fixture(ask):\n    pass\n",
    }
    folder: Path = tmp_path / request.param
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def run_pytest(python: Path, project: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a project's tests with the plugins that pytest finds for itself; return exit status and output."""
    quiet = ["-p", "no:cacheprovider", "-p", "no:randomly", "-rA", "--tb=short"]
    # As the command `pytest` does, this leaves the current folder out of Python's path.
    done = start([python, "-P", "-m", "pytest", *quiet, *arguments], project, **environment)
    return done.returncode, done.stdout + done.stderr


def test_a_project_with_a_package_named_as_ours_tests_itself(python: Path, project: Path, home: Path) -> None:
    """Golden questions come first, before the project's folder is on the path, and yet its tests find its package."""
    status, shown = run_pytest(python, project, "questions", "tests/test_own.py", CLIPPINGS_HOME=str(home))

    assert status == 1, shown
    assert "PASSED questions/talks.golden.yaml::where" in shown
    assert "FAILED questions/talks.golden.yaml::wrong - Failed: answer: expected Lisbon" in shown
    assert "PASSED tests/test_own.py::test_own" in shown
    assert "2 passed" in shown


def test_a_fixture_says_in_one_line_what_hides_our_packages(python: Path, project: Path, home: Path) -> None:
    status, shown = run_pytest(python, project, "tests", CLIPPINGS_HOME=str(home))

    assert status == 1, shown
    assert "PASSED tests/test_own.py::test_own" in shown
    assert f"hides the package `{project.name}` of Clippings, so that tests of this project can't import it." in shown
    assert "Traceback" not in shown


def test_the_command_answers_inside_a_project_that_hides_our_packages(python: Path, project: Path, home: Path) -> None:
    clippings, question = python.with_name("clippings"), "Where did the talks take place?"

    for environment in ({}, {"PYTHONPATH": "."}):
        answer = run([clippings, "ask", question], project, CLIPPINGS_HOME=str(home), **environment)
        assert "Diaoyutai State Guest House" in answer


def test_doctor_names_the_folder_that_hides_our_packages(python: Path, project: Path, home: Path) -> None:
    clippings = python.with_name("clippings")

    fine = start([clippings, "doctor", "--json"], project, CLIPPINGS_HOME=str(home))
    hidden = start([clippings, "doctor", "--json"], project, CLIPPINGS_HOME=str(home), PYTHONPATH=".")

    assert json.loads(fine.stdout)["problems"] == []
    (problem,) = json.loads(hidden.stdout)["problems"]
    assert problem.startswith(str(project / project.name))
    assert f"`import {project.name}`" in problem


def test_a_package_that_was_imported_before_ours_is_named_in_one_line(python: Path, project: Path, home: Path) -> None:
    program = f"import sys; sys.path.insert(0, ''); import {project.name}; import clippings_command as c; c.main()"

    done = start([python, "-c", program], project, CLIPPINGS_HOME=str(home))

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"hides the package `{project.name}` of Clippings" in done.stderr


@pytest.mark.skipif(
    not shutil.which("make") or sys.platform != "linux", reason="needs make, and PyPI's torch for Linux"
)
@pytest.mark.parametrize("offered", [("2.13.0+cpu", "2.13.1", "2.14.0+cpu"), ("2.12.0+cpu", "2.14.0+cpu"), ()])
def test_make_takes_the_pinned_cpu_build_or_goes_on(offered: Sequence[str], tmp_path: Path) -> None:
    """An index that has no such release, or can't be reached, costs a line of output and no wrong version."""
    index = tmp_path / "torch"
    index.mkdir()
    for version in offered:
        fake_wheel(index, "torch", version)
    links = (f'<a href="{path.name}">{path.name}</a>' for path in index.iterdir())
    (index / "index.html").write_text("\n".join(links), "utf-8")
    where = tmp_path.as_uri() if offered else "http://127.0.0.1:9"
    made = tmp_path / "venv"
    site = empty_environment(made)
    (site / "pip").symlink_to(Path(pip.__file__).parent)

    done = start(
        ["make", "--no-print-directory", f"{made}/.torch", f"VENV={made}", f"TORCH_INDEX={where}"],
        ROOT,
        PIP_CONFIG_FILE=os.devnull,
    )

    taken = [path.name for path in site.glob("torch-*")]
    assert done.returncode == 0, done.stderr
    assert taken == (["torch-2.13.0+cpu.dist-info"] if "2.13.0+cpu" in offered else [])
    assert ("No CPU build of torch==2.13.0" in done.stderr) == (not taken)
    assert done.stderr.count("\n") == (not taken)


def empty_environment(folder: Path) -> Path:
    """Make an environment without pip; return the folder of its packages."""
    venv.create(folder, symlinks=os.name != "nt")
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(folder), "platbase": str(folder)})) / "python"


def fake_wheel(folder: Path, name: str, version: str) -> None:
    """Write a wheel that holds nothing but its name and version."""
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def test_the_workflows_are_yaml_and_test_each_declared_python() -> None:
    yaml = pytest.importorskip("yaml")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    workflows = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github").rglob("*.yml")}
    passing = [each.rpartition(" ")[2] for each in project["classifiers"] if "Python :: 3." in each]

    assert {"check", "release"} <= set(workflows)
    assert set(passing) <= set(workflows["check"]["jobs"]["test"]["strategy"]["matrix"]["python"])


def test_nothing_speaks_of_another_distribution() -> None:
    """On PyPI, "clippings" is a parser of e-book highlights."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    prose = [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "bot").rglob("*.py"),
        *(ROOT / "retrieval").rglob("*.py"),
    ]

    assert project["name"] == DISTRIBUTION
    for path in prose:
        assert not re.search(r"pip install '?clippings(?!-archive)", path.read_text("utf-8")), path


def installed(wheel: Path, folder: Path) -> Path:
    """Make an environment with nothing of its own but the wheel; third-party packages are lent by the running one."""
    site = empty_environment(folder)
    python = python_of(folder)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")
    pip_install: list[str | Path] = [
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
    run([*pip_install, wheel], folder)
    return python
