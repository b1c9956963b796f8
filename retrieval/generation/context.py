"""Hits -> the passages that a chat model is shown: within a budget, several articles, neighbours made one. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.domain import Passage, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.domain import Hit

CANDIDATES = 24
"""Hits that are considered: what fits a budget of 3,000 tokens, and half as much again to choose from."""
RANK_DAMPING = 10
"""Ranks after which a hit counts half of what the first one counts."""
REPEAT_DISCOUNT = 0.9
"""What each further passage of an article counts, relative to the one before it. For 300 questions of squad-open, the
passage that answers is shown within 1,000 / 2,000 tokens .977 / .987 of the time with 0.9, as with 1, and .967 / .983
with 0.8; 0.9 shows a quarter more articles than 1."""
WEAKEST_SHARE = 0.4
"""Hits that score less than this part of the best are not shown: on the same questions that loses none of the passages
that answer, and of 3,000 tokens 1,770 are left; at 0.5 it loses 0.7 %."""
HEADER_TOKENS = 30
"""What title, author, date and tags add to a passage, roughly."""


def select_references(
    hits: Sequence[Hit], texts: Mapping[str, str], *, budget: int, measure: Callable[[Sequence[str]], Sequence[int]]
) -> list[Reference]:
    """Return the references that the budget admits, best first, numbered from 1; the best hit is always the first.

    `hits` come best first, `texts` are their articles' texts by id; `measure` returns the tokens of each text.
    """
    costs = measure([hit.passage.text for hit in hits])
    cost = {hit.passage.id: tokens + HEADER_TOKENS for hit, tokens in zip(hits, costs, strict=True)}
    taken: list[Hit] = []
    for hit in diversify_hits(hits):
        if not taken or cost[hit.passage.id] <= budget:
            taken.append(hit)
            budget -= cost[hit.passage.id]
    return [replace(reference, number=number) for number, reference in enumerate(merge_neighbours(taken, texts), 1)]


def drop_weak_hits(hits: Sequence[Hit]) -> list[Hit]:
    """Leave out hits that are far weaker than the best."""
    return [hit for rank, hit in enumerate(hits) if not rank or hit.score >= WEAKEST_SHARE * hits[0].score]


def diversify_hits(hits: Sequence[Hit]) -> list[Hit]:
    """Order hits so that several articles come before much of one: each further passage of an article counts less."""
    seen = Counter[str]()
    weights: list[float] = []
    for rank, hit in enumerate(hits):
        weights.append(REPEAT_DISCOUNT ** seen[hit.article.id] / (RANK_DAMPING + rank))
        seen[hit.article.id] += 1
    return [hits[rank] for rank in sorted(range(len(hits)), key=lambda rank: -weights[rank])]


def merge_neighbours(hits: Sequence[Hit], texts: Mapping[str, str]) -> list[Reference]:
    """Make passages of one article that overlap or touch one reference, in the place of the best of them."""
    groups: list[list[Hit]] = []
    for hit in hits:
        touching = [group for group in groups if any(_are_adjacent(hit, other, texts) for other in group)]
        joined = [*(each for group in touching for each in group), hit]
        if touching:
            groups[groups.index(touching[0])] = joined
        else:
            groups.append(joined)
        groups = [group for group in groups if group not in touching[1:]]
    return [Reference(0, group[0].article, _join_passages([hit.passage for hit in group], texts)) for group in groups]


def halve_references(references: Sequence[Reference]) -> list[Reference]:
    """Return the better half, or the first half of the sentences of the only one; nothing when that can't be halved."""
    if len(references) > 1:
        return list(references[: (len(references) + 1) // 2])
    if not references or len(references[0].passage.sentences) < 2:
        return []
    whole = references[0].passage
    sentences = whole.sentences[: len(whole.sentences) // 2]
    end = sentences[-1].end
    half = replace(whole, end=end, text=whole.text[: end - whole.start], sentences=sentences)
    return [Reference(1, references[0].article, half)]


def _are_adjacent(one: Hit, other: Hit, texts: Mapping[str, str]) -> bool:
    first, second = sorted((one.passage, other.passage), key=lambda passage: passage.start)
    if first.article_id != second.article_id:
        return False
    return second.start <= first.end or not texts[first.article_id][first.end : second.start].strip()


def _join_passages(passages: Sequence[Passage], texts: Mapping[str, str]) -> Passage:
    if len(passages) == 1:
        return passages[0]
    start, end = min(p.start for p in passages), max(p.end for p in passages)
    article_id = passages[0].article_id
    ids = [p.id for p in sorted(passages, key=lambda passage: passage.start)]
    sentences = sorted({s for p in passages for s in p.sentences}, key=lambda sentence: (sentence.start, sentence.end))
    return Passage("+".join(ids), article_id, start, end, texts[article_id][start:end], tuple(sentences))
