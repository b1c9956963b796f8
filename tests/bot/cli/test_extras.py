"""An installation without extras: whatever is missing is named in one line, and a question needs none of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import doctor, main
from bot.cli.discord_command import NEEDED as DISCORD
from bot.cli.eval_command import NEEDED as EVAL
from retrieval.encoder import SentenceEncoder
from retrieval.generation import chat_models

ROOT = Path(__file__).parents[3]
ARTICLE = "The harbour of Porto was dredged in May. Forty fishing boats had to leave for Leixões."
BROUGHT_BY_EXTRAS = ("discord", "ir_measures", "matplotlib", "langchain", "langchain_openai")
NOT_FOR_QUESTIONS = ("torch", "sentence_transformers", "transformers", "sklearn", "scipy", "onnx", "pytest")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Path, encoder: SentenceEncoder) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    monkeypatch.setenv("CLIPPINGS_HOME", str(folder))
    monkeypatch.setenv("CLIPPINGS_PRECISION", "float32")
    return folder


@pytest.mark.parametrize("package", DISCORD)
def test_the_discord_bot_names_what_is_missing(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, DISCORD[package], None)

    assert main.run(["discord"]) == 1

    assert capsys.readouterr().err == (
        f"clippings: {package} is not installed: pip install 'clippings-archive[discord]'\n"
    )


@pytest.mark.parametrize("package", EVAL)
def test_an_evaluation_names_what_is_missing(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, EVAL[package], None)

    assert main.run(["eval", "questions.yaml"]) == 1

    assert capsys.readouterr().err == f"clippings: {package} is not installed: pip install 'clippings-archive[eval]'\n"


@pytest.mark.parametrize(("provider", "extra"), [("openai", "openai"), ("google_genai", "google-genai")])
def test_a_chat_model_names_the_extra_that_brings_langchain(
    provider: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain", None)

    assert chat_models.describe_missing(f"{provider}:x") == (
        f"langchain is not installed: pip install 'clippings-archive[{extra}]'"
    )


def test_a_provider_without_an_extra_names_langchain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain", None)

    assert chat_models.describe_missing("groq:x") == (
        "groq is none of anthropic, google_genai, ollama, openai; others need langchain: pip install langchain"
    )


def test_doctor_names_a_chat_model_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "langchain", None)
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", "openai:gpt-x")

    assert main.run(["doctor"]) == 1

    shown = " ".join(capsys.readouterr().out.split())
    assert "langchain is not installed: pip install 'clippings-archive[openai]'" in shown


def test_doctor_does_not_miss_what_extras_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_get_version", lambda package: "" if package in doctor.EXTRAS else "1")

    assert list(doctor._find_missing_packages()) == []


def test_articles_are_read_without_any_extra_and_a_question_needs_no_torch(tmp_path: Path, home: Path) -> None:
    article = tmp_path / "harbour.txt"
    article.write_text(ARTICLE, "utf-8")

    run_without(BROUGHT_BY_EXTRAS, "ingest", str(article))
    answer = run_without((*BROUGHT_BY_EXTRAS, *NOT_FOR_QUESTIONS), "ask", "When was the harbour of Porto dredged?")
    talk = run_without(
        (*BROUGHT_BY_EXTRAS, *NOT_FOR_QUESTIONS), "chat", said="Who had to leave the harbour of Porto?\nAnd when?\n"
    )
    hits = run_without((*BROUGHT_BY_EXTRAS, *NOT_FOR_QUESTIONS), "search", "When was the harbour of Porto dredged?")

    assert "dredged in May" in answer
    assert "dredged in May" in hits
    assert "Forty fishing boats" in talk


def run_without(modules: tuple[str, ...], *arguments: str, said: str = "") -> str:
    """Run the command line where these modules can't be imported, on what is said; return its stdout."""
    program = f"import sys; sys.modules.update(dict.fromkeys({modules!r})); from bot.cli.main import main; main()"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, input=said)
    assert done.returncode == 0, done.stderr
    return done.stdout
