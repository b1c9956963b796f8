"""The log: JSON lines with references, without questions and keys."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.discord import logs

TOKEN = "canary.of-a.token"  # no token: it must never be seen


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    loggers = [logging.getLogger(name) for name in ("clippings", "discord")]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    logs.configure([TOKEN], stream=stream)
    yield stream
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_fields(written: io.StringIO) -> None:
    logs.log_event("answered", guild_id=1456074443980800004, seconds=0.25)

    (line,) = lines(written)
    assert line["event"] == "answered"
    assert line["guild_id"] == 1456074443980800004
    assert line["level"] == "info"


def test_a_failure_has_the_reference_that_is_shown_and_the_traceback(written: io.StringIO) -> None:
    try:
        raise ValueError("the library is on fire\nsince noon")
    except ValueError as error:
        reference = logs.log_error("failed", error)

    (line,) = lines(written)
    assert line["reference"] == reference
    assert len(reference) == logs.REFERENCE_LENGTH
    assert "test_logs.py" in str(line["error"])


def test_a_question_is_blotted_out_of_an_error(written: io.StringIO) -> None:
    question = 'Who is "Ann"\nof Uppsala?'

    logs.log_error("failed", ValueError(f"can't answer {question}"), hide=question)
    logs.log_error("failed", ValueError(question, "as repr"), hide=question)

    assert "Uppsala" not in written.getvalue()


@pytest.mark.parametrize("name", ["clippings.discord", "discord.http", "discord.gateway"])
def test_a_token_is_hidden_whoever_logs_it(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("refused: Bot %s", TOKEN)
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError:
        logging.getLogger(name).exception("raised")

    assert TOKEN not in written.getvalue()
    assert logs.HIDDEN in written.getvalue()


def test_what_lets_one_answer_an_interaction_is_hidden(written: io.StringIO) -> None:
    logging.getLogger("discord.webhook").warning("rate limited: https://discord.com/api/webhooks/12/%s/x", "aW50" * 20)

    assert "aW50" not in written.getvalue()


def test_references_differ(written: io.StringIO) -> None:
    assert len({logs.log_error("failed", ValueError()) for _ in range(100)}) == 100
