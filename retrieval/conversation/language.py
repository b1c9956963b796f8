"""A question in another language than the articles -> what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Filter
from retrieval.encoder import DEFAULT_MODEL
from retrieval.text.languages import is_english, is_foreign

if TYPE_CHECKING:
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot

ASK_IN_ENGLISH = "The articles are in English, and so is the model that searches them: ask in English to find more."
READ = 5
"""Texts that tell whether the articles are in English."""


def remark_on_language(question: str, snapshot: Snapshot, encoder: Encoder) -> str:
    """Return a remark where a question is in another language and the articles and the model are in English, else "".

    The articles are those that share most words with the question: an archive of several languages has some in its own.
    Of a model that is not the default one nobody knows what it reads.
    """
    if encoder.fingerprint.partition("@")[0] != DEFAULT_MODEL or not is_foreign(question):
        return ""
    texts = _find_texts(question, snapshot)
    return ASK_IN_ENGLISH if texts and all(map(is_english, texts)) else ""


def _find_texts(question: str, snapshot: Snapshot) -> list[str]:
    """Return the passages that share most words with a question, and the newest articles."""
    from retrieval.index.lexical import extract_terms

    found = snapshot.search_lexical(extract_terms(question), READ, Filter())
    passages = [each.passage.text for each in snapshot.get_passages([key for key, _ in found]).values()]
    newest = snapshot.list_articles(Filter())[:READ]
    return [*passages, *(snapshot.get_article(each.id).text for each in newest)]
