"""The main topics of articles: words of their titles that other articles are about, too."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from retrieval.answering.article_matching import find_prominent
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo

TOPICS = 8
"""Topics that are named."""
TITLES_READ = 3_000
"""Newest titles that topics are taken from; more take longer than a second."""
WORDS_TRIED, PASSAGES_READ = 150, 6_000
"""Words of titles whose articles are looked up, and passages that may hold them: a second's work."""
FEW_ARTICLES, FEWEST_TITLES = 20, 2
"""Of more articles, a topic is in so many titles: the name of the town is in every text, and in few titles."""
FEWEST, LARGEST_SHARE = 2, 0.4
"""A topic has at least so many articles, and at most this share of them: what all are about tells nothing."""
SAME = 0.5
"""Two words of which this share of articles is common to both name one topic (Jaccard index)."""


@dataclass(frozen=True, slots=True)
class ArchiveTopic:
    """A topic by the words that name it, and the articles that are about it, newest first."""

    words: tuple[str, ...]
    articles: tuple[ArticleInfo, ...]


def find_topics(infos: Sequence[ArticleInfo], inquiry: Inquiry) -> list[ArchiveTopic]:
    """Return the topics that most articles are about, each next one by those that it adds."""
    from retrieval.index.lexical import extract_terms

    read = infos[:TITLES_READ]
    shown, weights, numbers = dict[str, str](), dict[str, float](), defaultdict[str, int](int)
    for title in dict.fromkeys(info.title for info in read):
        for word in find_topic_words(title.capitalize() if title.isupper() else title):
            for term in extract_terms(word.text)[:1]:
                shown.setdefault(term, word.text)
                weights[term] = word.weight
                numbers[term] += 1
    fewest = FEWEST_TITLES if len(read) > FEW_ARTICLES else 1
    terms = [term for term in shown if len(term) > 2 and not term.isdigit() and numbers[term] >= fewest]
    frequencies = inquiry.snapshot.get_document_frequencies(terms)
    terms = sorted(terms, key=lambda term: -weights[term] * min(frequencies[term], len(infos) * LARGEST_SHARE))
    by_id = {info.id: info for info in read}
    read_so_far = accumulate(frequencies[term] for term in terms)
    tried = [term for term, passages in zip(terms, read_so_far, strict=True) if passages <= PASSAGES_READ]
    about = {term: find_prominent(term, inquiry) & by_id.keys() for term in tried[:WORDS_TRIED] or terms[:1]}
    most = max(FEWEST, LARGEST_SHARE * len(read))
    about = {term: keys for term, keys in about.items() if FEWEST <= len(keys) <= most}
    topics, covered = list[ArchiveTopic](), set[str]()
    while about and len(topics) < TOPICS:
        best = max(about, key=lambda term: (len(about[term] - covered) * numbers[term] ** 0.5 * weights[term], term))
        keys = about.pop(best)
        if len(keys - covered) < FEWEST:
            break
        same = [term for term, others in about.items() if len(keys & others) >= SAME * len(keys | others)]
        covered |= keys
        words = sorted([best, *same[:2]], key=lambda term: -len(about.get(term, keys)))
        about = {term: others for term, others in about.items() if term not in same}
        topics.append(ArchiveTopic(tuple(shown[term] for term in words), tuple(i for i in read if i.id in keys)))
    return topics
