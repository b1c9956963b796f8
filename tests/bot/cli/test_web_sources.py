"""Addresses on the command line, fetched from a website on loopback."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.cli import main
from tests.fakes import FakeEncoder
from tests.retrieval.web import loopback_site as sites
from tests.retrieval.web.loopback_site import Site, serve_site

Command = Callable[..., tuple[int, str, str]]


class ExaminedEncoder(FakeEncoder):
    """An encoder that `doctor` can ask, too."""

    def describe(self) -> dict[str, str | int]:
        return {}

    def find_problems(self) -> list[str]:
        return []


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as running:
        yield running


@pytest.fixture
def clippings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLIPPINGS_WEB_PRIVATE", "true")
    monkeypatch.setenv("CLIPPINGS_WEB_PAUSE", "0")
    monkeypatch.setattr(wiring, "build_encoder", lambda _: ExaminedEncoder())

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main.run(arguments)
        return status, *capfd.readouterr()

    return run


def test_an_address_is_ingested_beside_a_file(clippings: Command, site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = sites.send(sites.make_page(1))
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")

    status, out, err = clippings("ingest", "note.txt", f"{site.base}/a")

    assert (status, err) == (0, "")
    assert out.startswith("2 added")
    listed = json.loads(clippings("articles", "--json")[1])
    assert {each["url"] for each in listed} == {"", f"{site.base}/a"}


def test_an_address_that_can_not_be_fetched_is_named_and_the_rest_goes_in(clippings: Command, site: Site) -> None:
    site.pages["/a"] = sites.send(sites.make_page(1))

    status, out, err = clippings("ingest", f"{site.base}/gone", f"{site.base}/a", "--json")

    report = json.loads(out)
    assert (status, report["added"], err.count("\n")) == (1, 1, 1)
    assert report["skipped"] == [{"source": f"{site.base}/gone", "reason": "is gone: the server says 404"}]


def test_an_address_on_this_machine_is_refused_by_default(
    clippings: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLIPPINGS_WEB_PRIVATE")

    _, out, _ = clippings("ingest", f"{site.base}/a", "--json")

    assert "private network" in json.loads(out)["skipped"][0]["reason"]
    assert not site.asked


def publish(site: Site, *numbers: int) -> str:
    """Let a site have articles and a feed that lists them; return the feed's address."""
    site.pages |= {f"/{number}": sites.send_tagged(sites.make_page(number)) for number in numbers}
    body = sites.make_rss({f"{site.base}/{number}": f"<title>Report {number}</title>" for number in numbers})
    site.pages["/feed"] = sites.send_tagged(body, kind="application/rss+xml")
    return f"{site.base}/feed"


def test_a_feed_is_followed_synced_listed_and_removed(clippings: Command, site: Site) -> None:
    feed = publish(site, 1, 2)

    followed = clippings("follow", feed)
    synced = clippings("sync")
    listed = clippings("follow", "--list")
    removed = clippings("follow", "--remove", feed)

    assert followed == (0, f"following {feed} (feed; 2 pages): clippings sync brings them in\n", "")
    assert synced[0] == 0
    assert synced[1].startswith("2 added, 0 updated, 0 unchanged, 0 removed; ")
    assert listed[1].startswith(f"{feed}\n  feed “The Tide”; 2 read; last read 2")
    assert removed == (0, f"{feed} is followed no more; its articles stay\n", "")
    assert clippings("follow", "--list", "--json")[1] == "[]\n"
    assert json.loads(clippings("articles", "--count")[1]) == 2


def test_what_fails_is_named_in_sync_in_the_list_and_in_doctor(clippings: Command, site: Site) -> None:
    feed = publish(site, 1)
    clippings("follow", feed)
    clippings("sync")
    site.pages["/feed"] = sites.send(b"", status=500)

    status, out, err = clippings("sync", "--json")
    (listed,) = json.loads(clippings("follow", "--list", "--json")[1])
    examined = json.loads(clippings("doctor", "--json")[1])

    assert (status, err.count("\n")) == (1, 1)
    assert json.loads(out)["problems"] == [{"source": feed, "reason": "can't be fetched: the server says 500"}]
    assert (listed["fails"], listed["error"]) == (True, "can't be fetched: the server says 500")
    assert listed["succeeded_at"]
    assert "1 read" in examined["sources"][feed]
    assert any(feed in each and "500" in each for each in examined["problems"])


def test_passwords_are_in_nothing_that_is_shown(clippings: Command, site: Site) -> None:
    feed = publish(site, 1).replace("://", "://jane:secret@")

    commands = (("follow", feed), ("sync",), ("follow", "--list"), ("follow", "--list", "--json"), ("doctor",))
    shown = [clippings(*each) for each in commands]
    site.pages["/feed"] = sites.send(b"", status=401)
    shown += [clippings("sync"), clippings("follow", "--remove", feed)]

    assert "secret" not in repr(shown)
    assert [each[0] for each in (*shown[:4], *shown[5:])] == [0, 0, 0, 0, 1, 0]


def test_what_can_not_be_followed_is_one_line(clippings: Command, site: Site) -> None:
    site.pages["/a"] = sites.send(sites.make_page(1))

    for address, reason in ((f"{site.base}/gone", "is gone"), (f"{site.base}/a", "no feed"), ("a.xml", "no address")):
        status, out, err = clippings("follow", address)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert reason in err


@pytest.mark.parametrize(
    "arguments",
    [("follow",), ("follow", "--list", "https://example.org"), ("sync", "--every", "soon"), ("sync", "--every", "5s")],
)
def test_wrong_usage_is_said(clippings: Command, arguments: tuple[str, ...]) -> None:
    assert clippings(*arguments)[0] == 2


def test_a_sync_without_sources_says_what_to_do(clippings: Command) -> None:
    status, _, err = clippings("sync")

    assert (status, "clippings follow" in err) == (1, True)


def test_a_sync_goes_on_every_so_often_whatever_fails(
    clippings: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        site.pages["/feed"] = sites.send(b"", status=500)
        if len(waits) == 3:
            raise KeyboardInterrupt

    clippings("follow", publish(site, 1))
    monkeypatch.setattr("bot.cli.source_commands.time.sleep", sleep)

    status, out, err = clippings("sync", "--every", "30m")

    assert status == 130
    assert [line.split(",")[0] for line in out.splitlines() if "added" in line] == ["1 added", "0 added", "0 added"]
    assert "interrupted; what was complete is kept" in err
    assert all(1_700 < each <= 1_800 for each in waits)
