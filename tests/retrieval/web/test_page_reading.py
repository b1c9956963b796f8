"""Addresses -> articles."""

from collections.abc import Iterator

import pytest

from retrieval.domain import Article, Offered, Rejection
from retrieval.web import Fetcher, read_addresses
from tests.retrieval.web import loopback_site as sites
from tests.retrieval.web.loopback_site import Deed, Site


def read(addresses: list[str], fetcher: Fetcher) -> list[Offered]:
    return list(read_addresses(addresses, fetcher, limit_bytes=2_000_000, limit_seconds=60))


def articles_in(found: list[Offered]) -> Iterator[Article]:
    return (each for each in found if isinstance(each, Article))


def test_pages_become_articles_and_what_fails_is_named_in_its_place(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/news/one.html": sites.send(sites.make_page(1)), "/news/two": sites.send(sites.make_page(2))}

    found = read(
        [f"{site.base}/{each}" for each in ("news/one.html", "gone", "news/two?utm_source=x", "hm.png")], fetcher
    )

    one, gone, two, _ = found
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.title, one.source) == ("Harbour 1 opens at last", f"{site.base}/news/one.html")
    assert "It was report 1 on it." in one.text
    assert one.url == one.source
    assert one.id.startswith("one-")
    assert two.source == f"{site.base}/news/two"
    assert gone == Rejection(f"{site.base}/gone", "is gone: the server says 404")


def test_an_article_keeps_its_id_when_its_page_changes(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = sites.in_turn(
        sites.send(sites.make_page(1)), sites.send(sites.make_page(1, version=2, title="New"))
    )

    (before,), (after,) = (list(articles_in(read([f"{site.base}/a"], fetcher))) for _ in range(2))

    assert (before.id, before.text) != (after.id, after.text)
    assert before.id == after.id


def test_an_article_is_known_by_the_address_after_redirects(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/short": sites.redirect_to("/a"), "/a": sites.send(sites.make_page(1))}

    short, long = (next(articles_in(read([f"{site.base}/{each}"], fetcher))) for each in ("short", "a"))

    assert short == long


GERMAN = "Der Fährmann übersetzte früh. " * 20
RUSSIAN = "Паром ушёл рано утром. " * 20


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8", "latin-1"),
        (GERMAN, "latin-1", "latin-1"),
        (GERMAN, "latin-1", "utf-8"),
        (GERMAN, "latin-1", "nonsense"),
        (RUSSIAN, "koi8-r", "koi8-r"),
    ],
)
def test_a_text_is_read_in_its_encoding_whatever_the_server_says(
    site: Site, fetcher: Fetcher, text: str, encoding: str, said: str
) -> None:
    site.pages["/a"] = sites.send(text.encode(encoding), kind=f"text/plain; charset={said}")

    (found,) = articles_in(read([f"{site.base}/a"], fetcher))

    assert found.text == text


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (sites.send(b"\x89PNG", kind="image/png"), "is image/png, and no article"),
        (sites.send(sites.make_rss({}), kind="application/rss+xml"), "clippings follow"),
        (sites.send(sites.make_rss({}), kind="text/html"), "clippings follow"),
        (sites.send("", kind="text/html"), "is empty"),
    ],
)
def test_what_is_no_article_is_named(site: Site, fetcher: Fetcher, deed: Deed, reason: str) -> None:
    site.pages["/a"] = deed

    (found,) = read([f"{site.base}/a"], fetcher)

    assert isinstance(found, Rejection)
    assert reason in found.reason


def test_credentials_and_tokens_are_in_no_article_and_no_message(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a?token=secret"] = sites.send(sites.make_page(1))
    base = site.base.replace("://", "://jane:secret@")

    found = read([f"{base}/a?token=secret", f"{base}/gone?key=secret"], fetcher)

    assert [type(each) for each in found] == [Article, Rejection]
    assert "secret" not in repr(found)
