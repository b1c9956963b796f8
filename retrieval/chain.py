"""The chat model's pipeline as a LangChain Runnable: synchronous, asynchronous, streamed and traced."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config, patch_config

from retrieval.conversation.request import Askable, parse_ask
from retrieval.domain import Answer
from retrieval.generation.deadline import Deadline
from retrieval.generation.drafts import AnswerTrace
from retrieval.pipeline import ChatPipeline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator

    from retrieval.domain import Ask

_DONE = object()


class ArticleChain(ChatPipeline, Runnable[Askable, str | Answer]):
    """Answer questions from a library with a chat model, checking every claim.

    Takes an Ask, a question, or a mapping (see conversation/request.py).
    `invoke` returns the Answer; `stream` yields pieces of the draft, unchecked, and lastly the Answer. Raises what a
    search raises, and ModelError when a cross-encoder can't be loaded.
    """

    def invoke(self, input: Askable, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """Answer a question."""
        *_pieces, answer = self.stream(input, config)
        assert isinstance(answer, Answer)
        return answer

    async def ainvoke(self, input: Askable, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """Answer a question in a thread; when this is cancelled, so is what the model does."""
        *_pieces, answer = [piece async for piece in self.astream(input, config)]
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        input: Askable,  # noqa: A002 - LangChain passes it by name
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> Generator[str | Answer, None, None]:
        """Yield pieces of the draft as they come, and lastly the answer; closing the generator stops the model."""
        yield from self._run_traced(parse_ask(input), ensure_config(config), Deadline(self.timeout))

    async def astream(
        self,
        input: Askable,  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> AsyncIterator[str | Answer]:
        """Do in a thread what `stream` does."""
        deadline = Deadline(self.timeout)
        pieces = self._run_traced(parse_ask(input), ensure_config(config), deadline)
        step: asyncio.Future[Any] | None = None
        try:
            while True:
                step = asyncio.ensure_future(asyncio.to_thread(next, pieces, _DONE))
                if (piece := await asyncio.shield(step)) is _DONE:
                    return
                yield piece
        finally:
            if step is None or step.done():
                pieces.close()
            else:  # cancelled while the thread waits for the model
                deadline.cut()
                step.add_done_callback(lambda done: _close_silently(done, pieces))

    def _run_traced(self, ask: Ask, config: RunnableConfig, deadline: Deadline) -> Generator[str | Answer, None, None]:
        """Run the line as one run of LangChain's with its steps as children.

        A RunnableSequence would do that by itself, but when it is closed it first lets the model finish.
        """
        manager = get_callback_manager_for_config(config)
        name = config.get("run_name") or self.get_name()
        run = manager.on_chain_start(None, {"question": ask.question}, name=name, run_id=config.pop("run_id", None))
        piece: str | Answer = ""
        try:
            trace = AnswerTrace(deadline, patch_config(config, callbacks=run.get_child()))
            with closing(self.run(ask, trace)) as pieces:
                for piece in pieces:
                    yield piece
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end(piece)


def _close_silently(step: asyncio.Future[Any], pieces: Generator[str | Answer, None, None]) -> None:
    """Close what nobody waits for any more, and ignore its error, if there is one."""
    if not step.cancelled() and step.exception() is None:
        pieces.close()
