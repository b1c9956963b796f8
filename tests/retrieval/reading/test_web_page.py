"""What is read of web pages: the whole text, the title as it is shown, dates that are stated, names of people."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import Article, PartialDate
from retrieval.reading import read_articles
from retrieval.reading.web_page import parse_html

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "The library of Wend reopens on Monday after two years of repairs that cost twice what the town had planned."
SECOND = "Its roof is new, its cellar is dry, and the reading room has forty lamps that a glass blower made for it."
THIRD = "Readers may borrow six books at a time; whoever brings one back late pays with an hour of shelving, she said."
FOURTH = "The old card index stands in the hall, where children have begun to add cards of their own invention."
FIFTH = "On the first evening the choir of the fire brigade will sing, and the mayor has promised not to speak."
TITLE = "Wend gets its library back"


def a_page(body: str, head: str = "", *, title: str = f"{TITLE} | Wend Gazette", language: str = "en") -> bytes:
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body><nav><a href="/">Home</a></nav>{body}<footer>Imprint</footer></body></html>""".encode()


def an_article(*paragraphs: str, above: str = "", heading: str = TITLE) -> str:
    return f"<article><h1>{heading}</h1>{above}{a_text(*paragraphs)}</article>"


def a_text(*paragraphs: str) -> str:
    return "".join(f"<p>{each}</p>" for each in paragraphs or (FIRST, SECOND, THIRD))


def some_data(kind: str = "NewsArticle", **fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": kind, "headline": TITLE} | fields)}</script>'


# The text


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("div", "body article-body"),
        ("section", "text part-{n}"),
        ("div", "story-content block-{n}"),
        ("div", "StoryText__inner"),
    ],
)
@pytest.mark.parametrize("outer", ["article", "main"])
def test_an_article_in_several_boxes_is_read_to_its_end(tag: str, names: str, outer: str) -> None:
    boxes = "".join(
        f'<div class="row"><{tag} class="{names.format(n=n)}">{a_text(*part)}</{tag}></div>'
        '<div class="ad-slot">Advertisement</div>'
        for n, part in enumerate([(FIRST, SECOND), (THIRD, FOURTH), (FIFTH,)])
    )

    text = parse_html(a_page(f"<{outer}><h1>{TITLE}</h1>{boxes}</{outer}>")).text

    assert [each for each in (FIRST, SECOND, THIRD, FOURTH, FIFTH) if each not in text] == []


def test_another_article_below_is_not_this_ones() -> None:
    other = f"<article><h1>Something else</h1><div class='article-body'>{a_text(FOURTH, FIFTH)}</div></article>"

    text = parse_html(
        a_page(f"<article><h1>{TITLE}</h1><div class='article-body'>{a_text()}</div></article>{other}")
    ).text

    assert FOURTH not in text


def test_comments_in_boxes_of_their_own_are_not_the_articles() -> None:
    comments = "".join(f'<div class="comment-text"><p>{each}</p></div>' for each in (FOURTH, FIFTH))

    assert FIFTH not in parse_html(a_page(f"<div class='page'>{an_article()}{comments}</div>")).text


def test_headings_and_what_introduces_the_text_are_read() -> None:
    lead = "After two years and one flood the books come home, and with them the clock."
    body = f"<h3>The roof</h3><p>{FIRST}</p><p>{SECOND}</p><h3>The rules</h3><p>{THIRD}</p>"

    text = parse_html(
        a_page(f"<main><h1>{TITLE}</h1><div class='dek'>{lead}</div><div class='field-body'>{body}</div></main>")
    ).text

    assert [line for line in text.split("\n") if line and line != TITLE] == [
        lead,
        "The roof",
        FIRST,
        SECOND,
        "The rules",
        THIRD,
    ]


