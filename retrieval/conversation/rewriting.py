"""A follow-up and the conversation before it -> a standalone question, by rules alone. Pure.

A question that depends on the conversation (see context_dependence.py) is given the names and topic words of the turn
before it; one that has a topic of its own stays as it is. Rewording by a chat model is generation/'s.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from retrieval.conversation.cited_articles import ask_of_cited_article, asks_of_source, find_cited_articles
from retrieval.conversation.completion import complete_question
from retrieval.conversation.context_dependence import (
    is_context_dependent,
    is_fragment,
    may_stand_alone,
    points_back,
    strip_opener,
)
from retrieval.domain import NOT_SAID
from retrieval.search.query import LONGEST_QUESTION, find_answer_type
from retrieval.text.courtesies import is_courtesy
from retrieval.text.english import ASKING_VERBS, GENDERED_PRONOUNS
from retrieval.text.keywords import WORD, find_topic_words, normalize_word
from retrieval.text.late_patterns import compile_later
from retrieval.text.politeness import strip_courtesies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Turn
    from retrieval.text.keywords import TopicWord

WORDS_FROM_QUESTION = 3
"""Words taken from the last question, not counting the rest of their names. Two to six find as much; the more there
are, the oftener the answer is the sentence that was quoted before."""
WORDS_FROM_ANSWER = 1
"""Words taken from the last answer."""
SHORT_ANSWER = 15
"""Words. From a longer answer only a person's name is taken, and only by "he" or "she": on the seeds, words of whole
quotes put the gold passage first for 14 of 18 follow-ups, without them for 18."""
LONGEST_ANSWER = 4_000
"""Characters of an earlier answer that are looked at."""

_LINKS = frozenset(["of", "de", "the", "and", "for", "du", "la", "le", "von", "van", "der", "&", "in"])
_HE_OR_SHE = compile_later(rf"\b(?:{'|'.join(sorted(GENDERED_PRONOUNS))})\b", re.IGNORECASE)
_OTHER = compile_later(r"(?:the|that|this) (?:other|first|second|last|latter|former)(?: ones?)?\W*", re.IGNORECASE)
"""One of several that only a person can tell."""
_ATTRIBUTION = compile_later(r"^[^“\n]*: (?=“)", re.MULTILINE)
_MARKER = compile_later(r"[\[【(]\u2060?\d+(?:[,–-]\s?\d+)*[\]】)]")
_TAG = compile_later(r"<[^<>]{0,200}>")


class Topic(NamedTuple):
    """What a conversation is about: the last question that has a topic, on its own, and its answer."""

    question: str = ""
    answer: str = ""
    refused: bool = False

    @property
    def text(self) -> str:
        """The question and its answer."""
        return f"{self.question} {self.answer}"


def rewrite_question(question: str, history: Sequence[Turn]) -> str:
    """Return the standalone question; the very same string when it does not depend on the conversation.

    What earlier follow-ups depended on is found in the same way, oldest first. The result is no longer than a question
    may be, and asks for the same type of answer. "Who wrote that?" is asked of the article that was cited last.
    """
    return ask_of_last_source(question, history) or add_context(question, find_topic(history))


def ask_of_last_source(question: str, history: Sequence[Turn]) -> str:
    """Return "who wrote that?" and the like asked of the article that was cited last; "" for other questions."""
    answers = (turn.answer[:LONGEST_ANSWER] for turn in reversed(history))
    citing = next(filter(find_cited_articles, answers), "")
    return ask_of_cited_article(question, citing) if citing else ""


def find_topic(history: Sequence[Turn]) -> Topic:
    """Return what the conversation is about.

    A question that was refused is the topic only where there is no other.
    """
    topic = Topic()
    for turn in history:
        question = strip_courtesies(_TAG.sub(" ", turn.question[:LONGEST_QUESTION]))
        answer = _strip_sources(turn.answer[:LONGEST_ANSWER])
        refused = NOT_SAID.lower() in answer.lower()
        if is_courtesy(question) or asks_of_source(question) or (topic.question and not topic.refused and refused):
            continue
        rewritten = add_context(question, topic)
        if find_topic_words(rewritten):
            topic = Topic(" ".join(rewritten.split()), "" if refused else answer, refused)
    return topic


def add_context(question: str, topic: Topic) -> str:
    """Return the question with what it depends on, as a person would say it, if it depends on the topic."""
    if not _leans_on(question, topic) or _OTHER.fullmatch(strip_opener(question)):
        return question
    expected = find_answer_type(question)
    answered = _join_phrases(topic.answer, _choose_words_of_topic(question, topic)[1])
    for phrases in dict.fromkeys([tuple(answered), ()]):
        rewritten = complete_question(
            question, topic.question, phrases, fragment=_varies(question), answer=topic.answer
        )
        kept = _varies(question) or find_answer_type(rewritten) == expected
        if rewritten and kept and len(rewritten) <= LONGEST_QUESTION:
            return rewritten
    return question


def add_words(question: str, history: Sequence[Turn]) -> str:
    """Return a question that depends on the conversation as it is searched for: with names and topic words of that.

    What only varies the question before it is searched for as a person would say it: words of what it takes the place
    of would find that again. On 84 follow-ups the words put the gold passage first for .94, the question as a person
    would say it for .82.
    """
    topic = find_topic(history)
    if not _leans_on(question, topic) or _OTHER.fullmatch(strip_opener(question)):
        return question
    if _varies(question):
        rewritten = f"{topic.question} {question.strip()}"
        varied = add_context(question, topic)
        if not varied.startswith("About "):
            return varied  # without what it takes the place of: "And Xi?" asks no more of Qin
        return rewritten if len(rewritten) <= LONGEST_QUESTION else question
    asked, answered = _choose_words_of_topic(question, topic)
    from_question, from_answer = _join_phrases(topic.question, asked), _join_phrases(topic.answer, answered)
    for phrases in ([*from_question, *from_answer], from_question):
        rewritten = f"{question.strip()} ({', '.join(phrases)})"
        if phrases and len(rewritten) <= LONGEST_QUESTION and find_answer_type(rewritten) == find_answer_type(question):
            return rewritten
    return question


def _leans_on(question: str, topic: Topic) -> bool:
    """Say whether a question depends on the topic; on one that was refused only where it asks nothing by itself."""
    if not topic.question or (topic.refused and may_stand_alone(question)):
        return False
    return is_context_dependent(question, topic.text)


def _varies(question: str) -> bool:
    """Say whether a question asks what the one before asked, of something else."""
    core = strip_opener(question)
    if not is_fragment(core) or find_answer_type(question):
        return False
    return bool(re.match(r"if\b", core, re.IGNORECASE)) or not points_back(question)


def _choose_words_of_topic(question: str, topic: Topic) -> tuple[list[TopicWord], list[TopicWord]]:
    """Return the words that a question takes from the question before it, and from its answer."""
    own = {normalize_word(word) for word in WORD.findall(question)}
    words = [word for word in find_topic_words(topic.question) if word.start or word.key not in ASKING_VERBS]
    asked = _choose_words(words, WORDS_FROM_QUESTION, own)
    return asked, _choose_answer_words(question, topic, own | {word.key for word in asked})


def _choose_answer_words(question: str, topic: Topic, known: set[str]) -> list[TopicWord]:
    """Return what is taken from the answer: what a "who", "where" or "what" was answered with."""
    words, expected = find_topic_words(topic.answer), find_answer_type(topic.question)
    if expected and expected.name not in ("person", "place"):
        return []
    if len(topic.answer.split()) <= SHORT_ANSWER:
        return _choose_words(words, WORDS_FROM_ANSWER, known)
    if expected and expected.name == "person" and _HE_OR_SHE.search(question):
        return _choose_words([word for word in words if word.name], WORDS_FROM_ANSWER, known)
    return []


def _choose_words(words: Sequence[TopicWord], limit: int, known: set[str]) -> list[TopicWord]:
    """Return the rarest words that are not known yet, each with the rest of its name, in their order."""
    new = sorted({word.key: word for word in reversed(words) if word.key not in known}.values(), key=lambda w: w.start)
    chosen = set(sorted(new, key=lambda word: (-word.weight, word.start))[:limit])
    neighbours = list(pairwise(new))
    for one, other in [*neighbours, *((b, a) for a, b in reversed(neighbours))]:
        if one in chosen and one.name and other.name and 1 in (other.start - one.end, one.start - other.end):
            chosen.add(other)
    return sorted(chosen, key=lambda word: word.start)


def _join_phrases(text: str, words: Sequence[TopicWord]) -> list[str]:
    """Join words that are neighbours in the text, or have only "of" or the like between them."""
    runs: list[tuple[int, int]] = []
    for word in words:
        between = text[runs[-1][1] : word.start].split() if runs else []
        if runs and all(link in _LINKS for link in between):
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return [" ".join(text[start:end].split()) for start, end in runs]


def _strip_sources(answer: str) -> str:
    """Return an answer's words without what names its sources, nor markup; nothing for a mere yes or no."""
    text = _MARKER.sub("", _ATTRIBUTION.sub("", _TAG.sub(" ", answer))).strip()
    return "" if text.strip(".,! ").lower() in ("yes", "no") else text
