"""A question too vague to be searched for -> a question back, with the choices that the archive offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.answering.dated_quotes import DatedLines
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.domain import Answer
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo

CHOICES = 4
"""Articles that are named."""


def ask_back(inquiry: Inquiry) -> Answer:
    """Ask what is meant, naming the articles that the question's words are found in, else the newest.

    That is no refusal: the archive may well say. Nor is it an answer, so that the confidence is 0.
    """
    question = inquiry.asked.question
    found = _find_articles(inquiry) if find_topic_words(question) else []
    choices = found or inquiry.snapshot.list_articles(inquiry.asked.where)[:CHOICES]
    lines = DatedLines(inquiry.snapshot)
    if len(found) > 1:
        lines.add_line("What do you mean? Articles that it may be about:")
    elif choices:
        lines.add_line(f"What would you like to know about? {'It may be' if found else 'The newest articles are'}:")
    else:
        lines.add_line("What would you like to know about?")
    for article in choices:
        lines.add_named(article, f" {lines.cite_article(article)}")
    text, citations = lines.finish()
    return Answer(question, text, citations, False, 0.0, EXTRACTIVE, 0.0)


def _find_articles(inquiry: Inquiry) -> list[ArticleInfo]:
    """Return the articles that hold words of the question, best first, each title once."""
    _, hits = inquiry.search()
    return list({hit.article.title: hit.article for hit in reversed(hits) if hit.coverage}.values())[::-1][:CHOICES]
