"""A follow-up and what was said before it -> a question that stands alone, with a chat model or without.

A question that depends on the conversation (see context_dependence.py) is given the names and topic words of the turn
before it; one that has a topic of its own stays as it is. A model's rewording is not trusted: it may ask, but not tell.
Searching and answering are left to other modules.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.conversation.context_dependence import (
    asks_further,
    is_courtesy,
    is_fragment,
    leans,
    leans_heavily,
    points_back,
    without_opener,
)
from retrieval.search.query import KINDS, LONGEST_QUESTION
from retrieval.text.keywords import WORD, find_topic_words, normalize_word
from retrieval.text.prompt_injection import is_prompt_injection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Turn
    from retrieval.text.keywords import TopicWord

__all__ = ["NOT_SAID", "asks_further", "leans", "leans_heavily", "rewritten", "standalone"]

NOT_SAID = "The articles do not say."
"""The answer that is none."""

FROM_QUESTION = 3
"""Words carried from the last question, not counting the rest of their names. Two to six find as much; the more there
are, the oftener the answer is the sentence that was quoted before."""
FROM_ANSWER = 1
"""Words carried from the last answer."""
SHORT = 15
"""Words. From a longer answer only a person's name is carried, and only by "he" or "she": on the seeds, words of whole
quotes put the gold passage first for 14 of 18 follow-ups, without them for 18."""
LONGEST_ANSWER = 4_000
"""Characters of an earlier answer that are looked at."""
LONGEST_REWORDING = 300
"""Characters."""

_LINKS = frozenset(["of", "de", "the", "and", "for", "du", "la", "le", "von", "van", "der", "&", "in"])
_HE_OR_SHE = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"^[^“\n]*: (?=“)", re.MULTILINE)
_MARKER = re.compile(r"[\[【(]\d+(?:[,–-]\s?\d+)*[\]】)]")
_TAG = re.compile(r"<[^<>]{0,200}>")
_WRAPPING = "\"“”'‘’*_` \n"
_LABEL = re.compile(r"^\W*(?:(?:the )?(?:standalone|rewritten|reworded|new)? ?question(?: is)?\s*:)\s*", re.I)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it stands alone; the very same string when it does not lean on what was said.

    What earlier follow-ups leaned on is found in the same way, oldest first. The result is no longer than a question
    may be, and asks for the same kind of answer.
    """
    topic, said = _topic(history)
    return _carried(question, topic, said)


def rewritten(question: str, history: Sequence[Turn], complete: Callable[[str], str]) -> str:
    """Return the question as it stands alone, reworded by a model; `complete` returns its reply to a prompt.

    The model is asked only where the question leans on what was said. A reply that is none, is no question, or brings
    in names and numbers that were never said counts for nothing: then it is what `standalone` returns.
    """
    topic, said = _topic(history)
    if not topic or not leans(question, f"{topic} {said}"):
        return question
    from retrieval.generation.prompt_templates import TURNS, prompt, turn
    from retrieval.text.sanitizing import sanitize_for_model, sanitize_model_output

    turns = "\n\n".join(turn(each) for each in history[-TURNS:])
    reply = complete(prompt("standalone").fill(turns=turns, question=sanitize_for_model(question)))
    reworded = _LABEL.sub("", sanitize_model_output(reply).strip(_WRAPPING)).strip(_WRAPPING)
    return reworded if _trusted(reworded, question, history) else _carried(question, topic, said)


def _topic(history: Sequence[Turn]) -> tuple[str, str]:
    """Return the last question that has a topic, as it stands alone, and what was answered.

    A question that was refused is the topic only where there is no other.
    """
    topic = said = ""
    for turn in history:
        question, answer = _TAG.sub(" ", turn.question[:LONGEST_QUESTION]), _spoken(turn.answer[:LONGEST_ANSWER])
        refused = NOT_SAID.lower() in answer.lower()
        if is_courtesy(question) or (topic and refused):
            continue
        alone = _carried(question, topic, said)
        if find_topic_words(alone):
            topic, said = " ".join(alone.split()), "" if refused else answer
    return topic, said


