"""Retrieval measures of each question, as trec_eval computes them (through ir-measures); averaging is left to others.

Binary relevance. docs/measures.md says what counts as a document, and as relevant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.evaluation.results import Outcome


def compute_retrieval_metrics(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """Return the retrieval measures of each outcome by name; none where it is not known what should be found."""
    found: list[dict[str, float]] = [{} for _ in outcomes]
    for prefix, judged in (("", _judge_passages), ("article-", _judge_articles)):
        for place, name, value in _compute_metrics(outcomes, judged):
            found[place][prefix + name] = value
    return found


def _compute_metrics(
    outcomes: Sequence[Outcome], judged: Callable[[Outcome], tuple[int, set[int]]]
) -> Iterator[tuple[int, str, float]]:
    import ir_measures
    from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

    names = {
        **{Success @ k: f"hit@{k}" for k in (1, 3, 5, 10)},
        **{R @ k: f"recall@{k}" for k in (5, 10)},
        RR @ 10: "mrr@10",
        nDCG @ 10: "ndcg@10",
    }
    qrels, run = list[Qrel](), list[ScoredDoc]()
    for place, outcome in enumerate(outcomes):
        documents, relevant = judged(outcome)
        qrels += [Qrel(str(place), str(rank), 1) for rank in relevant]
        if relevant:
            # trec_eval orders by score and breaks ties by name, so the scores only say the order.
            run += [ScoredDoc(str(place), str(rank), float(documents - rank)) for rank in range(documents)]
    if qrels:
        for metric in ir_measures.iter_calc(list(names), qrels, run):
            yield int(metric.query_id), names[metric.measure], float(metric.value)


def _judge_passages(outcome: Outcome) -> tuple[int, set[int]]:
    """Return how many passages were ranked and which are relevant, from 0; what none covers gets a number beyond."""
    passages = _sort_passages(outcome)
    firsts = (
        next((at for at, p in enumerate(passages) if any(place.is_within(*p) for place in places)), None)
        for places in outcome.gold.evidence
    )
    return len(passages), _number_relevant(firsts, len(passages))


def _judge_articles(outcome: Outcome) -> tuple[int, set[int]]:
    """Do the same with distinct articles, in the order of their first passages."""
    articles = list(dict.fromkeys(article_id for article_id, _, _ in _sort_passages(outcome)))
    firsts = (next((at for at, each in enumerate(articles) if each in ids), None) for ids in outcome.gold.articles)
    return len(articles), _number_relevant(firsts, len(articles))


def _sort_passages(outcome: Outcome) -> list[tuple[str, int, int]]:
    return [(p.article_id, p.start, p.end) for p in sorted(outcome.retrieved, key=lambda passage: passage.rank)]


def _number_relevant(firsts: Iterator[int | None], documents: int) -> set[int]:
    return {documents + number if first is None else first for number, first in enumerate(firsts)}
