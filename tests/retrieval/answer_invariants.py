"""What holds of every answer, whatever a chat model wrote."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from retrieval.answering.citations import MARKER, check_citations, escape_quote
from retrieval.domain import NOT_SAID
from retrieval.generation.prompt_templates import load_prompt

if TYPE_CHECKING:
    from retrieval.domain import Answer
    from retrieval.index import Library

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
WITHOUT_CITATION = frozenset({"archive", "smalltalk", "unclear"})
"""Kinds of which we may say something ourselves: a reply, a question back, what the catalog counts."""
MARKUP = re.compile(r"\]\(|!\[|<[/!|a-z]|```|\[/?INST", re.IGNORECASE)
ADDRESS = re.compile(r"https?:|www\.|evil\.example", re.IGNORECASE)


def assert_invariants(answer: Answer, library: Library) -> None:
    """Prove that every quote is in its article, every marker has its citation, and nothing active is shown."""

    def look(view: object) -> dict[str, str]:
        return {each.article_id: view.get_article(each.article_id).text for each in answer.citations}  # type: ignore[attr-defined]

    check_citations(answer.text, answer.citations, library.read(look))
    assert answer.refused == (answer.text == NOT_SAID)
    assert not (answer.citations and answer.refused)
    assert answer.citations or answer.refused or answer.kind in WITHOUT_CITATION
    own = remove_quotes(answer)  # a quote is the article's text: who shows it escapes it
    assert not UNSEEN.search(own)
    assert not MARKUP.search(own)
    assert not ADDRESS.search(own)
    assert not [line for line in list_prompt_lines() if line in answer.text]
    if answer.answerer == "extractive":
        return
    for sentence in re.split(r"(?<=\])[.!?]?\s+(?=[^\[\s])", answer.text):
        assert answer.refused or MARKER.search(sentence), f"without a citation: {sentence}"


def list_prompt_lines() -> list[str]:
    """Return how each longer line of every prompt begins: no answer may repeat one."""
    names = [path.name.removesuffix(".md") for path in files("prompts").iterdir() if path.name.endswith(".md")]
    lines = [line.lstrip("- ") for name in names for line in load_prompt(name).template.splitlines()]
    return [line[:40] for line in lines if len(line) >= 40 and "$" not in line[:40]]


def remove_quotes(answer: Answer) -> str:
    """Return an answer's text without the quotes and, where it is made of quotes, the titles that it gives."""
    text = answer.text
    for citation in answer.citations:
        text = text.replace(f"“{escape_quote(citation.quote)}” [{citation.number}]", "")
        if answer.answerer == "extractive":
            text = text.replace(escape_quote(citation.title) or citation.article_id, "")
    return text
