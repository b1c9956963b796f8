"""What an address is, how it is shown, and which machines it may lead to."""

from collections.abc import Sequence

import pytest

from retrieval.errors import FetchError, InputError
from retrieval.web.addresses import (
    choose_machine,
    get_origin,
    join_address,
    lend_credentials,
    normalize_address,
    read_credentials,
    show_address,
)


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a?utm_source=feed&id=7&fbclid=x", "https://example.org/a?id=7"),
        ("https://example.org/a?cid=7", "https://example.org/a?cid=7"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
        ("https://example.org/gr%C3%B6%C3%9Fe", "https://example.org/gr%C3%B6%C3%9Fe"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        (" https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_an_address_has_one_spelling(given: str, normal: str) -> None:
    assert normalize_address(given) == normal
    assert normalize_address(normal) == normal


@pytest.mark.parametrize("given", ["ftp://example.org/a", "https://", "mailto:a@example.org", "http://a:b", "/a", ""])
def test_what_can_not_be_fetched_is_no_address(given: str) -> None:
    with pytest.raises(InputError, match="no address"):
        normalize_address(given)

    assert join_address("ftp://example.org", given) == ""


def test_a_link_leads_on_from_its_page() -> None:
    assert join_address("https://example.org/news/today", "../sport?id=3#top") == "https://example.org/sport?id=3"
    assert join_address("https://example.org/news", "javascript:void(0)") == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://jane:secret@example.org/feed", "https://example.org/feed"),
        ("https://example.org/feed?token=secret&page=2", "https://example.org/feed?token=***&page=2"),
        ("https://example.org/feed?api_key=secret", "https://example.org/feed?api_key=***"),
        ("https://example.org/a?key-words=tide", "https://example.org/a?key-words=tide"),
        ("https://jane:secret@[broken/feed", "https://[broken/feed"),
    ],
)
def test_credentials_are_never_shown(given: str, shown: str) -> None:
    assert show_address(given) == shown


def test_an_error_names_an_address_without_its_credentials() -> None:
    with pytest.raises(InputError) as raised:
        normalize_address("ftp://jane:secret@example.org/feed")

    assert "secret" not in str(raised.value)


def test_credentials_are_lent_to_pages_of_the_same_origin_alone() -> None:
    source = "https://jane:a%40b@example.org/feed"

    assert read_credentials(lend_credentials("https://example.org/a", source)) == ("jane", "a@b")
    assert read_credentials(lend_credentials("http://example.org/a", source)) is None
    assert read_credentials(lend_credentials("https://example.org.evil.example/a", source)) is None
    assert get_origin(source) == "https://example.org"


@pytest.mark.parametrize(
    "numeric",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:a00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_a_private_machine_is_refused_unless_allowed(numeric: str) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return [numeric]

    with pytest.raises(FetchError, match="private network"):
        choose_machine("news.example", 443, resolve=resolve, allow_private=False)

    assert choose_machine("news.example", 443, resolve=resolve, allow_private=True) == numeric


def test_a_public_machine_is_chosen_among_private_ones() -> None:
    found = ["10.0.0.1", "93.184.216.34", "2606:2800:220:1::1"]

    assert choose_machine("a.example", 80, resolve=lambda *_: found, allow_private=False) == "93.184.216.34"


def test_a_host_without_a_machine_is_named() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(FetchError, match=r"no machine has the name news\.example"):
        choose_machine("news.example", 443, resolve=resolve, allow_private=True)
