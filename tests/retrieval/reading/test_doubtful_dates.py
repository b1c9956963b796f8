"""Dates that could be two days, in files other than web pages: read by the language, or said to be doubtful."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, DoubtfulDates
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = "The council decided on Monday to build a new bridge across the river. Work begins in the autumn."
GERMAN = "Der Gemeinderat hat am Montag beschlossen, die alte Brücke über den Fluss bis zum Herbst neu zu bauen."
APRIL, MARCH = date(2026, 4, 3), date(2026, 3, 4)


def as_json(text: str, **fields: str) -> str:
    return json.dumps({"title": "Bridge", "text": text} | fields)


def read(path: Path, content: str) -> tuple[Article, list[DoubtfulDates]]:
    path.write_text(content, encoding="utf-8")
    found = list(read_articles([path]))
    (article,) = (each for each in found if isinstance(each, Article))
    return article, [each for each in found if isinstance(each, DoubtfulDates)]


@pytest.mark.parametrize(
    ("name", "content", "day"),
    [
        ("a.jsonl", as_json(ENGLISH, published="03/04/2026", language="en-GB"), APRIL),
        ("a.jsonl", as_json(ENGLISH, date="03/04/2026", lang="en_US"), MARCH),
        ("a.jsonl", as_json(GERMAN, published="03/04/2026"), APRIL),
        ("a.md", f"---\ntitle: Bridge\ndate: 03/04/2026\nlanguage: en-US\n---\n\n{ENGLISH}", MARCH),
        ("a.md", f"---\ntitle: Brücke\ndate: 03/04/2026\n---\n\n{GERMAN}", APRIL),
        ("a.txt", f"Brücke\n\n03/04/2026\n\n{GERMAN}", APRIL),
        ("a.csv", f"title,text,date,language\nBridge,{ENGLISH},03/04/2026,fr", APRIL),
    ],
)
def test_the_language_of_an_article_tells_which_day_it_is(tmp_path: Path, name: str, content: str, day: date) -> None:
    article, doubtful = read(tmp_path / name, content)

    assert (article.published, doubtful) == (day, [])
    assert "03/04/2026" not in article.metadata.values()


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", as_json(ENGLISH, published="03/04/2026"), "a.jsonl:1"),
        ("a.jsonl", as_json(ENGLISH, date="03/04/2026", language="en"), "a.jsonl:1"),
        ("a.md", f"---\ntitle: Bridge\ndate: 03/04/2026\n---\n\n{ENGLISH}", "a.md"),
        ("a.txt", f"Bridge\nBy Jane Doe | 03/04/2026\n\n{ENGLISH}", "a.txt"),
        ("a.txt", f"03/04/2026\n\nBridge\n\n{ENGLISH}", "a.txt"),
    ],
)
def test_where_nothing_tells_there_is_no_date_and_that_is_said(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    article, doubtful = read(tmp_path / name, content)

    assert (article.title, article.published) == ("Bridge", None)
    assert doubtful == [DoubtfulDates(1, "03/04/2026", str(tmp_path / place))]


def test_doubtful_dates_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(as_json(f"{n}. {ENGLISH}", published=f"0{n}/04/2026") for n in range(1, 6)))

    (said,) = (each for each in read_articles([path]) if isinstance(each, DoubtfulDates))

    assert said == DoubtfulDates(4, "01/04/2026", f"{path}:1")
