"""An outcome -> what a chat model makes of it, as an opinion beside the measures and never a part of one.

Model and prompt are pinned by name and hash. What is judged is strangers' text: it is made harmless before it goes in,
and only the two lines that the model itself writes are read. How a model is asked is drafting's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot import wiring
from bot.evaluation.results import Judgement
from retrieval.errors import ChatModelError, InputError, PromptTooLong
from retrieval.generation.deadline import Deadline
from retrieval.generation.drafts import collect_draft, stream_draft
from retrieval.generation.prompt_templates import SHOWN_TURNS, hash_prompts, load_prompt, render_turn
from retrieval.text.sanitizing import sanitize_for_model, sanitize_model_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from langchain_core.language_models import BaseChatModel

    from bot.evaluation.results import Golden, Outcome
    from bot.settings import Settings

VERDICTS = ("right", "partly", "wrong")
NO_VERDICT = "no verdict"
"""What the summary calls it when there is none."""
LONGEST_ANSWER, LONGEST_QUOTE, QUOTES = 6_000, 600, 12
"""Characters of an answer and of a quote, and quotes, that the judge is shown."""
MOST_FAILURES = 3
"""Failures in a row after which the judge is not asked again: each may take CLIPPINGS_CHAT_TIMEOUT."""
LONGEST_REASON = 500

_REPLY = re.compile(
    rf"\**REASON\**:\**[ \t]*(?P<reason>\S[^\n]*)\n\s*\**VERDICT\**:\**[ \t]*(?P<verdict>{'|'.join(VERDICTS)})\**\.?",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(slots=True)
class Judge:
    """Asks a chat model whether answers are right; `name` pins the model and the prompt."""

    name: str
    model: BaseChatModel
    timeout: float
    retries: int
    _failed: int = field(default=0, init=False)

    def judge_outcome(self, outcome: Outcome) -> Judgement:
        """Return the model's verdict on an outcome, or none and why, in one line; nothing that fails is raised."""
        if outcome.answer is None:
            return Judgement("", error="there is no answer to judge")
        if not outcome.golden.expects:
            return Judgement("", error="nothing is expected of this answer")
        if self._failed >= MOST_FAILURES:
            return Judgement("", error=f"not asked: the judge failed {MOST_FAILURES} times in a row")
        from langchain_core.messages import HumanMessage

        asked, deadline = [HumanMessage(build_judge_prompt(outcome))], Deadline(self.timeout)
        try:
            draft = collect_draft(stream_draft(self.model, asked, deadline=deadline, retries=self.retries))
        except ChatModelError as error:
            self._failed += not isinstance(error, PromptTooLong)
            return Judgement("", error=f"the judge {' '.join(str(error).split())}")
        self._failed = 0
        return Judgement("", error="the judge was cut short") if draft.broken else parse_reply(draft.text)


def build_judge(settings: Settings, model: str) -> Judge:
    """Build a judge, with the chat model's address and key where they are of the same provider.

    Raises InputError for a name that is none, ChatModelError for a model that can't be built: a missing package or key.
    """
    try:
        built = wiring.build_chat_model(wiring.choose_chat_model(settings, model))
    except InputError as error:
        raise InputError(str(error).replace("CLIPPINGS_CHAT_MODEL", "--judge")) from None
    except ChatModelError as error:
        raise ChatModelError(f"the judge {model}: {error}") from None
    name = f"{model} with prompts/judge.md@{hash_prompts('judge')}"
    return Judge(name, built, settings.chat_timeout, settings.chat_retries)


def build_judge_prompt(outcome: Outcome) -> str:
    """Return what the model is asked about an outcome that has an answer."""
    golden, answer = outcome.golden, outcome.answer
    assert answer is not None
    filled = load_prompt("judge").fill(
        turns="\n\n".join(render_turn(each) for each in golden.history[-SHOWN_TURNS:]),
        question=sanitize_for_model(golden.question),
        expected="\n".join(sanitize_for_model(line) for line in _describe_expectations(golden)),
        answer=sanitize_for_model(answer.text[:LONGEST_ANSWER]),
        quotes="\n".join(
            f"- {_shorten_line(each.title or each.article_id)}: {_shorten_line(each.quote) or 'the article as a whole'}"
            for each in answer.citations[:QUOTES]
        )
        or "none",
    )
    return _BLANK_LINES.sub("\n\n", filled)


def parse_reply(reply: str) -> Judgement:
    """Read a reply in the requested form, one line of reason and one of verdict; anything else is no verdict."""
    found = _REPLY.fullmatch(sanitize_model_output(reply))
    if not found:
        return Judgement("", error="the judge's reply is not in the requested form")
    return Judgement(found["verdict"].lower(), " ".join(found["reason"].split())[:LONGEST_REASON])


def count_verdicts(judgements: Iterable[Judgement | None]) -> Mapping[str, int]:
    """Count the verdicts, and under "no verdict" those that came to none; None, where nobody judged, is not counted."""
    counted = Counter(each.verdict or NO_VERDICT for each in judgements if each)
    return {verdict: counted[verdict] for verdict in (*VERDICTS, NO_VERDICT)}


def _describe_expectations(golden: Golden) -> Iterator[str]:
    if golden.refuses:
        yield "The articles do not say. A right answer says so and claims nothing else."
    elif golden.refuses is not None:
        yield "The articles say it: an answer."
    if golden.answer:
        yield f"This, in these or other words: {' / or: '.join(golden.answer)}"
    yield from (f"It has to say: {text}" for text in golden.contains)
    yield from (f"It must not say: {text}" for text in golden.excludes)
    yield from (f"It rests on this quote: {text}" for text in golden.quotes)
    yield from (f"It rests on the article: {name}" for name in golden.cites)


def _shorten_line(text: str) -> str:
    line = " ".join(sanitize_for_model(text).split())
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rpartition(" ")[0] + " …"
