"""The five kinds of pages that reading is tuned on."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape

from tests.benchmarks.page_templates.story import (
    ADVERTISEMENT,
    CARDS,
    COMMENTS,
    COOKIES,
    DOMAIN,
    FOOTER,
    NAVIGATION,
    NEWSLETTER,
    RELATED,
    SHARE,
    SITE,
    Page,
    Story,
    lay_out_sections,
    wrap,
)


def set_in_boxes(story: Story) -> Page:
    """A magazine: the body is cut into boxes around advertisements, publisher and person are both authors."""
    boxes = [
        ("div", "body body__container article__body", "grid grid-items-{n}"),
        ("section", "article-text chunk-{n}", "row"),
        ("div", "body__inner-container", "grid-layout__content"),
    ]
    tag, body, outer = boxes[story.number % len(boxes)]
    chunks = [
        f'<div class="{outer.format(n=n)}"><{tag} class="{body.format(n=n)}">{wrap([heading], "h2")}{wrap(paragraphs)}'
        f'</{tag}><div class="aside-slot">{ADVERTISEMENT}</div></div>{RELATED if n == 1 else ""}'
        for n, (heading, paragraphs) in enumerate(story.sections)
    ]
    data = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{story.published}T06:00:00.000-05:00",
        "dateModified": f"{story.published + timedelta(days=40)}T11:12:00.000-05:00",
        "author": [
            {"@type": "Organization", "name": SITE},
            *({"@type": "Person", "name": name, "url": f"{DOMAIN}/author"} for name in story.authors),
        ],
        "publisher": {"@type": "Organization", "name": SITE, "logo": {"@type": "ImageObject", "url": "/logo.png"}},
        "isAccessibleForFree": True,
    }
    html = f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)} | {SITE}</title>
<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{SITE}">
<meta property="article:modified_time" content="{story.published + timedelta(days=40)}T16:12:00Z">
<meta name="author" content="{SITE}, {story.authors[0]}"><link rel="canonical" href="{DOMAIN}/story/{story.number}">
<script type="application/ld+json">{json.dumps(data)}</script></head><body class="page-article">{COOKIES}{NAVIGATION}
<main id="main-content"><article class="article main-content"><div class="content-header"><div class="rubric">
<a href="/culture">Culture</a></div><h1 data-testid="ContentHeaderHed">{escape(story.title)}</h1>
<div class="dek">{escape(story.summary)}</div><span class="byline">By {escape(story.byline)}</span>
<time>{story.published:%B} {story.published.day}, {story.published.year}</time></div>{SHARE}
<figure><img src="a.jpg" alt=""><figcaption>Photograph: Getty Images</figcaption></figure>
<div class="article__chunks">{"".join(chunks)}</div></article></main>{CARDS}{FOOTER}</body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), (story.summary, *story.blocks))


def hide_behind_a_wall(story: Story) -> Page:
    """A paper with a pay wall: the page shows a teaser, JSON-LD has the whole text; the address has a later date."""
    separator = ("\n\n", "\n", "</p><p>")[story.number % 3]
    body = separator.join(story.paragraphs)
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": SITE, "url": DOMAIN},
            {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "News"}]},
            {
                "@type": ["ReportageNewsArticle", "NewsArticle"][story.number % 2 :],
                "headline": story.title.replace('"', "&quot;"),
                "articleBody": f"<p>{body}</p>" if separator.startswith("<") else body,
                "datePublished": f"{story.published}T19:30:00+01:00",
                "author": [{"@type": "Person", "name": name} for name in story.authors],
                "isAccessibleForFree": "False",
                "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paywall"},
            },
        ],
    }
    later = story.published + timedelta(days=400)
    html = f"""<!doctype html>
