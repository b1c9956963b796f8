"""Whether a question that was read as another kind asks the catalog all the same.

It is told without what answers such questions, and by few patterns: of most questions that no article answers, all that
is found is that they do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.answering.archive_phrases import ASKS
from retrieval.answering.archive_request import parse_request, tidy_question
from retrieval.answering.author_names import find_authors
from retrieval.text.english import WRITING_VERBS

if TYPE_CHECKING:
    from retrieval.answering.inquiry import Inquiry

_OF_AUTHOR = re.compile(rf"^who (?:is|was)\b|\b(?:{'|'.join(sorted(WRITING_VERBS))})\b", re.IGNORECASE)
_OF_TOPICS = dict(ASKS)["topics"]


def asks_for_topics(text: str) -> bool:
    """Say whether a question is for what the archive as a whole is about: "Give me an overview of the contents"."""
    if not _OF_TOPICS.search(tidy_question(text)):
        return False
    request = parse_request(text, (), terms=lambda word: [word.lower()])
    return request is not None and request.wanted == "topics" and not request.subject


def asks_of_author(inquiry: Inquiry) -> bool:
    """Say if a question asks what an author wrote: "What did Ida Renn write?", "Who is Ida Renn?"."""
    from retrieval.index.lexical import extract_terms

    text = inquiry.asked.question
    if not _OF_AUTHOR.search(text):
        return False
    infos = inquiry.snapshot.list_articles(inquiry.asked.where)
    authors = sorted({info.author for info in infos if info.author})
    if not find_authors(tidy_question(text), authors, terms=extract_terms).names:
        return False
    request = parse_request(text, authors, terms=extract_terms)
    return request is not None and request.wanted == "articles" and bool(request.authors)
