"""A chat model that follows a script: replies in pieces, fails, hangs, counts, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr


@dataclass
class Reply:
    """One reply, in pieces; `usage` are tokens read and written, `then` is raised after the last piece.

    `ending` is the reason for the end, as OpenAI-like servers name it; None for such a server that breaks off.
    """

    pieces: Sequence[str]
    usage: tuple[int, int] | None = None
    then: Exception | None = None
    name: str = "scripted-1"
    ending: str | None = ""


HANGS = 60.0
"""Seconds that a hanging reply takes when nobody releases it: more than a busy machine needs to give it up."""


@dataclass
class HangingReply:
    """Say some pieces and then nothing until it is released; tests release it when they end."""

    pieces: Sequence[str] = ()
    released: threading.Event = field(default_factory=threading.Event)


Step = Reply | HangingReply | Exception | str | Callable[[str], str]


class ScriptedModel(BaseChatModel):
    """Follows its script, a step a call; the last step holds for all further calls.

    A step is a reply, an error to raise, or a function from what was asked to the reply.
    """

    script: list[Any]
    temperature: float | None = 0.0
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _temperatures: list[float | None] = PrivateAttr(default_factory=list)
    _pieces: list[str] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[list[BaseMessage]]:
        """The messages of every call."""
        return self._asked

    @property
    def temperatures(self) -> list[float | None]:
        """The temperature of every call."""
        return self._temperatures

    @property
    def given(self) -> list[str]:
        """Every piece that was taken from it."""
        return self._pieces

    @property
    def prompts(self) -> list[str]:
        """The last message of every call."""
        return [str(messages[-1].text) for messages in self._asked]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self._asked.append(messages)
        self._temperatures.append(self.temperature)
        step = self.script[min(len(self._asked), len(self.script)) - 1]
        if isinstance(step, Exception):
            raise step
        if callable(step):
            step = step(str(messages[-1].text))
        if isinstance(step, str):
            step = Reply([step])
        for piece in step.pieces:
            self._pieces.append(piece)
            metadata = {} if not isinstance(step, Reply) or step.ending == "" else {"model_provider": "openai"}
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece, response_metadata=metadata))
        if isinstance(step, HangingReply):
            step.released.wait(HANGS)
            return
        if step.then:
            raise step.then
        usage: Any = None
        if step.usage:
            usage = {"input_tokens": step.usage[0], "output_tokens": step.usage[1], "total_tokens": sum(step.usage)}
        metadata = {"model_name": step.name} | ({"finish_reason": step.ending} if step.ending else {})
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage, response_metadata=metadata))

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessageChunk(content=text))])


class StatusError(Exception):
    """An error as providers' libraries raise them: with the status of the reply, and sometimes when to come back."""

    def __init__(self, status: int, text: str = "", *, retry_after: str = "") -> None:
        super().__init__(text or f"Error code: {status}")
        self.status_code = status
        self.response = _Response({"retry-after": retry_after} if retry_after else {})


@dataclass
class _Response:
    headers: dict[str, str]