@pytest.mark.parametrize("separator", ["\n\n", "<br><br>", "</p><p>"])
@pytest.mark.parametrize("walled", [True, False])
def test_a_text_in_json_ld_is_read_in_place_of_its_teaser(separator: str, walled: bool) -> None:
    body = separator.join([FIRST, SECOND, THIRD, FOURTH, FIFTH])
    offer = "<div class='offer'><p>Subscribe now and read on for one crown a month.</p></div>"
    data = some_data(articleBody=f"<p>{body}</p>" if "<" in separator else body, isAccessibleForFree=not walled)

    text = parse_html(a_page(an_article(FIRST, SECOND[:40] + "…") + offer, data)).text

    assert text.split("\n") == [FIRST, SECOND, THIRD, FOURTH, FIFTH]


def test_a_summary_in_json_ld_does_not_replace_the_text() -> None:
    text = parse_html(a_page(an_article(), some_data(articleBody=f"{FIRST} {SECOND}"))).text

    assert THIRD in text


def test_the_text_of_another_article_in_json_ld_does_not_replace_the_text() -> None:
    body = " ".join(f"The ferry of day {n} was late again, and nobody on the quay could say why." for n in range(20))

    assert FIRST in parse_html(a_page(an_article(), some_data(headline="Ferries", articleBody=body))).text


@pytest.mark.parametrize(
    "noscript",
    [
        '<noscript><div class="x"></noscript>',
        "<NOSCRIPT><ul><li>a<table></NOSCRIPT >",
        "<noscript>",
        '<script>document.write("<noscript>")</script>',
        "<!-- <noscript> -->",
        "<textarea><noscript></textarea>",
    ],
)
def test_noscript_with_an_open_tag_loses_nothing(noscript: str) -> None:
    text = parse_html(a_page(noscript + an_article())).text

    assert [each for each in (FIRST, SECOND, THIRD) if each not in text] == []


def test_what_noscript_holds_is_not_read() -> None:
    assert "JavaScript" not in parse_html(a_page(f"<noscript><p>Use JavaScript.</p></noscript>{an_article()}")).text


@pytest.mark.parametrize(
    "box", ['<div class="correction">{}</div>', '<footer class="article-note"><p>{}</p></footer>', "<p>{}</p>"]
)
@pytest.mark.parametrize(
    "note",
    [
        "Correction: An earlier version of this article named the wrong choir.",
        "This article was amended on 5 May to correct the number of lamps.",
        "Editor’s note: The glass blower is a cousin of the reporter.",
    ],
)
def test_a_correction_is_read_wherever_it_stands(box: str, note: str) -> None:
    text = parse_html(a_page(an_article() + box.format(note))).text

    assert text.split("\n").count(note) == 1


def test_a_page_that_offers_much_more_than_was_read_is_doubtful() -> None:
    hidden = "".join(f"<section class='c{n}'><p>{each}</p></section>" for n, each in enumerate((FIRST, SECOND) * 8))
    body = " ".join((SECOND, THIRD, FOURTH, FIFTH) * 3)

    offered = parse_html(a_page(an_article(FIRST), some_data(headline="Ferries", articleBody=body))).doubts
    whole = parse_html(a_page(f"<article><h1>{TITLE}</h1>{hidden}</article>")).doubts

    assert [each[:22] for each in offered] == ["may be read in part: 1"]
    assert whole == ()


# Fact checks


CLAIM = "The library of Wend has burned its old books."


def test_claim_and_verdict_of_json_ld_open_a_fact_check() -> None:
    review = some_data("ClaimReview", claimReviewed=CLAIM, reviewRating={"alternateName": "Pants on fire"})
    picture = f"<div class='statement'>{CLAIM}</div><img src='meter.png' alt='pants on fire'>"

    text = parse_html(a_page(an_article(above=picture), review)).text

    assert text.startswith(f"Claim: {CLAIM}\nVerdict: Pants on fire\n")
    assert text.count(CLAIM) == 1


