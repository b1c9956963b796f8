"""A question for what happened when -> dated quotes, oldest first.

What stands in articles without a date is put in the order of the years that it tells of.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.dated_quotes import DatedLines, DatedQuote
from retrieval.answering.extractive import EXTRACTIVE, build_refusal
from retrieval.answering.story_reading import drop_beside, estimate_told, read_story
from retrieval.answering.story_steps import rate_steps
from retrieval.answering.storyline import choose_story_sentences, find_story
from retrieval.domain import Answer, Span
from retrieval.text.stated_years import find_stated_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.key_sentences import KeySentence
    from retrieval.answering.storyline import Story, StoryArticle
    from retrieval.domain import ArticleInfo

QUOTES = 12
"""Quotes in a timeline, at most."""
QUOTES_OF_HOURS = 18
"""The same of a live report, whose entries are short."""
CANDIDATES = 3
"""Articles nearest to the subject, one of which may be a live report of the hours asked for."""
FEWEST_ENTRIES = 4
"""Paragraphs of a live report that begin with the time of day, at least."""
SHORT_ENTRY = 240
"""Characters of such a paragraph that is quoted whole."""

_ENTRY = re.compile(r"^[*_\[(]{0,2}\d{1,2}[:.h]\d\d\s?(?:[ap]\.?m\.?)?[*_\])]{0,2}\s", re.IGNORECASE | re.MULTILINE)
_ASKS_FOR_HOURS = re.compile(r"\b(?:night|evening|morning|afternoon|hours?|minutes?|o['’]clock|live)\b", re.IGNORECASE)


def build_timeline(inquiry: Inquiry) -> Answer | None:
    """Quote what happened, oldest first; inside one article in its order. Refuse where no article tells of it."""
    question = inquiry.asked.question
    found = find_story(inquiry)
    confidence = estimate_told(inquiry, found)
    if confidence < inquiry.threshold or not found.articles:
        return build_refusal(question, confidence, found.hits)
    story = read_story(inquiry, found)
    if live := _find_live_report(inquiry, story):
        chosen = choose_story_sentences([_keep_one_of_each_entry(inquiry, live)], QUOTES_OF_HOURS)
    else:
        chosen = _order_undated(choose_story_sentences(rate_steps(drop_beside(story.articles)), QUOTES))
    lines = DatedLines(inquiry.snapshot)
    lines.add_quotes([DatedQuote(info, _widen_to_entry(inquiry, info, sentence)) for info, sentence in chosen])
    text, citations = lines.finish()
    return Answer(question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _order_undated(chosen: Sequence[tuple[ArticleInfo, KeySentence]]) -> list[tuple[ArticleInfo, KeySentence]]:
    """Put what stands in articles without a date, which comes last, in the order of the years that it tells of."""
    undated = [each for each in chosen if not each[0].published]
    return [*(each for each in chosen if each[0].published), *sorted(undated, key=lambda each: _find_year(each[1]))]


def _find_year(sentence: KeySentence) -> float:
    """Return the year that a sentence tells of: it states it, or the last one before it that states any."""
    for place in range(sentence.position, -1, -1):
        year = find_stated_year(sentence.sentences[place].text)
        if year is not None:
            return year
    return -math.inf


def _find_live_report(inquiry: Inquiry, story: Story) -> StoryArticle | None:
    """Return an article whose paragraphs begin with the time of day, where it is nearest or hours are asked for."""
    hours = bool(_ASKS_FOR_HOURS.search(inquiry.asked.question))
    for article in story.articles[: CANDIDATES if hours else 1]:
        if len(_ENTRY.findall(inquiry.snapshot.get_article(article.info.id).text)) >= FEWEST_ENTRIES:
            return article
    return None


def _keep_one_of_each_entry(inquiry: Inquiry, live: StoryArticle) -> StoryArticle:
    """Leave of each entry of a live report the sentence that carries most."""
    text = inquiry.snapshot.get_article(live.info.id).text
    best: dict[int, KeySentence] = {}
    for each in sorted(live.sentences, key=lambda sentence: -sentence.carries):
        best.setdefault(_find_paragraph(text, each).start, each)
    return replace(live, sentences=tuple(sorted(best.values(), key=lambda sentence: sentence.position)))


def _widen_to_entry(inquiry: Inquiry, info: ArticleInfo, sentence: KeySentence) -> Span:
    """Return what is quoted of a sentence: from the time on that its entry begins with, to the end of a short one."""
    text = inquiry.snapshot.get_article(info.id).text
    entry = _find_paragraph(text, sentence)
    if not _ENTRY.match(text, entry.start, entry.end):
        return sentence.span
    return entry if entry.end - entry.start <= SHORT_ENTRY else Span(entry.start, sentence.span.end)


def _find_paragraph(text: str, sentence: KeySentence) -> Span:
    start = text.rfind("\n\n", 0, sentence.sentence.start) + 2 if "\n\n" in text[: sentence.sentence.start] else 0
    paragraph = text[start:].partition("\n\n")[0]
    return Span(start, start + len(paragraph.rstrip()))
