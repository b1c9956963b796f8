from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.reading import read_articles

EXAMPLE = Path(__file__).parent / "documents" / "crawl.warc.gz"
PAGE = "<html><title>Crane</title><body><p>The crane was sold to Norway for 90,000 euros.</p></body></html>"


def write_archive(path: Path, pages: dict[str, bytes]) -> Path:
    records = []
    for address, body in pages.items():
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nContent-Length: {len(answer)}\r\n"
        head += "Content-Type: application/http; msgtype=response\r\n\r\n"
        records.append(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    path.write_bytes(b"".join(records))
    return path


def test_the_pages_of_a_crawl_are_articles_and_all_else_is_counted() -> None:
    found = list(read_articles([EXAMPLE]))

    assert [(each.title, each.url) for each in found if isinstance(each, Article)] == [
        ("The ferry returns to Lindholm", "http://127.0.0.1:8931/ferry.html"),
        ("A roof for the Ostra school", "http://127.0.0.1:8931/school.html"),
    ]
    assert [(each.kind, each.count) for each in found if isinstance(each, LeftOutFiles)] == [
        ("what the crawler wrote in a web archive", 2),
        ("text/css in a web archive", 1),
        ("image/png in a web archive", 1),
        ("answers 404", 1),
    ]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "without-suffix"])
def test_a_web_archive_may_be_packed_or_not(tmp_path: Path, name: str) -> None:
    shutil.copy(EXAMPLE, tmp_path / name)
    if name == "a.warc":
        (tmp_path / name).write_bytes(gzip.decompress(EXAMPLE.read_bytes()))

    assert sum(isinstance(each, Article) for each in read_articles([tmp_path])) == 2


def test_a_page_over_the_limit_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    pages = {"http://ex.org/a": PAGE.encode(), "http://ex.org/b": b" " * 9_000, "http://ex.org/c": PAGE.encode()}
    path = write_archive(tmp_path / "a.warc.gz", pages)
    first, second, third = read_articles([path], limit_bytes=5_000)

    assert isinstance(first, Article)
    assert second == Rejection(
        f"{path}#http://ex.org/b", "is over the limit of 5,000 bytes; split it or raise the limit"
    )
    assert isinstance(third, Article)
    assert first.id != third.id


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_web_archive_cut_off_gives_what_is_whole_and_says_so(tmp_path: Path, name: str) -> None:
    whole = gzip.decompress(EXAMPLE.read_bytes())
    cut = whole[: whole.index(b"The tiles came from a barn")]
    (tmp_path / name).write_bytes(gzip.compress(whole)[:-500] if name.endswith(".gz") else cut)
    found = list(read_articles([tmp_path]))

    assert isinstance(found[0], Article)
    assert isinstance(found[-1], Rejection)
    assert "cut off" in found[-1].reason


@pytest.mark.parametrize(
    "data",
    [
        b"no archive",
        b"WARC/1.0\r\nbroken",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 2\r\n\r\nab\r\n\r\n",  # of no address
        b"",
    ],
)
def test_what_is_no_web_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(data)
    (found,) = read_articles([tmp_path])

    assert isinstance(found, Rejection)


def test_what_follows_a_broken_record_is_not_written_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 2\r\n\r\nab\x1b]0;owned\x07 and more\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(record)

    list(read_articles([tmp_path]))

    assert capsys.readouterr() == ("", "")
