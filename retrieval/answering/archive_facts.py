"""What the catalog knows of its articles -> an answer: who wrote them, when, how many there are, which, on what.

Counted and listed exactly. Each article that is named is cited: by the line of its text that says so, a byline, a date
or a sentence with the words that were asked for, where there is one, and otherwise as a whole.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from retrieval.answering.archive_overviews import (
    count_authors,
    count_months,
    count_places,
    deny_author,
    name_topics,
    tell_period,
)
from retrieval.answering.archive_request import parse_request
from retrieval.answering.archive_selection import describe_limits, select_articles
from retrieval.answering.archive_wording import (
    FactLine,
    find_place,
    list_articles,
    say_author,
    say_date,
    say_length,
    say_more,
    say_place,
    show_mentions,
    word_answer,
)
from retrieval.answering.article_matching import LEAST_FIT, find_meant, rank_by_description
from retrieval.answering.bylines import find_byline, find_date_line
from retrieval.answering.citations import escape_quote
from retrieval.answering.extractive import answer_fact, build_refusal
from retrieval.domain import Filter
from retrieval.text.date_phrases import find_date_phrases
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.answering.archive_phrases import Wanted
    from retrieval.answering.archive_request import ArchiveRequest
    from retrieval.answering.archive_selection import ArchiveSelection
    from retrieval.answering.archive_wording import Evidence
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Answer, ArticleInfo

COUNTED, LISTED = 10, 25
"""Articles that are named where they are counted, and where a list of them is wanted."""
MOST_CERTAIN = 0.99
"""The confidence at most in which article a description means; what is counted is certain."""
SURE_OF_UNKNOWN = 0.9
"""Confidence in which article is meant, from which on it is said that its author, date or place is unknown."""
DAY = timedelta(days=1)
_COMPARES = re.compile(r"\b(?:than|or|vs|versus|and|(?:compared|opposed) (?:to|with))\b", re.IGNORECASE)
NEAREST, FEW = 3, 3
"""Articles that are named because they come near where fewer than so many fit."""


def answer_archive(inquiry: Inquiry) -> Answer | None:
    """Answer a question about the archive itself; None where it asks something that the catalog does not know."""
    from retrieval.index.lexical import extract_terms

    inquiry, text, of_several = _limit_to_dates(inquiry)
    where = inquiry.asked.where
    infos = inquiry.snapshot.list_articles(where)
    known = infos or inquiry.snapshot.list_articles(Filter())
    authors = sorted({info.author for info in known if info.author})
    request = parse_request(text, authors, terms=extract_terms)
    if request is None or not known:
        return None
    if not infos:
        undated = sum(info.published is None for info in known)
        without = f"; {undated:,} {'gives' if undated == 1 else 'give'} no date" if undated else ""
        return word_answer([FactLine(f"No article{describe_limits(request.authors, where)}{without}.")], inquiry)
    if of_several and request.wanted == "count":
        request = replace(request, wanted="months")
    if request.unknown_author and request.wanted in ("articles", "count", "date", "months"):
        return deny_author(request, infos, inquiry)
    return _ANSWERS[request.wanted](request, infos, inquiry)


def _limit_to_dates(inquiry: Inquiry) -> tuple[Inquiry, str, bool]:
    """Return the inquiry with dates that its question still holds as limits, the question without them, if it compares.

    They limit here though the archive has nothing of that time: that is then the answer. Times that are compared
    limit together.
    """
    where, text = inquiry.asked.where, inquiry.asked.question
    period = inquiry.snapshot.get_period(Filter(as_of=where.as_of)) or (date.min, date.max)
    phrases = find_date_phrases(text, period[1], period)
    compared = len(phrases) > 1 and _COMPARES.search(text, phrases[0].end, phrases[-1].start) is not None
    if compared and not (where.since or where.until):
        since, until = min(each.first for each in phrases), max(each.last for each in phrases)
        text = f"{text[: phrases[0].start]} {text[phrases[-1].end :]}"
        return inquiry.search_within(replace(where, since=since, until=until)), text, True
    for phrase in reversed(phrases):
        text = f"{text[: phrase.start]} {text[phrase.end :]}"
    if len(phrases) == 1 and not (where.since or where.until):
        since, until = phrases[0].first, phrases[0].last
        within = {
            "in": (since, until),
            "since": (since, None),
            "after": (until + DAY, None),
            "before": (None, since - DAY),
            "until": (None, until),
        }.get(phrases[0].relation, (None, None))
        where = replace(where, since=within[0], until=within[1])
    return inquiry.search_within(where), text, False


def _count_articles(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    """Count or list articles, or name the newest, the oldest, the longest of them."""
    selection = select_articles(request, infos, inquiry)
    evidence = show_mentions(selection.mentions)
    if request.order:
        return _rank_articles(request, selection, infos, inquiry)
    if not selection.articles and request.subject:
        return _offer_nearest(request, selection.described, infos, inquiry)
    if request.wanted == "count" and len(selection.articles) == len(infos) > COUNTED:
        return tell_period(request, infos, inquiry)
    lines = list_articles(selection.described, selection.articles, COUNTED if request.wanted == "count" else LISTED)
    if selection.mentioning:
        count = len(selection.mentioning)
        more = f"{count:,} more {'mentions' if count == 1 else 'mention'} it"
        lines += list_articles(more, selection.mentioning, COUNTED)
    elif request.subject and not request.mentioned and len(selection.articles) < FEW:
        lines += _list_nearest(request, selection.articles, infos, inquiry)
    return word_answer(lines, inquiry, evidence)


def _rank_articles(
    request: ArchiveRequest, selection: ArchiveSelection, infos: Sequence[ArticleInfo], inquiry: Inquiry
) -> Answer | None:
    """Name the first articles of an order."""
    in_order = _sort_articles(request, selection.articles)
    if not in_order and selection.articles:
        return word_answer([FactLine(f"{selection.described}; none gives a date.")], inquiry)
    if not in_order:
        return _offer_nearest(request, selection.described, infos, inquiry) if request.subject else None
    ranked = in_order[: request.number or LISTED]
    number = f"{len(ranked)} " if len(ranked) > 1 and request.number else ""
    lengths = request.order in ("longest", "shortest")
    lines = [FactLine(f"{selection.described}; the {number}{request.order}{'' if request.number else ' first'}:")]
    for info in ranked:
        lines.append(FactLine(articles=(info,), said=say_length(info) if lengths else ""))
    if not request.number:
        undated = 0 if lengths else len(selection.articles) - len(in_order)
        lines += say_more(len(in_order) - len(ranked))
        lines += [FactLine(f"{undated:,} more {'gives' if undated == 1 else 'give'} no date")] if undated else []
    return word_answer(lines, inquiry, find_date_line)


def _tell_author(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    if not (request.subject or request.order or request.genre):
        return count_authors(request, infos, inquiry)
    return _tell_of_meant(request, infos, inquiry, say_author, evidence=find_byline, tell=lambda info: info.author)


def _list_authors(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    if request.subject and not select_articles(request, infos, inquiry).articles:
        return _tell_author(request, infos, inquiry)
    return count_authors(request, infos, inquiry)


def _tell_date(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    if not (request.subject or request.order or request.genre):
        return tell_period(request, infos, inquiry)
    return _tell_of_meant(request, infos, inquiry, say_date, evidence=find_date_line, tell=lambda info: info.published)


def _tell_place(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    if not request.subject and not request.order and not request.genre:
        return count_places(infos, inquiry)
    place = partial(find_place, inquiry=inquiry)
    return _tell_of_meant(request, infos, inquiry, partial(say_place, inquiry=inquiry), evidence=None, tell=place)


def _tell_of_meant(
    request: ArchiveRequest,
    infos: Sequence[ArticleInfo],
    inquiry: Inquiry,
    say: Callable[[ArticleInfo], str],
    *,
    evidence: Evidence | None,
    tell: Callable[[ArticleInfo], object],
) -> Answer | None:
    """Say something of the article that a description means, or of each of those that it may mean.

    `tell` says whether that is known of an article.
    """
    by = [info for info in infos if not request.authors or info.author in request.authors]
    certain = MOST_CERTAIN
    if request.order and request.subject:
        selection = select_articles(replace(request, mentioned=True, genre=()), infos, inquiry)
        likely = selection.articles or [each.info for each in find_meant(request.subject, request.genre, by, inquiry)]
        newest_first = sorted(likely, key=lambda info: get_last_day(info.published or date.min), reverse=True)
        meant = _sort_articles(request, newest_first)[: request.number]
    elif request.subject:
        found = find_meant(request.subject, request.genre, by, inquiry)
        if request.only_title:
            found = [each for each in found if each.entitled]
        certain = min(found[0].score, certain) if found else 0.0
        meant = [each.info for each in found]
    elif request.genre:
        meant = list(select_articles(request, infos, inquiry).articles)[:LISTED]
    else:
        meant = _sort_articles(request, by)[: request.number] if request.order else by if len(by) == 1 else []
    if not meant:
        return _refuse(request, infos, inquiry) if request.subject and not request.only_title else None
    sure_of_unknown = certain >= SURE_OF_UNKNOWN and inquiry.asked.kind == "archive"
    if not sure_of_unknown and not any(tell(info) for info in meant):
        # Likelier a book or a treaty, or no question about the archive: "Where do nitrogen oxides come from?"
        return None
    lines = [FactLine(f"{len(meant)} articles may be meant:")] if len(meant) > 1 and not request.order else []
    lines += [FactLine(articles=(info,), said=say(info)) for info in meant]
    return word_answer(lines, inquiry, evidence, confidence=max(certain, inquiry.threshold))


def _find_source(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer | None:
    """Quote what an article says, with its name; where no sentence says it, name the articles that mention it."""
    selection = select_articles(replace(request, mentioned=True, genre=()), infos, inquiry)
    if not request.mentioned:
        asked = replace(inquiry.asked, question=request.subject, literal="", kind="fact")
        quoted = answer_fact(replace(inquiry, asked=asked))
        if not quoted.refused or not selection.articles:
            return quoted
    if not selection.articles:
        return _offer_nearest(request, selection.described, infos, inquiry)
    lines = list_articles(selection.described, selection.articles, COUNTED, quoted=True)
    return word_answer(lines, inquiry, show_mentions(selection.mentions))


def _offer_nearest(request: ArchiveRequest, described: str, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Say that no article holds the words that were asked for, and which come nearest."""
    return word_answer([FactLine(f"{described}."), *_list_nearest(request, (), infos, inquiry)], inquiry)


