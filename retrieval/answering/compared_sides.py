"""A question that compares -> a quote for each side: the sides that it names, or else the articles themselves.

Each side is asked as a question of its own (see side_search.py). What the articles do not say of a side is said by
name. That figures differ is said where two articles give different figures of the same thing. Which sides a question
names is conversation's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from retrieval.answering.citations import MARKER
from retrieval.answering.disagreement import add_rival_figures, extend_candidate
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.side_questions import ask_of_side, opens_question, strip_comparing
from retrieval.answering.side_search import SideSentence, rank_for_side, rank_read
from retrieval.conversation.sides import MOST_SIDES, asks_each_article, find_sides
from retrieval.domain import NOT_SAID, Answer
from retrieval.text.figures import contradict_in_figures, find_figures
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry

QUOTED_EACH = 2
"""Sentences quoted for a side, at most."""
LEAST_READ = -1.0
"""Log-odds that a sentence answers for its side, and those of the sentences around it, added up: from there on it is
quoted where the question as a whole is answered."""
PLAINLY_READ = 1.0
"""From here on it does, for certain: the wording of a comparison is its asker's, and no single sentence shares it."""
ENOUGH = 0.1
"""Confidence with which a side is quoted where the question as a whole is answered for certain."""
WHOLE_CERTAIN = 0.8
"""Confidence from which on the sentence that is best for the whole question is quoted, too."""
SHORT_SENTENCE = 10
"""Words of a sentence that says little without the next one."""
ARTICLE_ENOUGH = 0.5
"""Confidence with which another article is quoted beside the best one, where it is not asked for each of them."""
FIGURE_ENOUGH = 0.2
"""The same where a figure is asked for and it gives one."""

_TWO = re.compile(r"\b(?:the two|both)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SideFound:
    """What is quoted for a side, the best sentence first; nothing where no sentence names it."""

    side: str
    sentences: tuple[SideSentence, ...] = ()

    @property
    def confidence(self) -> float:
        """How sure it is that the archive says it."""
        return self.sentences[0].confidence if self.sentences else 0.0


def compare_sides(inquiry: Inquiry) -> Answer | None:
    """Answer with a quote for each side; None where nothing is answered with enough confidence."""
    asked = inquiry.asked
    sides = asked.sides or find_sides(asked.question)
    with inquiry.steps.step("quote"):
        return (_compare_named(sides, inquiry) if sides else None) or _compare_articles(sides, inquiry)


def _compare_named(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentences of each side, in the order of the question; None where none is certain."""
    whole = next(iter(rank_read(inquiry.asked.question, inquiry)), None)
    found = _choose(sides, [rank_for_side(side, sides, inquiry) for side in sides])
    answered = [each for each in found if each.sentences and _may_be_quoted(each.sentences[0])]
    if not answered or not _is_certain(answered, whole, inquiry):
        return None
    chosen = [each.candidate for side in answered for each in side.sentences]
    if whole and whole.confidence >= WHOLE_CERTAIN and _place(whole.candidate) not in map(_place, chosen):
        chosen.append(whole.candidate)
    text, citations = word_quotes(_add_next_sentences(chosen), inquiry.snapshot)
    unsaid = [_word_unsaid(each.side) for each in found if each not in answered]
    confidence = max(inquiry.threshold, min(each.confidence for each in answered))
    text = "\n".join([text, *unsaid])
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _choose(sides: Sequence[str], ranked: Sequence[Sequence[SideSentence]]) -> list[SideFound]:
    """Return what is quoted for each side: its best sentences, none for two sides."""
    chosen: list[list[SideSentence]] = [[] for _ in sides]
    taken = set[tuple[str, int]]()
    for _ in range(QUOTED_EACH):
        for mine, sentences in zip(chosen, ranked, strict=True):
            if best := next((each for each in sentences if _place(each.candidate) not in taken), None):
                mine.append(best)
                taken.add(_place(best.candidate))
    return [SideFound(side, tuple(mine)) for side, mine in zip(sides, chosen, strict=True)]


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.hit.article.id, candidate.scored.sentence.start


def _add_next_sentences(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates, a sentence of a few words, such as "I've read both.", with the one after it.

    What is quoted by itself is not added.
    """
    taken = set(map(_place, chosen))
    return [_add_next_sentence(each, taken) for each in chosen]


def _add_next_sentence(candidate: Candidate, taken: Collection[tuple[str, int]]) -> Candidate:
    passage, sentence = candidate.hit.passage, candidate.scored.sentence
    after = next((each.sentence for each in candidate.hit.sentences if each.sentence.start > sentence.start), None)
    if after is None or (candidate.hit.article.id, after.start) in taken:
        return candidate
    between = passage.text[sentence.end - passage.start : after.start - passage.start]
    is_short = len(sentence.text.split()) < SHORT_SENTENCE and not find_figures(sentence.text)
    return extend_candidate(candidate, sentence, after) if is_short and "\n" not in between else candidate


def _may_be_quoted(best: SideSentence) -> bool:
    return best.confidence >= ENOUGH or _read(best.candidate) >= LEAST_READ


def _is_certain(found: Sequence[SideFound], whole: SideSentence | None, inquiry: Inquiry) -> bool:
    """Say whether a side, or the question as a whole, is answered with enough confidence."""
    return (whole is not None and whole.confidence >= inquiry.threshold) or any(
        each.confidence >= inquiry.threshold or _read(each.sentences[0].candidate) >= PLAINLY_READ for each in found
    )


def _word_unsaid(side: str) -> str:
    named = MARKER.sub(r"(\1)", " ".join(side.split()))
    if opens_question(side):
        return f"{NOT_SAID.rstrip('.')}: {named[:1].lower()}{named[1:]}?"
    return f"{NOT_SAID.rstrip('.')} it of {named}."


def _read(candidate: Candidate) -> float:
    """Return the log-odds that a sentence answers and those of what it was read with, added up."""
    return candidate.reads + candidate.window_reads


def _compare_articles(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentence of each article that speaks of it, oldest first; None where none is certain.

    Sides that are named, and not found, are left out of what is searched for.
    """
    asked = inquiry.asked.question
    text = (ask_of_side(asked, "", sides) if sides else strip_comparing(asked)) or asked
    bests: dict[str, SideSentence] = {}
    for each in rank_read(text, inquiry, of_each=True):
        bests.setdefault(each.candidate.hit.article.id, each)
    if not bests or next(iter(bests.values())).confidence < inquiry.threshold:
        return None
    first, *others = bests.values()
    needs_figure = inquiry.search(text)[0].requires_answer_type
    is_each = asks_each_article(asked) or bool(_TWO.search(asked))
    found = [first.candidate]
    for other in others[: MOST_SIDES - 1]:
        gives_figure = needs_figure and other.candidate.scored.answer_type_match
        enough = ENOUGH if is_each else FIGURE_ENOUGH if gives_figure else ARTICLE_ENOUGH
        if other.confidence >= enough and other.candidate.has_answer_type >= first.candidate.has_answer_type:
            found.append(other.candidate)
    chosen = [add_rival_figures(each) for each in found]
    worded, citations = word_quotes(sorted(chosen, key=_get_date), inquiry.snapshot)
    texts = [each.scored.sentence.text for each in chosen]
    if any(contradict_in_figures(one, other) for one, other in combinations(texts, 2)):
        worded = f"The articles give different figures:\n{worded}"
    return Answer(asked, worded, citations, False, first.confidence, EXTRACTIVE, 0.0)


def _get_date(candidate: Candidate) -> date:
    """Return the day by which it was published; what has none comes first."""
    return get_last_day(candidate.hit.article.published or date.min)