def _carried(question: str, topic: str, said: str) -> str:
    """Return the question with words of the topic and of what was answered, if it leans on them."""
    if not topic or not leans(question, f"{topic} {said}"):
        return question
    if is_fragment(without_opener(question)) and not points_back(question) and not _kind(question):
        whole = f"{topic} {question.strip()}"
        return whole if len(whole) <= LONGEST_QUESTION else question
    own = {normalize_word(word) for word in WORD.findall(question)}
    asked = _best(find_topic_words(topic), FROM_QUESTION, own)
    answered = _answered(question, topic, said, known=own | {word.key for word in asked})
    for phrases in ([*_phrases(topic, asked), *_phrases(said, answered)], _phrases(topic, asked)):
        whole = f"{question.strip()} ({', '.join(phrases)})"
        if phrases and len(whole) <= LONGEST_QUESTION and _kind(whole) == _kind(question):
            return whole
    return question


def _answered(question: str, topic: str, said: str, *, known: set[str]) -> list[TopicWord]:
    """Return what of the answer is carried: what a "who", "where" or "what" was answered with."""
    words, kind = find_topic_words(said), _kind(topic)
    if kind not in ("person", "place", ""):
        return []
    if len(said.split()) <= SHORT:
        return _best(words, FROM_ANSWER, known)
    if kind == "person" and _HE_OR_SHE.search(question):
        return _best([word for word in words if word.name], FROM_ANSWER, known)
    return []


def _best(words: Sequence[TopicWord], at_most: int, known: set[str]) -> list[TopicWord]:
    """Return the words that tell most and are not known yet, each with the rest of its name, in their order."""
    new = sorted({word.key: word for word in reversed(words) if word.key not in known}.values(), key=lambda w: w.start)
    kept = set(sorted(new, key=lambda word: (-word.weight, word.start))[:at_most])
    beside = list(pairwise(new))
    for one, other in [*beside, *((b, a) for a, b in reversed(beside))]:
        if one in kept and one.name and other.name and 1 in (other.start - one.end, one.start - other.end):
            kept.add(other)
    return sorted(kept, key=lambda word: word.start)


def _phrases(text: str, words: Sequence[TopicWord]) -> list[str]:
    """Join words that stand side by side in the text, or with only "of" or the like between."""
    runs: list[tuple[int, int]] = []
    for word in words:
        between = text[runs[-1][1] : word.start].split() if runs else []
        if runs and all(link in _LINKS for link in between):
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return [" ".join(text[start:end].split()) for start, end in runs]


def _spoken(answer: str) -> str:
    """Return an answer's words without what names its sources, nor markup; nothing for a bare yes or no."""
    spoken = _MARKER.sub("", _ATTRIBUTION.sub("", _TAG.sub(" ", answer))).strip()
    return "" if spoken.strip(".,! ").lower() in ("yes", "no") else spoken


def _kind(text: str) -> str:
    return next((kind.name for kind in KINDS if kind.asked.search(text)), "")


def _trusted(reworded: str, question: str, history: Sequence[Turn]) -> bool:
    """Say whether a model's rewording is the same question, in words that were said, and leans on nothing any more."""
    if not reworded.endswith("?") or "\n" in reworded or len(reworded) > max(LONGEST_REWORDING, len(question)):
        return False
    if "?" in reworded[:-1] or is_prompt_injection(reworded):
        return False
    if len(reworded) > LONGEST_QUESTION or (_kind(question) and _kind(reworded) != _kind(question)) or leans(reworded):
        return False
    texts = [question, *(text for turn in history for text in (turn.question, turn.answer))]
    said = {normalize_word(word) for text in texts for word in WORD.findall(text)}
    words = find_topic_words(reworded)
    own = {word.key for word in find_topic_words(question) if word.name}
    new = [word for word in words if word.key not in said]
    return own <= {word.key for word in words} and not any(word.name for word in new) and 2 * len(new) <= len(words)