<html lang="{story.language}" prefix="og: http://ogp.me/ns#"><head><meta charset="utf-8"/>
<title>{escape(story.title)} - {SITE}</title><meta property="og:title" content="{escape(story.title)} - {SITE}"/>
<meta property="og:type" content="article"/><meta property="og:url" content="{DOMAIN}/{later:%Y/%m/%d}/story.html"/>
<link rel="canonical" href="{DOMAIN}/{later:%Y/%m/%d}/story.html"/>
<meta name="description" content="{escape(story.summary)}"/>
<script>window.dataLayer = [{{"page": "article", "wall": true}}];</script>
<script type="application/ld+json">
{json.dumps(data, indent=1)}
</script></head><body>{NAVIGATION}<main><article class="c-article"><h1 class="c-article__title">{escape(story.title)}</h1>
<p class="c-lead">{escape(story.summary)}</p><div class="c-article__body">{wrap(story.paragraphs[:1])}
<p>{escape(story.paragraphs[1][:60])}…</p></div>
<div class="paywall-offer"><h2>Subscribe now to read on</h2><p>You have read all your free articles of this month.
Subscribe now and get the first four weeks for one crown, cancel at any time.</p>
<ul><li>All articles without limits</li><li>The paper of tomorrow at nine in the evening</li></ul>
<a class="button" href="/subscribe">Subscribe now</a><p>Already a subscriber? <a href="/login">Log in</a></p></div>
</article>{CARDS}</main>{FOOTER}{COOKIES}</body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), story.paragraphs)


def print_a_local_paper(story: Story) -> Page:
    """A local paper: dates in figures, which only the language or another date settles; bylines with roles."""
    day, number = story.published, story.number
    written = (
        (f"{day:%d/%m/%Y} 12:43", "en-GB", f"{day}"),
        (f"{day:%m/%d/%Y} 12:43:42", "en", ""),
        (f"{day:%m/%d/%Y}", "en-US", f"{day}"),
        (f"{day:%m/%d/%Y} 12:43:42", "en", f"{day}"),
        (f"{day:%d/%m/%Y}", "en", f"{day}"),
        (f"{day:%d.%m.%Y}, {14}:05 Uhr", "de", f"{day}"),
        (f"{day:%m/%d/%Y}", "en_US", f"{day}"),
    )[number]
    shown = {3: f"<p class='date'>{day.day} {day:%B} {day.year}</p>", 4: f"<p class='date'>{day:%d.%m.%Y}</p>"}
    meta = (f'<meta name="date" content="{written[0]}">', f'<div class="posted-on">{written[0]}</div>')
    byline = (
        f'<p class="author">By {story.byline} Monday, November 18</p>',
        f'<div class="byline">By {story.authors[0]}, environment reporter, and {story.authors[-1]}, staff writer</div>',
        f'<div class="byline">By {story.byline} is a reporter at the Courier</div>',
        f'<span class="article-author">BY <a href="/s">{story.authors[0]}</a>, '
        f"{' &amp; '.join(story.authors[1:])} in Asker</span>",
        f'<p class="author-name">{story.byline} News reporter @samo</p>',
        f'<p class="byline">Von {story.byline}, {SITE}</p>',
        f'<div class="author">{story.authors[0]} | Political Editor</div><div class="author">{story.authors[-1]} | '
        "Photographer</div>",
    )[number]
    settled = shown.get(number, "")
    html = f"""<HTML lang="{written[1]}"><HEAD><META http-equiv="Content-Type" content="text/html; charset=utf-8">
<TITLE>{escape(story.title, quote=False)} » {SITE}</TITLE>{meta[0] if number % 2 else ""}
<meta name="generator" content="PaperPress 3.1"><meta name="copyright" content="{SITE}">
<link rel=stylesheet href=/a.css></HEAD><BODY onload="init()">{NAVIGATION}
<div id=wrapper><div id=leftcol><ul><li><a href=/a>Town</a><li><a href=/b>County</a><li><a href=/c>Letters</a></ul></div>
<div id="maincol"><div class=story><h1>{escape(story.title, quote=False)}</h1>{byline}{settled or meta[1] * (1 - number % 2)}
<p class=lead><b>{escape(story.summary, quote=False)}</b>
{wrap(story.paragraphs[:3])}
<div class=picture><img src=1.jpg width=400><br><small>The place where it happened. Photo: archive</small></div>
{wrap(story.paragraphs[3:])}
<p><a href="javascript:window.print()">Print this page</a> | <a href="mailto:?">Send to a friend</a></p>
</div>{COMMENTS}</div><div id=rightcol><h3>Weather</h3><p>Rain in the morning, later some more rain.</p>
<h3>Events this week</h3><p>06/08/2026 Flea market</p></div></div>{FOOTER}</BODY></HTML>"""
    return Page(
        html, story.title, story.authors, (written[2],) if written[2] else (), (story.summary, *story.paragraphs)
    )


