"""A question that compares -> a quote for each side: the sides that it names, or else the articles themselves.

What the articles do not say of a side is said by name. That figures differ is said where two quotes give different
figures of the same thing. Which sides a question names is conversation's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, product
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate
from retrieval.answering.citations import MARKER
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.disagreement import add_rival_figures, extend_candidate
from retrieval.answering.extraction import rank_sentences, refers_back
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.side_questions import ask_of_side, opens_question, strip_comparing
from retrieval.answering.side_search import SideSentence, gives_figure, is_label, rank_for_side
from retrieval.answering.window_reading import read_whole
from retrieval.conversation.sides import MOST_SIDES, find_sides
from retrieval.domain import NOT_SAID, Answer
from retrieval.text.figures import are_rival_figures, contradict_in_figures, find_figures
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Sentence

LEAST_READ = -1.0
"""Log-odds that a sentence answers for its side, and those of the sentences around it, added up: from there on it is
quoted where the question as a whole is answered."""
PLAINLY_READ = 1.0
"""From here on it does, for certain: the wording of a comparison is its asker's, and no single sentence shares it."""
ENOUGH = 0.1
"""Confidence with which a side is quoted where the question as a whole is answered for certain."""
WELL_NAMED = 0.6
"""The part of a side's name with which it is, too."""
WHOLE_CERTAIN = 0.8
"""Confidence from which on the sentence that is best for the whole question is quoted, too."""
CONSIDERED, MOST_PAIRED = 8, 3
"""Sentences of each side that are held against each other, and sides: all combinations are rated."""
SAME_SENTENCE = 6.0
"""What two sides lose that have one sentence for both."""
ONE_PASSAGE, PASSAGE_FALLS = 4.0, 6
"""What they gain whose sentences follow each other, and over how many sentences that falls to nothing."""
ONE_ARTICLE = 0.5
"""What they gain that are quoted from one article."""
RIVAL_FIGURES = 3.0
"""What they gain that give different figures of the same thing."""
ALSO_WITHIN = 3.0
ALSO_CERTAIN = 0.8
"""A second sentence is quoted for a side, from one of the articles quoted, where it scores at most so much less, or
with so much confidence."""
SHORT_SENTENCE = 10
"""Words of a sentence that says little without the next one."""
ARTICLES_WITHIN = 6.0
"""Another article's best sentence is considered where it scores at most so much less than the best of all."""
ARTICLE_ENOUGH = 0.5
FIGURE_ENOUGH = 0.2
"""And quoted with so much confidence of its own, or where a figure is asked for and it gives one."""

_WORDS = re.compile(r"\w[\w’'-]*")


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
        whole = _rank(asked.question, inquiry) if sides else None
        if whole and whole[1] >= WHOLE_CERTAIN and _names_all(whole[0][0].scored.sentence.text, sides):
            return None  # one sentence says it of all: "would reduce the risk of misperception and miscalculation"
        return (_compare_named(sides, whole, inquiry) if sides else None) or _compare_articles(sides, inquiry)


def _compare_named(
    sides: Sequence[str], whole: tuple[list[Candidate], float] | None, inquiry: Inquiry
) -> Answer | None:
    """Answer with the best sentences of each side, in the order of the question; None where none is certain."""
    found = _choose(sides, [rank_for_side(side, sides, inquiry) for side in sides])
    answered = [each for each in found if each.sentences and _may_be_quoted(each.sentences[0])]
    if not answered or not _is_certain(answered, whole, inquiry):
        return None
    chosen = [each.candidate for side in answered for each in side.sentences]
    if whole and whole[1] >= WHOLE_CERTAIN and whole[0][0].hit.article.id in {each.hit.article.id for each in chosen}:
        chosen.append(whole[0][0])
    with_figures = [gives_figure(each.scored.sentence) for each in chosen]
    if len(answered) == 1 or (any(with_figures) and not all(with_figures)):
        chosen = _add_rivals(chosen)  # the other side may have another name there: "the union", and its initials
    text, citations = word_quotes(_add_answers_after(chosen), inquiry.snapshot)
    unsaid = [_word_unsaid(each.side) for each in found if each not in answered]
    confidence = max(inquiry.threshold, min(each.confidence for each in answered))
    text = "\n".join([text, *unsaid])
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _names_all(sentence: str, sides: Sequence[str]) -> bool:
    words = set(_WORDS.findall(sentence.casefold()))
    return all(words.issuperset(_WORDS.findall(side.casefold())) for side in sides)