@pytest.mark.parametrize("label", ["Verdict:", "Our rating", "RATING:"])
def test_claim_and_verdict_under_labels_open_a_fact_check(label: str) -> None:
    boxes = f"<div class='c'><h4>Claim:</h4><p>{CLAIM}</p></div><div class='v'><h4>{label}</h4><p>False</p></div>"

    assert parse_html(a_page(an_article(above=boxes))).text.startswith(f"Claim: {CLAIM}\nVerdict: False\n")


def test_claim_and_verdict_that_stand_together_are_left_as_they_are() -> None:
    review = some_data("ClaimReview", claimReviewed=CLAIM, reviewRating={"alternateName": "False"})

    text = parse_html(a_page(an_article(f"Claim: {CLAIM}", "Verdict: False", FIRST, SECOND), review)).text

    assert text.count("Verdict") == 1


# Live blogs


def a_post(moment: str, heading: str, paragraph: str, *, more: str = "") -> str:
    return (
        f'<div class="post"><time datetime="{moment}">then</time><h2>{heading}</h2><p>{paragraph}</p>{more}'
        "<ul class='share'><li>Share</li></ul></div>"
    )


POSTS = [
    a_post("2026-05-02T09:30:00Z", "Doors open", FIRST),
    a_post("2026-05-01T21:05:00+02:00", "A queue in the dark", SECOND),
    a_post("2026-05-01T18:00:00+02:00", "The last lamp", THIRD),
]


def test_each_post_of_a_live_blog_stands_under_its_time() -> None:
    data = some_data("LiveBlogPosting", datePublished="2026-05-01", liveBlogUpdate=[])

    article = parse_html(a_page(f"<main><h1>{TITLE}</h1><div>{''.join(POSTS)}</div></main>", data))

    assert article.title == TITLE
    assert article.text.split("\n\n") == [
        "2 May 2026, 09:30",
        "Doors open",
        FIRST,
        "1 May 2026, 21:05",
        "A queue in the dark",
        SECOND,
        "1 May 2026, 18:00",
        "The last lamp",
        THIRD,
    ]


TOLL_POSTS = [
    ("14:05", "The council chamber is full, and people stand on the stairs to hear what the mayor will say."),
    ("13:40", "Two buses from the harbour have arrived; those on them carry a banner against the new toll."),
    ("13:10", "The mayor is late. Her train from Tarn, we hear, stands at the quarry because of a fallen tree."),
    ("12:30", "Good afternoon from the town hall, where the council is to vote on the bridge toll at two."),
]


@pytest.mark.parametrize(
    "mark",
    [
        '<time datetime="2026-05-02T{time}:00+01:00">{time}</time>',
        '<span class="when">{time}</span>',
        "<h3>{time} Uhr</h3>",
    ],
)
def test_a_live_blog_that_does_not_say_so_is_told_by_its_posts(mark: str) -> None:
    posts = "".join(f'<div class="post">{mark.format(time=time)}<p>{text}</p></div>' for time, text in TOLL_POSTS)
    head = '<meta property="article:published_time" content="2026-05-02T12:00:00+01:00">'
    page = f"<html lang='en'><head>{head}</head><body><h1>Bridge toll: live</h1><main>{posts}</main></body></html>"

    article = parse_html(page.encode())

    assert article.text.startswith("2 May 2026, 14:05\n\nThe council chamber is full")
    assert "2 May 2026, 12:30\n\nGood afternoon" in article.text
    assert article.published == date(2026, 5, 2)


NIGHT = [(clock, text) for clock, (_, text) in zip(("00:40", "00:10", "23:50", "21:15"), TOLL_POSTS, strict=False)]


def a_night(posts: list[tuple[str, str]], mark: str, head: str = "") -> bytes:
    shown = "".join(f'<div class="post">{mark.format(time=time)}<p>{text}</p></div>' for time, text in posts)
    head += '<meta property="article:published_time" content="2026-05-02T21:00:00+02:00">'
    return f"<html lang='en'><head>{head}</head><body><h1>Toll: live</h1><main>{shown}</main></body></html>".encode()


