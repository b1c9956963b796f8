"""Question in, Answer out, worded by a chat model whose every claim is checked, as a LangChain Runnable.

The line is `_run`: understand what depends on the conversation, search, fill the prompt, ask the model, verify, have
the claims judged and mended. Where nothing that answers is left of what the model says, the answer made of quotes takes
its place and says so. Each step is another package's.
"""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config, patch_config

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.extractive import build_refusal
from retrieval.answering.inquiry import Inquiry
from retrieval.answering.library_threshold import choose_threshold
from retrieval.answering.question_reader import QuestionReader
from retrieval.checking.archive_check import Found, add_same_point, hold_against_archive, oppose
from retrieval.checking.judging import JudgeFailed, judge_claims, mend_claims
from retrieval.checking.relevance import drop_bylines, find_answering, may_be_shown
from retrieval.conversation.context_dependence import is_context_dependent
from retrieval.conversation.question_kind import classify_question
from retrieval.conversation.request import Askable, parse_ask
from retrieval.conversation.rewriting import rewrite_question
from retrieval.conversation.understanding import understand_question
from retrieval.domain import NOT_SAID, Answer
from retrieval.errors import ChatModelError, PromptTooLong
from retrieval.generation import context, prompt_templates, question_rewriting
from retrieval.generation.deadline import Deadline
from retrieval.generation.draft_status import drop_unfinished_sentence, is_refusal
from retrieval.generation.drafts import AnswerTrace, Draft, collect_draft, stream_draft
from retrieval.generation.markdown import strip_markdown
from retrieval.search.query import validate_question
from retrieval.text.politeness import strip_courtesies
from retrieval.text.sanitizing import sanitize_model_output
from retrieval.verification import check_draft, rule_by_entailment, settle
from retrieval.verification.rulings import apply_rulings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence

    from langchain_core.messages import BaseMessage

    from retrieval.domain import Ask, Hit, Kind, Reference, Turn
    from retrieval.index import Library, Snapshot
    from retrieval.search.query import Query
    from retrieval.verification import Entails
    from retrieval.verification.verdicts import Verdict

ASKING_THRESHOLD = 0.05
"""Confidence below which the model is not asked. On squad-open 4 of 600 answerable questions lie below (0.7 %), and 61
of 300 that its articles don't answer (20 %); at 0.1 it would be 1.2 % and 32 %."""

ANSWERED_WITHOUT_MODEL = frozenset({"smalltalk", "unclear"})
"""Kinds of questions for which nothing is to be read."""

FURTHER_CALLS = 2
"""Calls of a model for one answer beside the one that writes it, and the one that rewrites a follow-up."""
HALVINGS = 2
"""Further attempts with half of the passages, for a model that can't read so much."""

_DONE = object()


@dataclass(frozen=True, slots=True)
class RetrievedContext:
    """What one snapshot of the library gives: the query, its hits, their articles' texts, the answer made of quotes."""

    query: Query | None
    hits: Sequence[Hit]
    texts: Mapping[str, str]
    quoted: Answer

    @property
    def question(self) -> str:
        """The question as it was understood."""
        return self.quoted.question

    @property
    def kind(self) -> Kind:
        """What the question wants."""
        return self.quoted.kind

    @property
    def confidence(self) -> float:
        """The probability that the library answers the question."""
        return self.quoted.confidence

    def refuse(self) -> Answer:
        """Return the refusal to answer."""
        return build_refusal(self.question, self.confidence, self.hits)


class _UnusableDraft(Exception):
    """The model wrote nothing that can be given; `left_out` is why each claim does not stand."""

    def __init__(self, notice: str, left_out: tuple[str, ...] = ()) -> None:
        super().__init__(notice)
        self.left_out = left_out


