"""A question that names one article, by its title, its author or its kind -> that article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.answering.key_sentences import find_interviewer_turns
from retrieval.text.english import STOP_WORDS

if TYPE_CHECKING:
    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.storyline import Story, StoryArticle

OPENING = 200
"""Characters of a text, after its title, in which an article says what kind it is."""
FEWEST_WORDS = 2
"""Topic words of a title that may be asked about, at least."""
TITLE_SHARE = 0.6
"""The part of the topic words of a question, and of a title, that the other holds where it is meant."""

_KINDS = {
    "article": r"article|piece|report|text|post|page|document",
    "opinion": r"opinion|op-?ed|column|comment(?:ary)?|editorial|essay|viewpoint",
    "interview": r"interview|conversation|q\s?&\s?a",
    "speech": r"speech|address|remarks",
    "review": r"review|critique|critic",
    "letter": r"letters?",
    "obituary": r"obituary|obit",
    "release": r"press release|news release|statement|announcement",
    "live": r"live ?blog|live report|live",
    "check": r"fact[- ]?check",
    "retraction": r"retraction|withdrawal",
}
_ASKED_KINDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KINDS.items()}
_OWN_WORDS = ("speech", "interview", "opinion", "retraction")
_ASKS_WHAT_WAS_SAID = re.compile(
    r"\b(?:what|how) (?:\S+ ){1,6}?(?:said|says?|told|tells?|argue[sd]?|explain(?:s|ed)?)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


def find_named_article(inquiry: Inquiry, story: Story) -> StoryArticle | None:
    """Return the article that a question for a summary means, or None where it means a subject.

    Of the articles on the subject it is the one that fits best: by its kind, its author and its title.
    """
    from retrieval.index.lexical import extract_terms

    question = _cut_afterthought(inquiry.asked.question, inquiry.asked.subject)
    kinds = [kind for kind, pattern in _ASKED_KINDS.items() if pattern.search(question)]
    if not kinds:
        return _find_entitled(story) or _find_said(inquiry, story, question)
    words = set(_WORD.findall(question.lower()))
    return max(
        story.articles,
        key=lambda article: (
            article.nearness / story.articles[0].nearness
            + story.query.measure_coverage(extract_terms(article.info.title))
            + sum(_is_of_kind(inquiry, article, kind) for kind in kinds if kind != "article")
            + bool(words & set(_WORD.findall(article.info.author.lower())[-1:]))
        ),
        default=None,
    )


def _find_said(inquiry: Inquiry, story: Story, question: str) -> StoryArticle | None:
    """Return the nearest article where it is in somebody's own words, and what somebody said is asked for."""
    nearest = story.articles[0] if story.articles and _ASKS_WHAT_WAS_SAID.search(question) else None
    return nearest if nearest and any(_is_of_kind(inquiry, nearest, kind) for kind in _OWN_WORDS) else None


def _cut_afterthought(question: str, subject: str) -> str:
    """Return a question up to the comma after its subject: "the fire, from the first night to the expert's report"."""
    end = question.find(subject) + len(subject)
    return question[:end] + question[end:].partition(",")[0]


def _find_entitled(story: Story) -> StoryArticle | None:
    """Return the one article whose title is what was asked about: each holds most of the other's topic words."""
    from retrieval.index.lexical import extract_terms

    asked = set(story.query.weights)
    for article in story.articles:
        title = set(
            extract_terms(
                " ".join(word for word in _WORD.findall(article.info.title) if word.lower() not in STOP_WORDS)
            )
        )
        if len(title) >= FEWEST_WORDS and len(asked & title) >= TITLE_SHARE * max(len(asked), len(title)):
            return article
    return None


def _get_opening(inquiry: Inquiry, article: StoryArticle) -> str:
    return inquiry.snapshot.get_article(article.info.id).text[:OPENING]


def _is_of_kind(inquiry: Inquiry, article: StoryArticle, kind: str) -> bool:
    if kind == "interview" and find_interviewer_turns(inquiry.snapshot.get_article(article.info.id).text):
        return True
    opening = f"{article.info.title} {_get_opening(inquiry, article)}"
    return bool(re.search(rf"\b(?:{_KINDS[kind]})\b", opening, re.IGNORECASE))
