"""What chat models once wrote to a question, stored so that it can be said again: draft, verdicts, second wordings.

A conversation holds for the passages that it was held about. Where others are shown today it is stale and is not
replayed. Verdicts and second wordings are kept by the claim, not by its number: who is asked about which claims, beside
which of the passages, may change without making them untrue.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from retrieval.chain import ArticleChain
from retrieval.conversation.request import parse_ask
from retrieval.generation.claim_checks import CONTROL
from retrieval.generation.prompt_templates import load_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from langchain_core.messages import BaseMessage

    from retrieval.domain import Answer
    from retrieval.index import Library

STEPS = {"check_claims": "verdicts", "repair_claims": "repairs", "rewrite": "rewrite"}
"""What a prompt asks for, by the name of the file it is filled from; any other asks for a draft."""

_PASSAGES = re.compile(r"<passage number=.*</passage>", re.DOTALL)
_CLAIM = re.compile(r'<claim number="(\d+)">\n(.*)\n(?:Goes too far: .*\n)?</claim>')
_NUMBERED = re.compile(r"^[\s>*_#-]*(?:claim\s*)?(\d{1,3})[*_]*\s*[:.)–—-]+\s*(.*\S)\s*$", re.I | re.MULTILINE)
_ANSWERS = re.compile(r"^\W*ANSWERS?\W*:(.*)$", re.I | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said to one question; `asked` is the question as it was put, with its history and limits.

    `verdicts` and `repairs` are lines of replies without their numbers, by claim; `answering` are the claims that were
    said to answer, None where a reply did not say. `by` names who spoke, `prompts` the wording of the prompts.
    """

    id: str
    asked: Mapping[str, Any]
    fingerprint: str = ""
    draft: str = ""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    answering: tuple[str, ...] | None = None
    repairs: Mapping[str, str] = field(default_factory=dict)
    rewrite: str = ""
    by: str = ""
    prompts: str = ""

    def with_reply(self, prompt: Prompt, reply: str) -> Conversation:
        """Return the conversation with one more reply."""
        if prompt.step == "draft":
            return replace(self, draft=reply, fingerprint=prompt.fingerprint)
        if prompt.step == "rewrite":
            return replace(self, rewrite=reply)
        lines = {int(number): line for number, line in _NUMBERED.findall(reply)}
        said = {text: lines[number] for number, text in prompt.claims.items() if number in lines}
        if prompt.step == "repairs":
            return replace(self, repairs={**self.repairs, **said})
        found = _ANSWERS.search(reply)
        numbers = {int(each) for each in re.findall(r"\d+", found[1])} if found else set()
        answering = tuple(text for number, text in prompt.claims.items() if number in numbers) if found else None
        return replace(self, verdicts={**self.verdicts, **said}, answering=answering)

    def find_reply(self, prompt: Prompt) -> str | None:
        """Return what was said to a prompt, None where nothing was, or it was said of other passages."""
        if prompt.step == "rewrite":
            return self.rewrite or None
        if prompt.step == "draft":
            return self.draft if self.draft and self.fingerprint == prompt.fingerprint else None
        said = self.verdicts if prompt.step == "verdicts" else self.repairs
        claims = {number: text for number, text in prompt.claims.items() if text != CONTROL}
        if not claims or any(text not in said for text in claims.values()):
            return None
        lines = [f"{number}: {said.get(text, 'not stated')}" for number, text in prompt.claims.items()]
        if prompt.step == "verdicts" and self.answering is not None:
            numbers = [str(number) for number, text in claims.items() if text in self.answering]
            lines.append(f"ANSWERS: {', '.join(numbers) or 'none'}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model was asked: for which step, about which passages (their fingerprint) and claims, by number."""

    step: str
    fingerprint: str
    claims: Mapping[int, str]
    messages: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, messages: Sequence[BaseMessage]) -> Prompt:
        """Recognize what messages ask for."""
        last = str(messages[-1].text)
        step = next((step for name, step in STEPS.items() if last.startswith(load_prompt(name).template[:60])), "draft")
        found = _PASSAGES.search(last)
        shown = found.group() if found else ""
        return cls(
            step,
            hashlib.sha256(shown.encode()).hexdigest()[:16],
            {int(number): text for number, text in _CLAIM.findall(last)},
            tuple((message.type, str(message.text)) for message in messages),
        )


class NothingRecorded(Exception):
    """A prompt to which nothing was said yet."""


class RecordedModel(BaseChatModel):
    """Says what a conversation holds; what it lacks is asked of `speaker`, where there is one, and remembered."""

    conversation: Any
    speaker: Any = None
    temperature: float | None = 0.0
    _missing: list[Prompt] = PrivateAttr(default_factory=list)

    @property
    def missing(self) -> list[Prompt]:
        """The prompts to which nothing was said."""
        return self._missing

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        prompt = Prompt.read(messages)
        reply = self.conversation.find_reply(prompt)
        if reply is None and self.speaker is not None:
            reply = str(self.speaker.invoke(messages).text)
            self.conversation = self.conversation.with_reply(prompt, reply)
        if reply is None:
            self._missing.append(prompt)
            raise NothingRecorded
        yield ChatGenerationChunk(message=AIMessageChunk(content=reply))

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessageChunk(content=text))])


@dataclass(frozen=True, slots=True)
class Replay:
    """A conversation as it goes today: the answer, and the prompts that nothing was said to; `stale` where others are
    shown than it was held about."""

    conversation: Conversation
    answer: Answer
    missing: tuple[Prompt, ...]
    stale: bool


def replay(conversation: Conversation, library: Library, *, speaker: Any = None, **options: Any) -> Replay:
    """Take a conversation through the chain again; `speaker` is a chat model that is asked what it lacks."""
    model = RecordedModel(conversation=conversation, speaker=speaker)
    chain = ArticleChain(library, model, **{"label": "recorded", "retries": 0, "timeout": 600.0, **options})
    answer = chain.invoke(parse_ask(dict(conversation.asked)))
    stale = bool(conversation.draft) and any(prompt.step == "draft" for prompt in model.missing)
    return Replay(model.conversation, answer, tuple(model.missing), stale)


def read_conversations(path: Path) -> list[Conversation]:
    """Read a file of conversations, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_load(json.loads(line)) for line in lines if line.strip()]


def write_conversations(path: Path, conversations: Iterable[Conversation]) -> None:
    """Write a file of conversations, one a line."""
    lines = [json.dumps(asdict(each), ensure_ascii=False) for each in conversations]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _load(value: dict[str, Any]) -> Conversation:
    answering = value.pop("answering", None)
    return Conversation(**value, answering=None if answering is None else tuple(answering))
