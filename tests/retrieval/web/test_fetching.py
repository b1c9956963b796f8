"""Fetching from real servers on loopback that misbehave."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from retrieval.errors import FetchError
from retrieval.web import fetching
from retrieval.web.fetching import Fetcher, unpack_gzip
from tests.retrieval.web import loopback_site as sites
from tests.retrieval.web.loopback_site import Deed, Site


def test_a_page_is_fetched_with_its_tags_and_a_named_agent(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = sites.send_tagged("<p>The tide</p>", kind='text/html; charset="utf-8"')

    reply = fetcher.fetch(f"{site.base}/a#top")

    assert (reply.body, reply.kind, reply.charset) == (b"<p>The tide</p>", "text/html", "utf-8")
    assert site.headers[-1]["User-Agent"].startswith("Clippings")
    assert fetcher.fetch(f"{site.base}/a", etag=reply.etag).unchanged


def test_packed_pages_are_unpacked(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = sites.send_packed("<p>The tide</p>")

    assert fetcher.fetch(f"{site.base}/a").body == b"<p>The tide</p>"


def test_redirects_are_followed_relative_ones_too(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/a": sites.redirect_to("/b/"),
        "/b/": sites.redirect_to("c", 308),
        "/b/c": sites.send("<p>here</p>"),
    }

    reply = fetcher.fetch(f"{site.base}/a")

    assert (reply.address, reply.body) == (f"{site.base}/b/c", b"<p>here</p>")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (sites.redirect_to("/page"), "redirects more than 5 times"),
        (sites.redirect_to("file:///etc/passwd"), "redirects to nowhere"),
        (sites.send_bomb, "over the limit of 2 MB"),
        (sites.send(b"a" * 2_000_001), "over the limit of 2 MB"),
        (sites.send(b"no gzip", Content_Encoding="gzip"), "broken"),
        (sites.send(b"\x1f\x8b\x08\x00", Content_Encoding="gzip"), "cut off"),
        (sites.send(b"?", Content_Encoding="br"), "packed as br"),
        (sites.send(b"", status=404), "is gone: the server says 404"),
        (sites.send(b"", status=410), "is gone: the server says 410"),
        (sites.send(b"", status=403), "not shown to everyone"),
        (sites.send(b"", status=500), "the server says 500"),
        (sites.break_off, "can't be fetched"),
        (sites.reset, "can't be fetched"),
    ],
)
def test_what_a_server_does_wrong_is_named(site: Site, fetcher: Fetcher, deed: Deed, reason: str) -> None:
    site.pages["/page"] = deed

    with pytest.raises(FetchError, match=reason):
        fetcher.fetch(f"{site.base}/page")


@pytest.mark.parametrize("deed", [sites.hang, sites.send_slowly])
def test_a_page_that_takes_too_long_is_given_up(site: Site, deed: Deed) -> None:
    site.pages["/page"] = deed
    fetcher, started = Fetcher(pause=0, seconds=0.3, allow_private=True), time.monotonic()

    with pytest.raises(FetchError, match=r"within 0\.3 s"):
        fetcher.fetch(f"{site.base}/page")

    assert time.monotonic() - started < 5
    fetcher.close()


def test_a_server_that_is_not_there_is_named(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="can't be fetched"):
        fetcher.fetch("http://127.0.0.1:9/a")


def test_private_machines_are_refused_behind_a_name_and_behind_a_redirect(site: Site) -> None:
    outside = {"news.example": "127.0.0.1", "127.0.0.1": "10.0.0.1"}
    fetcher = Fetcher(pause=0, seconds=5, resolve=lambda host, port: [outside[host]])

    with pytest.raises(FetchError, match="private network"):
        fetcher.fetch(f"http://news.example:{site.port}/a")

    assert not site.asked
    fetcher.close()


def test_a_redirect_to_a_private_machine_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = sites.redirect_to("http://169.254.169.254/latest/meta-data")
    looked_up = []

    def choose(host: str, port: int, **_: object) -> str:
        looked_up.append(host)
        if host == "169.254.169.254":
            raise FetchError("leads to a private network")
        return "127.0.0.1"

    monkeypatch.setattr(fetching, "choose_machine", choose)
    fetcher = Fetcher(pause=0, seconds=5)

    with pytest.raises(FetchError, match="private network"):
        fetcher.fetch(f"http://news.example:{site.port}/a")

    assert looked_up[-1] == "169.254.169.254"
    fetcher.close()


def test_robots_txt_is_heeded_with_its_wildcards(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/robots.txt": sites.send("User-agent: *\nDisallow: /*/private\nAllow: /", kind="text/plain"),
        "/news/private": sites.send("secret"),
        "/news/open": sites.send("open"),
    }

    assert fetcher.fetch(f"{site.base}/news/open").body == b"open"
    with pytest.raises(FetchError, match=r"robots\.txt says so"):
        fetcher.fetch(f"{site.base}/news/private")
    assert site.asked == {"/robots.txt": 1, "/news/open": 1}


def test_a_robots_txt_that_fails_allows_nothing(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/robots.txt": sites.send(b"", status=500), "/a": sites.send("open")}

    with pytest.raises(FetchError, match="whether its site allows that can't be told"):
        fetcher.fetch(f"{site.base}/a")

    with pytest.raises(FetchError, match="can't be told") as raised:
        fetcher.fetch(f"{site.base}/a")

    assert site.asked == {"/robots.txt": 1}
    assert raised.value.wait


def test_a_host_is_asked_once_a_pause(site: Site, waits: list[float]) -> None:
    site.pages |= {"/a": sites.send("a"), "/robots.txt": sites.send("User-agent: *\nCrawl-delay: 4")}
    fetcher = Fetcher(pause=2, allow_private=True, sleep=waits.append, clock=lambda: sum(waits))

    for _ in range(3):
        fetcher.fetch(f"{site.base}/a")

    assert waits == [2, 4, 4]
    fetcher.close()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(
    site: Site, fetcher: Fetcher, waits: list[float], status: int
) -> None:
    site.pages["/a"] = sites.in_turn(sites.send(b"", status=status, Retry_After="3"), sites.send("at last"))

    assert fetcher.fetch(f"{site.base}/a").body == b"at last"
    assert [round(each) for each in waits if each > 0.5] == [3]


def test_a_server_that_wants_an_hour_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    site.pages |= {"/a": sites.send(b"", status=429, Retry_After=later), "/b": sites.send("b")}

    with pytest.raises(FetchError) as raised:
        fetcher.fetch(f"{site.base}/a")
    with pytest.raises(FetchError, match="is left alone"):
        fetcher.fetch(f"{site.base}/b")

    assert 3500 < raised.value.wait <= 3601
    assert site.asked["/b"] == 0


def test_a_page_that_stays_busy_is_given_up(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = sites.send(b"", status=503)

    with pytest.raises(FetchError, match="the server says 503, 3 times") as raised:
        fetcher.fetch(f"{site.base}/a")

    assert (site.asked["/a"], raised.value.wait) == (3, 0)


def test_a_server_that_is_silent_is_not_asked_for_ever(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/a": sites.reset, "/b": sites.send("b")}
    fetcher.fetch(f"{site.base}/b")

    for _ in range(9):
        with pytest.raises(FetchError):
            fetcher.fetch(f"{site.base}/a")

    assert site.asked["/a"] == fetching.MAX_SILENT


def test_a_name_and_a_password_go_to_their_server(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = sites.send("a")

    fetcher.fetch(site.base.replace("://", "://jane:secret@") + "/a")

    assert site.headers[-1]["Authorization"] == "Basic amFuZTpzZWNyZXQ="
    assert "secret" not in site.headers[-1]["Host"]


def test_a_file_of_two_packed_parts_is_unpacked_whole() -> None:
    import gzip

    assert unpack_gzip(gzip.compress(b"one ") + gzip.compress(b"two"), 100) == b"one two"
