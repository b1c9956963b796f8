"""A question -> an answer that a chat model words and the articles carry, as a LangChain Runnable.

The line is: understand what leans on the conversation, retrieve, fill the prompt, ask the model, verify. Where nothing
that the model says stands, the answer made of quotes takes its place and says so. Each step is another room's.
"""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config, patch_config

from retrieval.answering.extractive import NOT_SAID, likeliest, readings, refusal
from retrieval.conversation import rewriting
from retrieval.conversation.request import Askable, parse_ask
from retrieval.domain import Answer
from retrieval.errors import ChatModelError
from retrieval.generation import context, prompt_templates
from retrieval.generation.deadline import Deadline
from retrieval.generation.draft_status import declines, unbroken
from retrieval.generation.drafts import Draft, Record, TooLongError, drafted, whole
from retrieval.generation.markdown import tidied
from retrieval.search.query import validate_question
from retrieval.text.sanitizing import sanitize_model_output
from retrieval.verification import Verified, verified

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence

    from langchain_core.messages import BaseMessage

    from retrieval.domain import Ask, Hit, Reference
    from retrieval.index.library import Library, Snapshot
    from retrieval.verification import Entails

FLOOR = 0.05
"""Confidence below which the model is not asked. On squad-open 4 of 600 answerable questions lie below (0.7 %), and 61
of 300 that its articles don't answer (20 %); at 0.1 it would be 1.2 % and 32 %."""

HALVINGS = 2
"""Further attempts with half of the passages, for a model that can't read so much."""

_DONE = object()


@dataclass(frozen=True, slots=True)
class Found:
    """What one moment of the library gives: hits, their articles' texts, and the answer made of quotes."""

    asked: str
    hits: Sequence[Hit]
    texts: Mapping[str, str]
    quoted: Answer


class _UnusableError(Exception):
    """The model wrote nothing that can be given; `left_out` is why each claim did not stand."""

    def __init__(self, notice: str, left_out: tuple[str, ...] = ()) -> None:
        super().__init__(notice)
        self.left_out = left_out


