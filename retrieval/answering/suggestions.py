"""An answer -> further questions that the archive answers for certain, each found in a sentence and asked to make sure.

The questions are worded by next_questions.py; asking is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.next_questions import find_names, find_people, make_questions
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Answer
    from retrieval.index import Snapshot

SUGGESTED = 2
LONGEST = 76
"""Characters of a question, which has to fit a button."""
CHECKED = 8
"""Questions that are asked to make sure, at most: each costs what a question costs."""
ARTICLES_READ = 6
"""Articles whose sentences are looked at: those that the answer cites, then those near to it."""


@dataclass(frozen=True, slots=True)
class SuggestionCandidate:
    """A question, and the sentence that has to answer it."""

    question: str
    article_id: str
    start: int
    end: int


def suggest_questions(
    candidates: Sequence[SuggestionCandidate],
    ask: Callable[[str], Answer],
    *,
    asked: Sequence[str],
    stopped: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Return up to `SUGGESTED` questions that are answered for certain, by the sentences that they were made of.

    `asked` are questions that are not suggested again, in whatever words; `stopped` is asked before each question.
    """
    known = [_list_topics(question) for question in asked]
    found: list[str] = []
    for candidate in [each for each in candidates if _list_topics(each.question) not in known][:CHECKED]:
        if stopped() or len(found) == SUGGESTED:
            break
        if _list_topics(candidate.question) not in known and _is_answered(candidate, ask(candidate.question)):
            known.append(_list_topics(candidate.question))
            found.append(candidate.question)
    return found


def list_candidates(answer: Answer, snapshot: Snapshot, beside: Sequence[str]) -> list[SuggestionCandidate]:
    """Return the questions that sentences near an answer's quotes ask for, those of the cited articles first.

    `beside` are ids of articles near to the answer: of them only what shares a word with the question or a cited title
    is on the subject. What the answer quotes itself asks nothing new.
    """
    cited = list(dict.fromkeys(citation.article_id for citation in answer.citations))
    subject = _list_topics(" ".join([answer.question, *(citation.title for citation in answer.citations)]))
    near = [article_id for article_id in dict.fromkeys(beside) if article_id not in cited]
    found = [candidate for article_id in cited for candidate in _read_article(article_id, answer, snapshot)]
    for article_id in near[: max(ARTICLES_READ - len(cited), 0)]:
        candidates = _read_article(article_id, answer, snapshot)
        found += [each for each in candidates if subject & _list_topics(each.question)]
    return found


def _read_article(article_id: str, answer: Answer, snapshot: Snapshot) -> Iterator[SuggestionCandidate]:
    """Yield the candidates of an article, those nearest to its quotes first."""
    quoted = [(each.start, each.end) for each in answer.citations if each.article_id == article_id]
    passages = [stored.passage for stored in snapshot.get_article_passages(article_id)]
    text = " ".join(passage.text for passage in passages)
    people, names = find_people(text), find_names(text)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    sentences.sort(key=lambda sentence: min((abs(sentence.start - start) for start, _ in quoted), default=0))
    for sentence in sentences:
        if any(start < sentence.end and sentence.start < end for start, end in quoted):
            continue
        question = next(make_questions(sentence.text, people, names), "")
        if question and len(question) <= LONGEST:
            yield SuggestionCandidate(question, article_id, sentence.start, sentence.end)


def _is_answered(candidate: SuggestionCandidate, answer: Answer) -> bool:
    """Say whether an answer is sure, and quotes the sentence that the question was made of before any other."""
    first = answer.citations[0] if answer.citations else None
    return (
        answer.certainty == "sure"
        and first is not None
        and first.article_id == candidate.article_id
        and first.start < candidate.end
        and candidate.start < first.end
    )


def _list_topics(question: str) -> frozenset[str]:
    return frozenset(word.key for word in find_topic_words(question)) or frozenset({question})
