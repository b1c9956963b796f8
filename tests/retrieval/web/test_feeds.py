"""Feeds, sitemaps and front pages -> the pages that they list."""

import gzip
import json
from datetime import date

import pytest

from retrieval.errors import FetchError, UnreadableError
from retrieval.web.feeds import ListedPage, SourceListing, find_feeds, read_listing
from retrieval.web.fetching import Reply

BASE = "https://example.org/feeds/all"
LONG = " ".join(f"Word {number} of the whole text stands here." for number in range(60))
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>The Tide &amp; Times</title><atom:link rel="prev-archive" href="?page=2"/>
<item><title>Quay &lt;em&gt;opens&lt;/em&gt;</title><link>/a?utm_source=feed</link><dc:creator>Jane Doe</dc:creator>
  <pubDate>Mon, 04 May 2026 23:30:00 -0500</pubDate><description>A teaser. Read more</description></item>
<item><title>Whole</title><guid>https://example.org/b</guid><author>ed@example.org (Ed Poe)</author>
  <dc:date>2026-05-03T01:00:00+02:00</dc:date><content:encoded><![CDATA[<p>{LONG}</p><script>x()</script>]]></content:encoded></item>
<item><title>Cut</title><link>https://example.org/c</link>
  <content:encoded><![CDATA[<p>{LONG} [&hellip;]</p>]]></content:encoded></item>
<item><title>Nowhere</title></item>
<item><title>Twice</title><link>https://example.org/a</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><author><name>The desk</name></author>
<entry><title type="html">A &amp;amp; B</title><link href="../e"/><updated>2026-05-04T00:30:00+02:00</updated></entry>
<entry><title>F</title><link href="f"/><published>2026-05-01T09:00:00Z</published>
<updated>2026-05-04T09:00:00Z</updated>
<author><name>A</name></author><author><name>B</name></author></entry></feed>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://www.example.org/a </loc><lastmod>2026-05-04T10:00:00+00:00</lastmod><i:image><i:loc>https://example.org/i.png</i:loc></i:image></url>
<!-- old --><url><loc>https://example.org/b</loc><lastmod>2025-01</lastmod>
<n:news><n:publication_date>2025-01-02</n:publication_date><n:title>B</n:title></n:news></url>
<url><loc>https://elsewhere.example/c</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://example.org/new.xml</loc><lastmod>2026-05-01</lastmod></sitemap>
<sitemap><loc>https://example.org/old.xml</loc><lastmod>2020-05-01</lastmod></sitemap></sitemapindex>"""
PAGE = """<!DOCTYPE html><html><head><title>The Tide</title><base href="https://example.org/">
<link rel="alternate" type="application/rss+xml" href="feed.xml"><link rel="stylesheet" href="s.css">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/talk/feed">
<link rel="alternate" hreflang="de" type="text/html" href="/de/"></head><body>
<a href="news/the-harbour-opens-at-last">1</a> <a href="/2026/05/tide#c">2</a> <a href="/2026/05/tide">2</a>
<a href="/about">About</a> <a href="https://elsewhere.example/2026/05/x">x</a>
<a href="mailto:a@b">m</a></body></html>"""


def read(body: str | bytes, *, kind: str = "", since: date | None = None) -> SourceListing:
    return read_listing(Reply(BASE, body.encode() if isinstance(body, str) else body, kind), since=since)


def test_rss_is_read_with_its_days_as_they_were_there() -> None:
    listing = read(RSS)

    assert (listing.kind, listing.title) == ("feed", "The Tide & Times")
    assert listing.further == ("https://example.org/feeds/all?page=2",)
    one, whole, cut = listing.pages
    assert (one.address, one.title, one.author) == ("https://example.org/a", "Quay opens", "Jane Doe")
    assert one.published == date(2026, 5, 4)
    assert (whole.address, whole.author, whole.published) == ("https://example.org/b", "Ed Poe", date(2026, 5, 3))
    assert LONG in whole.content
    assert "script" not in whole.content
    assert (one.content, cut.content) == ("", "")


