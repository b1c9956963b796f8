from datetime import date

import pytest

from bot.discord.news.feed_records import FollowedFeed
from bot.discord.news.fresh_pages import hash_text, holds_words, repeats_text, select_fresh, split_phrases
from retrieval.domain import Article
from retrieval.index.lexical import extract_terms
from retrieval.web.followed import FollowedPage

TEXT = (
    "The strike at the quays ended on Monday. Dockers get nine per cent more over two years. "
    "The port authority said that wage talks had taken eleven nights."
)


def make_page(address: str, published: date | None) -> FollowedPage:
    return FollowedPage(address, "feed", "", "", published, "", "read", "id", "", "", "", "", "", "", 0, 0)


def test_what_is_known_is_not_fresh_and_the_rest_is_once_the_feed_has_caught_up() -> None:
    pages = [make_page("a", None), make_page("b", date(2020, 1, 1)), make_page("c", date(2026, 11, 28))]
    feed = FollowedFeed(1, "lib", "feed", 5, followed_on=date(2026, 11, 28), caught_up=True)

    assert [page.address for page in select_fresh(feed, pages, {"a"})] == ["b", "c"]


def test_until_a_feed_has_caught_up_only_what_was_published_since_is_fresh() -> None:
    pages = [make_page("a", None), make_page("b", date(2026, 11, 27)), make_page("c", date(2026, 11, 28))]
    feed = FollowedFeed(1, "lib", "feed", 5, followed_on=date(2026, 11, 28))

    assert [page.address for page in select_fresh(feed, pages, set())] == ["c"]


@pytest.mark.parametrize(
    ("words", "without", "wanted"),
    [
        ((), (), True),
        (("strike",), (), True),
        (("Strikes",), (), True),
        (("wage talk",), (), True),
        (("talks wage",), (), False),
        (("football", "dockers"), (), True),
        (("football",), (), False),
        ((), ("dockers",), False),
        (("strike",), ("football",), True),
        (("...",), (), False),
    ],
)
def test_words_say_what_is_announced(words: tuple[str, ...], without: tuple[str, ...], wanted: bool) -> None:
    article = Article("1", TEXT, title="Peace at the harbour")

    assert holds_words(article, words, without, terms=extract_terms) is wanted


def test_phrases_are_separated_by_commas_and_said_once() -> None:
    assert split_phrases(" strike,wage  talks, strike ,,") == ("strike", "wage talks")


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (TEXT, True),
        (TEXT.replace("nine", "NINE").replace(". ", ".\n\n"), True),
        ("TOLVIK, Saturday (TNA) - " + TEXT, True),
        (TEXT.replace("nine", "twelve"), False),
        (TEXT + " The mayor thanked both sides, and a brass band played on the quay until late.", False),
        ("The mill of Uppsala was sold to Ann Lee in 1931.", False),
        (TEXT.partition(". ")[0] + ".", True),
        ("", False),
    ],
)
def test_a_text_is_known_again_by_its_sentences(text: str, again: bool) -> None:
    posted = [hash_text(Article("1", TEXT))]

    assert repeats_text(hash_text(Article("2", text)), posted) is again
