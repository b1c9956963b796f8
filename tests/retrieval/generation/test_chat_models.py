"""Building chat models, none of which is asked anything here."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from pydantic import SecretStr

from retrieval.errors import ChatModelError, InputError
from retrieval.generation import chat_models
from retrieval.generation.chat_models import NO_KEY, build_chat_model, describe_missing, name_package, parse_provider

KEY = "sk-canary-0123456789abcdef"
SERVER = "http://127.0.0.1:1/v1"

langchain_openai = pytest.importorskip("langchain_openai")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_AUTH_TOKEN")) or name.startswith(("OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)


def build(name: str = "openai:gpt-x", **options: Any) -> Any:
    known: dict[str, Any] = {"timeout": 7.5, "context_tokens": 3000}
    return build_chat_model(name, **(known | options))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("openai:gpt-x", "openai"), (" Google-GenAI:gem ", "google_genai"), ("ollama:a:7b", "ollama")],
)
def test_the_provider_is_the_part_before_the_first_colon(name: str, expected: str) -> None:
    assert parse_provider(name) == expected


@pytest.mark.parametrize("name", ["", "gpt-x", "openai:", ":gpt-x", "extractive?"])
def test_a_name_without_a_provider_names_those_there_are(name: str) -> None:
    with pytest.raises(InputError, match="anthropic, google_genai, ollama, openai") as caught:
        build(name)

    assert "\n" not in str(caught.value)


def test_an_unknown_provider_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"^'opneai' is no known provider.+ openai or another") as caught:
        build("opneai:gpt-x")

    assert "\n" not in str(caught.value)


def test_a_missing_extra_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(chat_models.PACKAGES, "google_genai", "langchain_absent_google")

    assert describe_missing("google_genai:gem") == (
        "langchain-absent-google is not installed: pip install 'clippings-archive[google-genai]'"
    )
    with pytest.raises(ChatModelError, match=r"pip install 'clippings-archive\[google-genai\]'"):
        build("google_genai:gem")


def test_a_provider_that_is_no_extra_names_its_package() -> None:
    with pytest.raises(ChatModelError, match="pip install langchain-groq"):
        build("groq:x")

    assert (describe_missing("groq:x"), name_package("groq:x"), name_package("openai:x")) == (
        "",
        "",
        "langchain-openai",
    )


def test_a_missing_key_is_one_line_with_the_variable() -> None:
    with pytest.raises(ChatModelError, match="CLIPPINGS_CHAT_API_KEY or OPENAI_API_KEY") as caught:
        build()

    assert "\n" not in str(caught.value)


def test_a_model_is_steady_bounded_and_retries_nothing() -> None:
    model = build(api_key=SecretStr(KEY))

    assert (model.temperature, model.request_timeout, model.max_retries, model.stream_usage) == (0.0, 7.5, 0, True)
    assert model.openai_api_key.get_secret_value() == KEY


def test_the_provider_reads_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    assert build(api_key=SecretStr("")).openai_api_key.get_secret_value() == KEY


def test_a_server_of_ones_own_needs_no_key_and_sees_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    model = build(base_url=SERVER)

    assert model.openai_api_base == SERVER
    assert model.openai_api_key.get_secret_value() == NO_KEY


def test_a_server_of_ones_own_gets_the_key_that_is_set_for_it() -> None:
    assert build(base_url=SERVER, api_key=SecretStr(KEY)).openai_api_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("name", "module", "expected"),
    [
        ("anthropic:x", "langchain_anthropic", {"max_retries": 0, "temperature": 0.0, "default_request_timeout": 7.5}),
        ("google_genai:x", "langchain_google_genai", {"max_retries": 1, "temperature": 0.0, "timeout": 7.5}),
        ("ollama:x", "langchain_ollama", {"temperature": 0.0, "client_kwargs": {"timeout": 7.5}, "num_ctx": 10096}),
    ],
)
def test_each_provider_gets_options_by_its_own_names(name: str, module: str, expected: dict[str, Any]) -> None:
    pytest.importorskip(module)

    model = build(name, api_key=SecretStr(KEY))

    assert {field: getattr(model, field) for field in expected} == expected
    assert KEY not in repr(model)


def test_no_error_shows_a_key_when_a_model_cannot_be_built(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object, **options: Any) -> object:
        raise ValueError(f"input_value={{'api_key': {options['api_key'].get_secret_value()!r}}}")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", failing)

    with caplog.at_level(logging.DEBUG), pytest.raises(ChatModelError) as caught:
        build(api_key=SecretStr(KEY))

    assert KEY not in str(caught.value) + caplog.text
    assert caught.value.__suppress_context__


def test_asking_logs_no_key(caplog: pytest.LogCaptureFixture) -> None:
    model = build(base_url=SERVER, api_key=SecretStr(KEY))

    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match=r"."):
        model.invoke("Hello?")

    assert KEY not in caplog.text


def test_nothing_is_traced_unless_it_is_asked_for() -> None:
    probe = "from langsmith.utils import tracing_is_enabled; print(tracing_is_enabled())"
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LANGSMITH_", "LANGCHAIN_"))}

    done = subprocess.run([sys.executable, "-c", probe], env=bare, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_the_anthropic_client_reports_to_no_exporter() -> None:
    probe = (
        "import os; from retrieval.generation.chat_models import build_chat_model\n"
        "try: build_chat_model('groq:x', timeout=1, context_tokens=1)\n"
        "except Exception: print(os.environ['ANTHROPIC_OPEN_TELEMETRY'])"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")}

    done = subprocess.run([sys.executable, "-c", probe], env=bare, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "false"
