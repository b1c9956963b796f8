"""What there is in an archive as a whole -> an answer: its authors, months, places, period and main topics."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from retrieval.answering.archive_clusters import find_clusters
from retrieval.answering.archive_selection import count_articles, describe_limits, select_articles
from retrieval.answering.archive_topics import find_topics
from retrieval.answering.archive_wording import FactLine, find_place, list_articles, say_more, word_answer
from retrieval.answering.bylines import find_byline, find_date_line
from retrieval.answering.citations import escape_quote
from retrieval.domain import PartialDate
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from retrieval.answering.archive_request import ArchiveRequest
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Answer, ArticleInfo

GROUPS = 25
"""Authors, months and places that are named."""
ENTITLED = 0.8
"""Share of articles that have a title, from which on topics are words of titles."""
EXAMPLES = 10
"""Articles that are named where they have no topic in common."""


def count_authors(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """List the authors, each with the number of articles and the newest, most articles first."""
    selection = select_articles(request, infos, inquiry)
    groups = _group(selection.articles, lambda info: info.author)
    nameless = len(groups.pop("", ()))
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    without = f"; {nameless:,} {'names' if nameless == 1 else 'name'} no author" if nameless else ""
    described = f"{selection.described}, {_count(len(ranked), 'author')}{without}"
    lines = [FactLine(described + (":" if ranked else "."))]
    for author, its in ranked[:GROUPS]:
        lines.append(FactLine(f"{escape_quote(author)}: {_introduce(its)}", tuple(its[:1])))
    return word_answer([*lines, *say_more(len(ranked) - GROUPS)], inquiry, find_byline)


def deny_author(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Say that nobody of that name wrote an article, and who did."""
    groups = _group(infos, lambda info: info.author)
    groups.pop("", None)
    names = sorted(groups, key=lambda name: -len(groups[name]))
    listed = ", ".join(f"{escape_quote(name)} ({len(groups[name]):,})" for name in names[:GROUPS])
    more = f" and {len(names) - GROUPS:,} more" if len(names) > GROUPS else ""
    limits = describe_limits((), inquiry.asked.where)
    known = f" {_count(len(names), 'author')} in {count_articles(len(infos))}{limits}: {listed}{more}." if names else ""
    denied = f"No article{limits} names {escape_quote(request.unknown_author)} as its author."
    return word_answer([FactLine(denied + known)], inquiry)


def count_months(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Count the articles of each month, or year where no month is known; those with the most first, where asked."""
    selection = select_articles(request, infos, inquiry)
    groups = _group(reversed(selection.articles), _name_month)
    undated = len(groups.pop("", ()))
    ranked = list(groups.items())
    if re.search(r"\bmost\b", inquiry.asked.question, re.IGNORECASE):
        ranked.sort(key=lambda group: -len(group[1]))
    without = f"; {undated:,} {'gives' if undated == 1 else 'give'} no date" if undated else ""
    lines = [FactLine(f"{selection.described}{without}" + (":" if ranked else "."))]
    for month, its in ranked[:GROUPS]:
        lines.append(FactLine(f"{month}: {_introduce(its)}", (its[-1],)))
    return word_answer([*lines, *say_more(len(ranked) - GROUPS)], inquiry, find_date_line)


def count_places(infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Count the articles of each site, as far as they are known."""
    groups = _group(infos, lambda info: find_place(info, inquiry))
    unknown = len(groups.pop("", ()))
    lines = [
        FactLine(f"{place}: {count_articles(len(its))}, such as ", tuple(its[:1])) for place, its in groups.items()
    ]
    if unknown:
        lines.append(
            FactLine(f"{count_articles(unknown)} {'does' if unknown == 1 else 'do'} not say where they were published.")
        )
    return word_answer(lines, inquiry)


def tell_period(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Say how many articles there are, and from when to when."""
    selection = select_articles(request, infos, inquiry)
    dated = [info for info in selection.articles if info.published]
    if not dated:
        return word_answer([FactLine(f"{selection.described}; none gives a date.")], inquiry)
    newest, oldest = dated[0], dated[-1]
    undated = len(selection.articles) - len(dated)
    without = f"; {undated:,} {'gives' if undated == 1 else 'give'} no date" if undated else ""
    lines = [
        FactLine(
            f"{selection.described}, from {format_day(oldest.published)} to {format_day(newest.published)}{without}."
        ),
        FactLine("Oldest: ", (oldest,)),
        FactLine("Newest: ", (newest,)),
    ]
    return word_answer(lines if len(dated) > 1 else lines[:2], inquiry, find_date_line)


def name_topics(infos: Sequence[ArticleInfo], inquiry: Inquiry) -> Answer:
    """Name the main topics, each with the number of its articles and two of them.

    Where many articles have no title, topics are clusters of articles that are near in meaning.
    """
    entitled = sum(bool(info.title) for info in infos) >= ENTITLED * len(infos)
    topics = find_topics(infos, inquiry) if entitled else find_clusters(infos, inquiry)
    if not topics:
        return word_answer(list_articles(count_articles(len(infos)), infos, EXAMPLES), inquiry)
    shared = "titles and openings share" if entitled else "openings share, and few others have"
    lines = [FactLine(f"The main topics of {count_articles(len(infos))}, by words that their {shared}:")]
    for topic in topics:
        name = ", ".join(escape_quote(word) for word in topic.words)
        lines.append(FactLine(f"{name}: {count_articles(len(topic.articles))}, such as ", topic.articles[:2]))
    return word_answer(lines, inquiry)


def _group(articles: Iterable[ArticleInfo], key: Callable[[ArticleInfo], str]) -> dict[str, list[ArticleInfo]]:
    groups = defaultdict[str, list["ArticleInfo"]](list)
    for info in articles:
        groups[key(info)].append(info)
    return dict(groups)


def _name_month(info: ArticleInfo) -> str:
    """Return the month that an article is of, or the year where that is all that is known."""
    return format_day(PartialDate(info.published.isoformat()[:7])) if info.published else ""


def _introduce(articles: Sequence[ArticleInfo]) -> str:
    return f"{count_articles(len(articles))}, {'' if len(articles) == 1 else 'the newest: '}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