@pytest.mark.parametrize("head", ["", some_data("LiveBlogPosting")])
@pytest.mark.parametrize("posts", [NIGHT, NIGHT[::-1]], ids=["newest first", "oldest first"])
def test_a_live_blog_that_runs_past_midnight_goes_on_the_next_day(posts: list[tuple[str, str]], head: str) -> None:
    article = parse_html(a_night(posts, "<b>{time}</b>", head))

    found = re.findall(r"^\d May 2026, \d\d:\d\d$", article.text, re.MULTILINE)
    assert sorted(found) == ["2 May 2026, 21:15", "2 May 2026, 23:50", "3 May 2026, 00:10", "3 May 2026, 00:40"]
    assert article.published == date(2026, 5, 3)


def test_a_day_between_the_posts_is_that_of_those_below_it() -> None:
    mornings = [("09:10", NIGHT[0][1]), ("08:30", NIGHT[1][1]), *NIGHT[2:]]
    page = a_night(mornings, "<b>{time}</b>").replace(
        b'<div class="post"><b>23:50', b'<h3>Friday 1 May 2026</h3><div class="post"><b>23:50'
    )

    found = re.findall(r"^\d May 2026, \d\d:\d\d$", parse_html(page).text, re.MULTILINE)

    assert found == ["2 May 2026, 09:10", "2 May 2026, 08:30", "1 May 2026, 23:50", "1 May 2026, 21:15"]


def test_a_post_has_the_day_that_its_readers_see_whatever_zone_the_page_is_written_in() -> None:
    moments = [
        "2026-05-02T22:40Z|00:40",
        "2026-05-02T22:10Z|00:10",
        "2026-05-02T21:50Z|23:50",
        "2026-05-02T19:15Z|21:15",
    ]
    posts = "".join(
        f'<div class="post"><time datetime="{moment}">{shown}</time><p>{text}</p></div>'
        for (moment, shown), (_, text) in zip((each.split("|") for each in moments), NIGHT, strict=True)
    )
    updates = [
        {"datePublished": "2026-05-02T21:50:00Z", "articleBody": NIGHT[2][1]},
        {"datePublished": "2026-05-02T22:20:00Z", "headline": "Rain", "articleBody": FIFTH},
    ]
    page = a_page(f"<main><h1>{TITLE}</h1>{posts}</main>", some_data("LiveBlogPosting", liveBlogUpdate=updates))

    found = re.findall(r"^\d May 2026, \d\d:\d\d$", parse_html(page).text, re.MULTILINE)

    assert found == [
        f"{day} May 2026, {at}" for day, at in ((3, "00:40"), (3, "00:20"), (3, "00:10"), (2, "23:50"), (2, "21:15"))
    ]


@pytest.mark.parametrize("name", ["comment", "teaser-list"])
def test_comments_and_lists_with_times_are_no_live_blog(name: str) -> None:
    posts = "".join(
        f'<div class="post"><time datetime="2026-05-02T{time}">{time}</time><p>{text}</p></div>'
        for time, text in TOLL_POSTS
    )
    page = f"<html><body><h1>Bridge toll</h1><p>The vote is at two.</p><div class='{name}'>{posts}</div></body></html>"

    assert "2 May 2026, 14:05" not in parse_html(page.encode()).text


