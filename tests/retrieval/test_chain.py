"""The whole line with a scripted model, a simple verifier and the real encoder."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from pydantic import SecretStr

from retrieval.chain import ArticleChain
from retrieval.conversation.rewriting import rewrite_question
from retrieval.domain import NOT_SAID, Answer, Ask, Filter, Turn, Usage
from retrieval.errors import ChatModelError, InputError, LibraryMissing
from retrieval.generation import context, question_rewriting
from retrieval.index import Library
from retrieval.pipeline import answer_question as extractive
from retrieval.verification.claims import split_claims
from retrieval.verification.verdicts import Verdict, extract_evidence
from tests.fakes import FakeEncoder
from tests.scripted_model import HANGS, HangingReply, Reply, ScriptedModel, StatusError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.domain import Reference

BRIDGE = "Who opened the new bridge in Halden?"
DRAFT = "Ida Holm opened the new bridge over the Glomma in Halden [1]."
BROAD = "What happened in Halden, Lindau, Okinawa, Ulm and Cremona?"
NONSENSE = "qwrtz plmnb vxcys?"
KEY = "canary-0123456789abcdef"

Make = Callable[..., ArticleChain]


def believing(draft: str, references: Sequence[Reference], **_: Any) -> list[Verdict]:
    """Let every claim with a marker stand on the first sentence of its passage, and no other."""
    found = []
    for claim in split_claims(draft, {reference.number for reference in references}):
        evidence = [e for e in extract_evidence(references) if e.reference.number in claim.markers][:1]
        found.append(Verdict(claim, "" if evidence else "no source", tuple(evidence), tuple(evidence), 1.0))
    return found


@pytest.fixture
def chain(archive: Library) -> Iterator[Make]:
    """Make chains over the archive from a script; whatever still hangs at the end is released."""
    hanging: list[HangingReply] = []

    def make(*script: Any, library: Library = archive, **options: Any) -> ArticleChain:
        hanging.extend(step for step in script if isinstance(step, HangingReply))
        known: dict[str, Any] = {"label": "scripted:one", "timeout": 20.0, "retries": 0, "judge": None}
        known["verify"] = believing
        return ArticleChain(library, ScriptedModel(script=list(script)), **(known | options))

    yield make
    for step in hanging:
        step.released.set()


def model(chain: ArticleChain) -> ScriptedModel:
    assert isinstance(chain.model, ScriptedModel)
    return chain.model


def final(pieces: Sequence[str | Answer]) -> Answer:
    assert isinstance(pieces[-1], Answer)
    return pieces[-1]


# The straight line


def test_an_answer_is_the_verified_draft_with_what_it_took(chain: Make) -> None:
    asked = chain(Reply(["Ida Holm opened the new bridge ", "over the Glomma in Halden [1]."], usage=(120, 14)))

    found = asked.invoke(BRIDGE)

    assert (found.question, found.text, found.refused, found.notice) == (BRIDGE, DRAFT, False, "")
    assert (found.answerer, found.model, found.usage) == ("scripted:one", "scripted-1", Usage(120, 14))
    assert [citation.article_id for citation in found.citations] == ["bridge"]
    assert list(found.steps) == ["search", "prompt", "model", "verify"]
    assert 0 < sum(found.steps.values()) <= found.seconds


def test_the_prompt_contains_the_rules_and_numbered_passages(chain: Make) -> None:
    asked = chain(DRAFT)

    asked.invoke(BRIDGE)

    ((rules, question),) = model(asked).asked
    assert NOT_SAID in str(rules.text)
    assert '<passage number="1">\nTitle: A bridge for Halden\nAuthor: Nora Vik\nDate: 2 May 2023\n' in str(
        question.text
    )
    assert BRIDGE in str(question.text)


def test_a_stream_is_the_draft_in_pieces_and_lastly_the_answer(chain: Make) -> None:
    pieces = list(chain(Reply(["Ida Holm ", "did ", "[1]."])).stream(BRIDGE))

    assert pieces[:-1] == ["Ida Holm ", "did ", "[1]."]
    assert final(pieces).text == "Ida Holm did [1]."


@pytest.mark.parametrize(
    "given",
    [
        Ask(BRIDGE, Filter(since=date(2023, 5, 1), author="Vik")),
        {"question": BRIDGE, "since": "2023-05-01", "author": "Vik"},
        {"question": BRIDGE, "where": Filter(since=date(2023, 5, 1), author="Vik"), "id": 7},
    ],
)
def test_a_question_comes_with_its_limits_in_any_form(given: Any, chain: Make) -> None:
    asked = chain(DRAFT)

    assert asked.invoke(given).text == DRAFT
    assert "Author: Jonas Brandt" not in model(asked).prompts[0]


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "x" * 2001,
        {},
        {"question": 3},
        {"question": BRIDGE, "sinse": "2023"},
        {"question": BRIDGE, "since": "whenever"},
        {"question": BRIDGE, "author": 3},
        {"question": BRIDGE, "where": "2023"},
        {"question": BRIDGE, "history": "earlier"},
        {"question": BRIDGE, "history": [{"question": "Who?"}]},
        {"question": BRIDGE, "history": 3},
    ],
)
def test_what_is_no_question_is_said_before_anyone_is_asked(given: Any, chain: Make) -> None:
    asked = chain(DRAFT)

    with pytest.raises(InputError):
        asked.invoke(given)

    assert model(asked).asked == []


def test_a_library_without_articles_is_an_error(chain: Make, tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "empty", encoder=FakeEncoder(), create=True) as empty,
        pytest.raises(LibraryMissing),
    ):
        chain(DRAFT, library=empty).invoke(BRIDGE)


@pytest.mark.parametrize("said", [DRAFT, NOT_SAID])
def test_as_of_which_day_a_model_answers_is_said(chain: Make, said: str) -> None:
    found = chain(said).invoke({"question": BRIDGE, "as_of": date(2100, 1, 1)})

    assert found.notice == "As of 1 January 2100: articles published later and undated ones are left out."
    assert found.understanding
    assert found.understanding.where == Filter(as_of=date(2100, 1, 1))


# Refusals


def test_the_fixed_phrase_is_a_refusal_by_the_model(chain: Make) -> None:
    for said in (NOT_SAID, f"“{NOT_SAID}”", "The articles do not say", f"{NOT_SAID} [1]"):
        found = chain(said).invoke(BRIDGE)

        assert (found.refused, found.text, found.answerer, found.notice) == (True, NOT_SAID, "scripted:one", "")
        assert found.nearest[0].id == "bridge"


@pytest.mark.parametrize(
    "said",
    [
        f"{NOT_SAID} The passages are about something else.",
        f"{NOT_SAID} However, they mention that Ida Holm opened it [1].",
        "The passages do not say who opened it.",
        "I don't know.",
    ],
)
def test_what_declines_in_other_words_or_with_idle_talk_is_still_a_refusal(said: str, chain: Make) -> None:
    found = chain(said).invoke(BRIDGE)

    assert (found.refused, found.text, found.answerer) == (True, NOT_SAID, "scripted:one")
    assert (found.notice, found.left_out) == ("", ())


def test_what_a_model_lays_out_is_plain_before_it_is_checked(chain: Make) -> None:
    assert chain("**Answer:** Ida *Holm* did. (1)").invoke(BRIDGE).text == "Ida Holm did [1]."
    assert chain(f"**{NOT_SAID}**").invoke(BRIDGE).refused


def test_the_phrase_within_a_sentence_is_no_refusal(chain: Make) -> None:
    found = chain("The articles do not say exactly, but Ida Holm opened it [1].").invoke(BRIDGE)

    assert not found.refused


def test_the_model_is_not_asked_what_is_far_from_every_article(chain: Make) -> None:
    asked = chain(DRAFT)

    found = asked.invoke(NONSENSE)

    assert (found.refused, found.answerer, found.model, found.notice) == (True, "extractive", "", "")
    assert model(asked).asked == []


def test_the_model_is_not_asked_where_the_limits_leave_nothing(chain: Make) -> None:
    asked = chain(DRAFT)

    found = asked.invoke(Ask(BRIDGE, Filter(author="Nobody")))

    assert (found.refused, found.nearest, model(asked).asked) == (True, (), [])


def test_the_model_is_asked_what_quotes_alone_would_refuse(chain: Make, archive: Library) -> None:
    asked = chain("Ida Holm said so [1].")
    question = "Which stateswoman did the honours?"
    assert extractive(archive, question).refused

    assert not asked.invoke(question).refused


def test_a_threshold_holds_for_the_model_as_well(chain: Make) -> None:
    asked = chain(DRAFT, threshold=0.9999)

    assert asked.invoke(BRIDGE).refused
    assert model(asked).asked == []


# What goes wrong


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StatusError(401), "refused the key"),
        (StatusError(404), "does not exist there"),
        (StatusError(429), "is busy (429)"),
        (StatusError(500), "failed (500)"),
        (StatusError(400, "unknown field"), "refused the request (400: unknown field)"),
        (ConnectionRefusedError("no"), "can't be reached"),
        (TimeoutError(), "did not answer in time"),
        (RuntimeError("it broke"), "failed (RuntimeError: it broke)"),
    ],
)
def test_a_failure_gives_the_extractive_answer_and_says_so(
    error: Exception, said: str, chain: Make, archive: Library
) -> None:
    found = chain(error).invoke(BRIDGE)

    expected = extractive(archive, BRIDGE)
    assert (found.text, found.citations, found.answerer) == (expected.text, expected.citations, "extractive")
    assert found.notice.startswith(f"The chat model scripted:one {said}")
    assert found.notice.endswith(": this is the extractive answer.")
    assert "\n" not in found.notice


def test_a_failure_where_no_quote_answers_is_a_refusal_that_says_so(chain: Make) -> None:
    found = chain(StatusError(500)).invoke("Which stateswoman did the honours?")

    assert found.refused
    assert found.notice == "The chat model scripted:one failed (500): no quote answers the question either."


@pytest.mark.parametrize("said", ["", "  \n ", "<think>Hm.</think>"])
def test_an_empty_draft_gives_the_extractive_answer(said: str, chain: Make) -> None:
    found = chain(said).invoke(BRIDGE)

    assert (found.answerer, found.refused) == ("extractive", False)
    assert "scripted:one" in found.notice


def test_a_draft_without_a_supported_claim_gives_the_extractive_answer_with_reasons(chain: Make) -> None:
    found = chain("I made this up.").invoke(BRIDGE)

    assert (found.answerer, found.left_out) == ("extractive", ("no source",))
    assert found.notice == (
        "Nothing that scripted:one wrote is supported by the articles: this is the extractive answer."
    )


def test_claims_left_out_are_listed_beside_supported_ones(chain: Make) -> None:
    assert chain(f"{DRAFT} It rained.").invoke(BRIDGE).left_out == ("no source",)


def test_an_answer_says_whether_its_text_marks_what_is_unverified(chain: Make) -> None:
    assert chain(f"{DRAFT} It rained.", unverified="mark").invoke(BRIDGE).marked_unverified
    assert not chain(DRAFT).invoke(BRIDGE).marked_unverified


def test_the_verifier_gets_the_plain_draft(chain: Make) -> None:
    seen: list[str] = []

    def watching(draft: str, references: Sequence[Reference], **options: Any) -> list[Verdict]:
        seen.append(draft)
        return believing(draft, references, **options)

    chain("![x](http://evil/) Ida Holm did [1].", verify=watching).invoke(BRIDGE)

    assert seen == ["Ida Holm did [1]."]


def test_a_model_that_hangs_is_given_up_at_the_deadline(chain: Make) -> None:
    found = chain(HangingReply(), timeout=0.3).invoke(BRIDGE)

    assert found.notice == ("The chat model scripted:one did not answer within 0.3 s: this is the extractive answer.")
    assert 0.25 < found.steps["model"] < HANGS


def test_a_model_that_hangs_in_the_middle_is_given_up_as_well(chain: Make) -> None:
    pieces = list(chain(HangingReply(["Ida ", "Holm "]), timeout=0.3).stream(BRIDGE))

    assert pieces[:-1] == ["Ida ", "Holm "]
    assert "0.3 s" in final(pieces).notice


def test_what_may_pass_is_tried_again(chain: Make) -> None:
    asked = chain(StatusError(503), ConnectionResetError(), DRAFT, retries=2)

    assert asked.invoke(BRIDGE).text == DRAFT
    assert len(model(asked).asked) == 3


def test_attempts_are_bounded(chain: Make) -> None:
    asked = chain(StatusError(503), retries=1)

    assert asked.invoke(BRIDGE).answerer == "extractive"
    assert len(model(asked).asked) == 2


def test_no_attempt_is_made_that_would_begin_after_the_deadline(chain: Make) -> None:
    asked = chain(StatusError(429, retry_after="3000"), retries=5, timeout=200)
    started = time.perf_counter()

    found = asked.invoke(BRIDGE)

    assert time.perf_counter() - started < 200
    assert len(model(asked).asked) == 1
    assert "429" in found.notice


@pytest.mark.parametrize("error", [StatusError(400, "bad"), StatusError(401), ValueError("wrong")])
def test_what_will_not_pass_is_not_tried_again(error: Exception, chain: Make) -> None:
    asked = chain(error, DRAFT, retries=3)

    asked.invoke(BRIDGE)

    assert len(model(asked).asked) == 1


def test_an_answer_that_breaks_off_is_not_begun_again(chain: Make) -> None:
    asked = chain(Reply(["Ida Holm "], then=ConnectionResetError()), DRAFT, retries=3)

    pieces = list(asked.stream(BRIDGE))

    assert pieces[:-1] == ["Ida Holm "]
    assert final(pieces).notice == (
        "The chat model scripted:one can't be reached (is there a network?): this is the extractive answer."
    )


def test_a_model_that_takes_no_temperature_is_asked_without_one(chain: Make) -> None:
    asked = chain(StatusError(400, "Unsupported value: 'temperature' does not support 0"), DRAFT)

    assert asked.invoke(BRIDGE).text == DRAFT
    assert model(asked).temperatures == [0.0, None]


def test_a_context_that_is_too_long_is_halved_twice(chain: Make) -> None:
    too_long = StatusError(400, "This model's maximum context length is 2048 tokens")
    asked = chain(too_long, too_long, DRAFT, threshold=0.0)

    assert asked.invoke(BROAD).text == DRAFT
    sizes = [prompt.count("<passage number") for prompt in model(asked).prompts]
    assert sizes[0] > sizes[1] > sizes[2] >= 1


def test_a_context_that_stays_too_long_gives_the_extractive_answer(chain: Make) -> None:
    asked = chain(StatusError(400, "the request exceeds the available context size"))

    found = asked.invoke(BRIDGE)

    assert len(model(asked).asked) == 3
    assert "CLIPPINGS_CONTEXT_TOKENS" in found.notice


def test_a_model_that_is_missing_gives_the_extractive_answer(chain: Make, archive: Library) -> None:
    def build() -> ScriptedModel:
        raise ChatModelError("langchain-x is not installed: pip install x")

    found = ArticleChain(archive, build, label="x:y", judge=None, verify=believing).invoke(BRIDGE)

    assert found.notice == (
        "The chat model x:y can't be asked (langchain-x is not installed: pip install x): "
        "this is the extractive answer."
    )


@pytest.mark.parametrize("ending", ["length", "max_tokens", "MAX_TOKENS", None])
def test_a_draft_that_was_cut_short_loses_its_last_sentence_and_says_so(ending: str | None, chain: Make) -> None:
    found = chain(Reply([f"{DRAFT} ", "It cost 3 "], ending=ending)).invoke(BRIDGE)

    assert (found.text, found.answerer) == (DRAFT, "scripted:one")
    assert found.notice == "The chat model scripted:one was cut short: something may be missing."


def test_a_draft_that_was_cut_short_at_once_gives_the_extractive_answer(chain: Make) -> None:
    found = chain(Reply(["Ida Holm opened"], ending="length")).invoke(BRIDGE)

    assert found.answerer == "extractive"
    assert "was cut short in its first sentence" in found.notice


@pytest.mark.parametrize("ending", ["stop", "end_turn", ""])
def test_a_draft_that_ends_by_itself_needs_no_full_stop(ending: str, chain: Make) -> None:
    found = chain(Reply(["Ida Holm [1]"], ending=ending)).invoke(BRIDGE)

    assert (found.text, found.notice) == ("Ida Holm [1]", "")


def test_a_stream_that_gives_no_reason_for_its_end_is_whole_where_a_sentence_ends(chain: Make) -> None:
    assert chain(Reply([DRAFT], ending=None)).invoke(BRIDGE).notice == ""


def test_a_model_that_cannot_stop_is_stopped(chain: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.generation.drafts.LONGEST_DRAFT", 100)
    asked = chain(Reply(["Ida Holm [1]. "] * 5000))

    asked.invoke(BRIDGE)

    pieces = [piece for piece in model(asked).given if piece]
    assert len("".join(pieces)) <= 100_000


def test_no_failure_shows_a_key(chain: Make, archive: Library) -> None:
    class Keyed(ScriptedModel):
        api_key: SecretStr = SecretStr(KEY)

    for error in (
        StatusError(400, f"rejected {KEY} of yours"),
        RuntimeError(f"the header was Bearer {KEY}"),
        ValueError(f"api_key={KEY}"),
        StatusError(401, f"Incorrect API key provided: {KEY}"),
    ):
        found = ArticleChain(
            archive, Keyed(script=[error]), label="scripted:one", retries=0, judge=None, verify=believing
        ).invoke(BRIDGE)

        assert found.notice
        assert KEY not in repr(found)


# Stopping


def test_closing_a_stream_stops_the_model_at_its_next_piece(chain: Make) -> None:
    going = threading.Event()
    taken: list[int] = []

    def slowly() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            if number == 1:
                going.wait(10)
            yield "a "

    asked = chain(Reply(Pieces(slowly)))
    with closing(asked.stream(BRIDGE)) as pieces:
        assert next(pieces) == "a "
    going.set()

    time.sleep(0.2)
    assert len(taken) <= 4


class Pieces(list[str]):
    """Pieces that are made while they are said."""

    def __init__(self, make: Callable[[], Iterator[str]]) -> None:
        super().__init__()
        self._make = make

    def __iter__(self) -> Iterator[str]:
        return self._make()


def test_the_library_is_not_held_while_the_model_writes(chain: Make, archive: Library) -> None:
    reading: list[bool] = []
    read = archive.read

    def watched(query: Callable[[Any], Any]) -> Any:
        reading.append(True)
        try:
            return read(query)
        finally:
            reading.pop()

    asked = chain(lambda _: f"{'held' if reading else DRAFT}")
    archive.read = watched  # type: ignore[method-assign]
    try:
        assert asked.invoke(BRIDGE).text == DRAFT
    finally:
        del archive.read


# As a Runnable


async def test_ainvoke_and_astream_do_the_same(chain: Make) -> None:
    asked = chain(Reply(["Ida Holm ", "did [1]."]))

    answer = await asked.ainvoke(BRIDGE)
    pieces = [piece async for piece in asked.astream(BRIDGE)]

    assert answer.text == final(pieces).text == "Ida Holm did [1]."
    assert pieces[:-1] == ["Ida Holm ", "did [1]."]


async def test_a_cancelled_answer_lets_the_model_go(chain: Make) -> None:
    asked = chain(HangingReply(["Ida "]), timeout=200)
    started = time.perf_counter()

    task = asyncio.create_task(asked.ainvoke(BRIDGE))
    while not model(asked).given:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()

    assert time.perf_counter() - started < HANGS


async def test_a_consumer_that_leaves_early_closes_the_line(chain: Make) -> None:
    asked = chain(Reply(["a ", "b ", "c "]))
    stream = asked.astream(BRIDGE)
    assert isinstance(stream, AsyncIterator)

    async with aclosing(stream) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            assert piece == "a "
            break


def test_several_questions_at_once_keep_their_order(chain: Make) -> None:
    asked = chain(lambda prompt: f"{prompt.count('Halden?')} [1].")

    answers = asked.batch([BRIDGE, NONSENSE, {"question": BRIDGE}])

    assert [isinstance(each, Answer) and each.refused for each in answers] == [False, True, False]


async def test_several_questions_at_once_can_be_awaited(chain: Make) -> None:
    answers = await chain(DRAFT).abatch([BRIDGE, BRIDGE])

    assert [isinstance(each, Answer) and each.text for each in answers] == [DRAFT, DRAFT]


class Watching(BaseCallbackHandler):
    """Records the runs that begin and end, and everything that is passed to handlers."""

    def __init__(self) -> None:
        self.began: list[tuple[str, Any]] = []
        self.ended = 0
        self.errors: list[BaseException] = []
        self.passed: list[str] = []
        self.root: Any = None

    def on_chain_start(self, serialized: Any, inputs: Any, *, parent_run_id: Any = None, **details: Any) -> None:
        self.began.append((details["name"], parent_run_id))
        self.root = self.root or details["run_id"]
        self.passed.append(repr((serialized, inputs, details)))

    def on_chain_end(self, outputs: Any, *, parent_run_id: Any = None, **details: Any) -> None:
        self.ended += 1
        self.passed.append(repr((outputs, details)))

    def on_chain_error(self, error: BaseException, **details: Any) -> None:
        self.errors.append(error)
        self.passed.append(repr((error, details)))

    def on_chat_model_start(self, serialized: Any, messages: Any, *, parent_run_id: Any = None, **details: Any) -> None:
        self.began.append(("model", parent_run_id))
        self.passed.append(repr((serialized, details)))

    def on_llm_end(self, response: Any, **details: Any) -> None:
        self.passed.append(repr((response, details)))


def test_a_trace_shows_one_run_with_its_steps(chain: Make) -> None:
    watching = Watching()

    chain(DRAFT).invoke(BRIDGE, {"callbacks": [watching]})

    assert [name for name, _ in watching.began] == ["ArticleChain", "retrieve", "fill prompt", "model", "verify"]
    assert [parent for _, parent in watching.began] == [None, *[watching.root] * 4]
    assert (watching.ended, watching.errors) == (4, [])


def test_a_trace_can_be_named_and_configured(chain: Make) -> None:
    watching = Watching()

    chain(DRAFT).with_config(run_name="ask", callbacks=[watching]).invoke(BRIDGE)

    assert watching.began[0][0] == "ask"


def test_an_error_ends_the_trace(chain: Make) -> None:
    watching = Watching()

    with pytest.raises(InputError):
        chain(DRAFT).invoke(" ", {"callbacks": [watching]})

    assert [type(error) for error in watching.errors] == [InputError]


def test_a_chain_is_a_part_of_longer_ones(chain: Make) -> None:
    def question(text: str) -> dict[str, str]:
        return {"question": text}

    longer: Any = RunnableLambda(question) | chain(DRAFT)

    assert longer.invoke(BRIDGE).text == DRAFT
    assert longer.batch([BRIDGE])[0].text == DRAFT
    assert final(list(longer.stream(BRIDGE))).text == DRAFT


def test_a_trace_holds_no_key(archive: Library) -> None:
    class Keyed(ScriptedModel):
        api_key: SecretStr = SecretStr(KEY)

    watching = Watching()
    keyed = ArticleChain(archive, Keyed(script=[DRAFT]), label="scripted:one", judge=None, verify=believing)

    keyed.invoke(BRIDGE, {"callbacks": [watching]})

    assert watching.passed
    assert KEY not in "".join(watching.passed)
    assert KEY not in repr(keyed)


# Judging

CHECKED = "1: supported [1]\n2: not stated\nANSWERS: 1"


def test_the_claims_are_judged_by_the_model_itself_in_one_more_call(chain: Make) -> None:
    asked = chain(Reply([DRAFT], usage=(120, 14)), Reply([CHECKED], usage=(300, 9)), judge="itself")

    found = asked.invoke(BRIDGE)

    assert (found.text, found.judge, found.notice) == (DRAFT, "scripted:one", "")
    assert (len(model(asked).asked), list(found.steps)) == (2, ["search", "prompt", "model", "verify", "judge"])
    assert found.tokens == {"model": Usage(120, 14), "judge": Usage(300, 9)}
    assert found.usage == Usage(420, 23)


def test_another_model_may_judge(chain: Make) -> None:
    other = ScriptedModel(script=[Reply([CHECKED], name="other-1")])

    found = chain(DRAFT, judge=lambda: other, judge_label="scripted:other").invoke(BRIDGE)

    assert (found.judge, found.model, len(other.asked)) == ("scripted:other", "scripted-1", 1)


def test_a_claim_that_falls_is_said_anew_in_one_more_call(chain: Make) -> None:
    mended = "The bridge had cost nine million euros, she said [1]."
    asked = chain(
        f"{DRAFT} It was a gift of the king [1].",
        '1: supported\n2: not stated\n3: not stated "a gift of the king"\nANSWERS: 1',
        f"2: {mended}",
        judge="itself",
    )

    found = asked.invoke(BRIDGE)

    assert found.text == f"{DRAFT} {mended}"
    assert (found.reworded, found.left_out, len(model(asked).asked)) == (("repaired",), (), 3)
    assert "repair" in found.steps


def test_a_claim_that_cannot_be_mended_is_replaced_by_the_articles_words(chain: Make) -> None:
    found = chain(
        f"{DRAFT} It was a gift of the old king [1].",
        "1: supported\n2: not stated\n3: not stated",
        "2: none",
        judge="itself",
    ).invoke(BRIDGE)

    assert found.text == (
        f"{DRAFT} “The minister of transport, Ida Holm, opened the new bridge over the Glomma in Halden on Monday.” [1]"
    )
    assert found.reworded == ("not stated",)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (StatusError(500), "failed (500)"),
        (StatusError(401), "refused the key"),
        (ConnectionRefusedError("no"), "can't be reached"),
        ("I think so.", "did not reply in the form that it was asked for"),
        ("1: supported\n2: supported\nANSWERS: 1", "confirms what no article says"),
    ],
)
def test_a_judge_that_fails_or_lies_leaves_it_to_the_words_and_that_is_said(reply: Any, said: str, chain: Make) -> None:
    found = chain(f"{DRAFT} It rained.", reply, judge="itself").invoke(BRIDGE)

    assert (found.text, found.left_out, found.judge) == (DRAFT, ("no source",), "")
    assert found.notice.startswith(f"The claims were checked by their words alone: scripted:one {said}")
    assert "\n" not in found.notice


def test_a_judge_that_hangs_is_given_up_at_the_deadline_of_the_answer(chain: Make) -> None:
    found = chain(DRAFT, HangingReply(), judge="itself", timeout=1.0).invoke(BRIDGE)

    assert found.text == DRAFT
    assert found.notice == "The claims were checked by their words alone: scripted:one did not answer within 1 s."
    assert sum(found.steps.values()) < HANGS


async def test_a_cancelled_answer_lets_the_judge_go_as_well(chain: Make) -> None:
    asked = chain(DRAFT, HangingReply(), judge="itself", timeout=200)
    started = time.perf_counter()

    task = asyncio.create_task(asked.ainvoke(BRIDGE))
    while len(model(asked).asked) < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()

    assert time.perf_counter() - started < HANGS


def test_a_judge_that_cannot_be_built_is_no_loss(chain: Make) -> None:
    def build() -> ScriptedModel:
        raise ChatModelError("langchain-x is not installed: pip install x")

    found = chain(DRAFT, judge=build, judge_label="x:y").invoke(BRIDGE)

    assert found.text == DRAFT
    assert "x:y can't be asked (langchain-x is not installed: pip install x)" in found.notice


def test_no_answer_takes_more_than_two_further_calls(chain: Make) -> None:
    asked = chain(
        f"{DRAFT} It rained [1].", "1: supported\n2: not stated", "1: not stated\n2: not stated", judge="itself"
    )

    asked.invoke(BRIDGE)

    assert len(model(asked).asked) == 3


def test_where_the_claim_that_answers_falls_and_nothing_replaces_it_the_answer_is_made_of_quotes(chain: Make) -> None:
    found = chain("I made this up. Ida Holm was there [1].", judge=None).invoke(BRIDGE)

    assert (found.answerer, found.left_out) == ("extractive", ("no source",))
    assert found.notice.startswith("What scripted:one wrote to answer the question is not supported by the articles: ")


def test_what_a_judge_calls_beside_the_question_gives_way_to_quotes_that_answer(chain: Make) -> None:
    found = chain("It replaces a ferry [1].", "1: supported\n2: not stated\nANSWERS: none", judge="itself").invoke(
        BRIDGE
    )

    assert found.answerer == "extractive"


# Conversation

HISTORY = (Turn(BRIDGE, "Ida Holm opened it [1]."),)


def test_a_change_of_topic_is_asked_unchanged(chain: Make) -> None:
    asked = chain(Reply(["Who opened the new bridge in Halden, and who paid for the ferry?"]), Reply([DRAFT]))

    found = asked.invoke(Ask("And who opened the bridge?", history=(Turn("What is made of cheese?", "The moon."),)))

    assert found.standalone == ""
    assert "<question>\nAnd who opened the bridge?\n</question>" in model(asked).prompts[-1]


def test_a_follow_up_is_rewritten_by_the_model(chain: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def rewritten(question: str, history: Sequence[Turn], complete: Callable[[str], str]) -> str:
        return complete(f"{history[-1].question} {question}")

    monkeypatch.setattr(question_rewriting, "rewrite_with_model", rewritten, raising=False)
    asked = chain(Reply(["What did the bridge in Halden cost?"], usage=(10, 5)), Reply([DRAFT], usage=(100, 10)))

    found = asked.invoke(Ask("How much did it cost?", history=HISTORY))

    assert (found.question, found.standalone) == ("How much did it cost?", "What did the bridge in Halden cost?")
    assert found.usage == Usage(110, 15)
    assert next(iter(found.steps)) == "standalone"
    assert "<question>\nWhat did the bridge in Halden cost?\n</question>" in model(asked).prompts[1]
    assert "Question: Who opened the new bridge in Halden?\nAnswer: Ida Holm opened it (1)." in model(asked).prompts[1]


def test_a_model_that_fails_to_rewrite_leaves_it_to_the_words(chain: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def rewritten(question: str, history: Sequence[Turn], complete: Callable[[str], str]) -> str:
        return complete(question)

    monkeypatch.setattr(question_rewriting, "rewrite_with_model", rewritten, raising=False)
    asked = chain(StatusError(400, "no"), "It cost nine million euros [1].")

    found = asked.invoke(Ask("How much did it cost?", history=HISTORY))

    assert found.standalone == rewrite_question("How much did it cost?", HISTORY)
    assert found.text == "It cost nine million euros [1]."


def test_a_standalone_question_costs_no_rewriting(chain: Make) -> None:
    asked = chain("Okinawa [1].")

    found = asked.invoke(Ask("Where did divers plant 3,000 corals on a dead reef?", history=HISTORY))

    assert (found.standalone, len(model(asked).asked)) == ("", 1)


# Reranking


def test_a_reranker_orders_what_the_model_is_shown(chain: Make) -> None:
    def rerank(question: str, passages: Sequence[str]) -> list[float]:
        return [1.0 if "corals" in passage else 0.0 for passage in passages]

    asked = chain("Ida Holm [1].", rerank=rerank, threshold=0.0)

    found = asked.invoke(BROAD)

    first, *others = model(asked).prompts[0].split("<passage number=")[1:]
    assert "corals" in first
    assert any("Glomma" in other for other in others)
    assert "rerank" in found.steps


def test_the_budget_bounds_what_the_model_is_shown(chain: Make) -> None:
    asked = chain("Ida Holm [1].", context_tokens=200)

    asked.invoke(BRIDGE)

    assert 1 <= model(asked).prompts[0].count("<passage number=") <= 200 // context.HEADER_TOKENS
