"""The five kinds of pages of which only the score is looked at: what they look like is not what reading is tuned on."""

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
    Page,
    Story,
    lay_out_sections,
    wrap,
)


def keep_a_weblog(story: Story) -> Page:
    """A weblog: one graph of linked objects, a biography under the text, related posts and comments."""
    url = f"{DOMAIN}/{story.published:%Y/%m}/post-{story.number}/"
    people = [{"@type": ["Person"], "@id": f"{DOMAIN}/#/person/{n}", "name": n} for n in story.authors]
    graph = [
        {
            "@type": "Article",
            "@id": f"{url}#article",
            "isPartOf": {"@id": url},
            "author": [{"@id": person["@id"]} for person in people],
            "headline": story.title,
            "datePublished": f"{story.published}T08:00:00+00:00",
            "dateModified": f"{story.published + timedelta(days=3)}T08:00:00+00:00",
            "publisher": {"@id": f"{DOMAIN}/#organization"},
        },
        {"@type": "WebPage", "@id": url, "url": url, "name": f"{story.title} - Notes from Asker"},
        {"@type": "WebSite", "@id": f"{DOMAIN}/#website", "name": "Notes from Asker"},
        {"@type": "Organization", "@id": f"{DOMAIN}/#organization", "name": "Notes from Asker"},
        *people,
    ]
    html = f"""<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8" />
<title>{escape(story.title)} - Notes from Asker</title><link rel="canonical" href="{url}" />
<meta property="og:locale" content="en_US" /><meta property="og:title" content="{escape(story.title)} - Notes from Asker" />
<meta property="og:site_name" content="Notes from Asker" /><meta name="twitter:label1" content="Written by" />
<meta name="twitter:data1" content="{escape(story.byline)}" />
<script type="application/ld+json" class="yoast-schema-graph">{json.dumps({"@context": "https://schema.org", "@graph": graph})}</script>
<noscript><style>.lazyload{{display:none}}</style></noscript></head>
<body class="post-template-default single single-post postid-{story.number}">{NAVIGATION}
<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-{story.number}" class="post type-post status-publish hentry category-town">
<header class="entry-header"><div class="entry-meta"><span class="posted-on">Posted on <a href="{url}" rel="bookmark">
<time class="entry-date published" datetime="{story.published}T08:00:00+00:00">{story.published:%B} {story.published.day},
{story.published.year}</time></a></span> <span class="byline"> by <span class="author vcard"><a class="url fn n"
href="/author">{escape(story.byline)}</a></span></span> · 4 min read</div><h1 class="entry-title">{escape(story.title)}</h1></header>
<div class="entry-content"><p class="has-drop-cap">{escape(story.paragraphs[0])}</p>
<figure class="wp-block-image"><img src="i.jpg" alt=""/><figcaption>The river in spring</figcaption></figure>
{wrap(story.paragraphs[1:4])}<blockquote class="wp-block-quote"><p>{escape(story.paragraphs[4])}</p></blockquote>
{wrap(story.paragraphs[5:])}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3>{SHARE}</div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3><em>Related</em></h3></div></div>
<footer class="entry-footer"><span class="cat-links">Posted in <a href="/c" rel="category tag">Town</a></span></footer>
</article><div class="author-box"><h2>About {escape(story.authors[0])}</h2><p>{escape(story.authors[0])} grew up by the
harbour and writes about whatever floats. <a href="/author">View all posts</a></p></div>
<nav class="navigation post-navigation"><a href="/p">Previous post: The winter market</a></nav>{COMMENTS}
</main></div><aside id="secondary" class="widget-area">{NEWSLETTER}<section class="widget"><h2>Archives</h2>
<ul><li><a href="/2020">March 2020</a></li><li><a href="/2019">May 2019</a></li></ul></section></aside></div>{FOOTER}
</body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), story.paragraphs)


def check_a_claim(story: Story) -> Page:
    """A fact check: the verdict is an image whose words stand in ClaimReview, or a box beside the claim."""
    pictured = story.number % 2 == 0
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "datePublished": f"{story.published}",
        "url": f"{DOMAIN}/check/{story.number}",
        "claimReviewed": story.claim,
        "author": {"@type": "Organization", "name": "Asker Checks"},
        "reviewRating": {"@type": "Rating", "ratingValue": 2, "bestRating": 5, "alternateName": story.verdict},
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Posts on social media"}},
    }
    box = (
        f'<div class="m-statement"><div class="m-statement__quote">{escape(story.claim)}</div><div '
        f'class="m-statement__meter"><img src="/meter.png" alt="{escape(story.verdict.lower())}"></div></div>'
        if pictured
        else f'<div class="claim-box"><h4>Claim:</h4><p>{escape(story.claim)}</p></div><div class="verdict-box">'
        f"<h4>Verdict:</h4><p>{escape(story.verdict)}</p></div>"
    )
    html = f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">
<title>Asker Checks | {escape(story.title)}</title><meta property="og:title" content="Asker Checks - {escape(story.title)}">
<meta property="og:site_name" content="Asker Checks">
<meta property="article:published_time" content="{story.published}T15:30:00+00:00">
<meta name="author" content="{escape(", ".join(story.authors))}">
<script type="application/ld+json">{json.dumps([review] if pictured else review)}</script></head><body>{NAVIGATION}
<div class="container"><main role="main"><h1 class="c-title">{escape(story.title)}</h1>
<div class="m-author"><a href="/who">{escape(story.byline)}</a><span class="m-author__date">{story.published:%B}
{story.published.day}, {story.published.year}</span></div>{box}
<article class="m-textblock">{wrap(story.paragraphs)}<p><em>Read about <a href="/how">how we choose what to check</a>.</em></p>
</article><section class="o-sources"><h3>Our sources</h3><ul><li>Minutes of the council, pages 3 to 9</li>
<li>E-mail from the clerk</li></ul></section>{CARDS}</main></div>{COOKIES}{FOOTER}</body></html>"""
    return Page(
        html, story.title, story.authors, (f"{story.published}",), (story.claim, story.verdict, *story.paragraphs)
    )