def test_a_live_blog_of_several_days_is_an_article_for_each(tmp_path: Path) -> None:
    file = tmp_path / "storm.html"
    address = '<link rel="canonical" href="https://gazette.example/live">'
    posts = f"<main><h1>{TITLE}</h1><div>{''.join(POSTS)}</div></main>"

    file.write_bytes(a_page(f"<main><h1>{TITLE}</h1><div>{''.join(POSTS[1:])}</div></main>", address + LIVE))
    (before,) = read_articles([file])
    file.write_bytes(a_page(posts, address + LIVE))
    first, second = read_articles([file])

    assert isinstance(before, Article)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, first.title, first.published) == (before.id, TITLE, date(2026, 5, 1))
    assert (second.title, second.published, second.url) == (
        TITLE,
        date(2026, 5, 2),
        "https://gazette.example/live#2026-05-02",
    )
    assert second.text == f"2 May 2026, 09:30\n\nDoors open\n\n{FIRST}"


def test_a_live_blog_that_is_one_article_has_the_day_of_its_newest_post() -> None:
    data = some_data("LiveBlogPosting", datePublished="2026-05-01")

    assert parse_html(a_page(f"<main><h1>{TITLE}</h1><div>{''.join(POSTS)}</div></main>", data)).published == date(
        2026, 5, 2
    )


def test_a_post_with_a_second_time_is_one_post() -> None:
    edited = a_post("2026-05-02T10:00:00Z", "Shut", FOURTH, more="<time datetime='2026-05-02T11:00:00Z'>edited</time>")

    text = parse_html(a_page(f"<main><h1>{TITLE}</h1><div>{edited}{''.join(POSTS)}</div></main>", LIVE)).text

    assert text.split("\n\n")[:4] == ["2 May 2026, 10:00", "Shut", FOURTH, "2 May 2026, 09:30"]


def test_posts_that_json_ld_alone_has_are_read_in_their_place() -> None:
    update = {"datePublished": "2026-05-01T20:00:00+02:00", "headline": "Rain", "articleBody": FIFTH}
    data = some_data("LiveBlogPosting", liveBlogUpdate=[update])

    text = parse_html(a_page(f"<main><h1>{TITLE}</h1><div>{''.join(POSTS)}</div></main>", data)).text

    assert text.split("\n\n")[3:8] == ["1 May 2026, 21:05", "A queue in the dark", SECOND, "1 May 2026, 20:00", "Rain"]


LIVE = some_data("LiveBlogPosting")


# Titles


QUOTING = 'Librarian calls the roof "a sieve with tiles" and moves out'


@pytest.mark.parametrize("quoted", ['content="{}"', "content='Librarian calls the roof'"])
def test_a_title_cut_at_a_quotation_mark_is_read_whole(quoted: str) -> None:
    meta = f'<meta property="og:title" {quoted.format(QUOTING)}>'

    assert parse_html(a_page(an_article(heading=QUOTING), meta)).title == QUOTING
    assert parse_html(a_page(f"<article>{a_text()}</article>", meta, title=QUOTING)).title == QUOTING


@pytest.mark.parametrize(
    ("heading", "stated"),
    [
        (TITLE, f"{TITLE} - Wend Gazette"),
        (TITLE, f"Wend Gazette: {TITLE}"),
        (TITLE, f"{TITLE[:18]}…"),
        (f"Culture {TITLE}", TITLE),
        ("Wend Gazette", TITLE),
    ],
)
def test_the_title_is_what_heading_and_meta_tags_agree_on(heading: str, stated: str) -> None:
    site = '<meta property="og:site_name" content="Wend Gazette">'
    page = a_page(an_article(heading=heading), f'{site}<meta property="og:title" content="{stated}">', title=stated)

    assert parse_html(page).title == TITLE


def test_a_title_with_a_dash_keeps_what_follows() -> None:
    title = "The library is back - but nobody has the key"

    assert parse_html(a_page(f"<article>{a_text()}</article>", title=title)).title == title


# Dates


def read_date(body: str = "", head: str = "", **options: Any) -> date | None:
    found = parse_html(a_page(an_article(above=body), head, **options)).published
    assert found is None or isinstance(found, date)
    return found


ADDRESS = '<link rel="canonical" href="https://gazette.example/2026/07/30/library">'
PUBLISHED = '<meta property="article:published_time" content="2026-05-04T23:30:00-05:00">'


