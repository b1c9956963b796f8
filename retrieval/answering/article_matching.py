"""What a question calls articles -> those articles: that mention something, are about it, or are the one that is meant.

A text mentions a subject where the title or one sentence holds all its words, in whatever form. It is about the subject
where each of its words is in the title, in the opening or in several sentences. Words in quotation marks count where
they stand one after another. Counting goes over the whole archive.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.answering.archive_phrases import QUOTED
from retrieval.text.english import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Article, ArticleInfo, Hit, Passage, Sentence
    from retrieval.index import Snapshot

OPENING = 400
"""Characters at the beginning of a text that say what it is about."""
SEVERAL = 3
"""Sentences that make a word one of an article's subjects."""

MOST_PASSAGES = 500
"""A word that more passages hold is looked for in all titles, but only in the texts of the best passages."""
IN_OPENING, IN_TEXT = 0.75, 0.4
"""What a word counts in the opening or in several sentences, and in one sentence, where it counts 1 in the title."""
NEARNESS = 0.5
"""What the cosine of an article's best passage counts."""
LEAST_FIT = 0.35
"""The score of an article that may be meant at all."""
AS_LIKELY, AS_LIKELY_OF_KIND, MOST_MEANT = 0.08, 0.35, 3
"""How much less than the best another article may have that may as well be meant, the same among those of the kind that
is asked for, and how many are named."""
SHORTEST_TITLE = 3
"""Words of a title that is recognised within a longer description."""

