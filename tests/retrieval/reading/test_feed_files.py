from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading import read_articles
from retrieval.reading.feed_files import parse_feed

if TYPE_CHECKING:
    from pathlib import Path

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Courier</title><link>https://ex.org</link>
<item><title>Roof &amp; tiles</title><link>https://ex.org/roof</link><guid>roof-1</guid>
<dc:creator>Ida Borg</dc:creator>
<pubDate>Wed, 04 Mar 2026 23:30:00 -0500</pubDate><description>The roof was mended.</description>
<content:encoded><![CDATA[<p>The roof of the Ostra school was mended for <b>40,000</b> euros.</p>
<p>The tiles came from a barn.</p><script>evil()</script>]]></content:encoded></item>
<item><title>Crane sold</title><link>https://ex.org/crane</link><pubDate>Tue, 03 Mar 2026 09:00:00 GMT</pubDate>
<description>The crane was sold to Norway.</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><id>urn:1</id>
<title type="html">Roof &amp;amp; tiles</title><link href="https://ex.org/roof"/><author><name>Ida Borg</name></author>
<published>2026-03-04T23:30:00-05:00</published><updated>2026-03-09T09:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The roof of the Ostra school was mended.</p></div>
</content></entry></feed>"""


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "without-suffix"])
def test_each_entry_of_a_saved_feed_is_an_article(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(RSS)
    roof, crane = read_articles([tmp_path])

    assert isinstance(roof, Article)
    assert (roof.title, roof.author, roof.published) == ("Roof & tiles", "Ida Borg", date(2026, 3, 4))
    assert (roof.url, roof.metadata["feed"]) == ("https://ex.org/roof", "Courier")
    assert roof.text == ("The roof of the Ostra school was mended for 40,000 euros.\n\nThe tiles came from a barn.")
    assert isinstance(crane, Article)
    assert (crane.title, crane.text) == ("Crane sold", "The crane was sold to Norway.")


def test_an_atom_feed_is_read_and_says_what_was_changed_later(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ATOM)
    (article,) = read_articles([tmp_path])

    assert isinstance(article, Article)
    assert (article.title, article.author, article.published) == ("Roof & tiles", "Ida Borg", date(2026, 3, 4))
    assert article.text == "The roof of the Ostra school was mended."
    assert article.metadata["updated"] == "2026-03-09T09:00:00Z"


def test_an_entry_keeps_its_id_in_a_later_copy_of_the_feed(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(RSS)
    before = [each.id for each in read_articles([tmp_path / "a.xml"]) if isinstance(each, Article)]
    first, end = RSS.index("<item>"), RSS.index("</item>") + len("</item>")
    (tmp_path / "b.xml").write_text(RSS[:first] + RSS[end:])

    assert [each.id for each in read_articles([tmp_path / "b.xml"]) if isinstance(each, Article)] == before[1:]


def test_an_entry_without_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(RSS.replace("<description>The crane was sold to Norway.</description>", ""))
    _, crane = read_articles([tmp_path])

    assert crane == Rejection(f"{tmp_path}/a.xml#2", "has no words in it; fill it, or leave it out")


def test_xml_that_is_no_feed_is_left_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sitemap.xml").write_text("<urlset><url><loc>https://ex.org</loc></url></urlset>")

    assert list(read_articles([tmp_path])) == [LeftOutFiles(".xml", 1, f"{tmp_path}/sitemap.xml")]


@pytest.mark.parametrize("data", [b"https://127.0.0.1:9/feed", b"/etc/passwd", b"<rss/>", b"", b"\xff\0"])
def test_what_is_no_feed_is_refused_and_nothing_else_is_opened(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"no feed with entries|can't be read as a feed"):
        parse_feed(data)


def test_entities_of_a_feed_are_not_followed() -> None:
    feed = RSS.replace("<rss ", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss ', 1)
    entries = parse_feed(feed.replace("The crane was", "The &x; crane was").encode())

    assert entries[1].article.text.endswith("crane was sold to Norway.")
    assert len(entries[1].article.text) < 50