@pytest.mark.parametrize(
    "head",
    [
        PUBLISHED + ADDRESS,
        some_data(datePublished="2026-05-04T08:00:00Z", dateModified="2026-06-09") + ADDRESS,
        some_data("WebPage", mainEntity={"@type": "Article", "datePublished": "2026-05-04"}) + ADDRESS,
        f'<meta property="article:modified_time" content="2026-06-09T08:00Z">{PUBLISHED}',
        '<meta name="DC.date.issued" content="2026-05-04">' + ADDRESS,
        '<link rel="canonical" href="https://gazette.example/2026/05/04/library">',
    ],
)
def test_a_stated_date_goes_before_what_an_address_lets_guess(head: str) -> None:
    assert read_date(head=head) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", None), ("en-GB", date(2026, 5, 4)), ("en-US", date(2026, 4, 5)), ("de", date(2026, 5, 4))],
)
def test_a_date_that_could_be_two_days_is_read_by_the_pages_language_alone(language: str, day: date | None) -> None:
    head = '<meta name="date" content="04/05/2026 12:43:42">'

    assert read_date(head=head, language=language) == day


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("04.05.2026", date(2026, 5, 4)),
        ("April 5, 2026", date(2026, 4, 5)),
        ("Updated 4 May 2026", None),
        ("12 August 2026", None),
    ],
)
def test_a_date_that_could_be_two_days_is_settled_by_another_that_is_one_of_them(shown: str, day: date | None) -> None:
    head = '<meta name="date" content="04/05/2026">'

    assert read_date(f"<p class='date'>{shown}</p>", head) == day


@pytest.mark.parametrize(
    "shown",
    [
        "<div>By Jo Lind<br>Monday, May 4, 2026</div>",
        "<p>Posted on 4 May 2026 at 9.30 | Updated 6 May 2026</p>",
        "<time datetime='2026-05-04T10:00'>Monday</time>",
        "<span>4 mai 2026</span>",
    ],
)
def test_a_date_that_the_page_shows_is_read(shown: str) -> None:
    assert read_date(shown) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("head", "shown", "known"),
    [
        ('<meta property="article:published_time" content="2026-03">', "", "2026-03"),
        (some_data(datePublished="2026-01"), "", "2026-01"),
        (some_data(datePublished="2026"), "", "2026"),
        ("", "<time datetime='2026-03'>Spring</time>", "2026-03"),
        ("", "<p class='date'>March 2026</p>", "2026-03"),
        (some_data(datePublished="2026-03"), "<p>Posted on 4 May 2026</p>", "2026-03"),
    ],
)
def test_a_month_or_a_year_stays_one(head: str, shown: str, known: str) -> None:
    assert parse_html(a_page(an_article(above=shown), head)).published == PartialDate(known)


def test_a_day_in_the_month_that_is_stated_is_the_date() -> None:
    assert read_date("<p>Posted on 4 May 2026</p>", some_data(datePublished="2026-05")) == date(2026, 5, 4)


def test_the_day_of_an_update_is_metadata() -> None:
    article = parse_html(a_page(an_article(above="<p>Updated May 6, 2026</p>"), PUBLISHED))

    assert (article.published, article.metadata["updated"]) == (date(2026, 5, 4), "2026-05-06")


# Authors


@pytest.mark.parametrize(
    "byline",
    [
        "By Jo Lind Monday, November 18",
        "By Jo Lind is a reporter at the Gazette",
        "BY Jo Lind | Senior Culture Correspondent",
        "Jo Lind, staff writer",
        "Jo Lind News reporter @jolind",
        "Written by Jo Lind in Wend",
        "Von Jo Lind, Wend Gazette",
        "Jo Lind May 4, 2026",
        "By Jo Lind; photographs by Ann Roe",
        "Jo Lind (jo@gazette.example)",
    ],
)
def test_an_author_is_a_name_without_role_day_place_or_publisher(byline: str) -> None:
    site = '<meta property="og:site_name" content="Wend Gazette">'

    assert parse_html(a_page(an_article(above=f'<p class="byline">{byline}</p>'), site)).author == "Jo Lind"


