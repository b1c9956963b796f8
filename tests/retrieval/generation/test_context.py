from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import ArticleInfo, Hit, Passage, Reference, Sentence
from retrieval.generation.context import (
    HEADER_TOKENS,
    diversify_hits,
    drop_weak_hits,
    halve_references,
    merge_neighbours,
    select_references,
)

SENTENCES = 40
LENGTH = 10
"""Characters of a sentence in the texts here, its blank included."""
TEXTS = {name: " ".join(f"{name} says {n:02}" for n in range(SENTENCES)) for name in "abcdef"}


def passage(article: str, first: int, last: int) -> Passage:
    """Cut sentences `first` to `last`, inclusive, of an article."""
    text = TEXTS[article]
    spans = [(n * LENGTH, (n + 1) * LENGTH - 1) for n in range(first, last + 1)]
    start, end = spans[0][0], spans[-1][1]
    sentences = tuple(Sentence(a, b, text[a:b]) for a, b in spans)
    return Passage(f"{article}{first}-{last}", article, start, end, text[start:end], sentences)


def hits(*places: tuple[str, int, int]) -> list[Hit]:
    return [
        Hit(rank, 100.0 - rank, passage(*place), ArticleInfo(place[0]), 0.5, 1.0, 0.5, 0.5, 0.5, ())
        for rank, place in enumerate(places, 1)
    ]


def words(texts: object) -> list[int]:
    assert isinstance(texts, list)
    return [len(text.split()) for text in texts]


def ids(found: list[Reference]) -> list[str]:
    return [reference.passage.id for reference in found]


def test_references_are_numbered_from_one_best_first() -> None:
    found = select_references(hits(("a", 0, 1), ("b", 4, 5), ("c", 8, 9)), TEXTS, budget=1000, measure=words)

    assert [(reference.number, reference.article.id) for reference in found] == [(1, "a"), (2, "b"), (3, "c")]


def test_the_budget_holds() -> None:
    found = select_references(
        hits(*[(name, 0, 9) for name in "abcdef"]), TEXTS, budget=3 * (30 + HEADER_TOKENS), measure=words
    )

    assert [reference.article.id for reference in found] == ["a", "b", "c"]


def test_passages_that_do_not_fit_are_skipped_for_those_that_do() -> None:
    found = select_references(
        hits(("a", 0, 9), ("b", 0, 30), ("c", 0, 1)), TEXTS, budget=2 * HEADER_TOKENS + 30 + 6, measure=words
    )

    assert [reference.article.id for reference in found] == ["a", "c"]


def test_the_best_hit_is_shown_whatever_it_costs() -> None:
    assert ids(select_references(hits(("a", 0, 30), ("b", 0, 30)), TEXTS, budget=1, measure=words)) == ["a0-30"]


def test_nothing_found_is_nothing_shown() -> None:
    assert select_references([], TEXTS, budget=1000, measure=words) == []


def test_other_articles_come_before_much_of_one() -> None:
    ordered = diversify_hits(hits(("a", 0, 1), ("a", 5, 6), ("a", 10, 11), ("a", 15, 16), ("b", 0, 1), ("c", 0, 1)))

    assert [hit.passage.id for hit in ordered] == ["a0-1", "a5-6", "b0-1", "a10-11", "c0-1", "a15-16"]


def test_hits_far_weaker_than_the_best_are_left_out() -> None:
    found = [
        replace(hit, score=score)
        for hit, score in zip(hits(*[(n, 0, 1) for n in "abcd"]), (50, 30, 21, 19), strict=True)
    ]

    assert [hit.article.id for hit in drop_weak_hits(found)] == ["a", "b", "c"]
    assert [hit.article.id for hit in drop_weak_hits([replace(hit, score=-1.0) for hit in found[:1]])] == ["a"]
    assert drop_weak_hits([]) == []


def test_one_article_alone_keeps_its_order() -> None:
    found = hits(("a", 10, 11), ("a", 0, 1), ("a", 5, 6))

    assert diversify_hits(found) == found


def test_neighbours_become_one_reference_in_the_better_ones_place() -> None:
    found = select_references(
        hits(("a", 2, 3), ("b", 0, 1), ("a", 4, 5), ("a", 0, 1)), TEXTS, budget=1000, measure=words
    )

    first, second = found
    assert (first.passage.start, first.passage.end, first.article.id) == (0, 59, "a")
    assert [s.start for s in first.passage.sentences] == [0, 10, 20, 30, 40, 50]
    assert second.article.id == "b"


def test_overlapping_passages_become_one_without_saying_anything_twice() -> None:
    (found,) = merge_neighbours(hits(("a", 0, 4), ("a", 3, 7)), TEXTS)

    assert found.passage.text == TEXTS["a"][:79]
    assert len(found.passage.sentences) == 8


def test_passages_with_words_between_them_stay_apart() -> None:
    assert len(merge_neighbours(hits(("a", 0, 1), ("a", 3, 4)), TEXTS)) == 2


def test_passages_of_different_articles_never_become_one() -> None:
    assert len(merge_neighbours(hits(("a", 0, 1), ("b", 2, 3)), TEXTS)) == 2


places = st.tuples(st.sampled_from("abcdef"), st.integers(0, SENTENCES - 1), st.integers(0, 6)).map(
    lambda place: (place[0], place[1], min(place[1] + place[2], SENTENCES - 1))
)


@given(st.lists(places, min_size=1, max_size=24, unique=True), st.integers(1, 600))
def test_every_reference_is_in_its_article_and_none_overlap(given: list[tuple[str, int, int]], budget: int) -> None:
    found = select_references(hits(*given), TEXTS, budget=budget, measure=words)

    assert [reference.number for reference in found] == list(range(1, len(found) + 1))
    best = passage(*given[0])
    assert (found[0].article.id, found[0].passage.start <= best.start, best.end <= found[0].passage.end) == (
        best.article_id,
        True,
        True,
    )
    covered: set[tuple[str, int]] = set()
    for reference in found:
        text = TEXTS[reference.article.id]
        assert text[reference.passage.start : reference.passage.end] == reference.passage.text
        assert all(text[s.start : s.end] == s.text for s in reference.passage.sentences)
        here = {(reference.article.id, place) for place in range(reference.passage.start, reference.passage.end)}
        assert not covered & here
        covered |= here


def test_half_of_the_references_are_the_better_ones() -> None:
    found = merge_neighbours(hits(("a", 0, 1), ("b", 0, 1), ("c", 0, 1)), TEXTS)

    assert ids(halve_references(found)) == ["a0-1", "b0-1"]


def test_half_of_one_reference_is_its_first_sentences() -> None:
    (whole,) = [replace(reference, number=1) for reference in merge_neighbours(hits(("a", 2, 5)), TEXTS)]

    (half,) = halve_references([whole])

    assert half.passage.text == TEXTS["a"][half.passage.start : half.passage.end] == TEXTS["a"][20:39]
    assert len(half.passage.sentences) == 2


def test_one_sentence_has_no_half() -> None:
    assert halve_references(merge_neighbours(hits(("a", 0, 0)), TEXTS)) == []
    assert halve_references([]) == []
