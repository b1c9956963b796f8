"""What is said to a chat model: loads prompts/*.md, fills them by name, and puts an answer's messages together.

Every word to a model is in those files. An answer is asked for in the passages' language, not the question's,
since verification compares its words with theirs; nothing else is asked for either that it could not carry. Titles,
passages, questions and earlier turns are strangers' text, which is made harmless before it goes in.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from retrieval.text.dates import format_dates
from retrieval.text.sanitizing import sanitize_for_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from retrieval.domain import Reference, Turn

UNKNOWN = "not given"
SHOWN_TURNS = 3
"""Earlier turns that are shown; what matters of older ones is in the question by then."""
LONGEST_TURN = 600
"""Characters of an earlier question or answer."""

ANSWER_PROMPTS = (
    "answer",
    "check_claims",
    "claim",
    "faulted_claim",
    "passage",
    "question",
    "repair_claims",
    "rewrite",
    "turn",
)
"""The prompts that an answer depends on."""

_BLANK_LINES = re.compile(r"\n{3,}")


class Prompt(Template):
    """A prompt with $placeholders; what is filled in is never looked through for placeholders."""

    def __init__(self, template: str, name: str) -> None:
        super().__init__(template)
        self.name = name

    def fill(self, **values: object) -> str:
        """Return the filled prompt; raise ValueError with all names that are missing or unknown."""
        wanted = set(self.get_identifiers())
        faults = [f"{name} is missing" for name in sorted(wanted - values.keys())]
        faults += [f"{name} is unknown" for name in sorted(values.keys() - wanted)]
        if faults:
            raise ValueError(f"prompts/{self.name}.md: {', '.join(faults)}")
        return self.substitute(values).strip()


@cache
def load_prompt(name: str) -> Prompt:
    """Return the prompt of prompts/<name>.md; raise ValueError when there is none or it is broken."""
    known = {path.name.removesuffix(".md"): path for path in files("prompts").iterdir() if path.name.endswith(".md")}
    if name not in known:
        raise ValueError(f"there is no prompt {name!r}: there are {', '.join(sorted(known))}")
    prompt = Prompt(known[name].read_text(encoding="utf-8"), name)
    if not prompt.is_valid():
        raise ValueError(f"prompts/{name}.md has a $ that begins no name: write $$ for the sign itself")
    return prompt


def hash_prompts(*names: str) -> str:
    """Return the first 8 hexadecimal digits of the SHA-256 of these prompts: each wording has its own."""
    return hashlib.sha256("\0".join(load_prompt(name).template for name in names).encode()).hexdigest()[:8]


def build_messages(
    question: str, references: Sequence[Reference], *, not_said: str, history: Sequence[Turn] = ()
) -> list[BaseMessage]:
    """Return what is said to the model for one answer: how to answer, then passages, earlier turns and the question."""
    from langchain_core.messages import HumanMessage, SystemMessage

    asked = load_prompt("question").fill(
        passages="\n\n".join(render_passage(reference) for reference in references),
        turns="\n\n".join(render_turn(each) for each in history[-SHOWN_TURNS:]),
        question=sanitize_for_model(question),
        not_said=not_said,
    )
    return [SystemMessage(load_prompt("answer").fill(not_said=not_said)), HumanMessage(close_gaps(asked))]


def close_gaps(text: str) -> str:
    """Return a filled prompt without the gaps that empty placeholders leave."""
    return _BLANK_LINES.sub("\n\n", text)


def render_passage(reference: Reference) -> str:
    """Return a passage as the model sees it, under its number, with what is known of its article."""
    article = reference.article
    return load_prompt("passage").fill(
        number=reference.number,
        title=_join_lines(article.title) or UNKNOWN,
        author=_join_lines(article.author) or UNKNOWN,
        date=format_dates(article) or UNKNOWN,
        text=sanitize_for_model(reference.passage.text).strip(),
    )


def render_turn(exchange: Turn) -> str:
    """Return an earlier exchange as the model sees it, clipped."""
    return load_prompt("turn").fill(question=_clip(exchange.question), answer=_clip(exchange.answer))


def _join_lines(text: str) -> str:
    return " ".join(sanitize_for_model(text).split())


def _clip(text: str) -> str:
    line = _join_lines(text)
    return line if len(line) <= LONGEST_TURN else line[:LONGEST_TURN].rpartition(" ")[0] + " …"
