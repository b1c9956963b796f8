"""What is asked of the catalog -> the articles that fit, counted over the whole archive, and the words for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from retrieval.answering.article_matching import find_articles_about, find_mentions, list_of_genre, list_subject_terms
from retrieval.answering.citations import escape_quote
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.archive_request import ArchiveRequest
    from retrieval.answering.article_matching import Mentions
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo, Filter


NAMED = 3
"""Authors of one name who are told apart in a sentence."""


class _Verb(NamedTuple):
    """What articles do that fit, said of one and of several."""

    one: str
    several: str


@dataclass(frozen=True, slots=True)
class ArchiveSelection:
    """Articles that fit a request, newest first, of how many; `described` says which, as the beginning of a sentence.

    `mentions` are where the words stand that the articles mention; `mentioning` are articles that only mention a
    subject which others are about.
    """

    articles: tuple[ArticleInfo, ...]
    among: int
    described: str
    mentions: Mentions | None = None
    mentioning: tuple[ArticleInfo, ...] = ()


def select_articles(request: ArchiveRequest, infos: Sequence[ArticleInfo], inquiry: Inquiry) -> ArchiveSelection:
    """Return the articles that a request is about: by its authors, of its kind, on its subject."""
    by = [info for info in infos if not request.authors or info.author in request.authors]
    articles, verbs = by, list[_Verb]()
    if request.genre:
        articles = list_of_genre(articles, request.genre, inquiry)
        name = request.genre[0]
        verbs.append(_Verb(f"is marked as “{name}”", f"are marked as “{name}”"))
    if request.excluded:
        excluded = find_mentions(request.excluded, inquiry).articles
        articles = [info for info in articles if info.id not in excluded]
        other = f"other than {_word_subject(request.excluded)}"
        verbs.append(_Verb(f"is about something {other}", f"are about something {other}"))
    if request.lacks:
        articles = [info for info in articles if not (info.author if request.lacks == "author" else info.published)]
        verbs.append(_Verb(f"gives no {request.lacks}", f"give no {request.lacks}"))
    mentions, mentioning = None, tuple["ArticleInfo", ...]()
    if request.subject and list_subject_terms(request.subject):
        mentions, subject = find_mentions(request.subject, inquiry), _word_subject(request.subject)
        mentioning = tuple(info for info in articles if info.id in mentions.articles)
        about = () if request.mentioned else find_articles_about(request.subject, inquiry)
        if fitting := [info for info in articles if info.id in about]:
            articles, mentioning = fitting, tuple(info for info in mentioning if info.id not in about)
            verbs.append(_Verb(f"is about {subject}", f"are about {subject}"))
        else:
            articles, mentioning = list(mentioning), ()
            verbs.append(_Verb(f"mentions {subject}", f"mention {subject}"))
    described = _describe(len(articles), len(by), describe_limits(request.authors, inquiry.asked.where), verbs)
    return ArchiveSelection(tuple(articles), len(by), described, mentions, mentioning)


def count_articles(count: int) -> str:
    """Return "1 article", "1,250 articles"."""
    return f"{count:,} article{'' if count == 1 else 's'}"


def _describe(count: int, among: int, limits: str, verbs: Sequence[_Verb]) -> str:
    does = " and ".join(verb.one if count < 2 else verb.several for verb in verbs)
    if not does:
        return f"{count_articles(count) if count else 'No article'}{limits}"
    if among < 2:
        return f"{'1' if count else 'No'} article{limits} {does}"
    number = f"{count:,}" if count else "None"
    return f"{number} of {'' if count else 'the '}{among:,} articles{limits} {does}"


def describe_limits(names: Sequence[str], where: Filter) -> str:
    """Return whose articles and of what time: " by Ida Renn from 1 March 2026 to 31 March 2026"."""
    authors = [escape_quote(name) for name in names] or ([f"“{where.author}”"] if where.author else [])
    by = f" by {' or '.join(authors) if len(authors) <= NAMED else f'{len(authors):,} authors'}" if authors else ""
    since, until = where.since, min(filter(None, (where.until, where.as_of)), default=None)
    if since and until:
        return by + (
            f" of {format_day(since)}" if since == until else f" from {format_day(since)} to {format_day(until)}"
        )
    return by + (f" since {format_day(since)}" if since else f" until {format_day(until)}" if until else "")


def _word_subject(subject: str) -> str:
    """Return a subject as it is said in a sentence: as it was asked, in quotation marks where a word stands alone."""
    text = escape_quote(subject).strip()
    return text if text[:1] in "“\"«‘'" or len(text.split()) > 1 or text[:1].isupper() else f"“{text}”"
