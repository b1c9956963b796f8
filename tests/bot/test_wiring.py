import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.settings import load
from retrieval.errors import InputError, LibraryMissing
from retrieval.generation import chat_models
from retrieval.index import Library

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["default", "News-2023", "a", "7_days"])
def test_a_library_lives_under_the_home(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))

    assert load().locate_library(name) == tmp_path / "libraries" / name


@pytest.mark.parametrize("name", ["", ".", "..", "../other", "a/b", "a\\b", "/etc", "-a", "a b", "ä", "a\n", "x" * 65])
def test_a_name_that_could_lead_elsewhere_is_no_name(name: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        load().locate_library(name)


def test_nothing_is_made_for_a_library_that_is_only_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))

    with pytest.raises(LibraryMissing):
        wiring.open_library(load(), "default")

    assert not (tmp_path / "home").exists()


def test_settings_reach_encoder_and_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CLIPPINGS_PASSAGE_TOKENS", "77")
    monkeypatch.setenv("CLIPPINGS_CHROMA_URL", "http://localhost:8000/")

    library = wiring.open_library(load(), "news", create=True)

    assert (library.name, library.config.passage_tokens) == ("news", 77)
    assert library.config.chroma_url == "http://localhost:8000"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))
    return wiring.open_library(load(), "news", create=True)


@pytest.mark.parametrize("name", ["extractive", " Extractive ", ""])
def test_answers_are_quotes_unless_a_chat_model_is_set(
    name: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", name)
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "0.3")

    assert wiring.build_answerer(load(), library) == wiring.ExtractiveAnswerer(library, 0.3)


@pytest.mark.parametrize(
    ("name", "said"), [("gpt-x", "is not a chat model"), ("opneai:gpt-x", "'opneai' is no known provider")]
)
def test_a_chat_model_that_there_is_not_is_an_error_before_any_question(
    name: str, said: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", name)

    with pytest.raises(InputError, match=said) as caught:
        wiring.build_answerer(load(), library)

    assert "CLIPPINGS_CHAT_MODEL" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_provider_whose_package_is_missing_is_said_with_the_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", "groq:x")

    assert not isinstance(wiring.build_answerer(load(), library), wiring.ExtractiveAnswerer)


def test_settings_reach_the_chain(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from retrieval.chain import ArticleChain

    given = {
        "CHAT_MODEL": "openai:gpt-x",
        "CHAT_TIMEOUT": "7.5",
        "CHAT_RETRIES": "4",
        "CONTEXT_TOKENS": "900",
        "THRESHOLD": "0.3",
        "UNVERIFIED": "mark",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CLIPPINGS_{name}", value)

    chain = wiring.build_answerer(load(), library)

    assert isinstance(chain, ArticleChain)
    assert (chain.label, chain.timeout, chain.retries) == ("openai:gpt-x", 7.5, 4)
    assert (chain.context_tokens, chain.threshold, chain.unverified) == (900, 0.3, "mark")


@pytest.mark.parametrize(
    ("given", "judge", "label"),
    [
        ({}, "itself", "openai:gpt-x"),
        ({"JUDGE_MODEL": "openai:gpt-x"}, "itself", "openai:gpt-x"),
        ({"JUDGE_MODEL": "Off"}, None, ""),
        ({"VERIFIER_MODEL": "x/nli"}, None, ""),
        ({"VERIFIER_MODEL": "x/nli", "JUDGE_MODEL": "openai:gpt-x"}, "itself", "openai:gpt-x"),
    ],
)
def test_the_chat_model_judges_itself_unless_something_else_is_set(
    given: dict[str, str], judge: str | None, label: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.chain import ArticleChain

    for name, value in {"CHAT_MODEL": "openai:gpt-x", **given}.items():
        monkeypatch.setenv(f"CLIPPINGS_{name}", value)

    chain = wiring.build_answerer(load(), library)

    assert isinstance(chain, ArticleChain)
    assert (chain.judge, chain.judge_label) == (judge, label)


@pytest.mark.parametrize(("name", "key"), [("openai:judge", "sk-canary"), ("anthropic:judge", "")])
def test_a_judge_of_another_provider_never_gets_the_key(
    name: str, key: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.chain import ArticleChain

    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(chat_models, "build_chat_model", lambda name, **options: asked.append((name, options)))
    for variable, value in {
        "CHAT_MODEL": "openai:gpt-x",
        "CHAT_API_KEY": "sk-canary",
        "CHAT_BASE_URL": "http://localhost:8080/v1",
        "JUDGE_MODEL": name,
    }.items():
        monkeypatch.setenv(f"CLIPPINGS_{variable}", value)

    chain = wiring.build_answerer(load(), library)
    assert isinstance(chain, ArticleChain)
    assert callable(chain.judge)
    chain.judge()

    ((built, options),) = asked
    assert (built, options["api_key"].get_secret_value(), bool(options["base_url"])) == (name, key, bool(key))


def test_a_judge_of_no_provider_is_said_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", "openai:gpt-x")
    monkeypatch.setenv("CLIPPINGS_JUDGE_MODEL", "gpt-5")

    with pytest.raises(InputError, match="provider:model"):
        wiring.build_answerer(load(), library)


def test_libraries_share_the_models_that_rank_and_check(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from retrieval.chain import ArticleChain

    for name, value in {"CHAT_MODEL": "openai:gpt-x", "RERANK_MODEL": "some/ranker", "VERIFIER_MODEL": "x/nli"}.items():
        monkeypatch.setenv(f"CLIPPINGS_{name}", value)

    one, other = (
        wiring.build_answerer(load(), library),
        wiring.build_answerer(load(), wiring.open_library(load(), "b", create=True)),
    )

    assert isinstance(one, ArticleChain)
    assert isinstance(other, ArticleChain)
    assert (one.rerank is not None, one.entails is not None) == (True, True)
    assert (one.rerank, one.entails) == (other.rerank, other.entails)


def test_settings_reach_the_chat_model(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(chat_models, "build_chat_model", lambda name, **options: asked.append((name, options)))
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", "openai:gpt-x")
    monkeypatch.setenv("CLIPPINGS_CHAT_BASE_URL", "http://localhost:8080/v1/")
    monkeypatch.setenv("CLIPPINGS_CHAT_API_KEY", "sk-canary")

    wiring.build_chat_model(load())

    ((name, options),) = asked
    assert (name, options["base_url"], options["timeout"]) == ("openai:gpt-x", "http://localhost:8080/v1", 60)
    assert options["api_key"].get_secret_value() == "sk-canary"


def test_the_extractive_answer_takes_the_history_and_loads_no_chat_model(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from bot import wiring
from bot.settings import Settings
from retrieval.domain import Ask, Turn
from retrieval.index import Library
from tests.fakes import FakeEncoder, make_article
settings = Settings(home=Path({str(tmp_path)!r}))
with Library.open(settings.home / "x", encoder=FakeEncoder(), create=True) as library:
    library.ingest([make_article(1)])
    answerer = wiring.build_answerer(settings, library)
    answerer.invoke(Ask("Who counted the boats?"))
    print([name for name in ("langchain", "langchain_core", "prompt_toolkit", "torch") if name in sys.modules])
    (answer,) = answerer.stream(Ask("And when?", history=(Turn("Who saw the comet of story1?", "Witness 3."),)))
    print(bool(answer.standalone))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[:2] == ["[]", "True"]
