"""A question that compares -> a quote for each side: the sides that it names, or else the articles themselves.

What the articles do not say of a side is said by name. That figures differ is said where two quotes give different
figures of the same thing. Which sides a question names is conversation's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate
from retrieval.answering.citations import MARKER
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.disagreement import add_rival_figures, extend_candidate
from retrieval.answering.extraction import rank_sentences, refers_back
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.rebuttals import is_question
from retrieval.answering.window_reading import read_around, read_whole
from retrieval.conversation.sides import MOST_SIDES, find_sides
from retrieval.domain import NOT_SAID, Answer, Sentence
from retrieval.text.dates import format_day
from retrieval.text.english import COMPARING_WORDS, QUANTITY_NOUNS, QUESTION_WORDS, SUBJECT_PRONOUNS, TIME_UNITS
from retrieval.text.figures import contradict_in_figures, find_figures
from retrieval.text.keywords import find_topic_words
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo, Hit, ScoredSentence

READ_PASSAGES = 8
"""Passages in which each side is looked for."""
READ_AROUND = 6
"""Best sentences of each side around which the reader reads, with the question worded for that side."""
SIDE_NAMED = 5.0
"""What a sentence gains that names the side."""
SIDE_NEAR = 3.0
"""What it gains where the title, the day of publication or the sentence before it does."""
OTHER_NAMED = 3.0
"""What a sentence loses that names another side and not its own."""
TOPIC_NAMED = 2.0
"""What a sentence gains, and its title, that holds the rest of the question: naming a side says nothing of it."""
FIGURE_GIVEN = 1.5
"""What a sentence gains that gives a figure where the question asks what is more, higher or dearer."""
LEAST_NAMED = 0.4
"""The part of what names a side, by weight, that a sentence, the one before it or the title must hold."""
MOSTLY_NAMED = 0.5
"""The part that what is said of one side alone must hold."""
LEAST_READ = -1.0
"""Log-odds that a sentence answers for its side, and those of the sentences around it, added up: below, it does not."""
PLAINLY_READ = 1.0
"""From here on it does, for certain: the wording of a comparison is its asker's, and no single sentence shares it."""
ENOUGH = 0.15
"""Confidence with which a side is quoted where the question as a whole is answered for certain."""
OWN_WORDS = 5.0
"""What a sentence gains in what the side itself has written, or what is labelled as the side's."""
ALONE_WITHIN = 6.0
"""Where one sentence is the best for all sides, figures of one side alone are quoted with it if they score at most so
much less: it may be about something else that they have in common."""
FEWEST_WORDS = 4
"""Words of a sentence that says something."""
SHORT_SENTENCE = 6
"""Words of a sentence that says little without the next one."""
FEWEST_TOPICS = 3
"""Topic words of a clause that is understood by itself."""
SAME_BEGINNING = 5
"""Letters; stems that begin with the same are of one family."""
ARTICLES_WITHIN = 6.0
"""Another article's best sentence is considered where it scores at most so much less than the best of all."""
ARTICLE_ENOUGH = 0.5
FIGURE_ENOUGH = 0.2
"""And quoted with so much confidence of its own, or where a figure is asked for and it gives one."""

