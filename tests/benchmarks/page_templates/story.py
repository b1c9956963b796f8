"""What the pages are made of: stories, the pages made of them, and the furniture that stands around any article."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

STORIES = Path(__file__).parents[2] / "golden" / "pages" / "stories.yaml"
SITE = "Asker Courier"
DOMAIN = "https://www.askercourier.example"


@dataclass(frozen=True, slots=True)
class Story:
    """An invented article; `number` counts from 0 and chooses between the variants of a template."""

    number: int
    title: str
    summary: str
    authors: tuple[str, ...]
    published: date
    language: str
    claim: str
    verdict: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All paragraphs, in order."""
        return tuple(paragraph for _, paragraphs in self.sections for paragraph in paragraphs)

    @property
    def blocks(self) -> tuple[str, ...]:
        """Headings and paragraphs, in order."""
        return tuple(block for heading, paragraphs in self.sections for block in (heading, *paragraphs))

    @property
    def byline(self) -> str:
        """The authors in one line, as a newspaper prints them."""
        joined = " und " if self.language == "de" else " and "
        return joined.join(", ".join(part) for part in (self.authors[:-1], self.authors[-1:]) if part)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what should be read of it: `days` is one day for each article, and no day where it says none."""

    html: str
    title: str
    authors: tuple[str, ...]
    days: tuple[str, ...]
    text: tuple[str, ...]


def read_stories() -> list[Story]:
    """Return the stories of `tests/golden/pages/stories.yaml`."""
    entries: list[dict[str, Any]] = yaml.safe_load(STORIES.read_text("utf-8"))
    return [
        Story(
            number=number,
            authors=tuple(entry["authors"]),
            sections=tuple((each["heading"], tuple(each["paragraphs"])) for each in entry["sections"]),
            **{name: entry[name] for name in ("title", "summary", "published", "language", "claim", "verdict")},
        )
        for number, entry in enumerate(entries)
    ]


def wrap(blocks: Iterable[str], tag: str = "p", attributes: str = "") -> str:
    """Put each text into an element."""
    return "\n".join(f"<{tag}{attributes}>{escape(block, quote=False)}</{tag}>" for block in blocks)


def lay_out_sections(story: Story, tag: str = "h2") -> str:
    """Set the sections of a story, each under its heading."""
    return "\n".join(f"{wrap([heading], tag)}\n{wrap(paragraphs)}" for heading, paragraphs in story.sections)


NAVIGATION = """<header class="site-header"><a class="logo" href="/">Asker Courier</a>
<button aria-label="Menu">Menu</button><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/culture">Culture</a></li><li><a href="/weather">Weather: 4°</a></li></ul></nav></header>"""

COOKIES = """<div id="cookie-banner" class="consent"><p>We and our 812 partners use cookies to store and read personal data
on your device, to measure advertisements and to get to know our readers.</p><button>Accept all</button>
<button>Manage preferences</button></div>"""

SHARE = """<ul class="share-buttons"><li><a href="#">Facebook</a></li><li><a href="#">X</a></li>
<li><a href="#">WhatsApp</a></li><li><a href="#">Copy link</a></li></ul>"""

ADVERTISEMENT = """<div class="ad ad--inline" data-slot="mid"><span>Advertisement</span>
<script>googletag.cmd.push(function(){ googletag.display("mid"); });</script></div>"""

RELATED = """<aside class="related"><h3>More on this</h3><ul><li><a href="/1">Lighthouse keeper finds a grand piano on
the beach</a></li><li><a href="/2">School bus driver retires after forty years and one flat tyre</a></li></ul></aside>"""

NEWSLETTER = """<div class="newsletter-signup"><h4>The morning letter</h4><p>Get the five stories that matter in your
inbox every day at six.</p><form><input type="email" placeholder="Your e-mail"><button>Sign up</button></form></div>"""

CARDS = """<section class="more-stories"><h2>Most read</h2>
<div class="card"><h3><a href="/3">Bridge closed for a week because of a nest</a></h3><p>A pair of falcons has
settled on the north pier and the county will not disturb them.</p></div>
<div class="card"><h3><a href="/4">Chess club beats the county prison</a></h3><p>The return match is planned for
the autumn, at the same place for lack of another.</p></div></section>"""

COMMENTS = """<section id="comments" class="comments"><h2>3 comments</h2><ol class="comment-list">
<li class="comment"><cite>tidewatcher</cite><p>I said so in 2019 and nobody would listen to me, as usual.</p></li>
<li class="comment"><cite>Olga M.</cite><p>Thank you for this, it was about time that somebody wrote about it.</p></li>
</ol></section>"""

FOOTER = """<footer class="site-footer"><p>© 2026 Asker Courier Media Ltd. All rights reserved. Registered in Asker,
number 55102.</p><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li>
<li><a href="/terms">Terms of use</a></li></ul></footer>"""
