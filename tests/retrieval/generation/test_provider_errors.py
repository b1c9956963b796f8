import pytest

from retrieval.generation.provider_errors import (
    LONGEST_REASON,
    describe_error,
    find_retry_after,
    find_status,
    is_context_overflow,
    is_transient,
    redact,
)
from tests.scripted_model import StatusError


class APIConnectionError(Exception):
    """Named as in the providers' libraries."""


class ReadTimeout(Exception):
    """Named as in httpx."""


class ContextOverflowError(Exception):
    """Named as in langchain-core."""


class Coded(Exception):
    """Carries the status as `code`, as Google's client does."""

    code = 503


def wrapped(error: Exception) -> Exception:
    outer = RuntimeError("the request failed")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    "error",
    [
        *(StatusError(code) for code in (408, 409, 429, 500, 502, 503, 504, 529)),
        ConnectionResetError(),
        TimeoutError(),
        APIConnectionError(),
        ReadTimeout(),
        Coded(),
        wrapped(ConnectionRefusedError()),
        wrapped(StatusError(503)),
    ],
    ids=repr,
)
def test_what_may_pass_is_worth_another_attempt(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        *(StatusError(code) for code in (400, 401, 403, 404, 413, 422)),
        ValueError("wrong"),
        KeyError("x"),
        StatusError(500, "the request exceeds the available context size"),
    ],
    ids=repr,
)
def test_what_will_not_pass_is_not(error: Exception) -> None:
    assert not is_transient(error)


def test_a_library_that_says_so_itself_is_believed() -> None:
    error = RuntimeError("x")
    error.is_retryable = True  # type: ignore[attr-defined]

    assert is_transient(error)


@pytest.mark.parametrize(
    "text",
    [
        "This model's maximum context length is 2048 tokens. However, your messages resulted in 3000 tokens.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "The input token count (40000) exceeds the maximum number of tokens allowed (32768).",
        "the request exceeds the available context size, try increasing it",
        "Requested tokens (3000) exceed context window of 2048",
        "input is too large to process: increase the context size",
    ],
)
def test_too_long_a_context_is_recognised_in_many_words(text: str) -> None:
    assert is_context_overflow(StatusError(400, text))


def test_too_long_a_context_is_recognised_by_its_name() -> None:
    assert is_context_overflow(ContextOverflowError())


@pytest.mark.parametrize(
    "error", [StatusError(400, "unknown field"), StatusError(429, "Rate limit reached: 30000 tokens per minute")]
)
def test_other_refusals_are_not(error: Exception) -> None:
    assert not is_context_overflow(error)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("", 0.0), ("-3", 0.0), ("Wed, 21 Oct 2026", 0.0)]
)
def test_a_wait_that_is_asked_for_is_read(header: str, seconds: float) -> None:
    assert find_retry_after(wrapped(StatusError(429, retry_after=header))) == seconds


def test_the_status_is_found_where_the_libraries_put_it() -> None:
    assert [find_status(error) for error in (StatusError(404), Coded(), wrapped(StatusError(400)), ValueError())] == [
        404,
        503,
        400,
        0,
    ]


def test_a_reason_is_one_short_line_without_keys() -> None:
    said = "line one\nline two with s3cret and Bearer abcdef and sk-proj-abcdefghijkl " + "and more " * 99

    redacted = redact(said, ["s3cret", ""])

    assert "\n" not in redacted
    assert len(redacted) <= LONGEST_REASON + 2
    assert not any(key in redacted for key in ("s3cret", "abcdef"))


def test_what_a_refused_key_is_answered_with_is_not_repeated() -> None:
    assert "sk-" not in describe_error(StatusError(401, "Incorrect API key provided: sk-abc"))
    assert "resolve" not in describe_error(TypeError("Could not resolve authentication method"))


def test_where_nobody_answered_is_named_without_a_password() -> None:
    error = ConnectionRefusedError()

    assert describe_error(error, (), "http://me:pw@127.0.0.1:9/v1?key=x") == (
        "can't be reached at http://127.0.0.1:9/v1 (is its server running?)"
    )
    assert describe_error(error) == "can't be reached (is there a network?)"


def test_a_page_in_the_place_of_an_answer_points_to_the_address() -> None:
    assert describe_error(ValueError("No generation chunks were returned"), (), "http://127.0.0.1:9/v1") == (
        "sent no answer at http://127.0.0.1:9/v1 (is CLIPPINGS_CHAT_BASE_URL right?)"
    )
