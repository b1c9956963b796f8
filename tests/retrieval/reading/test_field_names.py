"""What programs that export articles call their fields, in JSON and in tables."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import Article, DoubtfulDates, FieldName, Offered, Rejection
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from pathlib import Path

BODY = "The two ministers met on Tuesday. They agreed to go on talking about trade, tariffs and the climate."

NEWS_PLEASE = {
    "authors": ["Jane Doe", "John Roe"],
    "date_download": "2023-06-29 10:00:00",
    "date_publish": "2023-06-27 08:15:00",
    "language": "en",
    "maintext": BODY,
    "source_domain": "ex.org",
    "title": "Talks",
    "url": "https://ex.org/talks",
}
NEWSPAPER = {
    "source_url": "https://ex.org",
    "url": "https://ex.org/talks",
    "title": "Talks",
    "authors": ["Jane Doe", "John Roe"],
    "publish_date": "2023-06-27T08:15:00+02:00",
    "text": BODY,
}
NEWS_API = {
    "author": "Jane Doe, John Roe",
    "title": "Talks",
    "url": "https://ex.org/talks",
    "publishedAt": "2023-06-27T08:15:00Z",
    "content": BODY,
}
SPREADSHEET = {"Headline": "Talks", "By": "Jane Doe, John Roe", "Date": "27 June 2023", "Link": "https://ex.org/talks"}
EXPORTS = [NEWS_PLEASE, NEWSPAPER, NEWS_API, {**SPREADSHEET, "Body": BODY}]
IDS = ["news-please", "newspaper", "news API", "spreadsheet"]


def write_table(path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], **options)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())
    return path


def read_one(path: Path) -> Article:
    (article,) = [each for each in read_articles([path]) if not isinstance(each, FieldName)]
    assert isinstance(article, Article), article
    return article


def assert_whole(article: Article) -> None:
    assert (article.title, article.author, article.published) == ("Talks", "Jane Doe, John Roe", date(2023, 6, 27))
    assert (article.url, article.text) == ("https://ex.org/talks", BODY)


@pytest.mark.parametrize("fields", EXPORTS, ids=IDS)
def test_a_json_object_may_use_the_names_of_exporters(tmp_path: Path, fields: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(fields))

    assert_whole(read_one(path))


@pytest.mark.parametrize("fields", EXPORTS, ids=IDS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_so_does_a_row_of_a_table(tmp_path: Path, fields: dict[str, Any], delimiter: str) -> None:
    assert_whole(read_one(write_table(tmp_path / "a.csv", [fields], delimiter=delimiter)))


def test_what_was_taken_for_what_is_said_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(f"{json.dumps(NEWS_PLEASE | {'url': name})}\n" * 2)
    found = [each for each in read_articles([tmp_path]) if isinstance(each, FieldName)]

    assert found == [
        FieldName("authors", "author", 4),
        FieldName("date_publish", "published", 4),
        FieldName("maintext", "text", 4),
    ]


def test_a_date_of_two_readings_under_another_name_is_kept_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"text": BODY, "date": "03/04/2023"}))
    article, said = read_articles([path])

    assert isinstance(article, Article)
    assert (article.published, article.metadata) == (None, {"date": "03/04/2023"})
    assert said == DoubtfulDates(1, "03/04/2023", f"{path}:1")


def test_our_own_name_comes_before_others(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"content": "A teaser.", "text": BODY, "date": "2020", "published": "2023-06-27"}))
    article = read_one(path)

    assert (article.text, article.published) == (BODY, date(2023, 6, 27))
    assert article.metadata == {"content": "A teaser.", "date": "2020"}


@pytest.mark.parametrize("text", ["One.\r\nTwo.\r\n\r\nThree.", "\ufeffOne.\rTwo.", "\r\n\r\nOne.\r\n"])
@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_offsets_are_those_of_the_text_as_it_was_given(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps({"text": text}))
    else:
        write_table(path, [{"title": "Talks", "text": text}])
    article = read_one(path)

    assert len(article.text) == len(text)
    assert article.text.split() == text.removeprefix("\ufeff").split()
    assert "\r" not in article.text


def list_places(found: list[Offered]) -> list[str]:
    named = [each for each in found if isinstance(each, Article | Rejection)]
    return [each.id if isinstance(each, Article) else each.source for each in named]


def test_a_broken_row_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ["id,title,text", 'a,"One\nline",A text.', 'b,"Two" and,more', "c,x,y,z", "d,Three,A text.", ""]
    path.write_text("\n".join(rows))
    found = list(read_articles([path]))

    assert list_places(found) == ["a", f"{path}:4", f"{path}:5", "d"]
    assert "more than the 3 columns" in str(found[2])


def test_a_quotation_mark_that_never_closes_swallows_no_article_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\na,A text.\nb,"Never closed.\nc,Another text.\n')
    found = list(read_articles([path]))

    assert list_places(found) == ["a", f"{path}:3"]


def test_a_table_without_texts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("country,inhabitants\nNorway,5\n")

    assert list(read_articles([path])) == [
        Rejection(str(path), 'has no column "text"; name it so in the first row if it is a table of articles')
    ]


def test_a_table_may_hold_long_cells_and_blank_ones(tmp_path: Path) -> None:
    long = "A word. " * 40_000
    path = write_table(tmp_path / "a.csv", [{"": 0, "text": long, "title": "", "x": " "}, {"": 1, "text": BODY}])
    found = [each for each in read_articles([path]) if isinstance(each, Article)]

    assert [(each.text, dict(each.metadata)) for each in found] == [(long, {}), (BODY, {})]
