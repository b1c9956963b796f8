"""Lines about articles -> an answer that cites each of them: by words of its text where it has some, or as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.answering.citations import check_citations, cite, escape_quote
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import name_article
from retrieval.domain import Answer, Citation, Span
from retrieval.text.dates import format_day, say_when

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.answering.article_matching import Mentions
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Article, ArticleInfo

    Evidence = Callable[[Article], Span | None]

WHOLE = Span(0, 0)
"""What is cited of an article whose text does not say itself what is said of it."""
FIRST_WORDS = 8
"""Words that stand for a title."""
EXACT = 1.0
"""The confidence in what is counted."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A line of an answer: words, the articles that they name, and what is said of the only one.

    With `quoted`, the words that are cited stand beside the name.
    """

    words: str = ""
    articles: tuple[ArticleInfo, ...] = ()
    said: str = ""
    quoted: bool = False


def word_answer(
    lines: Sequence[FactLine], inquiry: Inquiry, evidence: Evidence | None = None, *, confidence: float = EXACT
) -> Answer:
    """Return the answer of these lines; `evidence` finds the part of a text that shows what is said of its article."""
    written, citations, texts = list[str](), dict[str, Citation](), dict[str, str]()
    for line in lines:
        named = list[str]()
        for info in line.articles:
            if info.id not in citations:
                article = inquiry.snapshot.get_article(info.id)
                texts[info.id] = article.text
                span = (evidence(article) if evidence else None) or WHOLE
                citations[info.id] = cite(len(citations) + 1, info, article.text, span)
            title = info.title or find_first_words(texts[info.id])
            entitled = replace(info, title=title)
            name = f"“{escape_quote(title) or info.id}” {line.said}" if line.said else name_article(entitled)
            if line.quoted and (quote := citations[info.id].quote):
                name += f": “{escape_quote(quote)}”"
            named.append(f"{name} [{citations[info.id].number}]")
        written.append(line.words + ", ".join(named))
    text, cited = "\n".join(written), tuple(citations.values())
    check_citations(text, cited, texts)
    return Answer(inquiry.asked.question, text, cited, False, confidence, EXTRACTIVE, 0.0)


def list_articles(
    described: str, articles: Sequence[ArticleInfo], limit: int, *, quoted: bool = False
) -> list[FactLine]:
    """Return a line that says which articles, and one for each of them up to a limit."""
    shown = articles if len(articles) <= limit + 2 else articles[:limit]
    head = FactLine(f"{described}:" if articles else f"{described}.")
    return [head, *(FactLine(articles=(info,), quoted=quoted) for info in shown), *say_more(len(articles) - len(shown))]


def find_first_words(text: str) -> str:
    """Return the first words of a text, which stand for the title that it does not have."""
    words = text.split(maxsplit=FIRST_WORDS)
    return " ".join(words[:FIRST_WORDS]) + (" …" if len(words) > FIRST_WORDS else "")


def say_more(count: int) -> list[FactLine]:
    """Return the line that says how many are not named, if there are any."""
    return [FactLine(f"and {count:,} more")] if count > 0 else []


def show_mentions(mentions: Mentions | None) -> Evidence:
    """Return what finds the first sentence of an article that mentions something."""

    def find(article: Article) -> Span | None:
        sentences = mentions.sentences.get(article.id, ()) if mentions else ()
        return min((Span(each.start, each.end) for each in sentences), default=None)

    return find


def say_author(info: ArticleInfo) -> str:
    """Say who wrote an article."""
    author = escape_quote(info.author)
    return f"{_put_date(info)}is by {author}." if author else f"{_put_date(info)}names no author."


def say_date(info: ArticleInfo) -> str:
    """Say when an article was published."""
    return f"was published {say_when(info.published)}." if info.published else "gives no date."


def say_length(info: ArticleInfo) -> str:
    """Say how long an article is."""
    return f"{_put_date(info)}has {info.characters:,} characters."


def say_place(info: ArticleInfo, inquiry: Inquiry) -> str:
    """Say where an article was published, as far as it is known; never where it lies on somebody's disk."""
    place = find_place(info, inquiry)
    if not place:
        return f"{_put_date(info)}does not say where it was published."
    return f"{_put_date(info)}comes from {place}" + (f": {info.url}" if info.url else ".")


def find_place(info: ArticleInfo, inquiry: Inquiry) -> str:
    """Return the name of the site or the host that an article is from; "" where neither is known."""
    site = inquiry.snapshot.get_article(info.id).metadata.get("sitename")
    return escape_quote(str(site)) if site else (urlsplit(info.url).hostname or "").removeprefix("www.")


def _put_date(info: ArticleInfo) -> str:
    return f"({format_day(info.published)}) " if info.published else ""
