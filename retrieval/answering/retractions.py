"""What an article says and another one takes back: the notice leads, and what it withdraws is not quoted. Pure.

A notice names the article that it corrects by its day or its headline, and says that it was wrong. Only what the notice
itself speaks of is withdrawn. Corrections of an article inside itself are rebuttals.py's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates
from retrieval.domain import PartialDate
from retrieval.text.publication_dates import is_order_known, precedes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.domain import ArticleInfo, Hit
    from retrieval.search.query import Query

SHARED_WORDS = 3
"""Topic words that a sentence shares with the notice that withdraws it, at least."""
SHORTEST_TITLE = 3
"""Words of a headline by which a notice can name an article."""

_TAKES_BACK = re.compile(
    r"\b(?:retract\w*|withdraw[sn]?|withdrew|apologi[sz]\w+|we regret|stand corrected|in error|never happened|"
    r"(?:is|are|was|were) (?:\w+ ){0,2}?(?:wrong|false|untrue|incorrect|inaccurate|not true)|"
    r"neither \w+ (?:is|was) true)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:articles?|stor(?:y|ies)|reports?|reported|published|printed|edition|newspaper|headline|heading)\b", re.I
)


def takes_back(sentence: str) -> bool:
    """Say whether a sentence says that something was wrong."""
    return bool(_TAKES_BACK.search(sentence))


def withdraw_retracted(query: Query, ranked: Sequence[Candidate], hits: Sequence[Hit]) -> list[Candidate]:
    """Return the candidates without those that another article takes back; its notice leads where the best is one."""
    notices = [hit for hit in hits if _TAKES_BACK.search(hit.passage.text) and _REPORTED.search(hit.passage.text)]
    withdrawn = [(each, notice) for each in ranked if (notice := _find_notice(each, notices))]
    if not withdrawn:
        return list(ranked)
    kept = [each for each in ranked if each not in [candidate for candidate, _ in withdrawn]]
    first, notice = withdrawn[0]
    if first is not ranked[0] or any(each.hit.passage == notice.passage for each in kept):
        return kept
    return [*list_candidates(query, [notice])[:1], *kept]


def _find_notice(candidate: Candidate, notices: Sequence[Hit]) -> Hit | None:
    from retrieval.index.lexical import extract_terms

    for notice in notices:
        if notice.article.id == candidate.hit.article.id or not _names(notice, candidate.hit.article):
            continue
        shared = {*extract_terms(candidate.text)} & {*extract_terms(notice.passage.text)}
        if len([term for term in shared if len(term) > SHORTEST_TITLE]) >= SHARED_WORDS:
            return notice
    return None


def _names(notice: Hit, article: ArticleInfo) -> bool:
    """Say whether a notice names an older article by its day or its headline."""
    text, published = notice.passage.text.casefold(), article.published
    its = notice.article.published
    if published and its and is_order_known(published, its) and not precedes(published, its):
        return False
    if len(article.title.split()) >= SHORTEST_TITLE and article.title.casefold() in text:
        return True
    if published is None or isinstance(published, PartialDate):
        return False
    month = f"{published:%B}".lower()
    return bool(re.search(rf"\b(?:{published.day}(?:st|nd|rd|th)? (?:of )?{month}|{month} {published.day})\b", text))
