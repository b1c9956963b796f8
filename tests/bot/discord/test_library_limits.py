"""How much a person's own library may hold."""

from __future__ import annotations

from hypothesis import given, strategies

from bot.discord.library_limits import limit_articles
from retrieval.domain import Article, ArticleInfo, Rejection

MEGABYTE = 1_000_000


def article(number: int, characters: int) -> Article:
    return Article(str(number), "x" * characters, source=f"discord:own/{number}.txt")


@given(strategies.lists(strategies.tuples(strategies.integers(0, 5), strategies.integers(1, 40)), max_size=12))
def test_what_goes_in_is_within_both_limits_and_all_that_is_offered_is_accounted_for(
    offered: list[tuple[int, int]],
) -> None:
    found = list(limit_articles((article(*each) for each in offered), (), most=3, megabytes=60 / MEGABYTE))

    taken = {each.id: len(each.text) for each in found if isinstance(each, Article)}
    assert len(found) == len(offered)
    assert len(taken) <= 3
    assert sum(taken.values()) <= 60


def test_a_text_that_comes_again_takes_the_place_of_the_earlier_one() -> None:
    held = [ArticleInfo("1", characters=50)]

    (again, other) = limit_articles([article(1, 60), article(2, 1)], held, most=1, megabytes=60 / MEGABYTE)

    assert isinstance(again, Article)
    assert isinstance(other, Rejection)
    assert "one more than the 1 articles" in other.reason


def test_what_is_no_article_passes() -> None:
    refused = Rejection("a.exe", "is in no format")

    assert list(limit_articles([refused], (), most=0, megabytes=1)) == [refused]
