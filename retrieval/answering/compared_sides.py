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
from retrieval.answering.window_reading import read_whole
from retrieval.conversation.sides import MOST_SIDES, find_sides
from retrieval.domain import NOT_SAID, Answer, Sentence
from retrieval.text.dates import format_day
from retrieval.text.english import COMPARING_WORDS, QUANTITY_NOUNS, QUESTION_WORDS, TIME_UNITS
from retrieval.text.figures import contradict_in_figures, find_figures

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo, Hit, ScoredSentence

READ_PASSAGES = 8
"""Passages in which each side is looked for."""
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
MOST_OF_TOPIC = 0.6
"""A sentence that names so much of its side, in a passage that holds so much of the rest of the question, answers: the
wording of a comparison is its asker's, and no single sentence shares it."""
LEAST_TOPIC = 0.25
"""Where the rest is so much of the question, by weight."""
ENOUGH = 0.15
"""Confidence with which a side is quoted where the question as a whole is answered for certain."""
SIDE_BY_SIDE = 3
"""Passages, the best for the whole question, of which one that names every side may set them side by side."""
OWN_WORDS = 5.0
"""What a sentence gains in what the side itself has written, or what is labelled as the side's."""
ALONE_WITHIN = 5.0
"""Where one sentence is the best for all sides, figures of one side alone are quoted with it if they score at most so
much less: it may be about something else that they have in common."""
FEWEST_WORDS = 4
"""Words of a sentence that says something."""
SHORT_SENTENCE = 6
"""Words of a sentence that says little without the next one."""
SAME_BEGINNING = 5
"""Letters; stems that begin with the same are of one family."""
ARTICLES_WITHIN = 6.0
"""Another article's best sentence is considered where it scores at most so much less than the best of all."""
ARTICLE_ENOUGH = 0.5
FIGURE_ENOUGH = 0.2
"""And quoted with so much confidence of its own, or where a figure is asked for and it gives one."""

_WORDS = re.compile(r"[\w’'-]+")
PLACE = "\0"
"""Where a side stands in a question, while it is worded for one of them."""
_OTHER_SIDE = re.compile(
    rf",? ?(?:\b(?:and|or|than|vs|versus|with|as|to|from|in|at|by|according)\b\.? ?)*{PLACE}", re.IGNORECASE
)
_NAMES = re.compile(r"\b[A-Z][\w’'-]+")
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
    whole = _rank(inquiry.asked.question, inquiry)
    certain = max(whole[1] if whole else 0.0, *(each.confidence for each in found))
    answered = [each for each in found if each.candidate and each.confidence >= ENOUGH]
    chosen = [each.candidate for each in answered if each.candidate]
    if len({each.scored.sentence for each in chosen}) == 1 and all(each.alone for each in answered):
        chosen += [each.alone for each in answered if each.alone and each.alone.score >= chosen[0].score - ALONE_WITHIN]
    if len(answered) == 1:  # the other side may have another name in the article: "the union", and its initials
        chosen = [widened for each in chosen if (widened := add_rival_figures(each)) is not each]
    if certain < inquiry.threshold or not chosen:
        return _answer_side_by_side(sides, inquiry)
    text, citations = word_quotes(chosen, inquiry.snapshot)
    unsaid = [_word_unsaid(each.side) for each in found if each.candidate is None]
    confidence = max(inquiry.threshold, min(each.confidence for each in answered))
    text = "\n".join([text, *unsaid])
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _answer_side_by_side(sides: Sequence[str], inquiry: Inquiry) -> Answer | None:
    """Answer from one passage that names every side, where no side alone is answered with enough confidence.

    What is quoted for the sides is compared with the question as one.
    """
    chosen = _quote_side_by_side(sides, inquiry)
    if not chosen:
        return None
    query, _ = inquiry.search()
    together = read_whole(chosen, inquiry.read_for())
    if min(estimate_confidence(each.collect_signals(query)) for each in together) < min(ENOUGH, inquiry.threshold):
        return None
    text, citations = word_quotes(chosen, inquiry.snapshot)
    return Answer(inquiry.asked.question, text, citations, False, inquiry.threshold, EXTRACTIVE, 0.0)


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
    ranked = rank_sentences(query, hits, inquiry.read_for(text))
    return (ranked, estimate_confidence(ranked[0].collect_signals(query))) if ranked else None