def run_a_live_blog(story: Story) -> Page:
    """A live blog: posts with their times, the newest first, in some over two days."""
    days = [story.published, story.published, story.published + timedelta(days=story.number % 2)]
    times = ["07:10", "13:55", "19:40"]
    posts = [
        (day, time, heading, paragraphs)
        for day, time, (heading, paragraphs) in zip(days, times, story.sections, strict=True)
    ][::-1]
    container, label = (("div", "post"), ("article", "live-entry"), ("li", "block-liveblog"))[story.number % 3]
    blocks = "\n".join(
        f'<{container} class="{label}" id="p{n}"><time datetime="{day}T{time}:00Z">{day.day} {day:%b} {time}</time>'
        f'<h2 class="{label}__title">{escape(heading)}</h2>{wrap(paragraphs)}{SHARE}</{container}>'
        for n, (day, time, heading, paragraphs) in enumerate(posts)
    )
    data = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": story.title,
        "datePublished": f"{days[0]}T06:00:00Z",
        "dateModified": f"{days[-1]}T20:00:00Z",
        "coverageStartTime": f"{days[0]}T06:00:00Z",
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "headline": heading,
                "datePublished": f"{day}T{time}:00Z",
                "articleBody": " ".join(paragraphs),
            }
            for day, time, heading, paragraphs in posts[: 1 + story.number % 3]
        ],
    }
    listed = f"<ol class='live-blog'>{blocks}</ol>" if container == "li" else f"<div class='liveblog'>{blocks}</div>"
    html = f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)}: live | {SITE}</title><meta property="og:title" content="{escape(story.title)}: live">
<script type="application/ld+json">{json.dumps(data)}</script></head><body>{NAVIGATION}<main>
<h1>{escape(story.title)}: live</h1><p class="live-status">Live · updated 20:00</p>
<div class="key-events"><h2>Key events</h2><ul><li><a href="#p0">{escape(posts[0][2])}</a></li>
<li><a href="#p1">{escape(posts[1][2])}</a></li></ul></div>{listed}{RELATED}</main>{FOOTER}</body></html>"""
    text = tuple(
        block
        for day, time, heading, paragraphs in posts
        for block in (f"{day.day} {day:%B %Y} {time}", heading, *paragraphs)
    )
    return Page(html, f"{story.title}: live", story.authors, tuple(sorted({f"{day}" for day in days})), text)


def leave_a_tag_open(story: Story) -> Page:
    """A municipal site: <noscript> with an open tag, titles cut at a quotation mark, a slider and a cookie wall."""
    noscript = (
        '<noscript><div class="nojs">Please switch on JavaScript.</noscript>',
        '<noscript><iframe src="//tag.example/ns.html?id=1"></noscript><noscript><div id="nojs"></noscript>',
        "<noscript><ul><li>Home<li>Contact</noscript>",
    )[story.number % 3]
    attribute = f'"{story.title}"' if story.number % 2 == 0 else f"'{escape(story.title)}'"
    html = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml"
xml:lang="{story.language}" lang="{story.language}"><head><meta charset="utf-8" />
<meta property="og:title" content={attribute} /><meta name="title" content={attribute} />
<meta name="DC.date.issued" content="{story.published}" /><meta name="author" content="webmaster" />
<title>{SITE} - {escape(story.title)}</title><style>.a{{b:c}}</style></head>
<body class="node-type-news"><!-- Google Tag Manager --><script>document.write("<noscript>");</script>
{noscript}<div id="top">{NAVIGATION}</div>{COOKIES}
<div class="slider"><div class="slide"><a href="/s1">Winter timetable of the swimming pool</a></div>
<div class="slide"><a href="/s2">Where to leave your Christmas tree</a></div></div>
<div class="region region-content"><div id="block-system-main"><h1 class="page-title">{escape(story.title)}</h1>
<div class="node"><div class="submitted">Submitted by <span class="username">{escape(story.byline)}</span> on
{story.published:%A}, {story.published.day} {story.published:%B} {story.published.year} - 09:12</div>
<div class="field-name-body"><div class="field-item even" property="content:encoded">
{lay_out_sections(story, "h3")}
</div></div><div class="field-tags">Tags: <a href="/t">town</a> <a href="/u">council</a></div>{SHARE}
</div></div></div><div class="sidebar">{RELATED}{NEWSLETTER}</div>{FOOTER}
<noscript></div></noscript></body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), story.blocks)


OPEN_KINDS = (set_in_boxes, hide_behind_a_wall, print_a_local_paper, run_a_live_blog, leave_a_tag_open)
