"""A library kept in step with sites on loopback that change, fail and misbehave."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.domain import Article
from retrieval.errors import InputError, LibraryLocked, UnreadableError
from retrieval.index import Library, Progress, hold_lock
from retrieval.web import Fetcher, read_addresses
from retrieval.web.followed import DAY, HOUR, FollowedSources, has_sources
from retrieval.web.following import find_offer
from retrieval.web.syncing import SyncReport, sync_library
from tests.fakes import FakeEncoder
from tests.retrieval.web import loopback_site as sites
from tests.retrieval.web.loopback_site import Site

START = 1_790_000_000.0
HEADERS = "<pubDate>Mon, 04 May 2026 23:30:00 -0500</pubDate>"


@dataclass
class Follower:
    """A library that follows sources, and a clock of its own."""

    library: Library
    followed: FollowedSources
    fetcher: Fetcher
    site: Site
    time: float = START

    def follow(self, path: str, *, since: date | None = None) -> None:
        offer = find_offer(self.site.base + path, self.fetcher, since=since)
        self.followed.add_source(offer.address, offer.listing.kind, offer.listing.title, since, self.time)

    def sync(self, *, after: float = 0.0, limit: int = 1_000, prune: bool = False) -> SyncReport:
        self.time += after
        return sync_library(
            self.library,
            self.followed,
            self.fetcher,
            limit=limit,
            prune=prune,
            limit_bytes=2_000_000,
            limit_seconds=60,
            wait=5,
            now=lambda: self.time,
        )

    def articles(self) -> dict[str, Article]:
        """Return the articles by the last part of their address."""
        found = [self.library.get_article(info.id) for info in self.library.list_articles()]
        return {each.source.removeprefix(self.site.base): each for each in found}

    def states(self) -> dict[str, int]:
        return self.followed.list_sources()[0].pages

    def reasons(self, report: SyncReport) -> dict[str, str]:
        return {each.source.removeprefix(self.site.base): each.reason for each in report.problems}


@pytest.fixture
def follower(tmp_path: Path, site: Site, fetcher: Fetcher) -> Iterator[Follower]:
    library = Library.open(tmp_path / "library", encoder=FakeEncoder(), create=True)
    with FollowedSources(tmp_path / "library") as followed, library:
        yield Follower(library, followed, fetcher, site)


def publish(site: Site, *numbers: int, rest: str = HEADERS, feed: str = "/feed") -> None:
    """Let a site have articles with these numbers, and a feed that lists them."""
    for number in numbers:
        site.pages.setdefault(f"/{number}", sites.send_tagged(sites.make_page(number)))
    items = {f"{site.base}/{number}?utm_source=rss": f"<title>Report {number}</title>{rest}" for number in numbers}
    site.pages[feed] = sites.send_tagged(sites.make_rss(items), kind="application/rss+xml")


def test_what_a_feed_lists_comes_in_and_what_it_says_wins(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, rest=HEADERS + "<author>ed@example.org (Ed Poe)</author>")
    follower.follow("/feed")

    report = follower.sync()

    assert (report.added, report.problems, report.waiting) == (2, (), 0)
    one = follower.articles()["/1"]
    assert (one.title, one.author, one.published) == ("Report 1", "Ed Poe", date(2026, 5, 4))
    assert "It was report 1 on it." in one.text
    assert one.url == f"{site.base}/1"


def test_a_second_sync_asks_next_to_nothing(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, 3)
    follower.follow("/feed")
    follower.sync()
    before = follower.library.generation

    report = follower.sync()

    assert (report.added, report.updated, report.requests) == (0, 0, 1)
    assert follower.library.generation == before


def test_what_is_new_comes_in(follower: Follower, site: Site) -> None:
    publish(site, 1)
    follower.follow("/feed")
    follower.sync()
    publish(site, 2, 3)

    report = follower.sync()

    assert report.added == 2
    assert set(follower.articles()) == {"/1", "/2", "/3"}
    assert (site.asked["/1"], site.asked["/2"]) == (1, 1)


def test_a_whole_text_is_taken_from_the_feed_and_a_teaser_from_its_page(follower: Follower, site: Site) -> None:
    whole = "".join(f"<p>{each}</p>" for each in sites.make_text(1, sentences=20))
    site.pages["/2"] = sites.send(sites.make_page(2))
    body = sites.make_rss(
        {
            f"{site.base}/1": f"<title>Whole</title><description><![CDATA[{whole}]]></description>",
            f"{site.base}/2": "<title>Teaser</title><description>The harbour ...</description>",
        }
    )
    site.pages["/feed"] = sites.send(body, kind="application/rss+xml")
    follower.follow("/feed")

    follower.sync()

    found = follower.articles()
    assert site.asked["/1"] == 0
    assert "It was report 1 on it." in found["/1"].text
    assert "It was report 1 on it." in found["/2"].text
    assert (found["/1"].title, found["/2"].title) == ("Whole", "Teaser")


def test_a_page_that_changed_is_read_again_when_its_time_has_come(follower: Follower, site: Site) -> None:
    publish(site, 1, rest="")
    follower.follow("/feed")
    follower.sync()
    site.pages["/1"] = sites.send_tagged(sites.make_page(1, version=2))

    early, late, later = (follower.sync(after=each) for each in (60, HOUR, HOUR))

    assert (early.requests, late.updated, later.updated) == (1, 1, 0)
    assert "It was report 2 on it." in follower.articles()["/1"].text


def test_a_page_that_stays_as_it_is_is_looked_at_ever_more_rarely(follower: Follower, site: Site) -> None:
    publish(site, 1, rest="")
    follower.follow("/feed")
    follower.sync()

    for _ in range(4 * 60):
        follower.sync(after=6 * HOUR)

    assert 8 <= site.asked["/1"] <= 12


def test_a_sitemap_says_which_pages_changed(follower: Follower, site: Site) -> None:
    def write(day: str) -> None:
        urls = "".join(f"<url><loc>{site.base}/{n}</loc><lastmod>{day}</lastmod></url>" for n in (1, 2))
        site.pages["/sitemap.xml"] = sites.send(
            f"<urlset>{urls.replace(day, '2020-01-01', 1)}</urlset>", kind="text/xml"
        )

    publish(site, 1, 2)
    write("2020-02-02")
    follower.follow("/sitemap.xml")
    follower.sync()
    site.pages["/2"] = sites.send(sites.make_page(2, version=2))
    write("2020-03-03")

    report = follower.sync()

    assert (report.updated, site.asked["/1"], site.asked["/2"]) == (1, 1, 2)


def test_the_parts_of_a_sitemap_are_read_from_the_day_that_is_wanted(follower: Follower, site: Site) -> None:
    publish(site, 1, 2)
    index = "".join(
        f"<sitemap><loc>{site.base}/part{n}.xml</loc><lastmod>{2020 + n}-01-01</lastmod></sitemap>" for n in (1, 2)
    )
    site.pages["/sitemap.xml"] = sites.send_tagged(f"<sitemapindex>{index}</sitemapindex>", kind="text/xml")
    for n in (1, 2):
        site.pages[f"/part{n}.xml"] = sites.send_tagged(f"<urlset><url><loc>{site.base}/{n}</loc></url></urlset>")
    follower.follow("/sitemap.xml", since=date(2021, 6, 1))

    reports = [follower.sync(), follower.sync()]

    assert [each.added for each in reports] == [1, 0]
    assert (site.asked["/part1.xml"], site.asked["/part2.xml"]) == (0, 2)
    assert set(follower.articles()) == {"/2"}


def test_older_pages_of_a_feed_are_read_once(follower: Follower, site: Site) -> None:
    publish(site, 1)
    publish(site, 2, feed="/older")
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="prev-archive" href="{site.base}/older"/>'
    body = sites.make_rss({f"{site.base}/1": ""}).replace("<item>", f"{link}<item>", 1)
    site.pages["/feed"] = sites.send(body, kind="application/rss+xml")
    follower.follow("/feed")

    follower.sync()
    follower.sync()

    assert set(follower.articles()) == {"/1", "/2"}
    assert site.asked["/older"] == 1


def test_a_front_page_is_followed_by_its_feed_else_by_its_links_else_by_its_sitemap(
    follower: Follower, site: Site
) -> None:
    publish(site, 1)
    site.pages["/with-feed"] = sites.send('<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>')
    site.pages["/links"] = sites.send("<html>" + "".join(f'<a href="/a-b-{n}c">{n}</a>' for n in range(3)) + "</html>")
    site.pages["/bare"] = sites.send("<html><title>Hello</title></html>")

    offers = [find_offer(f"{site.base}/{each}", follower.fetcher) for each in ("with-feed", "links")]
    with pytest.raises(UnreadableError, match="no feed and no sitemap"):
        find_offer(f"{site.base}/bare", follower.fetcher)
    site.pages["/sitemap.xml"] = sites.send(f"<urlset><url><loc>{site.base}/1</loc></url></urlset>", kind="text/xml")
    offers.append(find_offer(f"{site.base}/bare", follower.fetcher))

    assert [each.listing.kind for each in offers] == ["feed", "front page", "sitemap"]
    assert [each.address.removeprefix(site.base) for each in offers] == ["/feed", "/links", "/sitemap.xml"]


@pytest.mark.parametrize(
    ("path", "deed", "reason"),
    [
        ("/1", sites.redirect_to("/1"), "redirects more than"),
        ("/1", sites.send_bomb, "over the limit"),
        ("/1", sites.send(b"", status=500), "the server says 500"),
        ("/1", sites.send("<html><title>Log in</title><p>Your name, please.</p></html>"), "log in or an error page"),
        ("/1", sites.send(b"\x89PNG", kind="image/png"), "no article"),
        ("/1", sites.reset, "can't be fetched"),
    ],
)
def test_a_page_that_fails_is_named_and_the_others_come_in(
    follower: Follower, site: Site, path: str, deed: sites.Deed, reason: str
) -> None:
    publish(site, 1, 2)
    site.pages[path] = deed
    follower.follow("/feed")

    report = follower.sync()

    assert reason in follower.reasons(report)[path]
    assert set(follower.articles()) == {"/2"}


def test_a_page_that_failed_is_tried_again_later_and_not_at_once(follower: Follower, site: Site) -> None:
    publish(site, 1)
    page, site.pages["/1"] = site.pages["/1"], sites.send(b"", status=404)
    follower.follow("/feed")
    follower.sync()
    site.pages["/1"] = page

    reports = [follower.sync(), follower.sync(after=2 * HOUR + 1)]

    assert [each.added for each in reports] == [0, 1]


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (sites.send(b"", status=500), "the server says 500"),
        (sites.send(b"", status=410), "is gone"),
        (sites.send("<html><title>Log in</title></html>"), "was a feed and is a front page now (“Log in”)"),
        (sites.send("{}", kind="application/json"), "no JSON Feed"),
        (sites.send(sites.make_rss({}), kind="application/rss+xml"), ""),
        (sites.reset, "can't be fetched"),
    ],
)
def test_a_feed_that_fails_removes_nothing(follower: Follower, site: Site, deed: sites.Deed, reason: str) -> None:
    publish(site, 1, 2)
    follower.follow("/feed")
    follower.sync()
    before, site.pages["/feed"] = follower.articles(), deed

    report = follower.sync(prune=True)

    assert reason in follower.reasons(report).get("/feed", "")
    assert follower.articles() == before
    (source,) = follower.followed.list_sources()
    assert source.fails == bool(reason)
    assert reason in source.error


def test_a_feed_that_works_again_is_no_longer_said_to_fail(follower: Follower, site: Site) -> None:
    publish(site, 1)
    follower.follow("/feed")
    feed, site.pages["/feed"] = site.pages["/feed"], sites.send(b"", status=500)
    follower.sync()
    site.pages["/feed"] = feed

    follower.sync(after=60)

    (source,) = follower.followed.list_sources()
    assert not source.fails
    assert "500" in source.error


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (sites.make_page(1, sentences=3), "of the text that is stored"),
        (sites.make_page(1, version=2, title="Members' corner"), "title that other pages of its site have now"),
        (sites.make_page(1, version=2, title="Sign in"), "log in or an error page"),
    ],
)
def test_what_looks_like_another_page_is_held_back_and_named(
    follower: Follower, site: Site, after: str, reason: str
) -> None:
    publish(site, 1, 2, rest="")
    follower.follow("/feed")
    follower.sync()
    before = follower.articles()
    site.pages["/1"] = sites.send_tagged(after)
    if "other pages" in reason:
        site.pages["/2"] = sites.send_tagged(sites.make_page(2, version=2, title="Members' corner"))

    first, second = follower.sync(after=HOUR), follower.sync(after=3 * HOUR)

    for report in (first, second):
        assert reason in follower.reasons(report)["/1"]
        assert f"clippings ingest {site.base}/1" in follower.reasons(report)["/1"]
    assert follower.articles()["/1"] == before["/1"]
    assert follower.states()["suspect"] >= 1


def test_what_was_held_back_is_taken_when_it_is_an_article_again(follower: Follower, site: Site) -> None:
    publish(site, 1, rest="")
    follower.follow("/feed")
    follower.sync()
    site.pages["/1"] = sites.send_tagged(sites.make_page(1, sentences=3))
    follower.sync(after=HOUR)
    site.pages["/1"] = sites.send_tagged(sites.make_page(1, version=3))

    report = follower.sync(after=2 * HOUR)

    assert (report.updated, report.problems) == (1, ())
    assert "It was report 3 on it." in follower.articles()["/1"].text


def test_one_text_under_many_addresses_is_no_article_and_under_two_it_is_one(follower: Follower, site: Site) -> None:
    same, error = sites.make_page(1), sites.make_page(2, title="The Tide")
    publish(site, 1, 11, 21, 31, 41)
    site.pages |= {f"/{n}": sites.send(same) for n in (1, 11)} | {f"/{n}": sites.send(error) for n in (21, 31, 41)}
    follower.follow("/feed")

    report = follower.sync()

    assert set(follower.articles()) == {"/1"}
    assert set(follower.reasons(report)) == {"/21", "/31", "/41"}
    assert "same text as 2 other pages" in follower.reasons(report)["/21"]


def test_a_page_that_is_in_as_another_article_is_no_second_one(follower: Follower, site: Site, tmp_path: Path) -> None:
    publish(site, 1, 2, rest="")
    head = f'<link rel="canonical" href="{site.base}/1">'
    for number in (1, 2):
        site.pages[f"/{number}"] = sites.send(sites.make_page(1, head=head))
    follower.follow("/feed")
    page = read_addresses([f"{site.base}/1"], follower.fetcher, limit_bytes=10**6, limit_seconds=60)
    follower.library.ingest([replace(each, title="Report 2") for each in page if isinstance(each, Article)])

    follower.sync()
    report = follower.sync(after=HOUR)

    assert len(follower.articles()) == 1
    assert report.problems == ()


def test_a_page_that_is_gone_stays_until_it_is_pruned(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, rest="")
    follower.follow("/feed")
    follower.sync()
    site.pages["/1"] = sites.send(b"", status=410)

    gone = follower.sync(after=HOUR)

    assert follower.reasons(gone)["/1"] == "is gone: the server says 410; its article is kept"
    assert set(follower.articles()) == {"/1", "/2"}
    assert follower.sync(prune=True).removed == 1
    assert set(follower.articles()) == {"/2"}
    assert follower.sync(after=10 * DAY).added == 0


def test_what_somebody_removed_stays_away(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, rest="")
    follower.follow("/feed")
    follower.sync()
    follower.library.remove([follower.articles()["/1"].id])
    site.pages["/1"] = sites.send_tagged(sites.make_page(1, version=2))

    follower.sync(after=HOUR)

    assert set(follower.articles()) == {"/2"}


def test_a_run_fetches_so_many_pages_and_the_next_goes_on(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, 3)
    follower.follow("/feed")

    reports = [follower.sync(limit=2), follower.sync(limit=2)]

    assert [(each.added, each.waiting) for each in reports] == [(2, 1), (1, 0)]


def test_a_server_that_wants_an_hour_is_named_once_and_its_pages_wait(follower: Follower, site: Site) -> None:
    publish(site, 1, 2, 3)
    pages = {f"/{n}": site.pages[f"/{n}"] for n in (1, 2, 3)}
    site.pages |= dict.fromkeys(pages, sites.send(b"", status=429, Retry_After="3600"))
    follower.follow("/feed")

    report = follower.sync()

    assert [each.source for each in report.problems] == [site.base]
    assert (report.waiting, sum(site.asked[each] for each in pages)) == (3, 1)
    site.pages |= pages
    follower.fetcher.clock = lambda: 1e9
    assert follower.sync(after=HOUR + 1).added == 3


def test_two_feeds_that_list_one_page_do_not_quarrel_about_it(follower: Follower, site: Site) -> None:
    publish(site, 1)
    body = sites.make_rss({f"{site.base}/1": "<title>Another title</title>"})
    site.pages["/more"] = sites.send(body, kind="application/rss+xml")
    follower.follow("/feed")
    follower.follow("/more")

    reports = [follower.sync() for _ in range(3)]

    assert [(each.added, each.updated) for each in reports] == [(1, 0), (0, 0), (0, 0)]
    assert follower.articles()["/1"].title == "Report 1"


def test_a_page_of_two_feeds_is_one_article_and_is_counted_and_kept_with_each(follower: Follower, site: Site) -> None:
    publish(site, 1, 2)
    publish(site, 2, 3, feed="/more")
    follower.follow("/feed")
    follower.follow("/more")
    first, second = (source.address for source in follower.followed.list_sources())

    assert follower.sync().added == 3
    assert [source.pages for source in follower.followed.list_sources()] == [{"read": 2}, {"read": 2}]
    listed = [[page.address[-2:] for page in follower.followed.list_read(each)] for each in (first, second)]
    assert listed == [["/1", "/2"], ["/2", "/3"]]

    follower.followed.remove_source(first)
    site.pages["/2"] = sites.send_tagged(sites.make_page(2, version=2))
    report = follower.sync(after=HOUR + 1)

    assert [source.pages for source in follower.followed.list_sources()] == [{"read": 2}]
    assert (report.added, report.updated, report.problems) == (0, 1, ())
    assert set(follower.articles()) == {"/1", "/2", "/3"}
    assert "It was report 2 on it." in follower.articles()["/2"].text


def test_what_a_file_of_an_earlier_version_follows_is_still_listed(
    follower: Follower, site: Site, tmp_path: Path
) -> None:
    publish(site, 1, 2)
    follower.follow("/feed")
    follower.sync()
    with closing(sqlite3.connect(tmp_path / "library" / "sources.sqlite")) as database, database:
        database.execute("DROP TABLE listed_pages")

    with FollowedSources(tmp_path / "library") as opened:
        (source,) = opened.list_sources()

    assert source.pages == {"read": 2}


def test_a_sync_that_is_killed_between_taking_in_and_noting_goes_on(
    follower: Follower, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    publish(site, 1, 2, 3)
    follower.follow("/feed")
    with monkeypatch.context() as patch:
        patch.setattr(follower.followed, "note_pages", die)
        with pytest.raises(KeyboardInterrupt):
            follower.sync()

    report = follower.sync()

    assert (report.added, report.unchanged) == (0, 3)
    assert len(follower.articles()) == 3


def test_two_syncs_of_one_library_do_not_run_at_once(follower: Follower) -> None:
    with (
        hold_lock(follower.library.folder, "sync", wait=0, tell=lambda _: None, explain=str),
        pytest.raises(LibraryLocked, match="is syncing this library already"),
    ):
        follower.sync()


def test_a_source_is_removed_by_its_address_and_its_articles_stay(follower: Follower, site: Site) -> None:
    publish(site, 1)
    follower.follow("/feed")
    follower.sync()

    follower.followed.remove_source(follower.followed.find_source(f"{site.base}/feed").address)

    assert follower.followed.list_sources() == []
    assert set(follower.articles()) == {"/1"}
    with pytest.raises(InputError, match="is not followed"):
        follower.followed.find_source(f"{site.base}/feed")


def test_a_password_is_used_for_the_site_and_stored_for_the_owner_alone(
    follower: Follower, site: Site, tmp_path: Path
) -> None:
    publish(site, 1)
    private = replace(site, base=site.base.replace("://", "://jane:secret@"))
    offer = find_offer(f"{private.base}/feed", follower.fetcher)
    follower.followed.add_source(offer.address, offer.listing.kind, offer.listing.title, None, START)

    report = follower.sync()

    assert all("Authorization" in each for each in site.headers[2:])
    (source,) = follower.followed.list_sources()
    assert "secret" not in f"{source.shown} {report} {follower.articles()}"
    assert stat.S_IMODE((tmp_path / "library" / "sources.sqlite").stat().st_mode) == 0o600


def test_a_library_that_follows_nothing_gets_no_file(tmp_path: Path) -> None:
    assert not has_sources(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told(follower: Follower, site: Site) -> None:
    told: list[Progress] = []
    publish(site, 1)
    follower.follow("/feed")

    sync_library(
        follower.library,
        follower.followed,
        follower.fetcher,
        limit_bytes=10**6,
        limit_seconds=60,
        wait=5,
        progress=told.append,
    )

    assert told[:2] == [Progress("Looking at", 1, 1), Progress("Fetching", 0, 1)]