def _list_nearest(
    request: ArchiveRequest, named: Sequence[ArticleInfo], infos: Sequence[ArticleInfo], inquiry: Inquiry
) -> list[FactLine]:
    """Return lines with the articles that come nearest to a subject in other words, besides those that are named."""
    by = {info.id: info for info in infos if not request.authors or info.author in request.authors}
    _, hits = inquiry.search(request.subject)
    near = [each.info.id for each in rank_by_description(request.subject, list(by.values()), inquiry)]
    near += [hit.article.id for hit in hits if not named or hit.cosine >= LEAST_FIT]
    near += by if request.authors else ()
    known = {info.id for info in named}
    lines = [FactLine(articles=(by[key],)) for key in dict.fromkeys(near) if key in by and key not in known][:NEAREST]
    return [FactLine("The nearest others:" if named else "The nearest:"), *lines] if lines else []


def _refuse(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Say that there is no such article."""
    among = f"the {len(infos):,} articles" if len(infos) > 1 else "the one article"
    notice = f"None of {among} is known to be about {escape_quote(request.subject)}."
    _, hits = inquiry.search(request.subject)
    return replace(build_refusal(inquiry.asked.question, 0.0, hits), notice=notice)


def _sort_articles(request: ArchiveRequest, articles: Sequence[ArticleInfo]) -> list[ArticleInfo]:
    """Return articles in the order that is asked for; those without a date are neither new nor old."""
    if request.order in ("longest", "shortest"):
        return sorted(articles, key=lambda info: info.characters, reverse=request.order == "longest")
    dated = [info for info in articles if info.published]
    return dated if request.order == "newest" else dated[::-1]


_ANSWERS: Mapping[Wanted, Callable[[ArchiveRequest, Sequence[ArticleInfo], Inquiry], Answer | None]] = {
    "articles": _count_articles,
    "count": _count_articles,
    "author": _tell_author,
    "date": _tell_date,
    "place": _tell_place,
    "authors": _list_authors,
    "months": count_months,
    "topics": lambda _, infos, inquiry: name_topics(infos, inquiry),
    "period": tell_period,
    "source": _find_source,
}
