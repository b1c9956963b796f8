"""What a program imports from `retrieval`: every name is there, and the lines in the documentation work."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

import retrieval
from retrieval import Answer, Library
from retrieval.encoder import SentenceEncoder
from tests.test_architecture import HEAVY

ROOT = Path(__file__).parents[2]


def code(document: str) -> list[str]:
    """Return the blocks of Python in a document."""
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Path, encoder: SentenceEncoder
) -> dict[str, object]:
    """A folder with the seeds and the default model exported; the namespace that a document's lines begin with."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    (tmp_path / "data" / "clippings").mkdir(parents=True)
    (tmp_path / "data" / "clippings" / "models").symlink_to(models)
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / "data" / name)
    monkeypatch.chdir(tmp_path)
    return {"model": FakeListChatModel(responses=["The talks took place at the Diaoyutai State Guest House [1]."])}


@pytest.mark.parametrize("name", retrieval.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(retrieval, name).__doc__


def test_another_name_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="'retrieval' has no attribute 'nothing'"):
        retrieval.__getattr__("nothing")


def test_importing_it_does_no_work() -> None:
    probe = f"import sys, retrieval; print([name for name in {HEAVY!r} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("document", ["docs/python.md", "README.md"])
def test_the_lines_in_the_documentation_work(
    document: str, project: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = code(document)

    for block in blocks:
        exec(compile(block, document, "exec"), project)

    if blocks:
        shown = capsys.readouterr().out
        assert "Diaoyutai State Guest House" in shown
        assert "\n[1] " in shown
        assert isinstance(project["answer"], Answer)
        assert any("Diaoyutai" in each.page_content for each in project["documents"])
        for name in {"retriever", "chain"} & project.keys():
            project[name].library.close()
        assert isinstance(project["library"], Library)
