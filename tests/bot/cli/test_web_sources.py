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


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as running:
        yield running


@pytest.fixture
def clippings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLIPPINGS_WEB_PRIVATE", "true")
    monkeypatch.setenv("CLIPPINGS_WEB_PAUSE", "0")
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder())

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