class ArticleChain(Runnable[Askable, str | Answer]):
    """Answer questions from a library with a chat model, checking every claim.

    Takes an Ask, a question, or a mapping (see request.py).
    `invoke` returns the Answer; `stream` yields pieces of the draft, unchecked, and lastly the Answer. `model` may be a
    function that builds it, called when it is first asked. `timeout` are seconds for all that the model does for an
    answer. Raises what a search raises, and ModelError when a cross-encoder can't be loaded.
    """

    def __init__(
        self,
        library: Library,
        model: BaseChatModel | Callable[[], BaseChatModel],
        *,
        label: str,
        timeout: float = 60.0,
        retries: int = 2,
        context_tokens: int = 3000,
        threshold: float | None = None,
        rerank: Callable[[str, Sequence[str]], Sequence[float]] | None = None,
        entails: Entails | None = None,
        unverified: Literal["drop", "mark"] = "drop",
        verify: Callable[..., Verified] = verified,
    ) -> None:
        self.library = library
        self.label = label
        self.timeout = timeout
        self.retries = retries
        self.context_tokens = context_tokens
        self.threshold = threshold
        self.unverified = unverified
        self._model = model
        self._rerank = rerank
        self._entails = entails
        self._verify = verify

    def invoke(self, input: Askable, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """Answer a question."""
        return _last(list(self.stream(input, config)))

    async def ainvoke(self, input: Askable, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """Answer a question in a thread; when this is cancelled, so is what the model does."""
        return _last([piece async for piece in self.astream(input, config)])

    def stream(
        self,
        input: Askable,  # noqa: A002 - LangChain passes it by name
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> Generator[str | Answer, None, None]:
        """Yield pieces of the draft as they come, and lastly the answer; closing the generator stops the model."""
        yield from self._traced(parse_ask(input), ensure_config(config), Deadline(self.timeout))

    async def astream(
        self,
        input: Askable,  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> AsyncIterator[str | Answer]:
        """Do in a thread what `stream` does."""
        deadline = Deadline(self.timeout)
        pieces = self._traced(parse_ask(input), ensure_config(config), deadline)
        loop = asyncio.get_running_loop()
        step: asyncio.Future[Any] | None = None
        try:
            while True:
                step = loop.run_in_executor(None, copy_context().run, lambda: next(pieces, _DONE))
                if (piece := await asyncio.shield(step)) is _DONE:
                    return
                yield piece
        finally:
            if step is None or step.done():
                pieces.close()
            else:  # cancelled while the thread waits for the model
                deadline.cut()
                step.add_done_callback(lambda done: _let_go(done, pieces))

    def _traced(self, ask: Ask, config: RunnableConfig, deadline: Deadline) -> Generator[str | Answer, None, None]:
        """Run the line as one run of LangChain's with its steps as children.

        A RunnableSequence would do that by itself, but when it is closed it first lets the model finish.
        """
        manager = get_callback_manager_for_config(config)
        name = config.get("run_name") or self.get_name()
        run = manager.on_chain_start(None, {"question": ask.question}, name=name, run_id=config.pop("run_id", None))
        piece: str | Answer = ""
        try:
            with closing(self._line(ask, Record(deadline, patch_config(config, callbacks=run.get_child())))) as line:
                for piece in line:
                    yield piece
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end(piece)

    def _line(self, ask: Ask, record: Record) -> Generator[str | Answer, None, None]:
        bare = validate_question(ask.question)
        carried = self._standalone(bare, ask, record)
        with record.steps.step("search"):
            found = RunnableLambda(self._retrieve, name="retrieve").invoke((bare, carried, ask), record.config)
        sure = found.quoted.confidence
        try:
            if not found.hits or sure < (FLOOR if self.threshold is None else self.threshold):
                answer = refusal(found.asked, sure, found.hits)
            else:
                references = self._references(found, record)
                draft, offered = yield from self._drafted(found, references, ask, record)
                answer = self._checked(draft, offered, found, record)
        except ChatModelError as error:
            answer = replace(found.quoted, notice=_notice(f"The chat model {self.label} {error}", found.quoted))
        except _UnusableError as error:
            answer = replace(found.quoted, notice=_notice(str(error), found.quoted), left_out=error.left_out)
        understood = "" if found.asked == bare else found.asked
        yield record.kept(replace(answer, question=ask.question, standalone=understood))

    @property
    def _chat_model(self) -> BaseChatModel:
        if not isinstance(self._model, BaseChatModel):
            try:
                self._model = self._model()
            except ChatModelError as error:
                raise ChatModelError(f"can't be asked ({error})") from None
        return self._model

    def _standalone(self, bare: str, ask: Ask, record: Record) -> str:
        """Return the question as it stands alone; the model is asked where it leans on the conversation."""
        pure = rewriting.standalone(bare, ask.history)
        if not ask.history or (pure == bare and not rewriting.leans(bare)):
            return pure

        def complete(prompt: str) -> str:
            draft = whole(self._ask([HumanMessage(prompt)], record))
            record.note(draft)
            return sanitize_model_output(draft.text)

        with record.steps.step("standalone"):
            try:
                return validate_question(rewriting.rewritten(bare, ask.history, complete))
            except ChatModelError:
                return pure

    def _retrieve(self, wanted: tuple[str, str, Ask]) -> Found:
        """Read all that the answer may need from one moment of the library, which isn't held while the model writes."""
        bare, carried, ask = wanted
        encoder = self.library.encoder
        meant = readings(bare, carried, ask.history, encoder)

        def look(view: Snapshot) -> Found:
            hits, quoted = likeliest(
                view, meant, encoder, where=ask.where, threshold=self.threshold, k=context.CANDIDATES
            )
            texts = {article_id: view.get_article(article_id).text for article_id in {hit.article.id for hit in hits}}
            return Found(quoted.question, hits, texts, quoted)

        return self.library.read(look)

    def _references(self, found: Found, record: Record) -> list[Reference]:
        hits = context.promising(found.hits)
        if self._rerank:
            with record.steps.step("rerank"):
                scores = self._rerank(found.asked, [hit.passage.text for hit in hits])
            hits = [hits[place] for place in sorted(range(len(hits)), key=lambda place: -scores[place])]
        with record.steps.step("prompt"):
            return context.chosen(hits, found.texts, budget=self.context_tokens, measure=self._measure)

    def _measure(self, texts: Sequence[str]) -> list[int]:
        """Count the encoder's tokens: close to a chat model's own, which characters / 4 are not beyond English."""
        return [len(spans) for spans in self.library.encoder.measure(texts)]

    def _ask(self, messages: Sequence[BaseMessage], record: Record) -> Generator[str, None, Draft]:
        record.model = record.model or self.label.partition(":")[2] or self.label
        return drafted(self._chat_model, messages, deadline=record.deadline, retries=self.retries, config=record.config)

    def _drafted(
        self, found: Found, references: Sequence[Reference], ask: Ask, record: Record
    ) -> Generator[str, None, tuple[Draft, Sequence[Reference]]]:
        """Yield the draft as it comes; return it whole, with the references that it was written from."""

        def fill(offered: Sequence[Reference]) -> list[BaseMessage]:
            return prompt_templates.messages(found.asked, offered, not_said=NOT_SAID, history=ask.history)

        offered = references
        for _ in range(HALVINGS + 1):
            with record.steps.step("prompt"):
                messages = RunnableLambda(fill, name="fill prompt").invoke(offered, record.config)
            with suppress(TooLongError), record.steps.step("model"):
                draft = yield from self._ask(messages, record)
                record.note(draft)
                return draft, offered
            offered = context.halved(offered)
        raise TooLongError("can't read so much (lower CLIPPINGS_CONTEXT_TOKENS)")

    def _checked(self, draft: Draft, references: Sequence[Reference], found: Found, record: Record) -> Answer:
        """Return what stands of a draft, or the model's refusal; raise _UnusableError when there is neither."""
        written = tidied(sanitize_model_output(draft.text))
        sure = found.quoted.confidence
        if declines(written):
            return replace(refusal(found.asked, sure, found.hits), answerer=self.label)
        written = unbroken(written) if draft.broken else written
        if not written:
            what = "was cut short in its first sentence" if draft.broken else "wrote nothing"
            raise _UnusableError(f"The chat model {self.label} {what}")

        def verify(text: str) -> Verified:
            return self._verify(
                text,
                references,
                question=found.asked,
                texts=found.texts,
                encoder=self.library.encoder,
                entails=self._entails,
                unverified=self.unverified,
            )

        with record.steps.step("verify"):
            kept = RunnableLambda(verify, name="verify").invoke(written, record.config)
        if not kept.text:
            raise _UnusableError(f"Nothing of what {self.label} wrote stands in the articles", kept.left_out)
        notice = f"The chat model {self.label} was cut short: something may be missing." if draft.broken else ""
        return Answer(
            found.asked,
            kept.text,
            kept.citations,
            False,
            sure,
            self.label,
            0.0,
            left_out=kept.left_out,
            marked_unverified=kept.marked_unverified,
            notice=notice,
        )


def _notice(what: str, quoted: Answer) -> str:
    way = "no quote answers the question either" if quoted.refused else "this is the extractive answer"
    return f"{what}: {way}."


def _last(pieces: Sequence[str | Answer]) -> Answer:
    answer = pieces[-1]
    assert isinstance(answer, Answer)
    return answer


def _let_go(step: asyncio.Future[Any], pieces: Generator[str | Answer, None, None]) -> None:
    """Close what nobody waits for any more, and let its error, if there is one, go unsaid."""
    if not step.cancelled() and step.exception() is None:
        pieces.close()