_INTERVIEWER = re.compile(r"^\W*(?:Q\b|[^\n]{3,300}\?\W*$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where words stand in the articles of a library: the ids of those in whose titles, and the sentences by id."""

    titles: frozenset[str]
    sentences: Mapping[str, Sequence[Sentence]]

    @property
    def articles(self) -> frozenset[str]:
        """The ids of all articles that hold the words."""
        return frozenset(self.titles | self.sentences.keys())

    def is_prominent(self, article_id: str) -> bool:
        """Say whether the words are in an article's title, in its opening or in several sentences."""
        sentences = self.sentences.get(article_id, ())
        opens = any(sentence.start < OPENING for sentence in sentences)
        return article_id in self.titles or opens or len(sentences) >= SEVERAL


def find_mentions(subject: str, inquiry: Inquiry) -> Mentions:
    """Return where titles or sentences hold all words of a subject, or its quoted words one after another.

    Of "X and Y", both are mentioned, though not in one sentence.
    """
    if phrase := QUOTED.search(subject):
        return _find_terms(list_subject_terms(phrase.group()[1:-1], keep_all=True), inquiry, in_order=True)
    found = [_find_terms(list_subject_terms(part), inquiry) for part in _split_subject(subject)]
    common = frozenset.intersection(*(each.articles for each in found))
    titles = frozenset.union(*(each.titles for each in found)) & common
    return Mentions(titles, {key: [s for each in found for s in each.sentences.get(key, ())] for key in common})


def find_articles_about(subject: str, inquiry: Inquiry) -> frozenset[str]:
    """Return the ids of the articles that are about a subject."""
    if QUOTED.search(subject):
        return find_mentions(subject, inquiry).articles
    found = [_find_terms([term], inquiry) for term in list_subject_terms(subject)]
    everywhere = frozenset.intersection(*(each.articles for each in found))
    return frozenset(key for key in everywhere if all(each.is_prominent(key) for each in found))


def find_prominent(term: str, inquiry: Inquiry) -> frozenset[str]:
    """Return the ids of the articles that are about what one term says."""
    found = _find_terms([term], inquiry)
    return frozenset(key for key in found.articles if found.is_prominent(key))


def list_subject_terms(subject: str, *, keep_all: bool = False) -> list[str]:
    """Return the terms of a subject, without those that carry no topic where others are left."""
    from retrieval.index.lexical import extract_terms

    terms = list(extract_terms(subject))
    if keep_all:
        return terms
    stop_terms = {term for word in (*STOP_WORDS, "both") for term in extract_terms(word)}
    return list(dict.fromkeys([term for term in terms if term not in stop_terms] or terms))


def _split_subject(subject: str) -> list[str]:
    """Return the parts of "X and Y" that have words of their own."""
    return [part for part in re.split(r"\s+and\s+", subject) if list_subject_terms(part)] or [subject]


def _find_terms(wanted: Sequence[str], inquiry: Inquiry, *, in_order: bool = False) -> Mentions:
    from retrieval.index.lexical import extract_terms

    def holds(text: str) -> bool:
        terms = extract_terms(text)
        return _is_run(wanted, terms) if in_order else set(wanted) <= set(terms)

    passages = inquiry.snapshot.find_passages_with(wanted, inquiry.asked.where)
    titles = {info.id for info in _get_infos(inquiry.snapshot, passages) if holds(info.title)}
    sentences = defaultdict[str, list["Sentence"]](list)
    for passage in passages:
        sentences[passage.article_id] += [each for each in passage.sentences if holds(each.text)]
    return Mentions(frozenset(titles), {key: found for key, found in sentences.items() if found})


def _find_in_sight(term: str, among: Sequence[ArticleInfo], hits: Sequence[Hit]) -> Mentions:
    """Return where the titles, and the sentences of the hits, hold a term."""
    from retrieval.index.lexical import extract_terms

    titles = frozenset(info.id for info in among if term in extract_terms(info.title))
    sentences = defaultdict[str, list["Sentence"]](list)
    for hit in hits:
        sentences[hit.article.id] += [each for each in hit.passage.sentences if term in extract_terms(each.text)]
    return Mentions(titles, {key: found for key, found in sentences.items() if found})


def _get_infos(snapshot: Snapshot, passages: Sequence[Passage]) -> list[ArticleInfo]:
    return list(snapshot.get_article_infos({passage.article_id for passage in passages}).values())


def _is_run(wanted: Sequence[str], terms: Sequence[str]) -> bool:
    length = len(wanted)
    return any(list(terms[at : at + length]) == list(wanted) for at in range(len(terms) - length + 1))


@dataclass(frozen=True, slots=True)
class MeantArticle:
    """An article that a description may mean; `score` is about 1 where each of its words is in the title.

    `entitled` says that the description spells the title out.
    """

    info: ArticleInfo
    score: float
    entitled: bool = False


def find_meant(
    subject: str, genre: Collection[str], among: Sequence[ArticleInfo], inquiry: Inquiry
) -> list[MeantArticle]:
    """Return the articles that a description may mean, likeliest first: those that are about as likely as the first."""
    found = rank_by_description(subject, among, inquiry)
    called = list_of_genre([each.info for each in found], genre, inquiry) if genre else []
    of_kind = [each for each in found if each.info in called]
    as_likely = AS_LIKELY_OF_KIND if of_kind else AS_LIKELY
    found = of_kind or found
    return [each for each in found[:MOST_MEANT] if each.score >= found[0].score - as_likely]


def rank_by_description(subject: str, among: Sequence[ArticleInfo], inquiry: Inquiry) -> list[MeantArticle]:
    """Return the articles that a description fits at all, best first.

    A title that the description spells out is meant. Otherwise what counts is where its words stand, and how near
    the best passage's meaning is.
    """
    entitled = _find_entitled(subject, among)
    if entitled:
        return [MeantArticle(info, 1.0, entitled=True) for info in entitled]
    by_id = {info.id: info for info in among}
    query, hits = inquiry.search(subject)
    nearness = {hit.article.id: hit.cosine for hit in reversed(hits)}
    titles = {hit.article.title: hit.cosine for hit in reversed(hits)}
    nearness = {
        info.id: titles[info.title] for info in among if info.title and info.title in titles
    } | nearness  # copies have no hit
    mentions = {
        term: _find_terms([term], inquiry) if frequency <= MOST_PASSAGES else _find_in_sight(term, among, hits)
        for term, frequency in inquiry.snapshot.get_document_frequencies(query.weights).items()
        if frequency
    }
    named = {key for each in mentions.values() for key in each.articles}
    total = sum(query.weights.values()) or 1.0
    found = []
    for key in (named | nearness.keys()) & by_id.keys():
        fit = sum(weight * _weigh_place(mentions.get(term), key) for term, weight in query.weights.items()) / total
        score = fit + NEARNESS * nearness.get(key, 0.0)
        if score >= LEAST_FIT:
            found.append(MeantArticle(by_id[key], score))
    return sorted(found, key=lambda each: (-each.score, each.info.id))


def list_of_genre(infos: Sequence[ArticleInfo], genre: Collection[str], inquiry: Inquiry) -> list[ArticleInfo]:
    """Return the articles that are called so by title, file name or metadata, or are made of questions as interviews.

    Where none is, those whose opening says so: it may as well tell of an opinion poll.
    """
    read = [(info, inquiry.snapshot.get_article(info.id)) for info in infos]
    called = [info for info, article in read if _is_called(article, genre)]
    return called or [info for info, article in read if _says(article.text[:OPENING], genre)]


def _is_called(article: Article, genre: Collection[str]) -> bool:
    place = re.sub(r"[/_.-]+", " ", f"{PurePath(article.source).stem} {article.url}")
    if _says(f"{article.title} {place} {' '.join(map(str, article.metadata.values()))}", genre):
        return True
    return "interview" in genre and len(_INTERVIEWER.findall(article.text)) >= SEVERAL


def _says(text: str, genre: Collection[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.lower()) for word in genre)


def _weigh_place(mentions: Mentions | None, article_id: str) -> float:
    """Return how much of an article a word that it mentions is: 1 in the title, less in opening and text."""
    if mentions is None or article_id not in mentions.articles:
        return 0.0
    if article_id in mentions.titles:
        return 1.0
    return IN_OPENING if mentions.is_prominent(article_id) else IN_TEXT


def _find_entitled(subject: str, among: Sequence[ArticleInfo]) -> list[ArticleInfo]:
    """Return the articles whose whole title a description spells out: those with the longest title."""
    from retrieval.index.lexical import extract_terms

    wanted = extract_terms(subject)
    titles = {info.id: extract_terms(info.title) for info in among}
    fitting = [
        info for info in among if len(titles[info.id]) >= SHORTEST_TITLE and _is_run(titles[info.id], wanted)
    ] or [info for info in among if titles[info.id] and titles[info.id] == wanted]
    longest = max((len(titles[info.id]) for info in fitting), default=0)
    return [info for info in fitting if len(titles[info.id]) == longest]
