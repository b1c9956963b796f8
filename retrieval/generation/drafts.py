"""A prompt -> what a chat model makes of it, piece by piece, before a deadline that holds whatever the provider does.

What is said to the model is prompt_templates.py's, what may be believed of its draft verification's.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from retrieval.domain import Usage
from retrieval.errors import ChatModelError, PromptTooLong
from retrieval.generation import provider_errors
from retrieval.generation.deadline import Deadline, stream_in_background, wait_for
from retrieval.generation.draft_status import is_complete
from retrieval.timing import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig
    from tenacity import RetryCallState

    from retrieval.domain import Answer

T = TypeVar("T")
U = TypeVar("U")

LONGEST_DRAFT = 20_000
"""Characters after which a model that can't stop is stopped."""
CUT_SHORT = frozenset({"length", "max_tokens", "model_length", "content_filter"})
"""Stop reasons of a model that was cut short, as providers call them."""
UNFINISHED = "…"
"""The stop reason of a stream that gives none, though its provider's library passes on those that there are."""
WRITING = frozenset({"standalone", "model", "repair"})
"""Steps in which the model that answers is asked; the claims may be judged by another."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
"""Seconds before a second attempt, and before any."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote, what it counted, and what it calls itself; empty where it doesn't say.

    `broken` says that it wrote more, or would have: its limit was reached, or the stream ended before the model did.
    """

    text: str = ""
    usage: Usage | None = None
    model: str = ""
    broken: bool = False


@dataclass(slots=True)
class AnswerTrace:
    """One answer on its way: its deadline and LangChain's run; seconds and tokens by step, the model's name."""

    deadline: Deadline
    config: RunnableConfig
    steps: Steps = field(default_factory=Steps)
    tokens: dict[str, Usage] = field(default_factory=dict)
    model: str = ""
    started: float = field(default_factory=time.perf_counter)

    def run(self, name: str, step: Callable[[T], U], given: T) -> U:
        """Take a step as a run of LangChain's, for tracers."""
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(step, name=name).invoke(given, self.config)

    def add_draft(self, draft: Draft, step: str) -> None:
        """Add what the model counted in a step, and what it calls itself where it wrote for the reader."""
        if step in WRITING:
            self.model = draft.model or self.model
        if draft.usage:
            self.tokens[step] = draft.usage + self.tokens.get(step)

    def complete(self, answer: Answer) -> Answer:
        """Return the answer with what was measured."""
        seconds = time.perf_counter() - self.started
        usage: Usage | None = None
        for counted in self.tokens.values():
            usage = counted + usage
        return replace(
            answer,
            seconds=seconds,
            model=self.model,
            usage=usage,
            steps=dict(self.steps),
            tokens=dict(self.tokens),
        )


def collect_draft(pieces: Generator[str, None, Draft]) -> Draft:
    """Return the whole draft."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            draft: Draft = end.value
            return draft


def stream_draft(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    deadline: Deadline,
    retries: int,
    config: RunnableConfig | None = None,
) -> Generator[str, None, Draft]:
    """Yield what the model writes as it comes; return it whole.

    A failure that may pass is tried again, up to `retries` times, unless something was yielded before it. Raises
    PromptTooLong or another ChatModelError, whose messages go on from "The chat model ...". Closing the generator lets
    the model go at its next piece.
    """
    written, usage, name, stop_reason = "", None, "", ""
    deadline.begin()
    try:
        with closing(_open_stream(model, messages, deadline, retries, config)) as chunks:
            for chunk in chunks:
                if counted := getattr(chunk, "usage_metadata", None):  # at once, or a part in each of several chunks
                    usage = Usage(counted.get("input_tokens", 0), counted.get("output_tokens", 0)) + usage
                metadata = getattr(chunk, "response_metadata", None) or {}
                name = str(metadata.get("model_name") or metadata.get("model") or name)
                stop_reason = _find_stop_reason(chunk, metadata) or stop_reason
                if piece := str(chunk.text):
                    written += piece
                    yield piece
                if len(written) > LONGEST_DRAFT:
                    stop_reason = "length"
                    break
    except ChatModelError:
        raise
    except Exception as error:  # each provider's library raises its own
        kind = PromptTooLong if provider_errors.is_context_overflow(error) else ChatModelError
        raise kind(provider_errors.describe_error(error, _find_secrets(model), _find_address(model))) from None
    broken = stop_reason.lower() in CUT_SHORT or (stop_reason == UNFINISHED and not is_complete(written))
    return Draft(written, usage, name, broken)


def _open_stream(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    deadline: Deadline,
    retries: int,
    config: RunnableConfig | None,
) -> Generator[Any, None, None]:
    """Return the stream of an attempt that has come to its first words, or to its end without any."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

    def attempt(asked: BaseChatModel) -> Generator[Any, None, None]:
        stream = stream_in_background(lambda: asked.stream(list(messages), config=config), deadline)
        return wait_for(stream, lambda chunk: bool(chunk.text))

    persistently = Retrying(
        stop=stop_after_attempt(retries + 1) | stop_before_delay(deadline.left),
        wait=_choose_wait,
        retry=retry_if_exception(provider_errors.is_transient),
        reraise=True,
    )
    try:
        return persistently(attempt, model)
    except Exception as error:
        if getattr(model, "temperature", None) is None or not provider_errors.rejects_option(error, "temperature"):
            raise
    # Some models take no temperature but their own.
    return persistently(attempt, model.model_copy(update={"temperature": None}))


def _choose_wait(state: RetryCallState) -> float:
    """Return the seconds before the next attempt: exponential with jitter, or more where the provider asks for more."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    return max(
        provider_errors.find_retry_after(error) if error else 0.0,
        wait_random_exponential(FIRST_WAIT, LONGEST_WAIT)(state),
    )


def _find_stop_reason(chunk: Any, metadata: Mapping[str, Any]) -> str:
    """Return why a model stopped, as its provider calls it, UNFINISHED for a piece of a draft that goes on."""
    reason = next((metadata[key] for key in ("finish_reason", "stop_reason", "done_reason") if metadata.get(key)), "")
    return str(getattr(reason, "name", reason)) or (UNFINISHED if metadata.get("model_provider") and chunk.text else "")


def _find_address(model: BaseChatModel) -> str:
    """Return where a model is asked, under the name that its provider's library has for it, or nothing."""
    names = ("openai_api_base", "anthropic_api_url", "base_url")
    return next((value for name in names if isinstance(value := getattr(model, name, None), str)), "")


def _find_secrets(model: BaseChatModel) -> list[str]:
    """Return the keys that a model holds."""
    from pydantic import SecretStr

    held = vars(model).values()
    return [value.get_secret_value() for value in held if isinstance(value, SecretStr)]
