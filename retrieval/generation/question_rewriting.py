"""A follow-up -> a standalone question, rewritten by a chat model that may not answer it or add facts.

The model is not trusted: a reply that is not a question, or that adds names or numbers, is ignored. What replaces it
then, and whether a question depends on the conversation at all, is left to conversation/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.conversation.context_dependence import is_context_dependent
from retrieval.conversation.rewriting import add_context, find_topic
from retrieval.generation.prompt_templates import SHOWN_TURNS, load_prompt, render_turn
from retrieval.search.query import LONGEST_QUESTION, find_answer_type
from retrieval.text.keywords import WORD, find_topic_words, normalize_word
from retrieval.text.prompt_injection import is_prompt_injection
from retrieval.text.sanitizing import sanitize_for_model, sanitize_model_output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Turn

LONGEST_REWORDING = 300
"""Characters."""

_WRAPPING = "\"“”'‘’*_` \n"
_LABEL = re.compile(r"^\W*(?:(?:the )?(?:standalone|rewritten|reworded|new)? ?question(?: is)?\s*:)\s*", re.I)


def rewrite_with_model(question: str, history: Sequence[Turn], complete: Callable[[str], str]) -> str:
    """Return the standalone question, rewritten by a model; `complete` returns the model's reply to a prompt.

    The model is asked only where the question depends on the conversation. Where its reply is no faithful rewording,
    this is what `rewrite_question` returns.
    """
    topic = find_topic(history)
    if not topic.question or not is_context_dependent(question, topic.text):
        return question
    turns = "\n\n".join(render_turn(turn) for turn in history[-SHOWN_TURNS:])
    reply = complete(load_prompt("rewrite").fill(turns=turns, question=sanitize_for_model(question)))
    reworded = _LABEL.sub("", sanitize_model_output(reply).strip(_WRAPPING)).strip(_WRAPPING)
    return reworded if _is_faithful(reworded, question, history) else add_context(question, topic)


def _is_faithful(reworded: str, question: str, history: Sequence[Turn]) -> bool:
    """Say whether a rewording is one question of the same answer type, on its own, in words of the conversation."""
    if not reworded.endswith("?") or "?" in reworded[:-1] or "\n" in reworded or is_prompt_injection(reworded):
        return False
    if len(reworded) > min(LONGEST_QUESTION, max(LONGEST_REWORDING, len(question))) or is_context_dependent(reworded):
        return False
    if (expected := find_answer_type(question)) and find_answer_type(reworded) != expected:
        return False
    texts = [question, *(text for turn in history for text in (turn.question, turn.answer))]
    known = {normalize_word(word) for text in texts for word in WORD.findall(text)}
    words = find_topic_words(reworded)
    names = {word.key for word in find_topic_words(question) if word.name}
    new = [word for word in words if word.key not in known]
    return names <= {word.key for word in words} and not any(word.name for word in new) and 2 * len(new) <= len(words)
