"""Golden question -> outcome: asks, searches, checks expectations, and compares the answer with its own citations.

The articles are read from the library as it is at that moment; who answers is passed in.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.evaluation.golden.expectations import check_expectations
from bot.evaluation.results import CitationContext, Outcome, Retrieved
from bot.evaluation.run.grounding import count_grounded_claims
from bot.render import cut_excerpt
from bot.user_input import LIMITS, build_filter, parse_today, replace_surrogates
from retrieval.domain import Ask, Turn
from retrieval.errors import ArticleMissing, ClippingsError
from retrieval.search.ranking import search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from bot.answerer import Answerer
    from bot.evaluation.results import Gold, Golden
    from retrieval.domain import Answer, Article, Citation, Hit
    from retrieval.index import Library

K = 10
"""Passages that are kept of each search."""
CONTEXT_CHARACTERS = 240
"""Characters shown on either side of a quote."""


def ask_golden(
    golden: Golden, gold: Gold, library: Library, answerer: Answerer, *, today: date, k: int = K, ground: bool = True
) -> Outcome:
    """Ask one golden question and return what came of it; what the library or a model raises becomes its `error`.

    `today` is what dates such as "last month" count from, unless the question has a day of its own. `ground` says
    whether the answer's claims are compared with its citations, which takes some 0.1 s a claim.
    """
    try:
        today = parse_today(golden.today, today)
        where = build_filter({name: getattr(golden, name) for name in LIMITS}, today)
        history = tuple(
            Turn(replace_surrogates(turn.question), replace_surrogates(turn.answer)) for turn in golden.history
        )
        asked = Ask(replace_surrogates(golden.question), where, history, today)
        started = time.perf_counter()
        answer = answerer.invoke(asked)
        answered = time.perf_counter()
        hits = search(library, answer.standalone or asked.question, k=k, where=where)
        searched = time.perf_counter()
        articles = dict(_yield_cited(answer, library))
        return Outcome(
            golden,
            gold,
            answer,
            tuple(describe_hit(hit) for hit in hits),
            check_expectations(golden, answer),
            tuple(_build_context(citation, articles) for citation in answer.citations),
            count_grounded_claims(answer, articles, library.encoder) if ground and not answer.refused else None,
            {"search": searched - answered, "answer": answered - started}
            | {f"answer: {name}": seconds for name, seconds in answer.steps.items()},
        )
    except ClippingsError as error:
        return Outcome(golden, gold, None, error=str(error))


def _yield_cited(answer: Answer, library: Library) -> Iterator[tuple[str, Article]]:
    for article_id in dict.fromkeys(citation.article_id for citation in answer.citations):
        try:
            yield article_id, library.get_article(article_id)
        except ArticleMissing:
            continue


def _build_context(citation: Citation, articles: Mapping[str, Article]) -> CitationContext:
    article = articles.get(citation.article_id)
    if article is None or article.text[citation.start : citation.end] != citation.quote:
        return CitationContext(citation.number, "", "", exact=False)
    if not citation.quote:
        return CitationContext(citation.number, "", "", exact=True)
    around = cut_excerpt(article.text, citation.start, citation.end, skipped=article.skipped, margin=CONTEXT_CHARACTERS)
    return CitationContext(citation.number, around.before, around.after, exact=True)


def describe_hit(hit: Hit) -> Retrieved:
    """Return what is kept of a hit."""
    passage = hit.passage
    return Retrieved(
        hit.rank, hit.score, passage.article_id, hit.article.title, passage.start, passage.end, passage.text
    )
