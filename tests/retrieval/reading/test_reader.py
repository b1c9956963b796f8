from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.domain import (
    Article,
    DoubtfulDates,
    FieldName,
    LeftOutFiles,
    Offered,
    PartialDate,
    PublicationDate,
    Rejection,
)
from retrieval.errors import UnreadableError
from retrieval.reading import SUFFIXES, find_files, read_articles
from retrieval.reading.formats import PARSERS, SEVERAL_PARSERS

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = Path(__file__).parents[3] / "seeds"
BODY = "The two ministers met on Tuesday. They agreed to go on talking about trade, tariffs and the climate."


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(path: Path, content: str | bytes, **options: Any) -> Article:
    (found,) = read_articles([write(path, content)], **options)
    assert isinstance(found, Article), found
    return found


def refused(path: Path, content: str | bytes, **options: Any) -> str:
    (found,) = read_articles([write(path, content)], **options)
    assert isinstance(found, Rejection), found
    assert "\n" not in found.reason
    assert found.source.startswith(str(path.resolve()))
    return found.reason


def records(path: Path, *lines: object) -> list[Offered]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(read_articles([write(path, text)]))


def list_places(found: list[Offered]) -> list[str]:
    named = [each for each in found if isinstance(each, Article | Rejection)]
    return [each.id if isinstance(each, Article) else each.source for each in named]


def list_rejections(folder: Path) -> list[Rejection]:
    return [found for found in read_articles([folder]) if isinstance(found, Rejection)]


def skipped(article: Article) -> list[str]:
    return [article.text[span.start : span.end] for span in article.skipped]


# The seeds


def test_the_first_seed_has_title_author_and_date() -> None:
    (article,) = read_articles([SEEDS / "blinken-trip-to-china-outcomes.txt"])

    assert isinstance(article, Article)
    assert article.title == "The Major Outcomes of Blinken's Trip to China"
    assert (article.author, article.published) == ("Ezba Walayat", date(2023, 6, 27))
    assert skipped(article) == [
        "# The Major Outcomes of Blinken's Trip to China",
        "written by Ezba Walayat | June 27, 2023",
    ]


def test_the_second_seed_has_a_title_and_loses_its_subscription_line() -> None:
    (article,) = read_articles([SEEDS / "blinken-visit-to-china-analysis.txt"])

    assert isinstance(article, Article)
    assert article.title == "Blinken’s visit to China An Analysis"
    assert skipped(article) == ["Get the Latest News Updates", "Blinken’s visit to China An Analysis"]
    assert article.text == (SEEDS / "blinken-visit-to-china-analysis.txt").read_text(encoding="utf-8")


