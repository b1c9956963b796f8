"""An answer compared with its own citations: how many of its claims do the cited words support.

Verification decides what a model's draft may keep; here the finished answer is checked again, as a reader sees it:
its sentences and its quotes. The text before a quote is used only to resolve pronouns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.evaluation.golden.expectations import extract_own_words
from bot.evaluation.results import Claims
from retrieval.answering.citations import escape_quote
from retrieval.domain import ArticleInfo, Passage, Reference, Sentence
from retrieval.text.passages import split_sentences
from retrieval.verification.claim_context import resolve_pronouns
from retrieval.verification.claims import split_claims
from retrieval.verification.verdicts import extract_evidence, verify_claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.domain import Answer, Article, Citation
    from retrieval.encoder import Encoder
    from retrieval.verification.evidence import Evidence

CONTEXT_CHARACTERS = 600
"""Characters before a quote that may tell what its pronouns mean."""


def count_grounded_claims(answer: Answer, articles: Mapping[str, Article], encoder: Encoder) -> Claims:
    """Count the claims of an answer and those that its citations support; `articles` are the cited ones by id.

    The share of the two is what Liu, Zhang and Liang (2023, "Evaluating Verifiability in Generative Search Engines")
    call citation recall. What claims nothing, such as "Here is what the articles say:", is not counted, and neither is
    what the catalog says of articles: that is no claim about their texts.
    """
    if _tells_of_catalog(answer):
        return Claims(0, 0, ())
    evidence = list(_yield_evidence(answer, articles))
    texts = {article_id: article.text for article_id, article in articles.items()}
    made, reasons, before = 0, list[str](), ""
    for claim in split_claims(extract_own_words(answer), ()):
        meant = replace(claim, text=resolve_pronouns(claim.text, before))
        reason = verify_claim(meant, evidence, question=answer.question, texts=texts, encoder=encoder).reason
        if reason == "empty":
            continue
        made, before = made + 1, meant.text
        reasons += [reason] if reason else []
    return Claims(made, made - len(reasons), tuple(reasons))


def _tells_of_catalog(answer: Answer) -> bool:
    """Say whether an answer lists or counts articles, and shows no words of theirs."""
    about_archive = answer.understanding is not None and answer.understanding.kind == "archive"
    return about_archive and not any(
        each.quote and escape_quote(each.quote) in answer.text for each in answer.citations
    )


def _yield_evidence(answer: Answer, articles: Mapping[str, Article]) -> Iterator[Evidence]:
    """Yield the sentences of the quotes, each with those before it as context."""
    for citation in answer.citations:
        article = articles.get(citation.article_id)
        if article is None or article.text[citation.start : citation.end] != citation.quote:
            continue
        for evidence in extract_evidence([_build_reference(citation, article)]):
            if evidence.sentence.end > citation.start:
                yield evidence


def _build_reference(citation: Citation, article: Article) -> Reference:
    """Return a quote, with the text before it, as a reference, so that its sentences know their neighbours."""
    start = max(0, citation.start - CONTEXT_CHARACTERS)
    parts = (
        *((start, span) for span in split_sentences(article.text[start : citation.start])),
        *((citation.start, span) for span in split_sentences(citation.quote)),
    )
    found = tuple(
        Sentence(at + span.start, at + span.end, article.text[at + span.start : at + span.end]) for at, span in parts
    )
    info = ArticleInfo(
        article.id, article.title, article.author, article.published, article.url, article.source, 0, len(article.text)
    )
    text = article.text[start : citation.end]
    return Reference(citation.number, info, Passage("", article.id, start, citation.end, text, found))