@pytest.mark.parametrize(
    "head",
    [
        some_data(author=[{"@type": "Organization", "name": "Wend Gazette"}, {"@type": "Person", "name": "Jo Lind"}]),
        some_data(author={"@type": "Person", "name": "By Jo Lind"}),
        some_data(author={"givenName": "Jo", "familyName": "Lind"}),
        some_data(author="Wend Gazette, Jo Lind", publisher={"@type": "Organization", "name": "Wend Gazette"}),
        some_data(author={"@id": "#jo"}) + some_data("Person", **{"@id": "#jo", "name": "Jo Lind"}),
        '<meta name="author" content="Jo Lind"><meta property="article:author" content="https://social.example/jo">',
    ],
)
def test_the_authors_that_a_page_states_are_people(head: str) -> None:
    assert parse_html(a_page(an_article(), head)).author == "Jo Lind"


def test_several_authors_are_read_and_names_of_several_words_stay_whole() -> None:
    byline = "By María José Ortega, Lena van der Berg and P. J. O’Doyle"

    assert parse_html(a_page(an_article(above=f"<p class='author'>{byline}</p>"))).author == (
        "María José Ortega, Lena van der Berg, P. J. O’Doyle"
    )


def test_the_page_names_all_authors_where_a_meta_tag_has_the_first() -> None:
    shown = '<a rel="author" href="/j">Jo Lind</a> <a rel="author" href="/a">Ann Roe</a>'

    assert parse_html(a_page(an_article(above=shown), '<meta name="author" content="Jo Lind">')).author == (
        "Jo Lind, Ann Roe"
    )


@pytest.mark.parametrize("name", ["Wend Gazette", "webmaster", "The Wend Gazette"])
def test_the_paper_itself_is_no_author(name: str) -> None:
    head = f'<meta property="og:site_name" content="Wend Gazette"><meta name="author" content="{name}">'

    assert not parse_html(a_page(an_article(), head)).author


# JSON-LD as it comes


@pytest.mark.parametrize(
    "written",
    [
        '{"@type": "NewsArticle", "datePublished": "2026-05-04",}',
        '/*<![CDATA[*/{"@type": "NewsArticle", "datePublished": "2026-05-04"}/*]]>*/',
        '<!-- {"@type": ["Thing", "BlogPosting"], "datePublished": "2026-05-04"} -->',
        '[{"@graph": [{"@type": "Organization"}, {"@type": "Article", "datePublished": "2026-05-04"}]}];',
        '{"@type": "NewsArticle",\n"description": "two\nlines", "datePublished": "2026-05-04"}',
    ],
)
def test_untidy_json_ld_is_understood(written: str) -> None:
    assert read_date(head=f'<script type="application/ld+json">{written}</script>') == date(2026, 5, 4)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "{",
            "[[[",
            "null",
            "7",
            '"a"',
            '{"@type": 3, "author": [3, null, {"name": {"a": []}}]}',
            '{"@graph": {}}',
        ),
        '{"@type": "Article", "headline": [], "articleBody": {}, "author": {"@id": []}, "datePublished": 20260504}',
        '{"@type": "LiveBlogPosting", "liveBlogUpdate": [3, {"datePublished": {}}]}',
        '{"@type": "ClaimReview", "claimReviewed": 3, "reviewRating": {"alternateName": []}}',
        "[" * 100_000,
    ],
)
def test_json_ld_that_makes_no_sense_is_passed_over(written: str) -> None:
    assert FIRST in parse_html(a_page(an_article(), f'<script type="application/ld+json">{written}</script>')).text