_WORDS = re.compile(r"\w[\w’'-]*")
PLACE = "\0"
"""Where a side stands in a question, while it is worded for one of them."""
_OTHER_SIDE = re.compile(
    rf",? ?(?:\b(?:and|or|than|vs|versus|with|as|to|from|in|at|by|according)\b\.? ?)*{PLACE}", re.IGNORECASE
)
_EACH = re.compile(r"\b(?:each|both)(?: of (?:them|these|the two))?\b", re.IGNORECASE)
_NAMES = re.compile(r"\b[A-Z][\w’'-]+")
_PERSONAL = re.compile(rf"\b(?:{'|'.join(sorted(SUBJECT_PRONOUNS - {'i', 'you', 'we'}))})\b", re.IGNORECASE)
_WEIGHED = re.compile(
    r"\b(?:more|less|most|least|fewer|better|worse|how (?:many|much)|"
    r"(?!other|over|under|after|number|either|ever)\w{2,}er)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SideFound:
    """The best sentence for a side, and how sure it is that the archive says it; no candidate where none names it.

    `alone` is the best one that gives a figure for this side and no other.
    """

    side: str
    candidate: Candidate | None = None
    confidence: float = 0.0
    alone: Candidate | None = None


def compare_sides(inquiry: Inquiry) -> Answer | None:
    """Answer with a quote for each side; None where nothing is answered with enough confidence."""
    asked = inquiry.asked
    sides = asked.sides or find_sides(asked.question)
    with inquiry.steps.step("quote"):
        return (_compare_named(sides, inquiry) if sides else None) or _compare_articles(sides, inquiry)


def _compare_named(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentence of each side, in the order of the question; None where not two are found."""
    found = [_find_side(side, sides, inquiry) for side in sides]
    answered = [each for each in found if each.candidate and each.confidence >= ENOUGH]
    chosen = [each.candidate for each in answered if each.candidate]
    if len({each.scored.sentence for each in chosen}) == 1 and all(each.alone for each in answered):
        chosen += [each.alone for each in answered if each.alone and each.alone.score >= chosen[0].score - ALONE_WITHIN]
    if len(answered) == 1:  # the other side may have another name in the article: "the union", and its initials
        chosen = [widened for each in chosen if (widened := add_rival_figures(each)) is not each]
    if not chosen or not _is_certain(found, inquiry):
        return None
    text, citations = word_quotes(chosen, inquiry.snapshot)
    unsaid = [_word_unsaid(each.side) for each in found if each.candidate is None]
    confidence = max(inquiry.threshold, min(each.confidence for each in answered))
    text = "\n".join([text, *unsaid])
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _is_certain(found: Sequence[SideFound], inquiry: Inquiry) -> bool:
    """Say whether a side, or the question as a whole, is answered with enough confidence."""
    if max(each.confidence for each in found) >= inquiry.threshold:
        return True
    whole = _rank(inquiry.asked.question, inquiry)
    return whole is not None and whole[1] >= inquiry.threshold


def _word_unsaid(side: str) -> str:
    named = MARKER.sub(r"(\1)", " ".join(side.split()))
    if _opens_question(side):
        return f"{NOT_SAID.rstrip('.')}: {named[:1].lower()}{named[1:]}?"
    return f"{NOT_SAID.rstrip('.')} it of {named}."


def _opens_question(side: str) -> bool:
    return side.split(maxsplit=1)[0].lower() in QUESTION_WORDS


def _rank(text: str, inquiry: Inquiry) -> tuple[list[Candidate], float] | None:
    """Return the best sentences for a text, and the confidence in the first."""
    query, hits = inquiry.search(text)
    reader = inquiry.read_for(text)
    ranked = rank_sentences(query, hits, reader)
    return (ranked, estimate_confidence(ranked[0].collect_signals(query, reader))) if ranked else None


def _find_side(side: str, sides: Sequence[str], inquiry: Inquiry) -> SideFound:
    """Return the sentence that answers a question for one of its sides."""
    from retrieval.index.lexical import extract_terms

    asked = inquiry.asked.question
    text = _ask_of_side(asked, side, sides)
    query, hits = inquiry.search(text)
    topic = inquiry.search()[0].weights
    others = {term for other in sides if other != side for term in extract_terms(other) if term in topic}
    own = {term: query.weights[term] for term in extract_terms(side) if term in query.weights and term not in others}
    if not own:
        return SideFound(side)
    others -= set(extract_terms(side))
    asks_figure = {term for word in QUANTITY_NOUNS for term in extract_terms(word)}
    apart = {*own, *others, *asks_figure}
    rest = {term: weight for term, weight in query.weights.items() if term not in apart}
    is_weighed = bool(_WEIGHED.search(asked)) or not asks_figure.isdisjoint(query.weights)
    naming: list[Candidate] = []
    alone: set[Sentence] = set()
    found = {each.passage.id: each for each in [*hits[:READ_PASSAGES], *_search_author(side, text, inquiry)]}
    for hit in found.values():
        speaker = ". ".join(filter(None, [hit.article.author, *_find_labels(hit, inquiry)]))
        whose = set(extract_terms(speaker))
        spoken = replace(hit, speaker=speaker) if _share(own, whose) else hit
        title = set(extract_terms(_name_dated(hit.article)))
        words = [set(extract_terms(each.sentence.text)) for each in hit.sentences]
        for n, scored in enumerate(hit.sentences):
            named = _share(own, words[n] | whose)
            near = _share(own, title | words[n] | whose | (words[n - 1] if n else set()))
            if near < LEAST_NAMED or _is_label(scored.sentence) or is_question(scored.sentence.text):
                continue
            names_other = not others.isdisjoint(words[n])
            score = scored.score + SIDE_NAMED * named + SIDE_NEAR * (near - named) + OWN_WORDS * _share(own, whose)
            score += TOPIC_NAMED * (_share(rest, words[n]) + _share(rest, title | words[n]))
            score += FIGURE_GIVEN * (is_weighed and _gives_figure(scored.sentence))
            naming.append(Candidate(spoken, scored, score - OTHER_NAMED * (not named and names_other)))
            if named >= MOSTLY_NAMED and not names_other:
                alone.add(scored.sentence)
    naming.sort(key=_get_score, reverse=True)
    among = naming[:READ_AROUND]
    reader = inquiry.read_for(text)
    rated = [replace(each, score=each.score + _read(each)) for each in read_around(among, among, reader)]
    rated.sort(key=_get_score, reverse=True)
    if not rated:
        return SideFound(side)
    best, confidence = rated[0], estimate_confidence(rated[0].collect_signals(query, reader))
    least = inquiry.threshold if _read(best) >= PLAINLY_READ else ENOUGH
    confidence = max(confidence, least) if _read(best) >= LEAST_READ else 0.0
    by_itself = (each for each in naming if each.scored.sentence in alone and _gives_figure(each.scored.sentence))
    return SideFound(side, _add_answer_after(best), confidence, next(by_itself, None))


def _read(candidate: Candidate) -> float:
    """Return the log-odds that a sentence answers and those of what it was read with, added up."""
    return candidate.reads + candidate.window_reads


def _gives_figure(sentence: Sentence) -> bool:
    """Say whether a sentence gives a figure that is no time."""
    return any(unit.rstrip("s") not in TIME_UNITS for _, unit in find_figures(sentence.text))


def _find_labels(hit: Hit, inquiry: Inquiry) -> list[str]:
    """Return what labels a passage, or the whole article at its beginning: "Evening edition"."""
    opening = inquiry.snapshot.get_article_passages(hit.article.id, most=1)
    sentences = [*(each for stored in opening for each in stored.passage.sentences[:2]), *hit.passage.sentences]
    return [each.text for each in sentences if _is_label(each)]


def _leave_out(text: str, others: Sequence[str], side: str) -> str:
    """Return a question for one side without the words that are another's alone: "morning" for the evening edition."""
    from retrieval.index.lexical import extract_terms

    apart = {term for other in others for term in extract_terms(other)} - set(extract_terms(side))
    return " ".join(word for word in text.split() if apart.isdisjoint(extract_terms(word))) or text


def _get_score(scored: ScoredSentence | Candidate) -> float:
    return scored.score


def _search_author(side: str, text: str, inquiry: Inquiry) -> list[Hit]:
    """Return hits in what the side itself has written, where it is the name of an author."""
    asked = inquiry.asked
    names = set(_NAMES.findall(side))
    authors = {info.author for info in inquiry.snapshot.list_articles(asked.where) if info.author}
    written = [author for author in authors if names & set(author.split())]
    if len(written) != 1 or asked.where.author:
        return []
    return inquiry.search_within(replace(asked.where, author=written[0])).search(text)[1][:READ_PASSAGES]


def _is_label(sentence: Sentence) -> bool:
    """Say whether a sentence is too short to say anything: "Evening edition"."""
    return len(_WORDS.findall(sentence.text)) < FEWEST_WORDS


def _name_dated(article: ArticleInfo) -> str:
    return f"{article.title} {format_day(article.published)}" if article.published else article.title


def _add_answer_after(candidate: Candidate) -> Candidate:
    """Return a candidate with the next sentence where that goes on with it and has the figure that is asked for.

    A sentence of a few words is quoted with the next one of its paragraph: "I've read both. I believe the lower one."
    """
    sentences = candidate.hit.sentences
    after = sentences[sentences.index(candidate.scored) + 1 :][:1]
    if after and _is_short(candidate, after[0].sentence):
        return extend_candidate(candidate, candidate.scored.sentence, after[0].sentence)
    if not after or not refers_back(after[0].sentence.text) or find_figures(candidate.scored.sentence.text):
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


def _share(weights: Mapping[str, float], terms: Collection[str]) -> float:
    """Return the share of the terms, by weight, that a text has; "auditor" is had where "audit" is."""
    beginnings = {term[:SAME_BEGINNING] for term in terms if len(term) >= SAME_BEGINNING}
    had = (weight for term, weight in weights.items() if term in terms or term[:SAME_BEGINNING] in beginnings)
    total = sum(weights.values())
    return sum(had) / total if total else 0.0


def _ask_of_side(question: str, side: str, sides: Sequence[str]) -> str:
    """Return the question with one side in the place of all, without the words that only compare.

    A clause that says little by itself ("What do the consultants say?", "How many did she?") takes along the first one,
    and the first what stands after the last: "Compare what you wrote with what she told you about the strike".
    """
    text = " ".join(question.split())
    if side and _opens_question(side):
        says_little = len(find_topic_words(side)) < FEWEST_TOPICS or _PERSONAL.search(side)
        about = text.rpartition(sides[-1])[2] if side == sides[0] else sides[0].partition(" ")[2]
        return f"{side} {about.strip(' .?!')}".strip() if says_little else side
    is_literal = all(each in text for each in sides)  # not "the March and the April article"
    for each in sides:
        text = text.replace(each, PLACE) if is_literal else text
    before, place, after = text.partition(PLACE)
    if place and not before.strip() and _EACH.search(after):  # "Holm vs Aas: what does each of them want?"
        return _EACH.sub(side, _OTHER_SIDE.sub(" ", after)).strip(" ,;:–—-")
    if not place:
        return _leave_out(f"{side} {_strip_comparing(text)}", sides, side)
    worded = f"{_strip_comparing(before)} {side} {_strip_comparing(_OTHER_SIDE.sub(' ', after))}"
    return _leave_out(" ".join(worded.split()), [each for each in sides if each != side], side)


def _compare_articles(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer with the best sentence of each article that speaks of it, oldest first; None where none is certain.

    Sides that are named, and not found, are left out of what is searched for.
    """
    asked = inquiry.asked.question
    asked = (_ask_of_side(asked, "", sides) if sides else _strip_comparing(asked)) or asked
    found = _rank(asked, inquiry)
    if found is None or found[1] < inquiry.threshold:
        return None
    query, hits = inquiry.search(asked)
    best = next((each for each in found[0] if not _is_label(each.scored.sentence)), found[0][0])
    confidence = found[1]
    nearest: dict[str, Candidate] = {}
    for each in sorted(
        (Candidate(h, s, s.score) for h in hits for s in h.sentences if not _is_label(s.sentence)),
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
    chosen = [add_rival_figures(_add_answer_after(each)) for each in (best, *sure)]
    text, citations = word_quotes(sorted(chosen, key=_get_date), inquiry.snapshot)
    texts = [each.scored.sentence.text for each in chosen]
    if any(contradict_in_figures(one, other) for one, other in combinations(texts, 2)):
        text = f"The articles give different figures:\n{text}"
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _get_date(candidate: Candidate) -> date:
    """Return the day by which it was published; what has none comes first."""
    return get_last_day(candidate.hit.article.published or date.min)


def _strip_comparing(question: str) -> str:
    """Return a question without the words that only compare: "do both articles say the same on X"."""
    return " ".join(word for word in _WORDS.findall(question) if word.lower() not in COMPARING_WORDS)