def test_reading_the_seeds_wakes_no_heavy_library() -> None:
    code = (
        "import sys; from retrieval.reading import read_articles\n"
        f"assert len(list(read_articles([{str(SEEDS / 'blinken-trip-to-china-outcomes.txt')!r}]))) == 1\n"
        "assert not {'dateparser', 'trafilatura', 'pypdfium2', 'charset_normalizer', 'yaml'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Heads of plain texts


@pytest.mark.parametrize(
    ("head", "title", "author", "published"),
    [
        ("# Talks in Beijing\n\n", "Talks in Beijing", "", None),
        ("Talks in Beijing\n\n", "Talks in Beijing", "", None),
        ("Talks in Beijing\n================\n\n", "Talks in Beijing", "", None),
        ("Can China talk?\nBy Jane Doe\n\n", "Can China talk?", "Jane Doe", None),
        ("Talks\n\nBy Jane Doe and John Roe | June 27, 2023\n\n", "Talks", "Jane Doe and John Roe", date(2023, 6, 27)),
        (
            "Talks\nBY LUDWIG VAN DER BERG, Staff Writer\n27 June 2023\n\n",
            "Talks",
            "LUDWIG VAN DER BERG",
            date(2023, 6, 27),
        ),
        ("Talks\nJane O'Neil-Smith | 27 June 2023\n", "Talks", "Jane O'Neil-Smith", date(2023, 6, 27)),
        ("Talks\n\nPublished: 2023-06-27 10:15\n\n", "Talks", "", date(2023, 6, 27)),
        (
            "Title: Talks\nAuthor: Jane Doe\nDate: 2023-06-27\nSource: The Daily\n\n",
            "Talks",
            "Jane Doe",
            date(2023, 6, 27),
        ),
        ("Talks\n\nPosted by Jane Doe on June 27, 2023\n\n", "Talks", "Jane Doe", date(2023, 6, 27)),
        ("Talks\nBy Jane Doe\nJune 2023\n\n", "Talks", "Jane Doe", PartialDate("2023-06")),
        ("June 2023\n\nTalks\n\n", "Talks", "", PartialDate("2023-06")),
        ("Talks\n\nPublished in June 2023\n\n", "Talks", "", PartialDate("2023-06")),
        ("Talks\n\nDate: 2023\n\n", "Talks", "", PartialDate("2023")),
        ("2023\n\n", "2023", "", None),
        ("Talks\n\nDate: 03/04/2023\n\n3 April 2023\n\n", "Talks", "", date(2023, 4, 3)),
        ("By Jane Doe\nJune 27, 2023\n\n", "", "Jane Doe", date(2023, 6, 27)),
        ("", "", "", None),
        ("A first sentence that ends with a period.\n\n", "", "", None),
        ("and so it went on from the page before\n\n", "", "", None),
    ],
)
def test_title_author_and_date_are_read_off_the_head(
    tmp_path: Path, head: str, title: str, author: str, published: PublicationDate | None
) -> None:
    article = one(tmp_path / "a.txt", head + BODY)

    assert (article.title, article.author, article.published) == (title, author, published)
    assert "The two ministers met" not in " ".join(skipped(article))


def test_an_agency_dateline_gives_the_date_and_stays_in_the_text(tmp_path: Path) -> None:
    article = one(tmp_path / "a.txt", f"Talks\n\nBEIJING, June 27, 2023 (Reuters) - {BODY}")

    assert article.published == date(2023, 6, 27)
    assert skipped(article) == ["Talks"]


def test_the_first_line_of_a_wrapped_paragraph_is_no_title(tmp_path: Path) -> None:
    article = one(
        tmp_path / "a.txt", "The two ministers met on Tuesday in the\nstate guest house and agreed to talk.\n"
    )

    assert (article.title, article.skipped) == ("", ())


def test_a_sentence_about_a_person_is_no_byline(tmp_path: Path) -> None:
    article = one(tmp_path / "a.txt", f"Talks\n\nBy Tuesday the ministers had met.\n\n{BODY}")

    assert article.author == ""
    assert skipped(article) == ["Talks"]


def test_a_text_that_is_all_heading_stays_findable(tmp_path: Path) -> None:
    assert one(tmp_path / "a.md", "# Talks in Beijing").skipped == ()


# Navigation lines

NOISE = [
    "Get the Latest News Updates",
    "Get the latest news delivered to your inbox",
    "Subscribe to our newsletter",
    "Sign up for our free daily newsletter and never miss a story!",
    "Subscribe",
    "Share this:",
    "Share on Facebook",
    "Facebook Twitter WhatsApp",
    "Advertisement",
    "ADVERTISEMENT - CONTINUE READING BELOW",
    "Story continues below advertisement",
    "Read more: China and the US agree on nothing",
    "Related articles",
    "• Also read: Why the balloon flew",
    "We use cookies to improve your experience on this site. Learn more.",
    "By continuing to browse this site you agree to our use of cookies.",
    "Accept all cookies",
    "Follow us on Twitter",
    "Click here to subscribe",
    "© 2023 The Daily. All rights reserved.",
    "(c) The Daily",
    "Copyright 2023 The Daily",
    "See also: More on China",
    "Don't miss: The balloon",
    "12 comments",
    "Email",
    "**Advertisement**",
    "Skip to main content",
    "Home > World > Asia",
    "Tags: China, US",
    "5 min read",
    "Leave a comment",
    "* * *",
]
PROSE = [
    "Subscribe to our newsletter was all the page said, the minister complained.",
    "Get the latest news and you get the latest lies, he told reporters.",
    "Share prices fell in Shanghai after the talks.",
    "Advertisement spending rose by three percent.",
    "Related: the two sides also discussed Taiwan.",
    '"We use cookies to track our readers," the publisher said.',
    "We use cookies everywhere, the publisher said.",
    "Search parties were sent out at dawn.",
    "Copyright law was changed last year.",
    "Print is dead.",
    "Read more books, the minister said.",
    "X marks the spot.",
]


@pytest.mark.parametrize("line", NOISE)
def test_a_navigation_line_is_skipped(tmp_path: Path, line: str) -> None:
    article = one(tmp_path / "a.txt", f"{BODY}\n{line}\n\nThe talks go on.")

    assert skipped(article) == [line]


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_that_sounds_like_navigation_stays(tmp_path: Path, line: str) -> None:
    assert one(tmp_path / "a.txt", f"{BODY}\n{line}\n\nThe talks go on.").skipped == ()


# Markdown


def test_front_matter_becomes_fields_and_is_skipped(tmp_path: Path) -> None:
    fields = "title: 'Talks: the end'\nauthors: [Jane Doe, {name: John Roe}]\ndate: 2023-06-27\nlink: https://ex.org/a"
    front = f"---\n{fields}\ndesk: asia\n---"
    article = one(tmp_path / "a.md", f"{front}\n\n# Talks: the end\n\n![photo](a.png)\n\n{BODY}")

    assert (article.title, article.author) == ("Talks: the end", "Jane Doe, John Roe")
    assert (article.published, article.url, article.metadata) == (
        date(2023, 6, 27),
        "https://ex.org/a",
        {"desk": "asia"},
    )
    assert skipped(article) == [front, "# Talks: the end", "![photo](a.png)"]


def test_prose_between_two_rules_is_no_front_matter(tmp_path: Path) -> None:
    article = one(
        tmp_path / "a.md", f"---\nHe said: never\n  again: maybe\nor not.\n---\n\n{BODY}".replace(": never", " never")
    )

    assert article.metadata == {}
    assert skipped(article) == ["---", "---"]


def test_broken_front_matter_is_named_by_its_line(tmp_path: Path) -> None:
    reason = refused(tmp_path / "a.md", f"---\nauthor: Jane\ntitle: Talks: the end\n---\n{BODY}")

    assert reason.startswith("front matter is not valid YAML at line 3; ")


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)
    )

    assert "metadata values" in refused(tmp_path / "a.md", f"---\n{bomb}---\n{BODY}")


