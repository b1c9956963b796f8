"""What an article says and another one takes back: the notice leads, and what it withdraws is not quoted. Pure.

A notice names the article that it corrects by its day or its headline, and says that it was wrong. Only what the notice
itself speaks of is withdrawn, unless it withdraws the article. Corrections of an article inside itself are
rebuttals.py's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates
from retrieval.answering.extraction import widen_quote
from retrieval.answering.rebuttals import is_correction
from retrieval.domain import PartialDate
from retrieval.text.late_patterns import compile_later
from retrieval.text.publication_dates import is_order_known, precedes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.domain import ArticleInfo, Citation, Hit, PublicationDate
    from retrieval.search.query import Query

SHARED_WORDS = 3
"""Topic words that a sentence shares with the notice that withdraws it, at least."""
SHORTEST_TITLE = 3
"""Words of a headline by which a notice can name an article."""

_TAKES_BACK = compile_later(
    r"\b(?:retract\w*|withdraw[sn]?|withdrew|apologi[sz]\w+|we regret|stand corrected|in error|never happened|"
    r"(?:is|are|was|were) (?:\w+ ){0,2}?(?:wrong|false|untrue|incorrect|inaccurate|not true)|"
    r"neither \w+ (?:is|was) true)\b",
    re.IGNORECASE,
)
_CORRECTS = compile_later(
    r"\b(?:mis(?:stated|spelled|spelt|identified|attributed|quoted|reported|named|dated|described|represented)|"
    r"(?:gave|stated|named|cited|listed|reported|said) (?:\w+ ){0,4}?(?:wrong|incorrect|mistaken|false)\w*|"
    r"(?:incorrectly|wrongly|mistakenly|erroneously|falsely|inaccurately) \w+|"
    r"(?:wrong|incorrect|mistaken|false|erroneous) \w+ (?:was|were) given|"
    r"(?:an|the|our) (?:errors?|mistakes?) (?:in|of) (?:the|our|an|its)\b)",
    re.IGNORECASE,
)
"""How notices say what was wrong, besides taking it back."""
_WORK = r"(?:article|story|report|piece|paper|study|page|column|review|post|interview|item|text)"
_WITHDRAWS_ALL = compile_later(
    rf"^\W*(?:retraction|withdrawal|retracted|withdrawn)\b[^.\n]{{0,20}}[:–—]|"
    rf"\b{_WORK}\b[^.;\n]{{0,120}}\b(?:is|are|was|were|has been|have been|had been|being) (?:\w+ ){{0,2}}?"
    rf"(?:retracted|withdrawn|taken (?:down|back|offline))\b|"
    rf"\b(?:retracts?|retracted|retracting|withdraws?|withdrew|withdrawn|withdrawing|takes? back|took back|"
    rf"retraction of|withdrawal of) (?:the|this|that|our|its|an|a)\b[^.;\n]{{0,40}}\b{_WORK}\b",
    re.IGNORECASE | re.MULTILINE,
)
_REPORTED = compile_later(
    r"\b(?:articles?|stor(?:y|ies)|reports?|reported|published|printed|edition|newspaper|headline|heading)\b", re.I
)


def takes_back(sentence: str) -> bool:
    """Say whether a sentence says that something was wrong."""
    return bool(_TAKES_BACK.search(sentence))


def withdraw_retracted(query: Query, ranked: Sequence[Candidate], hits: Sequence[Hit]) -> list[Candidate]:
    """Return the candidates without those that another article takes back; its notice leads where the best is one."""
    notices = [hit for hit in hits if _TAKES_BACK.search(hit.passage.text) and _REPORTED.search(hit.passage.text)]
    said = [(each, each.text if each is ranked[0] else _add_what_it_refers_to(each)) for each in ranked]
    withdrawn = [(each, notice) for each, text in said if (notice := _find_notice(each, text, notices))]
    if not withdrawn:
        return list(ranked)
    kept = [each for each in ranked if each not in [candidate for candidate, _ in withdrawn]]
    first, notice = withdrawn[0]
    if first is not ranked[0] or any(each.hit.passage == notice.passage for each in kept):
        return kept
    return [*list_candidates(query, [notice])[:1], *kept]


def speaks_of_an_error(text: str) -> bool:
    """Say whether a passage speaks of something that was published, and corrects or withdraws it."""
    wrong = _TAKES_BACK.search(text) or _CORRECTS.search(text) or _WITHDRAWS_ALL.search(text) or _opens_correction(text)
    return bool(wrong and _REPORTED.search(text))


def takes_back_quote(notice: ArticleInfo, passage: str, cited: Citation) -> bool:
    """Say whether a passage of another article takes a quote back; one that withdraws an article takes back all of it.

    `passage` is one for which `speaks_of_an_error` holds. The article must be named there by its day or its headline,
    and the quote's words must occur, unless it is withdrawn as a whole under its headline.
    """
    text = f"{notice.title}\n{passage}"
    if notice.id == cited.article_id or not _names_article(text, notice.published, cited.title, cited.published):
        return False
    if not _WITHDRAWS_ALL.search(text):
        return _share_topic(cited.quote, passage)
    return _names_headline(text, cited.title) or _share_topic(f"{cited.title}\n{cited.quote}", text)


def _opens_correction(text: str) -> bool:
    return any(is_correction(line) for line in text.splitlines())


def _find_notice(candidate: Candidate, said: str, notices: Sequence[Hit]) -> Hit | None:
    article = candidate.hit.article
    for notice in notices:
        text, its = notice.passage.text, notice.article.published
        if notice.article.id == article.id or not _names_article(text, its, article.title, article.published):
            continue
        if _share_topic(said, text):
            return notice
    return None


def _add_what_it_refers_to(candidate: Candidate) -> str:
    """Return a sentence, with those before it that are quoted with it where it refers back."""
    passage, sentence = candidate.hit.passage, candidate.scored.sentence
    before = [each.sentence for each in candidate.hit.sentences if each.sentence.start < sentence.start]
    first = widen_quote(sentence, before)
    return passage.text[first.start - passage.start : sentence.start - passage.start] + candidate.text


def _share_topic(said: str, notice: str) -> bool:
    """Say whether a text and a notice have enough longer words in common to be about the same."""
    from retrieval.index.lexical import extract_terms

    shared = {*extract_terms(said)} & {*extract_terms(notice)}
    return len([term for term in shared if len(term) > SHORTEST_TITLE]) >= SHARED_WORDS


def _names_article(text: str, its: PublicationDate | None, title: str, published: PublicationDate | None) -> bool:
    """Say whether a notice, published on `its` day, names an older article by its day or its headline."""
    if published and its and is_order_known(published, its) and not precedes(published, its):
        return False
    if _names_headline(text, title):
        return True
    if published is None or isinstance(published, PartialDate):
        return False
    month = f"{published:%B}".lower()
    day = rf"\b(?:{published.day}(?:st|nd|rd|th)? (?:of )?{month}|{month} {published.day})\b"
    return bool(re.search(day, text.casefold()))


def _names_headline(text: str, title: str) -> bool:
    return len(title.split()) >= SHORTEST_TITLE and title.casefold() in text.casefold()