def test_atom_is_read_and_its_author_holds_for_who_names_none() -> None:
    e, f = read(ATOM).pages

    assert (e.address, e.title, e.author) == ("https://example.org/e", "A & B", "The desk")
    assert e.published == date(2026, 5, 4)
    assert (f.address, f.author, f.published) == ("https://example.org/feeds/f", "A, B", date(2026, 5, 1))


def test_a_json_feed_is_read() -> None:
    items = [
        {"id": "1", "url": "/a", "title": "A", "authors": [{"name": "Jane"}], "date_published": "2026-05-04T10:00:00Z"},
        {"id": "https://example.org/b", "content_text": LONG.replace("60", "<60>")},
        {"id": "7"},
        "no item",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, "next_url": "?p=2"}

    listing = read(json.dumps(feed))

    assert [each.address for each in listing.pages] == ["https://example.org/a", "https://example.org/b"]
    assert (listing.pages[0].author, listing.pages[0].published) == ("Jane", date(2026, 5, 4))
    assert listing.pages[1].content.startswith("<p>Word 0")
    assert listing.further == ("https://example.org/feeds/all?p=2",)


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_is_read_packed_or_not(packed: bool) -> None:
    listing = read(gzip.compress(SITEMAP.encode()) if packed else SITEMAP)

    assert listing.kind == "sitemap"
    assert [(each.address, each.published, each.changed) for each in listing.pages] == [
        ("https://www.example.org/a", None, date(2026, 5, 4)),
        ("https://example.org/b", date(2025, 1, 2), None),
    ]


def test_history_begins_where_it_is_wanted() -> None:
    assert [each.address for each in read(SITEMAP, since=date(2026, 1, 1)).pages] == ["https://www.example.org/a"]
    assert read(INDEX, since=date(2026, 1, 1)).further == ("https://example.org/new.xml",)
    assert len(read(INDEX).further) == 2
    assert [each.title for each in read(RSS, since=date(2026, 5, 4)).pages] == ["Quay opens", "Cut"]


def test_a_front_page_lists_articles_of_its_site_and_names_its_feeds() -> None:
    listing = read(PAGE, kind="text/html")

    assert (listing.kind, listing.title) == ("front page", "The Tide")
    assert listing.pages == (
        ListedPage("https://example.org/news/the-harbour-opens-at-last"),
        ListedPage("https://example.org/2026/05/tide"),
    )
    assert find_feeds(Reply(BASE, PAGE.encode(), "text/html")) == ["https://example.org/feed.xml"]


@pytest.mark.parametrize("change", [("Quay", "Pier"), ("Jane", "Joan"), ("23:30", "22:30"), ("Word 7 ", "Word seven ")])
def test_a_version_changes_with_what_a_feed_says(change: tuple[str, str]) -> None:
    before, after = ({page.version for page in read(text).pages} for text in (RSS, RSS.replace(*change)))

    assert len(before ^ after) >= 2
    assert before == {page.version for page in read(RSS.replace("A teaser.", "12 comments.")).pages}


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("{broken", "", "broken JSON"),
        ('{"items": []}', "", "no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "", "no JSON Feed"),
        ("Just text.", "text/plain", "is no feed, no sitemap and no web page, but text/plain"),
        ("", "text/html", "an empty page"),
    ],
)
def test_what_lists_nothing_is_named(body: str, kind: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(body, kind=kind)


def test_a_packed_sitemap_that_is_broken_is_named() -> None:
    with pytest.raises(FetchError, match=r"cut off|broken"):
        read(gzip.compress(SITEMAP.encode())[:40])


def test_no_entity_of_a_sitemap_or_a_feed_reads_a_file() -> None:
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    for body in (SITEMAP, RSS):
        with_entity = body.replace("?>", f"?>{entity}", 1).replace(
            "https://example.org/b<", "https://example.org/b&e;<"
        )

        try:
            listing = read(with_entity)
        except UnreadableError:
            continue
        assert {each.address for each in listing.pages} <= {each.address for each in read(body).pages}