def _find_side(side: str, sides: Sequence[str], inquiry: Inquiry) -> SideFound:
    """Return the sentence that answers a question for one of its sides."""
    from retrieval.index.lexical import extract_terms

    asked = inquiry.asked.question
    text = _leave_out(_ask_of_side(asked, side, sides), [each for each in sides if each != side], side)
    query, hits = inquiry.search(text)
    hits = [*hits[:READ_PASSAGES], *_search_author(side, text, inquiry)]
    topic = inquiry.search()[0].weights
    others = {term for other in sides if other != side for term in extract_terms(other) if term in topic}
    own = {term: query.weights[term] for term in extract_terms(side) if term in query.weights and term not in others}
    asks_figure = {term for word in QUANTITY_NOUNS for term in extract_terms(word)}
    others -= set(extract_terms(side))
    apart = {*own, *others, *asks_figure}
    rest = {term: weight for term, weight in query.weights.items() if term not in apart}
    if not own:
        return SideFound(side)
    has_topic = sum(rest.values()) >= LEAST_TOPIC * (sum(rest.values()) + sum(own.values()))
    is_weighed = bool(_WEIGHED.search(asked)) or not asks_figure.isdisjoint(query.weights)
    needs_answer = query.requires_answer_type or is_weighed
    best: Candidate | None = None
    alone: Candidate | None = None
    is_plain = is_own = False
    for hit in hits:
        labels = _find_labels(hit, inquiry)
        whose = set(extract_terms(" ".join([hit.article.author, *labels])))
        title = set(extract_terms(_name_dated(hit.article)))
        words = [set(extract_terms(each.sentence.text)) for each in hit.sentences]
        speaks_of_it = has_topic and _share(rest, title.union(*words)) >= MOST_OF_TOPIC
        for n, scored in enumerate(hit.sentences):
            named = _share(own, words[n] | whose)
            near = _share(own, title | words[n] | whose | (words[n - 1] if n else set()))
            if near < LEAST_NAMED or _is_label(scored.sentence):
                continue
            score = scored.score + SIDE_NAMED * named + SIDE_NEAR * (near - named)
            score += TOPIC_NAMED * (_share(rest, words[n]) + _share(rest, title | words[n]))
            gives_figure = any(unit.rstrip("s") not in TIME_UNITS for _, unit in find_figures(scored.sentence.text))
            answers = gives_figure or bool(scored.answer_type_match)
            score += FIGURE_GIVEN * (is_weighed and gives_figure)
            score += OWN_WORDS * _share(own, whose)
            names_other = not others.isdisjoint(words[n])
            score -= OTHER_NAMED * (not named and names_other)
            if named >= MOSTLY_NAMED and gives_figure and not names_other and (alone is None or score > alone.score):
                alone = Candidate(hit, scored, score)
            if best is None or score > best.score:
                best = Candidate(hit, scored, score)
                is_own = _share(own, whose) >= MOSTLY_NAMED and _share(rest, title.union(*words)) >= LEAST_TOPIC
                is_plain = speaks_of_it and named >= MOSTLY_NAMED and answers >= needs_answer
    if best is None:
        return SideFound(side)
    (best,) = read_whole([best], inquiry.read_for(text))
    confidence = estimate_confidence(best.collect_signals(query))
    confidence = max(confidence, inquiry.threshold if is_plain else ENOUGH if is_own else 0.0)
    return SideFound(side, _add_answer_after(best), confidence, alone)


def _find_labels(hit: Hit, inquiry: Inquiry) -> list[str]:
    """Return what labels a passage, or the whole article at its beginning: "Evening edition"."""
    opening = inquiry.snapshot.get_article_passages(hit.article.id)[:1]
    sentences = [*(each for stored in opening for each in stored.passage.sentences[:2]), *hit.passage.sentences]
    return [each.text for each in sentences if _is_label(each)]


def _leave_out(text: str, others: Sequence[str], side: str) -> str:
    """Return a question for one side without the words that are another's alone: "morning" for the evening edition."""
    from retrieval.index.lexical import extract_terms

    apart = {term for other in others for term in extract_terms(other)} - set(extract_terms(side))
    return " ".join(word for word in text.split() if apart.isdisjoint(extract_terms(word))) or text


def _quote_side_by_side(sides: Sequence[str], inquiry: Inquiry) -> list[Candidate]:
    """Return a sentence for each side from the best passage that names all; nothing where none of the best does."""
    from retrieval.index.lexical import extract_terms

    terms = [set(extract_terms(side)) for side in sides]
    own = [each.difference(*(other for other in terms if other is not each)) for each in terms]
    if not all(own):
        return []
    for hit in inquiry.search()[1][:SIDE_BY_SIDE]:
        sentences = [each for each in hit.sentences if not _is_label(each.sentence)]
        said = [(each, set(extract_terms(each.sentence.text))) for each in sentences]
        naming = [max((each for each, words in said if of <= words), key=_get_score, default=None) for of in own]
        chosen = [Candidate(hit, each, each.score) for each in naming if each]
        if len({each.scored.sentence for each in chosen}) == len(sides):
            return chosen
    return []


def _get_score(scored: ScoredSentence) -> float:
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
    """Return the question with one side in the place of all, without the words that only compare."""
    if side and _opens_question(side):
        return side
    text = " ".join(question.split())
    for each in sides:
        text = text.replace(each, PLACE)
    before, place, after = text.partition(PLACE)
    if not place:
        return f"{side} {_strip_comparing(text)}"
    worded = f"{_strip_comparing(before)} {side} {_strip_comparing(_OTHER_SIDE.sub(' ', after))}"
    return " ".join(worded.split())


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
    sure = [
        each
        for each in read_whole(others, inquiry.read_for(asked))
        if each.scored.answer_type_match >= best.scored.answer_type_match
        and estimate_confidence(each.collect_signals(query))
        >= (FIGURE_ENOUGH if query.requires_answer_type and each.scored.answer_type_match else ARTICLE_ENOUGH)
    ]
    chosen = [add_rival_figures(_add_answer_after(each)) for each in (best, *sure)]
    text, citations = word_quotes(sorted(chosen, key=_get_date), inquiry.snapshot)
    texts = [each.scored.sentence.text for each in chosen]
    if any(contradict_in_figures(one, other) for one, other in combinations(texts, 2)):
        text = f"The articles give different figures:\n{text}"
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _get_date(candidate: Candidate) -> date:
    """Return the day of publication; what has none comes first."""
    return candidate.hit.article.published or date.min


def _strip_comparing(question: str) -> str:
    """Return a question without the words that only compare: "do both articles say the same on X"."""
    return " ".join(word for word in _WORDS.findall(question) if word.lower() not in COMPARING_WORDS)