def _choose(sides: Sequence[str], ranked: Sequence[Sequence[SideSentence]]) -> list[SideFound]:
    """Return what is quoted for each side: what is best for each by itself, and fits what is quoted for the others."""
    considered = [each[:CONSIDERED] for each in ranked if each][:MOST_PAIRED]
    combined: list[list[SideSentence]] = [list(each) for each in product(*considered)]
    best = max(combined, key=_rate_together)
    taken = {_place(each) for each in best}
    articles = {each.candidate.hit.article.id for each in best}
    found = []
    for side, sentences in zip(sides, ranked, strict=True):
        if not sentences:
            found.append(SideFound(side))
            continue
        one = best.pop(0) if best else sentences[0]
        further = (
            each
            for each in sentences
            if (each.score >= one.score - ALSO_WITHIN or each.confidence >= ALSO_CERTAIN)
            and each.candidate.hit.article.id in articles
            and _place(each) not in taken
        )
        also = [each for each in (next(further, None),) if each]
        taken |= {_place(each) for each in also}
        found.append(SideFound(side, (one, *also)))
    return found


def _rate_together(chosen: Sequence[SideSentence]) -> float:
    """Return how good sentences are, one for each side, and how well they go together."""
    together = sum(_rate_pair(one, other) for one, other in combinations(chosen, 2))
    return sum(each.score for each in chosen) + together


def _rate_pair(first: SideSentence, second: SideSentence) -> float:
    one, other = first.candidate, second.candidate
    if _place(first) == _place(second):
        return -SAME_SENTENCE
    rated = 0.0
    if one.hit.passage.id == other.hit.passage.id:
        starts = [each.sentence.start for each in one.hit.sentences]
        apart = abs(starts.index(one.scored.sentence.start) - starts.index(other.scored.sentence.start))
        rated = ONE_PASSAGE * max(0.0, 1 - (apart - 1) / PASSAGE_FALLS)
    elif one.hit.article.id == other.hit.article.id:
        rated = ONE_ARTICLE
    return rated + RIVAL_FIGURES * are_rival_figures(one.text, other.text)


def _place(chosen: SideSentence) -> tuple[str, int]:
    return chosen.candidate.hit.article.id, chosen.candidate.scored.sentence.start


def _may_be_quoted(best: SideSentence) -> bool:
    return best.confidence >= ENOUGH or _read(best.candidate) >= LEAST_READ or best.names >= WELL_NAMED


def _is_certain(found: Sequence[SideFound], whole: tuple[list[Candidate], float] | None, inquiry: Inquiry) -> bool:
    """Say whether a side, or the question as a whole, is answered with enough confidence."""
    return (whole is not None and whole[1] >= inquiry.threshold) or any(
        each.confidence >= inquiry.threshold or _read(each.sentences[0].candidate) >= PLAINLY_READ for each in found
    )


def _word_unsaid(side: str) -> str:
    named = MARKER.sub(r"(\1)", " ".join(side.split()))
    if opens_question(side):
        return f"{NOT_SAID.rstrip('.')}: {named[:1].lower()}{named[1:]}?"
    return f"{NOT_SAID.rstrip('.')} it of {named}."


def _rank(text: str, inquiry: Inquiry) -> tuple[list[Candidate], float] | None:
    """Return the best sentences for a text, and the confidence in the first."""
    query, hits = inquiry.search(text)
    reader = inquiry.read_for(text)
    ranked = rank_sentences(query, hits, reader)
    return (ranked, estimate_confidence(ranked[0].collect_signals(query, reader))) if ranked else None


def _read(candidate: Candidate) -> float:
    """Return the log-odds that a sentence answers and those of what it was read with, added up."""
    return candidate.reads + candidate.window_reads


