"""Which claims of a draft answer the question, and whether what is left of the draft may be shown as its answer. Pure.

A judge may have said which claims answer. Otherwise it is the first, or those that hold what a question for a number
asks for; an article's title or author by itself answers nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.verification.features import wording
from retrieval.verification.settling import FEWEST_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import Answer, ArticleInfo
    from retrieval.search.query import Query
    from retrieval.verification.settling import VerifiedDraft
    from retrieval.verification.verdicts import Verdict

STRONG_SHARE = 0.5
"""Share of an answering claim that a quote in its place must carry where no claim stands: else all may be nonsense."""


def drop_bylines(
    query: Query,
    verdicts: Sequence[Verdict],
    articles: Iterable[ArticleInfo],
    answering: frozenset[int] | None = None,
) -> list[Verdict]:
    """Let claims fall that are nothing but a title or an author, unless nothing else stands; so fall mere names.

    Where a person was asked for, an author may be the answer. `answering` are the claims that a judge says answer, None
    where nobody judged: then a name by itself may be the answer.
    """
    known, or_author = list(articles), not _asks_for_person(query)

    def says_nothing(place: int, claim: str) -> bool:
        if answering:
            return place not in answering and (len(_list_topics(claim)) < FEWEST_WORDS or _is_byline(claim, known))
        return _is_byline(claim, known, or_author=or_author)

    found = [
        replace(verdict, reason="empty", rests_on=(), nearest=())
        if verdict.stands and says_nothing(place, verdict.claim.text)
        else verdict
        for place, verdict in enumerate(verdicts)
    ]
    return found if any(verdict.stands for verdict in found) else list(verdicts)


def _asks_for_person(query: Query) -> bool:
    return query.answer_type is not None and query.answer_type.name == "person"


def _is_byline(claim: str, articles: Sequence[ArticleInfo], *, or_author: bool = True) -> bool:
    """Say whether a claim says no more than an article's whole title, or with `or_author` than its author's name."""
    said = _list_topics(claim)
    for article in articles:
        title, author = _list_topics(article.title), _list_topics(article.author)
        if said and ((title and title <= said <= title | author) or (or_author and said <= author)):
            return True
    return False


def _list_topics(text: str) -> set[str]:
    return {word.key.casefold() for word in wording(text).words if word.weight}


def find_answering(query: Query, verdicts: Sequence[Verdict], articles: Iterable[ArticleInfo]) -> frozenset[int]:
    """Return the places of the claims that answer the question, as far as their form says."""
    known, or_author = list(articles), not _asks_for_person(query)
    claimed = [
        n
        for n, verdict in enumerate(verdicts)
        if verdict.reason != "empty" and not _is_byline(verdict.claim.text, known, or_author=or_author)
    ]
    if query.requires_answer_type:
        claimed = [n for n in claimed if query.match_answer_type(verdicts[n].claim.text)]
        return frozenset(claimed)
    return frozenset(claimed[:1])


def may_be_shown(
    settled: VerifiedDraft, verdicts: Sequence[Verdict], answering: frozenset[int], quoted: Answer
) -> bool:
    """Say whether what is left of a draft may be shown as the answer, rather than the answer made of quotes."""
    if not settled.text:
        return False
    if not answering:  # all of it is beside the question
        return quoted.refused and any(verdict.stands for verdict in verdicts)
    if answering <= settled.gone:
        return False
    if any(verdict.stands for verdict in verdicts):
        return True
    return any(verdicts[n].share >= STRONG_SHARE for n in answering - settled.gone)
