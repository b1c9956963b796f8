"""The whole chain against a real model: llama.cpp's server with SmolLM2, far too small to answer well.

What it writes is nobody's to predict, so the tests hold what must be true whatever it writes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.setting_values import Secret
from bot.settings import Settings
from retrieval.domain import Answer, Ask, Turn, Usage
from tests import bad_server, llama_server
from tests.retrieval.answer_invariants import assert_invariants

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answerer import Answerer
    from retrieval.encoder import SentenceEncoder
    from retrieval.index import Library
    from tests.llama_server import Llama

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(bool(llama_server.find_missing_packages()), reason=llama_server.find_missing_packages()),
]

ROOT = Path(__file__).parents[2]
MODEL = "openai:smollm2"
QUESTION = "Why did Blinken travel to China?"
SLACK = 30.0
"""Seconds that retrieval may take on a busy machine; waiting for the server would take a minute at least."""


def answerer(library: Library, base_url: str, **options: Any) -> Answerer:
    """The chain as the front ends get it, with few passages: the model reads some 200 tokens a second."""
    given = {
        "chat_timeout": 120,
        "chat_retries": 0,
        "context_tokens": 200,
        "threshold": 0.0,
        "judge_model": "off",
        **options,
    }
    settings = Settings(chat_model=MODEL, chat_base_url=base_url, **given)
    return wiring.build_answerer(settings, library)


def streamed(answerer: Answerer, ask: Ask) -> tuple[list[str], Answer]:
    *pieces, answer = answerer.stream(ask)
    assert isinstance(answer, Answer)
    assert all(isinstance(piece, str) for piece in pieces)
    return [str(piece) for piece in pieces], answer


def quoted_instead(answer: Answer, why: str) -> None:
    """The answer is made of quotes, and says in one line why."""
    assert answer.answerer == "extractive"
    assert not answer.refused
    assert why in answer.notice
    assert "extractive answer" in answer.notice
    assert "\n" not in answer.notice


# The real model


def test_a_real_model_is_asked_and_only_supported_claims_are_shown(real_server: Llama, seeds: Library) -> None:
    answer = answerer(seeds, real_server.base_url).invoke(Ask(QUESTION))

    assert_invariants(answer, seeds)
    assert answer.model == "smollm2"
    assert answer.usage is not None
    assert answer.usage.input_tokens > 200
    assert 0 < answer.usage.output_tokens <= llama_server.LONGEST_REPLY
    # What only declines is not verified.
    assert {"search", "prompt", "model"} <= set(answer.steps)
    # Whatever the small model writes that day: the supported part of it, or quotes and a line that says why.
    assert answer.answerer == MODEL or MODEL in answer.notice


def test_a_real_model_judges_what_it_wrote_or_is_not_believed(real_server: Llama, seeds: Library) -> None:
    answer = answerer(seeds, real_server.base_url, judge_model="").invoke(Ask(QUESTION))

    assert_invariants(answer, seeds)
    assert set(answer.tokens) <= {"model", "judge", "repair"}
    # It is too small to judge: then the words decide, and the answer says so.
    assert answer.answerer != MODEL or answer.judge == MODEL or "checked by their words alone" in answer.notice


def test_what_a_real_model_writes_is_seen_as_it_comes(real_server: Llama, seeds: Library) -> None:
    pieces, answer = streamed(answerer(seeds, real_server.base_url), Ask("Who did Blinken meet in Beijing?"))

    assert_invariants(answer, seeds)
    assert len(pieces) >= 3
    assert answer.model == "smollm2"


def test_a_real_model_is_shown_what_was_said_before(real_server: Llama, seeds: Library) -> None:
    earlier = (Turn(QUESTION, "Blinken travelled to Beijing to stabilise relations."),)

    answer = answerer(seeds, real_server.base_url).invoke(Ask("Who did he meet there?", history=earlier))

    assert_invariants(answer, seeds)
    assert answer.question == "Who did he meet there?"
    assert "Blinken" in answer.standalone
    assert len(answer.standalone) < 200


def test_a_real_model_that_is_too_slow_is_given_up(real_server: Llama, seeds: Library) -> None:
    started = time.monotonic()

    answer = answerer(seeds, real_server.base_url, chat_timeout=0.05).invoke(Ask(QUESTION))

    quoted_instead(answer, "did not answer within 0.05 s")
    assert_invariants(answer, seeds)
    assert time.monotonic() - started < SLACK


def test_a_server_that_is_killed_in_the_middle_of_an_answer_is_replaced_by_quotes(seeds: Library) -> None:
    with llama_server.serve_llama(longest=1000) as victim:
        stream = answerer(seeds, victim.base_url).stream(Ask(QUESTION))
        first = next(stream)
        victim.kill()
        *_, answer = stream

    assert isinstance(first, str)
    assert isinstance(answer, Answer)
    assert_invariants(answer, seeds)
    if answer.answerer == "extractive":
        quoted_instead(answer, MODEL)


@pytest.mark.parametrize("context", [256, 1024])
def test_a_prompt_that_is_too_long_is_shortened_or_given_up(seeds: Library, context: int) -> None:
    with llama_server.serve_llama(context=context, longest=40) as small:
        answer = answerer(seeds, small.base_url, context_tokens=600).invoke(Ask(QUESTION))

    assert_invariants(answer, seeds)
    if context == 256:
        quoted_instead(answer, "can't read so much")
    else:
        assert answer.usage is not None
        assert answer.usage.input_tokens <= context


# A server that misbehaves

GOOD = bad_server.reply_with("Blinken travelled to Beijing ", "to stabilise relations [1].")


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (bad_server.fail_with(500), "failed (500)"),
        (bad_server.fail_with(503, "<html>busy</html>"), "failed (503)"),
        (bad_server.fail_with(401), "key"),
        (bad_server.fail_with(404), "does not exist there"),
        (bad_server.fail_with(429), "429"),
        (bad_server.fail_with(400, '{"error": {"message": "bad"}}', kind="application/json"), "400"),
        (bad_server.send_truncated, MODEL),
        (bad_server.send_without_choices, MODEL),
        (bad_server.send_without_content, "wrote nothing"),
        (bad_server.reply_with(""), "wrote nothing"),
        (bad_server.reply_with("   \n", "\u200b"), "wrote nothing"),
        (bad_server.send_web_page, MODEL),
        (bad_server.send_body("null"), MODEL),
        (bad_server.send_body('"text"'), MODEL),
        (bad_server.send_body('{"choices": "none"}'), MODEL),
        (bad_server.break_off_after("Blinken travelled "), "can't be reached"),
        (bad_server.break_off_after(), "can't be reached"),
        (bad_server.hang, "did not answer"),
        (bad_server.never_end, "did not answer within"),
        (bad_server.reply_with("Nothing of this stands anywhere [1]."), "is supported by the articles"),
        (bad_server.reply_with("{'answer': 'half a JSON obj"), "is supported by the articles"),
        (bad_server.reply_with("[1][2][3]"), "is supported by the articles"),
    ],
)
def test_a_server_that_misbehaves_is_replaced_by_quotes(
    deed: Callable[[bad_server.Exchange], None], why: str, seeds: Library
) -> None:
    started = time.monotonic()
    with bad_server.serve_badly(deed) as server:
        _, answer = streamed(answerer(seeds, server.base_url, chat_timeout=1), Ask(QUESTION))

    quoted_instead(answer, why)
    assert_invariants(answer, seeds)
    assert "evil" not in answer.notice
    assert time.monotonic() - started < 1 + SLACK


def test_a_busy_server_is_asked_again_when_it_says(seeds: Library) -> None:
    with bad_server.serve_badly(bad_server.fail_with(429, retry_after="1"), bad_server.fail_with(503), GOOD) as server:
        started = time.monotonic()
        answer = answerer(seeds, server.base_url, chat_retries=2).invoke(Ask(QUESTION))

    assert len(server.requests) == 3
    assert time.monotonic() - started > 1
    assert (answer.model, answer.usage) == (bad_server.MODEL, Usage(11, 7))
    assert_invariants(answer, seeds)


def test_a_long_wait_that_a_server_asks_for_does_not_outlast_the_deadline(seeds: Library) -> None:
    started = time.monotonic()
    with bad_server.serve_badly(bad_server.fail_with(429, retry_after="3600"), GOOD) as server:
        answer = answerer(seeds, server.base_url, chat_retries=5, chat_timeout=2).invoke(Ask(QUESTION))

    quoted_instead(answer, MODEL)
    assert time.monotonic() - started < 2 + SLACK


def test_where_nobody_listens_the_answer_is_made_of_quotes(seeds: Library) -> None:
    base_url = f"http://127.0.0.1:{bad_server.find_unused_port()}/v1"

    answer = answerer(seeds, base_url, chat_retries=1).invoke(Ask(QUESTION))

    quoted_instead(answer, "can't be reached")
    assert_invariants(answer, seeds)


def test_a_key_is_in_no_notice(seeds: Library) -> None:
    key = "sk-very-secret-0123456789"
    with bad_server.serve_badly(bad_server.fail_with(400, f"your key {key} is odd", kind="text/plain")) as server:
        answer = answerer(seeds, server.base_url, chat_api_key=Secret(key)).invoke(Ask(QUESTION))

    quoted_instead(answer, "400")
    assert "secret" not in repr(answer)


# The command line


@pytest.fixture(scope="module")
def home(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the seeds in its library and the exported encoder."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(encoder._cache, folder / "models")
    settings = Settings(home=folder, precision="float32")
    from retrieval.reading import read_articles

    with wiring.open_library(settings, "default", create=True) as library:
        library.ingest(read_articles(sorted((ROOT / "seeds").glob("*.txt")), limit_bytes=1_000_000))
    return folder


def clippings(home: Path, base_url: str, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    given = {
        "HOME": str(home),
        "PRECISION": "float32",
        "CHAT_MODEL": MODEL,
        "CHAT_BASE_URL": base_url,
        "CHAT_TIMEOUT": "60",
        "CONTEXT_TOKENS": "200",
        "THRESHOLD": "0",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLIPPINGS_")}
    environment |= {f"CLIPPINGS_{name}": value for name, value in given.items()}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, input=said, env=environment, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )


def test_ask_prints_what_a_real_model_wrote_and_what_it_cost(real_server: Llama, home: Path, seeds: Library) -> None:
    done = clippings(home, real_server.base_url, "ask", QUESTION, "--json")

    assert (done.returncode, done.stderr) == (0, "")
    printed = json.loads(done.stdout)
    assert printed["model"] == "smollm2"
    assert printed["usage"]["output_tokens"] > 0
    assert printed["citations"]
    assert all(each["quote"] for each in printed["citations"])


def test_chat_answers_from_a_pipe_with_a_real_model(real_server: Llama, home: Path) -> None:
    done = clippings(home, real_server.base_url, "chat", said=f"Hello!\n{QUESTION}\n")

    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "Traceback" not in done.stderr
