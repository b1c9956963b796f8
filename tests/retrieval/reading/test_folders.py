from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from pathlib import Path

BODY = "The two ministers met on Tuesday. They agreed to go on talking about trade, tariffs and the climate."
PAGE = f"<html><head><title>Talks</title></head><body><p>{BODY}</p></body></html>"


def write(path: Path, content: str | bytes = BODY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def list_left_out(folder: Path) -> list[LeftOutFiles]:
    return [found for found in read_articles([folder]) if isinstance(found, LeftOutFiles)]


def test_everything_left_out_of_a_folder_is_counted_by_its_kind(tmp_path: Path) -> None:
    for name in ("a.txt", "b.png", "in/c.PNG", "d.tar.gz", ".git/config", ".hidden.txt", "LICENSE"):
        write(tmp_path / name)
    write(tmp_path / "program", b"\x7fELF" + bytes(range(32)) * 9)
    write(tmp_path / "settings.xml", "<settings><a/></settings>")
    (tmp_path / "lost.css").symlink_to(tmp_path / "gone")

    assert list_left_out(tmp_path) == [
        LeftOutFiles("hidden", 2, str(tmp_path / ".git")),
        LeftOutFiles(".png", 2, str(tmp_path / "b.png")),
        LeftOutFiles("LICENSE", 1, str(tmp_path / "LICENSE")),
        LeftOutFiles(".tar.gz", 1, str(tmp_path / "d.tar.gz")),
        LeftOutFiles(".css", 1, str(tmp_path / "lost.css")),
        LeftOutFiles("without a suffix", 1, str(tmp_path / "program")),
        LeftOutFiles(".xml", 1, str(tmp_path / "settings.xml")),
    ]


def test_what_is_left_out_counts_once_however_often_a_folder_is_given(tmp_path: Path) -> None:
    write(tmp_path / "b.png")

    assert [found for found in read_articles([tmp_path, tmp_path]) if isinstance(found, LeftOutFiles)] == [
        LeftOutFiles(".png", 1, str(tmp_path / "b.png"))
    ]


@pytest.mark.parametrize("name", ["saved-page", "story.asp", "page.html?id=3", "a.xml", "b.php", "c.gz"])
def test_a_page_is_told_by_its_content_where_its_name_says_nothing(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, gzip.compress(PAGE.encode()) if name.endswith(".gz") else PAGE)
    (found,) = read_articles([tmp_path])

    assert isinstance(found, Article)
    assert (found.title, found.text) == ("Talks", BODY)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (f"# Talks\n\n{BODY}", "Talks"),
        (f"---\ntitle: Talks\n---\n{BODY}", "Talks"),
        (f'{{"title": "Talks", "text": "{BODY}"}}', "Talks"),
        (f"<?xml version='1.0'?><!-- saved --><!DOCTYPE html><html><title>Talks</title><p>{BODY}</p></html>", "Talks"),
    ],
)
def test_the_first_bytes_tell_the_format_of_a_file_without_suffix(tmp_path: Path, content: str, title: str) -> None:
    (found,) = read_articles([write(tmp_path / "2023.06.27 Talks", content)])

    assert isinstance(found, Article)
    assert found.title == title
    assert found.id.startswith("2023-06-27-talks-")


@pytest.mark.parametrize("name", ["a.txt.gz", "b.jsonl.gz", "c.html.gz", "without-suffix"])
def test_what_is_packed_is_read_as_what_it_holds(tmp_path: Path, name: str) -> None:
    content = {"b": f'{{"text": "{BODY}"}}\n', "c": PAGE}.get(name[0], BODY)
    (found,) = read_articles([write(tmp_path / name, gzip.compress(content.encode()))])

    assert isinstance(found, Article)
    assert found.text == BODY


def test_a_small_file_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt.gz", gzip.compress(b"a" * 2_000_000))
    (found,) = read_articles([path], limit_bytes=1_000_000)

    assert isinstance(found, Rejection)
    assert "is over the limit of 1 MB" in found.reason


@pytest.mark.parametrize(
    "data",
    [gzip.compress(BODY.encode())[:-9], b"no gzip", gzip.compress(b"a")[:5] + b"\xff" * 50],
    ids=["cut off", "other bytes", "garbled"],  # its bytes hold the time, and would name the test otherwise each time
)
@pytest.mark.parametrize("name", ["a.txt.gz", "a.gz"])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path / name, data)

    assert list(read_articles([tmp_path])) == [
        Rejection(str(path), "is no whole gzip file; it may be cut off, fetch it again")
    ]


def test_a_named_file_that_is_in_no_format_is_refused(tmp_path: Path) -> None:
    (found,) = read_articles([write(tmp_path / "settings.xml", "<settings/>")])

    assert isinstance(found, Rejection)
    assert found.reason.startswith("is in no format that is read; these are: .txt .md ")