def nest_tables(story: Story) -> Page:
    """A page of twenty years ago: tables in tables, fonts, line breaks for paragraphs, the date in the text."""
    breaks = "<br><br>\n" if story.number % 2 else "<BR>&nbsp;<BR>"
    body = breaks.join(escape(each, quote=False) for each in story.paragraphs)
    day = story.published
    dated = (f"{day:%A}, {day:%B} {day.day}, {day.year}", f"Posted: {day.day} {day:%B} {day.year}")[story.number % 2]
    html = f"""<html><head><title>{escape(story.title, quote=False)}</title></head>
<body bgcolor="#ffffff" text="#000000" link="#0000cc"><center><table width="760" border="0" cellpadding="0" cellspacing="0">
<tr><td colspan="3"><a href="index.html"><img src="logo.gif" alt="Asker Courier" border="0"></a></td></tr>
<tr><td width="120" valign="top"><font size="1"><a href="news.html">News</a><br><a href="sport.html">Sport</a><br>
<a href="ads.html">Small ads</a><br><a href="guest.html">Guest book</a></font></td>
<td width="480" valign="top"><font face="Verdana" size="4"><b>{escape(story.title, quote=False)}</b></font><br>
<font face="Verdana" size="1">By {story.byline}<br>{dated}</font><br><br>
<table align="right" width="200"><tr><td><img src="foto.jpg" width="200"></td></tr></table>
<font face="Verdana" size="2">{body}</font><br><br><hr size="1"><font size="1"><a href="mailto:desk@askercourier.example">
Write to the editor</a> | <a href="#top">Top of page</a></font></td>
<td width="160" valign="top" bgcolor="#eeeeee"><font size="1"><b>Poll</b><br>Should the harbour have a tram?<br>
<form><input type="radio">Yes<br><input type="radio">No<br><input type="submit" value="Vote"></form></font></td></tr>
<tr><td colspan="3" align="center"><font size="1">Copyright Asker Courier 2001-2026. Best viewed at 800 x 600.</font></td></tr>
</table></center></body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), story.paragraphs)


def wire_a_report(story: Story) -> Page:
    """An agency's report: updated and corrected, which the page says in boxes of its own; the newer date is not its own."""
    updated = story.published + timedelta(days=9)
    note = (
        f"Correction: An earlier version of this article gave the wrong number of the {story.sections[0][0].lower()}."
    )
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": f"{DOMAIN}/{updated:%Y-%m-%d}/wire"},
        "headline": story.title[:70],
        "dateModified": f"{updated}T10:00:00Z",
        "datePublished": f"{story.published}T04:10:00Z",
        "author": {"@type": "Person", "name": f"By {story.byline}", "jobTitle": "Correspondent"},
        "publisher": {"@type": "NewsMediaOrganization", "name": "Northern Wire"},
        "articleBody": story.paragraphs[0],
    }
    html = f"""<!doctype html><html ⚡ lang="{story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)} | Northern Wire</title><link rel="canonical" href="{DOMAIN}/{updated:%Y-%m-%d}/wire">
<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="Northern Wire">
<meta property="og:updated_time" content="{updated}T10:00:00Z"><meta property="article:author" content="https://fb.example/nw">
<script type="application/ld+json">/*<![CDATA[*/{json.dumps(data)}/*]]>*/</script>
<style amp-boilerplate>body{{visibility:hidden}}</style><noscript><style amp-boilerplate>body{{animation:none}}</style></noscript>
</head><body><amp-sidebar id="menu"><ul><li>World</li><li>Business</li></ul></amp-sidebar>{NAVIGATION}
<div class="Page-content"><div class="Page-lead"><h1 class="Page-headline">{escape(story.title)}</h1>
<div class="Page-byline">BY <span class="Component-bylines">{escape(story.byline)}</span></div>
<div class="Page-dateline">Published {story.published:%b} {story.published.day}, {story.published.year} 4:10 AM UTC</div>
<div class="Page-updated">Updated {updated:%b} {updated.day}, {updated.year} 10:00 AM UTC</div></div>
<main class="Page-main"><div class="RichTextStoryBody">{wrap(story.paragraphs[:2])}{ADVERTISEMENT}
{wrap(story.paragraphs[2:4])}<div class="PageListEnhancement"><h3>Read more</h3><ul><li><a href="/x">Storm shuts the
northern ferry ports</a></li></ul></div>{wrap(story.paragraphs[4:])}<p>___</p></div>
<div class="correction-note"><p>{escape(note)}</p></div></main>{SHARE}</div>{CARDS}{FOOTER}</body></html>"""
    return Page(html, story.title, story.authors, (f"{story.published}",), (*story.paragraphs, note))


