from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import Article, FieldName, Rejection
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.domain import Offered

ROOF = {"headline": "Roof mended", "body": "The roof of the school was mended."}
CRANE = {"headline": "Crane sold", "body": "The crane was sold to Norway."}


def read(folder: Path, value: object, name: str = "a.json") -> list[Offered]:
    (folder / name).write_text(json.dumps(value))
    return list(read_articles([folder / name]))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"articles": [ROOF, CRANE]}, "articles"),
        ({"status": "ok", "totalResults": 2, "items": [ROOF, CRANE]}, "items"),
        ({"data": {"page": 1, "results": [ROOF, CRANE]}, "links": [{"rel": "next"}]}, "data.results"),
    ],
)
def test_a_list_of_articles_in_an_object_is_found_by_its_shape_and_named(tmp_path: Path, value: Any, name: str) -> None:
    found = read(tmp_path, value)

    assert [each.title for each in found if isinstance(each, Article)] == ["Roof mended", "Crane sold"]
    assert FieldName(name, "articles", 2) in found


def test_articles_are_told_apart_as_in_an_array(tmp_path: Path) -> None:
    wrapped = [each.id for each in read(tmp_path, {"articles": [ROOF, CRANE]}) if isinstance(each, Article)]
    array = [each.id for each in read(tmp_path, [ROOF, CRANE]) if isinstance(each, Article)]

    assert wrapped == array


def test_each_line_may_be_a_page_of_results(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"results": [each]}) for each in (ROOF, CRANE))
    (tmp_path / "a.jsonl").write_text(lines)
    found = [each for each in read_articles([tmp_path]) if isinstance(each, Article)]

    assert [each.title for each in found] == ["Roof mended", "Crane sold"]
    assert len({each.id for each in found}) == 2


def test_an_article_with_related_ones_is_that_article(tmp_path: Path) -> None:
    (article,) = [each for each in read(tmp_path, ROOF | {"related": [CRANE]}) if isinstance(each, Article)]

    assert article.title == "Roof mended"


def test_of_two_lists_none_is_guessed(tmp_path: Path) -> None:
    (rejected,) = read(tmp_path, {"articles": [ROOF], "archive": {"articles": [CRANE]}})

    assert isinstance(rejected, Rejection)
    assert '"articles", "archive.articles"' in rejected.reason


def test_what_is_no_article_in_the_list_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, {"articles": [ROOF, CRANE, {"headline": "A picture"}]})

    (rejected,) = [each for each in found if isinstance(each, Rejection)]
    assert rejected.source.endswith("a.json:1#articles[2]")
    assert '"text"' in rejected.reason


@pytest.mark.parametrize("value", [{"articles": []}, {"users": [{"name": "Ida"}]}, {"a": {"b": 1}}])
def test_an_object_without_articles_says_what_it_lacks(tmp_path: Path, value: Any) -> None:
    (rejected,) = read(tmp_path, value)

    assert isinstance(rejected, Rejection)
    assert '"text"' in rejected.reason


def test_a_saved_json_feed_is_read_as_a_feed(tmp_path: Path) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "language": "de",
        "authors": [{"name": "The desk"}],
        "items": [
            {
                "id": "1",
                "url": "https://ex.org/roof",
                "title": "Roof mended",
                "content_html": "<p>The roof was <b>mended</b>.</p><script>evil()</script>",
                "date_published": "2026-03-04T23:30:00-05:00",
                "authors": [{"name": "Ida Borg"}],
            },
            {"id": 2, "content_text": "The crane was sold.", "date_published": "2026-03-05"},
        ],
    }
    roof, crane = read(tmp_path, feed)

    assert isinstance(roof, Article)
    assert (roof.title, roof.author, roof.text) == ("Roof mended", "Ida Borg", "The roof was mended.")
    assert (str(roof.published), roof.url, roof.metadata["feed"]) == ("2026-03-04", "https://ex.org/roof", "Courier")
    assert isinstance(crane, Article)
    assert (crane.author, crane.text) == ("The desk", "The crane was sold.")


@pytest.mark.parametrize("items", [None, [], "none", [3], [{"id": "1", "content_html": 5}]])
def test_a_json_feed_without_texts_is_refused(tmp_path: Path, items: Any) -> None:
    (rejected,) = read(tmp_path, {"version": "https://jsonfeed.org/version/1", "items": items})

    assert isinstance(rejected, Rejection)


@pytest.mark.parametrize("value", [{"a": [[1]] * 9}, {str(n): {"x": [ROOF]} for n in range(3_000)}])
def test_odd_and_endless_objects_are_refused(tmp_path: Path, value: Any) -> None:
    assert all(isinstance(each, Rejection) for each in read(tmp_path, value))
