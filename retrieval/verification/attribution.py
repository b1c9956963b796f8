"""Which article a claim says it is from: "According to ...", "The article ... reports that". Pure.

Such words are about the article and not in it; verifier.py compares what is left of the claim.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import ArticleInfo

UNMISTAKABLE = 3
"""Words from which on a title without quotation marks is no subject of a sentence ("Normans say ...")."""

_FIRST, _LAST = "\ue000", "\uf8ff"
_NAME = f"[{_FIRST}-{_LAST}](?:['’]s)?"
_PAPER = r"(?:article|passage|report|text|source|archive|piece|analysis|story|document|excerpt)"
_ARTICLE = (
    rf"(?:the |this |that |an? |one |another |both |all |these )?(?:\w+ )?"
    rf"{_PAPER}s?(?: #?\d{{1,2}})?(?: provided| above)?"
)
_DATE = (
    r"(?:,? \(?(?:as of|from|of|dated|published(?: on| in)?) [\w ,]{1,20}\b\d{4}\b\)?|"
    r",? \([\w ,]{1,20}\b\d{4}\))?"
)
_STAMP = re.compile(r"(?:\d{1,2} )?(?:[A-Z]\w+ )?(?:\d{1,2},? )?\d{4}\b")
_WHO = (
    rf"(?:{_ARTICLE}(?:,? (?:titled|called|entitled|headed|by|from|about|on|of))? ?{_NAME}|{_ARTICLE}|{_NAME})"
    rf"(?:,? (?:by|in|written by) {_NAME}| {_ARTICLE})*{_DATE}"
)
_SAYS = (
    r"(?:(?:also |further |then )?(?:reports?|reported|says?|said|states?|stated|notes?|noted|writes?|wrote|mentions?|"
    r"mentioned|adds?|added|explains?|explained|describes?|claims?|claimed|argues?|argued|points? out|observes?|"
    r"observed|tells?|told|indicates?|reads?))"
)
_OPENING = re.compile(
    rf"^(?:according to|based on|judging by|as (?:\w+ )?(?:in|by)|in|per|as|from) {_WHO}(?: {_SAYS})?[,:] |"
    rf"^(?:as )?{_WHO},? {_SAYS}(?: as of [\w ,]{{1,20}}\d{{4}})?(?:,? that|,|:)? ",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^(?:yes|no|yeah|yep|nope|correct|indeed)(?:[,.:;!–—-]+ *(?=\w)|[,.!]*$)", re.IGNORECASE)
_CLOSING = re.compile(
    rf",? (?:according to|as (?:reported|stated|noted|described|mentioned) (?:in|by)) {_WHO}(?=[.!?]?$)|"
    rf",? (?:the|this) {_PAPER} {_SAYS}(?=[.!?]?$)",
    re.IGNORECASE,
)


def unframed(claim: str, articles: Sequence[ArticleInfo]) -> tuple[str, frozenset[str]]:
    """Return a claim without the words that say which article it is from, and the ids of the articles they name.

    "Yes," and "No," at its start go too. A date given to the article stays, as "(as of 27 June 2023)" behind the claim.
    """
    answer = _ANSWER.match(claim)
    claim = claim[answer.end() :] if answer else claim
    masked, names = claim, list[tuple[str, list[str]]]()
    for name, article_ids in _names(articles):
        found = name.search(masked)
        if found:
            masked = name.sub(chr(ord(_FIRST) + len(names)), masked)
            names.append((found.group(), article_ids))
    left, cut = masked, ""
    for frame in (_OPENING, _CLOSING):
        match = frame.search(left)
        if match:
            left, cut = left[: match.start()] + left[match.end() :], cut + match.group()
    ids = [article_id for n, (_, owners) in enumerate(names) if chr(ord(_FIRST) + n) in cut for article_id in owners]
    for number, (text, _) in enumerate(names):
        left = left.replace(chr(ord(_FIRST) + number), text)
    stamp = _STAMP.search(cut)
    return (left.strip() or claim) + (f" (as of {stamp.group()})" if stamp else ""), frozenset(ids)


def _names(articles: Sequence[ArticleInfo]) -> list[tuple[re.Pattern[str], list[str]]]:
    """Return how titles and authors may be written, longest first, each with the ids of its articles."""
    owners: dict[str, list[str]] = {}
    for article in articles:
        title, author = _loose(article.title), _loose(article.author)
        if title:
            bare = rf"|{title}" if len(re.findall(r"[^\W_]+", article.title)) >= UNMISTAKABLE else ""
            owners.setdefault(rf"[“\"‘'«*]+{title}[,.]?[”\"’'»*]+{bare}", []).append(article.id)
        if author:
            owners.setdefault(author, []).append(article.id)
    ordered = sorted(owners.items(), key=lambda owned: -len(owned[0]))
    return [(re.compile(rf"(?<!\w)(?:{name})(?!\w)", re.IGNORECASE), ids) for name, ids in ordered]


def _loose(name: str) -> str:
    return r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", name)))
