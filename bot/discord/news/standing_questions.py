"""What the articles of a library say to an alert, in the calling thread: what is known, and what is new of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.discord.news.alert_records import AlertNews
from retrieval.answering.library_threshold import choose_threshold
from retrieval.checking.answer_changes import find_change, list_statements
from retrieval.domain import Ask, PartialDate
from retrieval.errors import ArticleMissing, LibraryMissing
from retrieval.text.publication_dates import get_first_day, precedes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.discord.news.alert_records import Alert
    from retrieval.checking.answer_changes import Statement
    from retrieval.domain import PublicationDate
    from retrieval.index import Library
    from retrieval.search.query import Query

MOST_KNOWN = 20
"""Articles whose facts are not new to an alert."""


def look_up(library: Library, alert: Alert, threshold: float | None) -> tuple[Alert, AlertNews | None]:
    """Return an alert with what the library says to it now, and that as news where it is an answer."""
    try:
        _, found = library.read(lambda snapshot: list_statements(snapshot, library.encoder, Ask(alert.question)))
    except LibraryMissing:
        return alert, None
    if not found:
        return alert, None
    least = choose_threshold(library, threshold)
    certain = [each for each in found if each.confidence >= least]
    chosen = max(certain or found[:1], key=lambda each: get_first_day(each.article.published or date.min))
    kept = replace(_keep(alert, chosen, found), sure=bool(certain))
    return kept, AlertNews(chosen.article, chosen.text) if certain else None


def find_news(
    library: Library, alert: Alert, fresh: Collection[str], threshold: float | None
) -> tuple[Alert, AlertNews | None]:
    """Return an alert with what is known to it after some articles came in or changed, and what is to be told of that.

    Told is the first answer, and one that differs from what is known in a fact, where its article is no older.
    """

    def read(snapshot: object) -> tuple[Query, list[Statement]]:
        return list_statements(snapshot, library.encoder, Ask(alert.question), among=fresh)  # type: ignore[arg-type]

    query, found = library.read(read)
    least = choose_threshold(library, threshold)
    news: AlertNews | None = None
    before, background = alert.known, "\n".join(_read_texts(library, set(alert.background) - set(fresh)))
    for each in sorted(found, key=lambda one: get_first_day(one.article.published or date.max)):
        if not alert.sure:
            if each.confidence >= least:
                news, before = AlertNews(each.article, each.text), each.text
                alert = replace(_keep(alert, each, [each]), sure=True)
                background = ""
            elif not alert.known:
                alert = _keep(alert, each, [each])
            continue
        older = precedes(each.article.published, _read_day(alert.known_on))
        if not older and find_change(query, alert.known, each.text, background=background):
            news = AlertNews(each.article, each.text, before if before != each.text else "")
            alert, background = _keep(alert, each, [each]), ""
        elif each.article.id not in alert.background:
            alert = replace(alert, background=(*alert.background, each.article.id)[-MOST_KNOWN:])
    return alert, news


def _keep(alert: Alert, known: Statement, found: Iterable[Statement]) -> Alert:
    published = known.article.published
    return replace(
        alert,
        known=known.text,
        known_on=published.isoformat() if published else "",
        background=tuple(each.article.id for each in found)[:MOST_KNOWN],
    )


def _read_texts(library: Library, ids: Iterable[str]) -> Iterable[str]:
    for each in ids:
        with suppress(ArticleMissing):
            article = library.get_article(each)
            yield f"{article.title}\n{article.text}"


def _read_day(text: str) -> PublicationDate | None:
    if len(text) < len("2026-01-01"):
        return PartialDate(text) if text else None
    return date.fromisoformat(text)
