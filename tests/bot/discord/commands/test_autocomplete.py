import pytest

from bot.discord.commands.autocomplete import MOST, choose_article, find_matching, shorten_id
from retrieval.domain import ArticleInfo
from retrieval.errors import ArticleMissing, InputError

LISTED = [
    ArticleInfo("a", title="A visit to the mill", author="Ann Lee"),
    ArticleInfo("b", title="The mill"),
    ArticleInfo("c", title="The mill at night"),
    ArticleInfo("d", title="Comets", author="Ben Mill"),
]


def ids(found: list[ArticleInfo]) -> list[str]:
    return [info.id for info in found]


def test_titles_that_begin_so_come_first_and_authors_last() -> None:
    assert ids(find_matching(LISTED, "the  MILL")) == ["b", "c", "a"]
    assert ids(find_matching(LISTED, "mill")) == ["a", "b", "c", "d"]
    assert ids(find_matching(LISTED, "lee visit")) == ["a"]


def test_nothing_typed_offers_the_newest() -> None:
    assert ids(find_matching(LISTED, "")) == ["a", "b", "c", "d"]
    assert len(find_matching([ArticleInfo(str(number)) for number in range(100)], "")) == MOST


@pytest.mark.parametrize(
    ("given", "expected"), [("b", "b"), (shorten_id("c"), "c"), ("the mill", "b"), ("comets", "d")]
)
def test_an_article_is_meant_by_its_id_its_short_name_or_its_title(given: str, expected: str) -> None:
    assert choose_article(LISTED, given).id == expected


def test_what_names_none_or_several_is_an_error() -> None:
    with pytest.raises(ArticleMissing):
        choose_article(LISTED, "zebra")
    with pytest.raises(InputError, match="3 articles"):
        choose_article(LISTED[:3], "mill")


def test_any_article_has_a_short_id_of_its_own() -> None:
    assert len(shorten_id("x" * 5_000)) == 20
    assert shorten_id("x") != shorten_id("y")