def _add_rivals(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with the sentences beside them in which others give other figures, each a quote of its own."""
    every: dict[tuple[str, int], Candidate] = {}
    for each in chosen:
        span = add_rival_figures(each).scored.sentence
        beside = (one for one in each.hit.sentences if span.start <= one.sentence.start < span.end)
        for one in beside if span != each.scored.sentence else (each.scored,):
            rival = each if one.sentence.start == each.scored.sentence.start else replace(each, scored=one, reply=None)
            if rival is each or gives_figure(one.sentence):
                every.setdefault((each.hit.article.id, one.sentence.start), rival)
    return list(every.values())


def _add_answers_after(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with the next sentence where that goes on with one and has the figure that is asked for.

    A sentence of a few words is quoted with the next one of its paragraph: "I've read both. I believe the lower one."
    What is quoted by itself is not added.
    """
    taken = {(each.hit.article.id, each.scored.sentence.start) for each in chosen}
    return [_add_answer_after(each, taken) for each in chosen]


def _add_answer_after(candidate: Candidate, taken: Collection[tuple[str, int]]) -> Candidate:
    sentences = candidate.hit.sentences
    place = next(n for n, each in enumerate(sentences) if each.sentence.start == candidate.scored.sentence.start)
    after = sentences[place + 1 :][:1]
    if not after or (candidate.hit.article.id, after[0].sentence.start) in taken:
        return candidate
    if _is_short(candidate, after[0].sentence):
        return extend_candidate(candidate, candidate.scored.sentence, after[0].sentence)
    if not refers_back(after[0].sentence.text) or find_figures(candidate.scored.sentence.text):
        return candidate
    if not after[0].answer_type_match and not find_figures(after[0].sentence.text):
        return candidate
    return extend_candidate(candidate, candidate.scored.sentence, after[0].sentence)


def _is_short(candidate: Candidate, after: Sentence) -> bool:
    passage, sentence = candidate.hit.passage, candidate.scored.sentence
    between = passage.text[sentence.end - passage.start : after.start - passage.start]
    return (
        len(_WORDS.findall(sentence.text)) < SHORT_SENTENCE and "\n" not in between and not find_figures(sentence.text)
    )


def _compare_articles(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentence of each article that speaks of it, oldest first; None where none is certain.

    Sides that are named, and not found, are left out of what is searched for.
    """
    asked = inquiry.asked.question
    asked = (ask_of_side(asked, "", sides) if sides else strip_comparing(asked)) or asked
    found = _rank(asked, inquiry)
    if found is None or found[1] < inquiry.threshold:
        return None
    query, hits = inquiry.search(asked)
    best = next((each for each in found[0] if not is_label(each.scored.sentence)), found[0][0])
    confidence = found[1]
    nearest: dict[str, Candidate] = {}
    for each in sorted(
        (Candidate(h, s, s.score) for h in hits for s in h.sentences if not is_label(s.sentence)),
        key=lambda each: -each.score,
    ):
        if each.score >= best.scored.score - ARTICLES_WITHIN and each.hit.article.id != best.hit.article.id:
            nearest.setdefault(each.hit.article.id, each)
    others = list(nearest.values())[: MOST_SIDES - 1]
    reader = inquiry.read_for(asked)
    sure = [
        each
        for each in read_whole(others, reader)
        if each.scored.answer_type_match >= best.scored.answer_type_match
        and estimate_confidence(each.collect_signals(query, reader))
        >= (FIGURE_ENOUGH if query.requires_answer_type and each.scored.answer_type_match else ARTICLE_ENOUGH)
    ]
    chosen = _add_answers_after(_add_rivals([best, *sure]))
    text, citations = word_quotes(sorted(chosen, key=_get_date), inquiry.snapshot)
    texts = [each.scored.sentence.text for each in chosen]
    if any(contradict_in_figures(one, other) for one, other in combinations(texts, 2)):
        text = f"The articles give different figures:\n{text}"
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _get_date(candidate: Candidate) -> date:
    """Return the day by which it was published; what has none comes first."""
    return get_last_day(candidate.hit.article.published or date.min)