@dataclass(eq=False, repr=False)
class ArticleChain(Runnable[Askable, str | Answer]):
    """Answer questions from a library with a chat model, checking every claim.

    Takes an Ask, a question, or a mapping (see conversation/request.py). `invoke` returns the Answer; `stream` yields
    pieces of the draft, unchecked, and lastly the Answer. `model` may be a function that builds it, called when it is
    first asked; `label` is what answers call it. `timeout` are seconds for all that the model does for an answer. Below
    `threshold` it is not asked.

    Its claims are judged by `judge`: "itself", or another model, or a function that builds it, which answers call
    `judge_label`; None: by `entails`, a cross-encoder, or where there is none by their words.
    Raises what a search raises, and ModelError when a cross-encoder can't be loaded.
    """

    library: Library
    model: BaseChatModel | Callable[[], BaseChatModel]
    _: KW_ONLY
    label: str
    timeout: float = 60.0
    retries: int = 2
    context_tokens: int = 3000
    threshold: float | None = None
    rerank: Callable[[str, Sequence[str]], Sequence[float]] | None = None
    judge: BaseChatModel | Callable[[], BaseChatModel] | Literal["itself"] | None = "itself"
    judge_label: str = ""
    entails: Entails | None = None
    unverified: Literal["drop", "mark"] = "drop"
    verify: Callable[..., list[Verdict]] = check_draft

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
            with closing(self._run(ask, trace)) as pieces:
                for piece in pieces:
                    yield piece
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end(piece)

    def _run(self, ask: Ask, trace: AnswerTrace) -> Generator[str | Answer, None, None]:
        """Yield the draft as it is written, unchecked, and lastly the answer."""
        validate_question(ask.question)
        rewritten = self._rewrite(strip_courtesies(ask.question), ask.history, trace)
        with trace.steps.step("search"):
            found = trace.run("retrieve", self._retrieve, (ask.question, rewritten, ask))
        try:
            if found.kind in ANSWERED_WITHOUT_MODEL:
                answer = found.quoted
            elif not found.hits or found.confidence < (ASKING_THRESHOLD if self.threshold is None else self.threshold):
                answer = found.refuse()
            else:
                references = self._select_references(found, trace)
                draft, offered = yield from self._draft(found, references, ask.history, trace)
                answer = self._check_draft(draft, offered, found, trace)
        except ChatModelError as error:
            answer = _fall_back(found.quoted, f"The chat model {self.label} {error}")
        except _UnusableDraft as error:
            answer = _fall_back(found.quoted, str(error), error.left_out)
        if answer is not found.quoted and (asked := found.quoted.understanding):
            notice = " ".join(filter(None, [*asked.remarks, answer.notice]))
            answer = replace(answer, notice=notice, understanding=asked)
        yield trace.complete(replace(answer, question=ask.question, standalone=found.quoted.standalone))

    def _rewrite(self, question: str, history: Sequence[Turn], trace: AnswerTrace) -> str:
        """Return the question on its own; the model is asked where it depends on the conversation."""
        by_rules = rewrite_question(question, history)
        if (
            not history
            or classify_question(question) == "smalltalk"
            or (by_rules == question and not is_context_dependent(question))
        ):
            return by_rules

        def complete(prompt: str) -> str:
            return sanitize_model_output(self._complete(prompt, "standalone", trace))

        try:
            return validate_question(question_rewriting.rewrite_with_model(question, history, complete))
        except ChatModelError:
            return by_rules

    def _retrieve(self, given: tuple[str, str, Ask]) -> RetrievedContext:
        """Read all that the answer may need from one snapshot, which isn't held while the model writes."""
        question, rewritten, ask = given
        limit = choose_threshold(self.library, self.threshold)

        def read(snapshot: Snapshot) -> RetrievedContext:
            asked = understand_question(
                question,
                ask.history,
                snapshot,
                self.library.encoder,
                where=ask.where,
                today=ask.today or date.today(),
                rewritten=rewritten,
            )
            inquiry = Inquiry(asked, snapshot, self.library.encoder, threshold=limit, k=context.CANDIDATES)
            quoted = answer_inquiry(inquiry)
            query, hits = (None, []) if asked.kind in ANSWERED_WITHOUT_MODEL else inquiry.search(quoted.question)
            texts = {each: snapshot.get_article(each).text for each in {hit.article.id for hit in hits}}
            return RetrievedContext(query, hits, texts, quoted)

        return self.library.read(read)

    def _select_references(self, found: RetrievedContext, trace: AnswerTrace) -> list[Reference]:
        hits = context.drop_weak_hits(found.hits)
        if self.rerank:
            with trace.steps.step("rerank"):
                scores = self.rerank(found.question, [hit.passage.text for hit in hits])
            hits = [hits[index] for index in sorted(range(len(hits)), key=lambda index: -scores[index])]
        with trace.steps.step("prompt"):
            return context.select_references(hits, found.texts, budget=self.context_tokens, measure=self._count_tokens)

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the encoder's tokens: close to a chat model's own, which characters / 4 are not beyond English."""
        return [len(spans) for spans in self.library.encoder.measure(texts)]

    def _draft(
        self, found: RetrievedContext, references: Sequence[Reference], history: Sequence[Turn], trace: AnswerTrace
    ) -> Generator[str, None, tuple[Draft, Sequence[Reference]]]:
        """Yield the draft as it comes; return it whole, with the references that it was written from."""

        def fill(offered: Sequence[Reference]) -> list[BaseMessage]:
            return prompt_templates.build_messages(found.question, offered, not_said=NOT_SAID, history=history)

        offered = references
        for _ in range(HALVINGS + 1):
            with trace.steps.step("prompt"):
                messages = trace.run("fill prompt", fill, offered)
            with suppress(PromptTooLong), trace.steps.step("model"):
                draft = yield from self._ask(self._build_model(), messages, trace)
                trace.add_draft(draft, "model")
                return draft, offered
            offered = context.halve_references(offered)
        raise PromptTooLong("can't read so much (lower CLIPPINGS_CONTEXT_TOKENS)")

    def _ask(
        self, model: BaseChatModel, messages: Sequence[BaseMessage], trace: AnswerTrace
    ) -> Generator[str, None, Draft]:
        trace.model = trace.model or self.label.partition(":")[2] or self.label
        return stream_draft(model, messages, deadline=trace.deadline, retries=self.retries, config=trace.config)

    def _complete(self, prompt: str, step: str, trace: AnswerTrace) -> str:
        """Return a model's whole reply to a prompt; in the step "judge" it is the judge's."""
        with trace.steps.step(step):
            model = self._build_judge() if step == "judge" else self._build_model()
            draft = collect_draft(self._ask(model, [HumanMessage(prompt)], trace))
        trace.add_draft(draft, step)
        return draft.text

    def _build_model(self) -> BaseChatModel:
        if not isinstance(self.model, BaseChatModel):
            self.model = _build(self.model)
        return self.model

    def _build_judge(self) -> BaseChatModel:
        if self.judge is None or self.judge == "itself":
            return self._build_model()
        if not isinstance(self.judge, BaseChatModel):
            self.judge = _build(self.judge)
        return self.judge

    @property
    def _judge_name(self) -> str:
        return self.label if self.judge == "itself" else self.judge_label or "another model"

    def _check_draft(
        self, draft: Draft, references: Sequence[Reference], found: RetrievedContext, trace: AnswerTrace
    ) -> Answer:
        """Return what is supported of a draft, or the model's refusal; raise _UnusableDraft when there is neither."""
        text = strip_markdown(sanitize_model_output(draft.text))
        if is_refusal(text):
            return replace(found.refuse(), answerer=self.label)
        text = drop_unfinished_sentence(text) if draft.broken else text
        if not text:
            what = "was cut short in its first sentence" if draft.broken else "wrote nothing"
            raise _UnusableDraft(f"The chat model {self.label} {what}")

        query, encoder = found.query, self.library.encoder
        assert query is not None  # what is answered without a model comes to no draft
        known = Found(
            query,
            found.hits,
            found.quoted,
            read=lambda article_id: found.texts[article_id],
            reader=QuestionReader(query.text, encoder),
        )

        def verify(text: str, offered: Sequence[Reference] = references) -> list[Verdict]:
            return self.verify(text, offered, question=found.question, texts=found.texts, encoder=encoder)

        with trace.steps.step("verify"):
            verdicts = trace.run("verify", verify, text)
        verdicts, answering, judge, notice = self._judge(known, verdicts, references, verify, trace)
        articles = [hit.article for hit in found.hits]
        with trace.steps.step("verify"):
            verdicts = hold_against_archive(known, verdicts, references, judged=bool(judge and self.judge))
            verdicts = drop_bylines(query, verdicts, [] if found.kind == "archive" else articles, answering)
        settled = settle(verdicts, found.texts, unverified=self.unverified)
        answering = find_answering(query, verdicts, articles) if answering is None else answering
        if not may_be_shown(settled, verdicts, answering, found.quoted):
            raise _UnusableDraft(
                f"Nothing that {self.label} wrote is supported by the articles"
                if not any(verdict.stands for verdict in verdicts)
                else f"What {self.label} wrote to answer the question is not supported by the articles",
                settled.left_out + settled.reworded,
            )
        broken = f"The chat model {self.label} was cut short: something may be missing." if draft.broken else ""
        return Answer(
            found.question,
            settled.text,
            settled.citations,
            refused=False,
            confidence=found.confidence,
            answerer=self.label,
            seconds=0.0,
            left_out=settled.left_out,
            reworded=settled.reworded,
            marked_unverified=settled.marked_unverified,
            judge=judge,
            notice=" ".join(filter(None, [broken, notice])),
        )

    def _judge(
        self,
        found: Found,
        verdicts: list[Verdict],
        references: Sequence[Reference],
        verify: Callable[[str, Sequence[Reference]], list[Verdict]],
        trace: AnswerTrace,
    ) -> tuple[list[Verdict], frozenset[int] | None, str, str]:
        """Return verdicts as a judge rules, which claims answer the question, who judged, and what to say of that."""
        if self.judge is None:
            if self.entails is None:
                return verdicts, None, "", ""
            with trace.steps.step("judge"):
                ruled = apply_rulings(verdicts, rule_by_entailment(verdicts, self.entails))
            return ruled, None, "cross-encoder", ""
        question = found.query.text
        shown, beside = add_same_point(verdicts, references, found.hits)
        try:
            judged = judge_claims(
                question, verdicts, shown, lambda asked: self._complete(asked, "judge", trace), beside=beside
            )
        except (ChatModelError, JudgeFailed) as error:
            return verdicts, None, "", f"The claims were checked by their words alone: {self._judge_name} {error}."
        if not judged.calls:
            return verdicts, None, "", ""
        judged = replace(judged, verdicts=oppose(found, judged, shown))
        mended = list(judged.verdicts)
        if judged.calls < FURTHER_CALLS:
            with suppress(ChatModelError):
                mended = mend_claims(
                    question,
                    judged,
                    shown,
                    lambda asked: self._complete(asked, "repair", trace),
                    lambda text: verify(text, shown),
                )
        return mended, judged.answering, self._judge_name, ""


def _build(make: Callable[[], BaseChatModel]) -> BaseChatModel:
    try:
        return make()
    except ChatModelError as error:
        raise ChatModelError(f"can't be asked ({error})") from None


def _fall_back(quoted: Answer, what: str, left_out: tuple[str, ...] = ()) -> Answer:
    """Return the answer made of quotes with a notice that says why it takes the model's place."""
    instead = "no quote answers the question either" if quoted.refused else "this is the extractive answer"
    return replace(quoted, notice=f"{what}: {instead}.", left_out=left_out)


def _close_silently(step: asyncio.Future[Any], pieces: Generator[str | Answer, None, None]) -> None:
    """Close what nobody waits for any more, and ignore its error, if there is one."""
    if not step.cancelled() and step.exception() is None:
        pieces.close()
