import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.article_names import SHORTEST, find_article_id, mentions, shorten_ids
from retrieval.domain import ArticleInfo
from retrieval.errors import InputError

ARTICLES = [
    ArticleInfo("mill-fire-1a2b", "Fire at the mill", source="/archive/mill.txt"),
    ArticleInfo("mill-fire-9c8d", "The mill again", source="/archive/again.txt"),
    ArticleInfo("again", "A third", source="/archive/third.md"),
]


@pytest.mark.parametrize(
    ("given_name", "found"),
    [
        ("mill-fire-1a2b", "mill-fire-1a2b"),
        ("mill-fire-1", "mill-fire-1a2b"),
        ("MILL-FIRE-9", "mill-fire-9c8d"),
        ("mill.txt", "mill-fire-1a2b"),
        ("third", "again"),
        ("again", "again"),
        ("again.txt", "mill-fire-9c8d"),
        ("nowhere", "nowhere"),
        ("", ""),
    ],
)
def test_the_beginning_of_an_id_or_a_file_name_is_enough(given_name: str, found: str) -> None:
    assert find_article_id(given_name, ARTICLES) == found


def test_a_beginning_that_several_have_names_them() -> None:
    with pytest.raises(InputError, match="may be mill-fire-1a2b, mill-fire-9c8d: give more"):
        find_article_id("mill-fire", ARTICLES)


@given(st.sets(st.text("abAB-", min_size=1, max_size=14)))
def test_a_short_id_names_its_article(ids: set[str]) -> None:
    folded = {each.casefold(): each for each in ids}
    articles = [ArticleInfo(each) for each in folded.values()]

    short = shorten_ids(folded.values())

    assert all(find_article_id(short[each.id], articles) == each.id for each in articles)
    assert all(len(short[each]) >= min(SHORTEST, len(each)) for each in short)


def test_an_article_mentions_what_its_id_title_or_file_name_holds() -> None:
    assert [info.id for info in ARTICLES if mentions(info, "AGAIN")] == ["mill-fire-9c8d", "again"]
    assert all(mentions(info, "") for info in ARTICLES)
