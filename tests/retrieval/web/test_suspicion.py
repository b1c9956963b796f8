"""What a site sends in an article's place."""

import pytest

from retrieval.domain import Article
from retrieval.web.suspicion import find_suspicion, looks_like_no_article

STORED = Article("a", "The harbour was opened by the mayor. " * 20, "Harbour opens")


@pytest.mark.parametrize(
    "title",
    [
        "Log in",
        "Sign in to continue",
        "Login | The Tide",
        "The page is no longer available",
        "Page not found – The Tide",
        "404",
        "404 - Not Found",
        "Error 503",
        "Just a moment...",
        "Access denied",
        "Are you a robot?",
        "Subscribe to read",
        "Something went wrong",
    ],
)
def test_titles_of_other_pages_are_told(title: str) -> None:
    assert looks_like_no_article(title)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Login data of 4,000 citizens stolen",
        "Error in the count of votes",
        "404 trees were felled",
        "500 boats in the harbour",
        "Access to the beach denied again",
        "Subscribers sue the waterworks",
        "Not found guilty",
    ],
)
def test_titles_of_articles_are_left_alone(title: str) -> None:
    assert not looks_like_no_article(title)


def judge(text: str, title: str, *, before: Article | None = STORED, shared: int = 0) -> str:
    return find_suspicion(Article("a", text), title, before=before, title_before="Harbour opens", shared=shared)


def test_an_article_that_changed_is_taken() -> None:
    assert judge(STORED.text + "Later it rained.", "Harbour opens") == ""
    assert judge(STORED.text, "Harbour opens at last") == ""
    assert judge("Short news.", "Rain", before=None, shared=3) == ""


def test_what_lost_half_of_its_text_is_not() -> None:
    assert "only 45% of the text" in judge(STORED.text[: int(0.45 * len(STORED.text))], "Harbour opens")
    assert judge(STORED.text[: int(0.6 * len(STORED.text))], "Harbour opens") == ""


def test_what_has_the_title_of_other_pages_now_is_not() -> None:
    assert "title that other pages of its site have now" in judge(STORED.text, "Members' corner", shared=1)
    assert judge(STORED.text, "Harbour opens", shared=5) == ""


def test_what_is_titled_as_a_page_to_log_in_is_not_even_when_new() -> None:
    assert "log in or an error page" in judge("Please enter your name.", "Log in", before=None)