@pytest.mark.parametrize(
    ("written", "known"),
    [("2023-06", "2023-06"), ("June 2023", "2023-06"), ("'2023-06'", "2023-06"), ("2023", "2023"), ("'2023'", "2023")],
)
def test_front_matter_that_gives_a_month_or_a_year_dates_by_it(tmp_path: Path, written: str, known: str) -> None:
    article = one(tmp_path / "a.md", f"---\ndate: {written}\n---\n{BODY}")

    assert (article.published, article.metadata) == (PartialDate(known), {})


def test_an_undated_draft_keeps_what_its_date_said(tmp_path: Path) -> None:
    article = one(tmp_path / "a.md", f"---\ndate: TBD\n---\n{BODY}")

    assert (article.published, article.metadata) == (None, {"date": "TBD"})


# HTML

PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Talks in Beijing - The Daily</title>
<meta name="author" content="Jane Doe"><meta property="article:published_time" content="2023-06-27T10:00:00Z">
<link rel="canonical" href="https://ex.org/talks"><script>var evil = "script words";</script></head><body>
<nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>Talks in Beijing</h1><p>By Jane Doe</p>
<p>{BODY}</p><p style="color:red; display : none">secret one</p><p hidden>secret two</p>
<div aria-hidden="true">secret three</div>
<p>“Größe” &amp; <b>Mut</b> are not enough.</p><script>document.write("more script words")</script></article>
<footer>Subscribe to our newsletter</footer></body></html>"""


def test_a_web_page_gives_main_text_and_metadata(tmp_path: Path) -> None:
    article = one(tmp_path / "a.html", PAGE)

    assert (article.title, article.author, article.published) == ("Talks in Beijing", "Jane Doe", date(2023, 6, 27))
    assert article.url == "https://ex.org/talks"
    assert BODY in article.text
    assert "“Größe” & Mut are not enough." in article.text.split("\n")
    assert "Talks in Beijing" in skipped(article)


@pytest.mark.parametrize("never", ["script", "evil", "secret", "World", "newsletter", "<"])
def test_scripts_hidden_parts_and_navigation_never_enter(tmp_path: Path, never: str) -> None:
    assert never not in one(tmp_path / "a.html", PAGE).text


def test_a_declared_charset_is_believed_when_it_is_not_utf8(tmp_path: Path) -> None:
    page = f'<meta charset="windows-1251"><body><p>Переговоры прошли в Пекине.</p><p>{BODY}</p></body>'

    assert "Переговоры прошли в Пекине." in one(tmp_path / "a.htm", page.encode("cp1251")).text


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    assert "no main text" in refused(tmp_path / "a.html", "<html><body><script>x</script></body></html>")


# JSON


def test_json_lines_keep_unknown_fields(tmp_path: Path) -> None:
    line = {
        "id": "a",
        "title": "Talks",
        "text": BODY,
        "published": "June 27, 2023",
        "author": "Jane",
        "url": "u",
        "x": [1, {}],
    }
    (article,) = records(tmp_path / "a.jsonl", line)

    assert article == Article(
        "a", BODY, "Talks", "Jane", date(2023, 6, 27), "u", str(tmp_path / "a.jsonl"), {"x": [1, {}]}
    )


@pytest.mark.parametrize(
    ("written", "known"), [("June 2023", "2023-06"), ("2023-06", "2023-06"), ("2023", "2023"), (2023, "2023")]
)
def test_json_that_gives_a_month_or_a_year_dates_by_it(tmp_path: Path, written: object, known: str) -> None:
    assert one(tmp_path / "a.jsonl", json.dumps({"text": BODY, "published": written})).published == PartialDate(known)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([{"id": "a", "text": BODY}, {"id": "b", "text": BODY}]),
        json.dumps([{"id": "a", "text": BODY}, {"id": "b", "text": BODY}], indent=2),
        f'{{"id": "a", "text": "{BODY}"}}\n\n{{"id": "b", "text": "{BODY}"}}\n',
        f'\ufeff{{"id": "a",\n "text": "{BODY}"}}\n{{"id": "b", "text": "{BODY}"}}',
    ],
)
def test_a_json_file_may_hold_an_array_or_objects(tmp_path: Path, content: str) -> None:
    found = list(read_articles([write(tmp_path / "a.json", content)]))

    assert [article.id for article in found if isinstance(article, Article)] == ["a", "b"]


def test_one_json_object_is_one_article(tmp_path: Path) -> None:
    assert one(tmp_path / "a.json", json.dumps({"id": 7, "text": BODY})).id == "7"


def test_a_broken_line_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    found = records(path, {"id": "a", "text": BODY}, '{"id": "b", "text": ', "", {"id": "c", "text": BODY})

    assert [article.id for article in found if isinstance(article, Article)] == ["a", "c"]
    (rejected,) = (item for item in found if isinstance(item, Rejection))
    assert rejected.source == f"{path}:2"
    assert rejected.reason.startswith("is broken JSON: ")


def test_a_broken_object_in_a_json_file_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    found = records(path, {"id": "a", "text": BODY}, '{"id": "b", "text": ', {"id": "c", "text": BODY})

    assert list_places(found) == ["a", f"{path}:2", "c"]


def test_a_cut_off_array_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    whole = json.dumps([{"id": "a", "text": BODY}, {"id": "b", "text": BODY}], indent=1)
    first, cut = read_articles([write(path, whole[:-30])])

    assert isinstance(first, Article)
    assert isinstance(cut, Rejection)
    assert cut.source == f"{path}:6"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "is a list, not an object"),
        ('"text"', "is a string, not an object"),
        ("null", "is null, not an object"),
        ('{"title": "Talks"}', 'has no "text"'),
        ('{"text": null}', 'has no "text"'),
        ('{"text": NaN}', 'has no "text"'),
        ('{"text": 5}', '"text" is a number, not a string'),
        ('{"text": ["a"]}', '"text" is a list, not a string'),
        ('{"text": ""}', "has no words"),
        ('{"text": " \\n "}', "has no words"),
        ('{"text": "Talks.", "title": 5}', '"title" is a number, not a string'),
        ('{"text": "Talks.", "author": {"a": 1}, "url": 5}', '"url" is a number'),
        ('{"text": "Talks.", "author": 5}', '"author" is a number'),
        ('{"text": "Talks.", "id": true}', '"id" is true or false'),
        ('{"text": "Talks.", "id": 1.5}', '"id" is a number'),
        ('{"text": "Talks.", "id": "a\\nb"}', '"id" must be'),
        ('{"text": "Talks.", "published": 20230627}', '"published" is a number'),
        ('{"text": "Talks.", "published": "soonish"}', "'soonish', which is not a date"),
        ('{"text": "Talks.", "n": ' + "9" * 5000 + "}", "is broken JSON: a number has too many digits"),
        ('{"text": "Talks.", "n": ' + "[" * 100_000 + "}", "JSON nested too deeply"),
        ('{"text": "Talks.", "n": ' + "[" * 100 + "]" * 100 + "}", "nests them too deeply"),
        ('{"text": "Talks."} {"text": "More."}', "something follows the object at column 20"),
    ],
)
def test_wrong_types_are_refused_by_name(tmp_path: Path, line: str, reason: str) -> None:
    assert reason in refused(tmp_path / "a.jsonl", line)


def test_nan_means_missing_and_big_numbers_are_kept(tmp_path: Path) -> None:
    line = '{"text": "Talks were held.", "title": NaN, "author": null, "published": "", "n": %s, "x": 1e999}' % (
        10**400
    )
    (article,) = records(tmp_path / "a.jsonl", line)

    assert isinstance(article, Article)
    assert (article.title, article.published, article.metadata) == ("", None, {"n": 10**400, "x": None})


def test_lone_surrogates_and_nuls_become_replacement_characters(tmp_path: Path) -> None:
    (article,) = records(
        tmp_path / "a.jsonl", r'{"text": "Talks \ud800 were\u0000held. \ud83d\ude00", "title": "a\u0000b"}'
    )

    assert isinstance(article, Article)
    assert (article.text, article.title) == ("Talks \ufffd were\ufffdheld. 😀", "a\ufffdb")
    assert article.content_hash


def test_json_lines_come_from_standard_input(tmp_path: Path) -> None:
    lines = [{"id": "a", "text": BODY}, {"text": BODY}, {"text": BODY, "url": "https://ex.org/a"}]
    stream = io.BytesIO("\n".join(json.dumps(line) for line in lines).encode())
    found = [article for article in read_articles(["-"], stdin=stream) if isinstance(article, Article)]

    assert len(found) == 3
    assert {article.source for article in found} == {"-"}
    shifted = io.BytesIO(json.dumps(lines[1]).encode())
    assert [found[1]] == list(read_articles(["-"], stdin=shifted))


def test_two_articles_with_one_id_name_both_places(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    first, second, third = records(
        path, {"id": "a", "text": BODY}, {"id": "a", "text": "Other."}, {"id": "b", "text": BODY}
    )

    assert isinstance(first, Article)
    assert isinstance(third, Article)
    assert isinstance(second, Rejection)
    assert second == Rejection(f"{path}:2", f"has the id 'a', which {path}:1 has already; give it its own id")


def test_what_somebody_calls_a_text_is_an_article_whatever_it_says(tmp_path: Path) -> None:
    text = "We use cookies to improve your experience on this site."

    assert "navigation lines" in refused(tmp_path / "a.txt", text)
    assert one(tmp_path / "a.json", json.dumps({"text": text})).skipped == ()


# Ids and sources


def test_ids_are_readable_and_stay_the_same(tmp_path: Path) -> None:
    path = tmp_path / "Élan & Größe 2023.txt"
    first, again = one(path, BODY), one(path, BODY + " More.")

    assert first.id == again.id
    assert first.id.startswith("elan-gro")
    assert first.id != one(tmp_path / "other" / path.name, BODY).id
    assert first.source == str(path.resolve())


def test_an_article_with_an_address_keeps_its_id_in_another_file(tmp_path: Path) -> None:
    line = {"text": BODY, "url": "https://ex.org/a"}
    (one_file,) = records(tmp_path / "a.jsonl", line)
    _, other_file = records(tmp_path / "b.jsonl", {"text": "Other."}, {**line, "title": ""})

    assert isinstance(one_file, Article)
    assert isinstance(other_file, Article)
    assert one_file.id.split("-")[-1] == other_file.id.split("-")[-1]


def test_lines_without_id_and_address_differ_by_line(tmp_path: Path) -> None:
    first, second = records(tmp_path / "a.jsonl", {"text": BODY}, {"text": BODY})

    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.id != second.id


# Files and folders


def test_a_folder_is_read_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a.TXT", "a.md", "c.txt", ".hidden.txt", ".git/x.txt", "image.png", "README"):
        write(tmp_path / name, BODY)
    found = [each for each in read_articles([tmp_path]) if isinstance(each, Article | Rejection)]

    names = [str(Path(item.source).relative_to(tmp_path)) for item in found]
    assert names == ["a.md", "b/a.TXT", "b/z.txt", "c.txt"]
    assert all(isinstance(item, Article) for item in found)


def test_a_document_that_is_not_read_is_named_rather_than_lost(tmp_path: Path) -> None:
    write(tmp_path / "a.doc", b"PK")
    (found,) = read_articles([tmp_path])

    assert isinstance(found, Rejection)
    assert ".doc is not read; export it" in found.reason


@pytest.mark.parametrize("name", ["image.png", "a.doc", "a.tar.gz"])
def test_a_named_file_in_another_format_is_refused(tmp_path: Path, name: str) -> None:
    reason = refused(tmp_path / name, BODY)

    assert all(suffix in reason for suffix in SUFFIXES)


def test_symlink_loops_end_and_every_file_comes_once(tmp_path: Path) -> None:
    write(tmp_path / "a" / "x.txt", BODY)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "again.txt").symlink_to(tmp_path / "a" / "x.txt")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found, left_out = read_articles([tmp_path, tmp_path / "a" / "x.txt", str(tmp_path)])

    assert isinstance(found, Article)
    assert left_out == LeftOutFiles("without a suffix", 1, str(tmp_path / "self"))
    assert found.source == str(tmp_path / "a" / "x.txt")


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    named, within = read_articles([tmp_path / "a.txt", tmp_path])

    assert (
        named
        == within
        == Rejection(str(tmp_path / "a.txt"), "is a link that leads nowhere; mount what it leads to, or mend it")
    )


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    assert list(read_articles([tmp_path / "gone"])) == [
        Rejection(str(tmp_path / "gone"), "no such file or folder; check the spelling")
    ]


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    (found,) = read_articles([tmp_path / "a.txt"])

    assert isinstance(found, Rejection)


def test_what_is_no_file_is_named_in_a_folder_whatever_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "a.txt")

    assert [(found.source, "and no file" in str(found)) for found in list_rejections(tmp_path)] == [
        (str(tmp_path / "a.txt"), True),
        (str(tmp_path / "pipe"), True),
    ]


def test_links_out_of_a_folder_are_named_and_followed_only_when_asked(tmp_path: Path) -> None:
    within, elsewhere = tmp_path / "within", tmp_path / "elsewhere"
    write(elsewhere / "a.txt", BODY)
    write(tmp_path / "b.txt", BODY)
    within.mkdir()
    (within / "folder").symlink_to(elsewhere)
    (within / "b.txt").symlink_to(tmp_path / "b.txt")
    (within / "picture.png").symlink_to("/dev/null")

    assert [(found.source, "--follow-links" in str(found)) for found in list_rejections(within)] == [
        (str(within / "b.txt"), True),
        (str(within / "folder"), True),
        ("/dev/null", False),
    ]
    followed = [found.source for found in read_articles([within], follow_links=True) if isinstance(found, Article)]
    assert followed == [str(tmp_path / "b.txt"), str(elsewhere / "a.txt")]


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt", BODY)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert [type(found) for found in read_articles([tmp_path / "link"])] == [Article]


def test_an_unreadable_file_is_named_and_the_rest_goes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked, free = write(tmp_path / "a.txt", BODY), write(tmp_path / "b.txt", BODY)
    opened = Path.open

    def guarded(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", guarded)
    refusal, article = read_articles([tmp_path])

    assert isinstance(article, Article)
    assert refusal == Rejection(str(locked), "can't be read: permission denied; change its permissions")
    assert article.source == str(free)


def test_a_file_name_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text(BODY)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (article,) = read_articles([tmp_path])

    assert isinstance(article, Article)
    assert article.source == f"{tmp_path}/caf\ufffd.txt"


def test_files_lists_what_read_will_open(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "")
    write(tmp_path / "b.png", "")

    assert list(find_files([tmp_path, "-"])) == [
        tmp_path / "a.txt",
        Path("-"),
        LeftOutFiles(".png", 1, str(tmp_path / "b.png")),
    ]


# Sizes, encodings and odd content


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_ligatures_in_a_text_are_letters(tmp_path: Path, suffix: str) -> None:
    article = one(tmp_path / f"a{suffix}", "The oﬃce on the ﬁrst ﬂoor aﬀects ﬅaﬀ.")

    assert article.text == "The office on the first floor affects staff."


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    assert refused(tmp_path / f"a{suffix}", "") == "is empty; fill it, or leave it out"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf", ".json", ".jsonl"])
def test_a_file_over_the_limit_is_refused(tmp_path: Path, suffix: str) -> None:
    assert "is over the limit of 50 bytes; " in refused(tmp_path / f"a{suffix}", BODY, limit_bytes=50)


def test_the_limit_holds_for_each_line_of_json_lines(tmp_path: Path) -> None:
    lines = [json.dumps({"id": name, "text": text}) for name, text in (("a", "Short."), ("b", BODY), ("c", "Short."))]
    found = list(read_articles([write(tmp_path / "a.jsonl", "\n".join(lines))], limit_bytes=60))

    assert list_places(found) == ["a", f"{tmp_path}/a.jsonl:2", "c"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_encodings_are_detected(tmp_path: Path, encoding: str) -> None:
    text = "L'été dernier, le ministre a été réélu à Paris.\nUne société française a gagné."

    assert one(tmp_path / "a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Blinken’s visit — “no elaboration” was given in Beijing."),
        ("cp1252", "El año pasado, la población de España creció."),
        ("cp1250", "Wiceminister spraw zagranicznych powiedział, że rozmowy były trudne, ale rząd żąda wyjaśnień."),
        ("cp1251", "Переговоры прошли в Пекине. Министр заявил, что стороны договорились."),
        ("shift_jis", "会談は北京で行われた。両国は対話を続けることで合意した。"),
        ("gb18030", "会谈在北京举行。双方同意继续对话。"),
    ],
)
def test_older_encodings_are_detected(tmp_path: Path, encoding: str, text: str) -> None:
    assert one(tmp_path / "a.txt", text.encode(encoding)).text == text


def test_one_broken_byte_does_not_spoil_a_utf8_text(tmp_path: Path) -> None:
    text = "Blinken’s visit — “no elaboration” — was “short”, “cold” and “useful”. " * 20

    assert one(tmp_path / "a.txt", text.encode() + b"caf\xe9").text == text + "caf\ufffd"


def test_newlines_are_normalised(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", "One.\r\nTwo.\rThree.\n\u2028Four.").text == "One.\nTwo.\nThree.\n\u2028Four."


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", b"\0" * 5000, random.Random(1).randbytes(5000)],
)
def test_binary_files_are_refused(tmp_path: Path, data: bytes) -> None:
    assert "binary" in refused(tmp_path / "a.txt", data)


def test_a_binary_file_called_json_lines_is_refused_once(tmp_path: Path) -> None:
    assert "binary" in refused(tmp_path / "a.jsonl", b"\0\1\2\3\4\5\6\7\n" * 1000)


def test_a_stray_nul_goes_in_as_a_replacement_character(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", BODY.replace("met", "m\0t")).text == BODY.replace("met", "m\ufffdt")


def test_right_to_left_and_emoji_text_keeps_its_offsets(tmp_path: Path) -> None:
    text = "محادثات 🇨🇳 في بكين\n\n"
    text += "قال الوزير 👩‍👩‍👧 إن “المحادثات” كانت مفيدة.\nSubscribe to our newsletter\nשלום 😀 לכולם."
    article = one(tmp_path / "a.txt", text)

    assert article.text == text
    assert article.title == "محادثات 🇨🇳 في بكين"
    assert skipped(article) == [article.title, "Subscribe to our newsletter"]


@pytest.mark.parametrize(
    "filler", ["The talks go on and on. ", "a", "é", "Subscribe to our newsletter ", "By Jane Doe, ", "On.Read more: x"]
)
def test_twenty_megabytes_on_one_line_take_seconds(tmp_path: Path, filler: str) -> None:
    path = write(tmp_path / "a.txt", filler * (20_000_000 // len(filler.encode())))
    start = time.process_time()
    (article,) = read_articles([path])

    assert isinstance(article, Article)
    assert time.process_time() - start < 10


# Laws


def check(found: Offered) -> None:
    assert isinstance(found, Article | Rejection)
    if isinstance(found, Rejection):
        assert found.reason
        assert "\n" not in found.reason
        return
    assert found.id
    assert "\r" not in found.text
    assert json.dumps(found.metadata, allow_nan=False)
    assert found.text.encode()
    end = 0
    for span in found.skipped:
        assert end <= span.start < span.end <= len(found.text)
        assert found.text[span.start : span.end].strip() == found.text[span.start : span.end]
        end = span.end


PIECES = st.sampled_from(
    [*NOISE, *PROSE, BODY, "# Talks", "By Jane Doe", "June 27, 2023", "---", "title: x", "", " ", "\ufeff", "😀"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n", "\r\n", " ", ""]).map(lambda newline: newline.join(parts))
)
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@QUIET
@given(text=TEXTS, suffix=st.sampled_from([".txt", ".md"]))
def test_skipped_spans_are_sorted_disjoint_and_in_range(tmp_path: Path, text: str, suffix: str) -> None:
    for found in read_articles([write(tmp_path / f"a{suffix}", text.encode("utf-8", "replace"))]):
        check(found)


BYTES = st.one_of(st.binary(max_size=300), TEXTS.map(lambda text: text.encode("utf-8", "replace")))


@QUIET
@given(data=BYTES)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".json", ".jsonl", ".csv", ".warc", ".gz"])
def test_no_bytes_raise(tmp_path: Path, suffix: str, data: bytes) -> None:
    for found in read_articles([write(tmp_path / f"a{suffix}", data)]):
        if not isinstance(found, LeftOutFiles | FieldName | DoubtfulDates):
            check(found)


@QUIET
@given(data=BYTES)
@pytest.mark.parametrize(
    "parse", dict.fromkeys([*PARSERS.values(), *SEVERAL_PARSERS.values()]), ids=lambda parse: parse.__name__
)
def test_a_parser_raises_nothing_but_that_it_cannot_read(parse: Callable[[bytes], object], data: bytes) -> None:
    with suppress(UnreadableError):
        parse(data)


@QUIET
@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "text", "published", "author", "url", "x"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), TEXTS),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_no_json_object_raises(tmp_path: Path, fields: dict[str, Any]) -> None:
    (found,) = read_articles([write(tmp_path / "a.jsonl", json.dumps(fields))])
    check(found)


def test_a_file_may_be_given_another_source_than_its_path(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder / "minutes.txt").write_text("The committee met on Monday.")
    (tmp_path / "empty.txt").write_text("")

    def named(path: Path) -> str:
        return f"upload:{path.name}"

    first, second, empty = (
        next(iter(read_articles([tmp_path / each], named=named)))
        for each in ("one/minutes.txt", "two/minutes.txt", "empty.txt")
    )

    assert isinstance(first, Article)
    assert first == second
    assert first.source == "upload:minutes.txt"
    assert isinstance(empty, Rejection)
    assert empty.source == "upload:empty.txt"
