"""A question that compares -> a quote for each side: the sides that it names, or else the articles themselves.

Each side is asked as a question of its own (see side_search.py). What the articles do not say of a side is said by
name. That figures differ is said where two articles give different figures of the same thing. Which sides a question
names is conversation's to say.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from retrieval.answering.citations import MARKER
from retrieval.answering.disagreement import add_rival_figures, extend_candidate
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.joint_choice import choose_jointly
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.side_questions import ask_of_side, opens_question, strip_comparing
from retrieval.answering.side_search import ENOUGH, SideSentence, may_be_quoted, rank_for_side, rank_read
from retrieval.conversation.sides import MOST_SIDES, asks_each_article, find_sides
from retrieval.domain import NOT_SAID, Answer
from retrieval.text.date_phrases import mentions_time
from retrieval.text.figures import contradict_in_figures, find_figures
from retrieval.text.keywords import WORD, find_topic_words, normalize_word
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry

QUOTED = 4
"""Sentences quoted, at most, unless there are more sides: of 56 questions that compare, on small archives, so many of
the best hold both sides for .71, three for .59, and five for .77."""
PLAINLY_READ = 1.0
"""From here on it does, for certain: the wording of a comparison is its asker's, and no single sentence shares it."""
SHORT_SENTENCE = 10
"""Words of a sentence that says little without the next one."""
ALSO_ENOUGH = 0.2
"""Confidence with which more is quoted beside the best sentence, where no sides are named."""

_TWO = re.compile(r"\b(?:the two|both)\b", re.IGNORECASE)


def compare_sides(inquiry: Inquiry) -> Answer | None:
    """Answer with a quote for each side; None where nothing is answered with enough confidence."""
    asked = inquiry.asked
    sides = asked.sides or find_sides(asked.question)
    with inquiry.steps.step("quote"):
        return (_compare_named(sides, inquiry) if sides else None) or _compare_articles(sides, inquiry)


def _compare_named(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentence of each side, then the best of all; None where nothing is certain."""
    whole = rank_read(inquiry.asked.question, inquiry, of_each=True)
    ranked = [rank_for_side(side, sides, inquiry) for side in sides]
    choice = choose_jointly(ranked, whole)
    answered = [each for each in choice.firsts if each and may_be_quoted(each)]
    if not _is_certain(answered, whole, inquiry):
        return None
    chosen = [each.candidate for each in [*answered, *choice.others][: max(QUOTED, len(sides))]]
    text, citations = word_quotes(_add_next_sentences(chosen), inquiry.snapshot)
    articles = {citation.article_id: citation.title for citation in citations}
    said = " ".join([*articles.values(), *(citation.quote for citation in citations)])
    unsaid = [
        _word_unsaid(side)
        for side, first in zip(sides, choice.firsts, strict=True)
        if first not in answered and not _is_said(side, said, enough=len(articles) >= len(sides))
    ]
    confidence = max(inquiry.threshold, min((each.confidence for each in answered), default=0.0))
    text = "\n".join([text, *unsaid])
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _add_next_sentences(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates, a sentence of a few words, such as "I've read both.", with the one after it.

    What is quoted by itself is not added.
    """
    taken = {each.place for each in chosen}
    return [_add_next_sentence(each, taken) for each in chosen]


def _add_next_sentence(candidate: Candidate, taken: Collection[tuple[str, int]]) -> Candidate:
    passage, sentence = candidate.hit.passage, candidate.scored.sentence
    after = next((each.sentence for each in candidate.hit.sentences if each.sentence.start > sentence.start), None)
    if after is None or (candidate.hit.article.id, after.start) in taken:
        return candidate
    between = passage.text[sentence.end - passage.start : after.start - passage.start]
    is_short = len(sentence.text.split()) < SHORT_SENTENCE and not find_figures(sentence.text)
    return extend_candidate(candidate, sentence, after) if is_short and "\n" not in between else candidate


def _is_certain(answered: Sequence[SideSentence], whole: Sequence[SideSentence], inquiry: Inquiry) -> bool:
    """Say whether a side, or the question as a whole, is answered with enough confidence."""
    return any(each.confidence >= inquiry.threshold for each in [*whole[:1], *answered]) or any(
        _read(each.candidate) >= PLAINLY_READ for each in answered
    )


def _list_names(side: str) -> list[str]:
    """Return the names of a side; none of what only says what is asked of it: "the real price"."""
    return [word.key for word in find_topic_words(side) if word.name and not mentions_time(word.text)]


def _is_said(side: str, text: str, *, enough: bool) -> bool:
    """Say whether quotes are of a side: they hold its names, or, of one without any, are of `enough` articles."""
    names = _list_names(side)
    return set(names) <= {normalize_word(word) for word in WORD.findall(text)} if names else enough


def _word_unsaid(side: str) -> str:
    named = MARKER.sub(r"(\1)", " ".join(side.split()))
    if opens_question(side):
        return f"{NOT_SAID.rstrip('.')}: {named[:1].lower()}{named[1:]}?"
    return f"{NOT_SAID.rstrip('.')} it of {named}."


def _read(candidate: Candidate) -> float:
    """Return the log-odds that a sentence answers and those of what it was read with, added up."""
    return candidate.reads + candidate.window_reads


def _compare_articles(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentences, oldest article first; None where none is certain.

    Sides that are named, and not found, are left out of what is searched for. Where it is asked for each article, or no
    sides are named that are found, the best sentence of each comes before all others.
    """
    asked = inquiry.asked.question
    is_each = bool(sides) or asks_each_article(asked) or bool(_TWO.search(asked))
    text = ask_of_side(asked, "", sides) if sides else strip_comparing(asked) if is_each else asked
    ranked = rank_read(text or asked, inquiry, of_each=True)
    if not ranked or ranked[0].confidence < inquiry.threshold:
        return None
    bests: dict[str, SideSentence] = {}
    for each in ranked if is_each else ():
        bests.setdefault(each.candidate.hit.article.id, each)
    firsts = list(bests.values())[:MOST_SIDES]
    found = {each.candidate.place: each for each in [*firsts, *ranked]}
    enough = [each for each in found.values() if each.confidence >= (ENOUGH if each in firsts else ALSO_ENOUGH)]
    chosen = [add_rival_figures(each.candidate) for each in enough[:QUOTED]]
    if sides and not any(_is_told_of(side, chosen) for side in sides):
        return None  # what is said of others answers nothing
    differing = [pair for pair in combinations(chosen, 2) if _give_different_figures(*pair)]
    if differing:
        chosen = [each for each in chosen if any(each in pair for pair in differing)]
    worded, citations = word_quotes(sorted(chosen, key=_get_date), inquiry.snapshot)
    if differing:
        worded = f"The articles give different figures:\n{worded}"
    return Answer(asked, worded, citations, False, ranked[0].confidence, EXTRACTIVE, 0.0)


def _is_told_of(side: str, chosen: Sequence[Candidate]) -> bool:
    """Say whether a title or sentence holds a side's names; one without any is told of by what answers the question."""
    said = " ".join(text for each in chosen for text in (each.hit.article.title, each.text))
    return _is_said(side, said, enough=True)


def _give_different_figures(one: Candidate, other: Candidate) -> bool:
    texts = (one.scored.sentence.text, other.scored.sentence.text)
    return one.hit.article.id != other.hit.article.id and contradict_in_figures(*texts)


def _get_date(candidate: Candidate) -> date:
    """Return the day by which it was published; what has none comes first."""
    return get_last_day(candidate.hit.article.published or date.min)