def send_a_letter(story: Story) -> Page:
    """A newsletter's page or a university's: microdata, a subtitle, forms between the paragraphs, credits below."""
    day = story.published
    people = "".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a rel="author" href="/@{n}">'
        f'<span itemprop="name">{escape(name)}</span></a></span>'
        for n, name in enumerate(story.authors)
    )
    form = """<div class="subscription-widget-wrap"><div class="subscription-widget"><p class="cta-caption">Reader letters
is free. If you like it, tell somebody.</p><form><input type="email" name="email"/><button>Subscribe</button></form>
</div></div>"""
    dated = (
        f'<time itemprop="datePublished" datetime="{day}T00:00">{day:%b} {day.day}, {day.year}</time>',
        f'<meta itemprop="datePublished" content="{day}"><span>{day:%b} {day.day}</span>',
        f'<div class="pencraft meta">{day:%b} {day.day:02}, {day.year}</div>',
    )[story.number % 3]
    html = f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"/>
<title data-rh="true">{escape(story.title)} - by {escape(story.authors[0])}</title>
<meta data-rh="true" property="og:title" content="{escape(story.title)}"/><meta name="author" content="{escape(story.authors[0])}"/>
<meta name="twitter:title" content="{escape(story.title[:40])}…"/></head><body>
<div id="entry"><div class="main-menu"><a href="/">Reader letters</a><button>Subscribe</button><button>Sign in</button></div>
<div class="single-post"><article itemscope itemtype="https://schema.org/Article"><div class="post-header">
<h1 class="post-title published" itemprop="headline">{escape(story.title)}</h1><h3 class="subtitle">{escape(story.summary)}</h3>
<div class="byline-wrapper">{people}{dated}</div><div class="post-ufi"><a href="#c">12</a><a href="#s">Share</a></div></div>
<div class="available-content"><div dir="auto" class="body markup" itemprop="articleBody">
{wrap(story.paragraphs[:2])}{form}{lay_out_sections(story).split("</p>", 2)[2]}{form}
<p class="button-wrapper"><a class="button primary" href="/share"><span>Share</span></a></p></div></div>
<div class="post-footer"><p>Reader letters © 2026. <a href="/tos">Terms</a> ∙ <a href="/privacy">Privacy</a></p></div>
</article></div><div class="comments-page" id="discussion"><h4>Discussion about this post</h4><div class="comment">
<p>Wonderful, I have sent it to my aunt who lives there.</p></div></div>{NEWSLETTER}</div>{RELATED}{COOKIES}</body></html>"""
    shown = (story.summary, *story.paragraphs[:2], *story.blocks[3:])
    days = (f"{day}",)
    return Page(html, story.title, story.authors, days, shown)


KEPT_KINDS = (keep_a_weblog, check_a_claim, nest_tables, wire_a_report, send_a_letter)
