"""What files become that people upload: their sources, their number, and what is in zip files."""

from __future__ import annotations

import io
import json
import operator
import zipfile
from typing import TYPE_CHECKING

import pytest

from bot.discord import zip_uploads
from bot.discord.uploads import read_uploads
from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.index import Library, Progress
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from retrieval.domain import Offered

GUILD = 5


def pack(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def read(*files: tuple[str, bytes], limit_bytes: int = 1_000_000) -> tuple[list[Offered], int]:
    """Return what uploads hold, and how many articles were expected."""
    with read_uploads(files, guild_id=GUILD, limit_bytes=limit_bytes, limit_seconds=60) as offered:
        return list(offered), operator.length_hint(offered)


def test_a_zip_file_is_read_as_its_files() -> None:
    zipped = pack({"a.txt": b"The mill was sold.", "news/b.md": b"# Comet\n\nIt was seen.", "news/c.png": b"PNG"})

    found, expected = read(("old.zip", zipped))

    articles = [each for each in found if isinstance(each, Article)]
    assert [each.source for each in articles] == ["discord:5/old.zip/a.txt", "discord:5/old.zip/news/b.md"]
    assert [each for each in found if isinstance(each, LeftOutFiles)] == [
        LeftOutFiles(".png", 1, "discord:5/old.zip/c.png")
    ]
    assert expected == 2


def test_files_with_one_name_in_two_folders_or_zip_files_are_all_read() -> None:
    zipped = pack({"x/a.txt": b"One mill.", "y/a.txt": b"Two mills."})

    found, _ = read(("one.zip", zipped), ("two.zip", pack({"x/a.txt": b"Three mills."})), ("a.txt", b"Four mills."))

    assert sorted(each.text for each in found if isinstance(each, Article)) == [
        "Four mills.",
        "One mill.",
        "Three mills.",
        "Two mills.",
    ]
    assert len({each.id for each in found if isinstance(each, Article)}) == 4


@pytest.mark.parametrize("name", ["../../a.txt", "/etc/a.txt", "..\\a.txt", "C:\\a.txt", "a/../../b/a.txt"])
def test_no_name_in_a_zip_file_leads_out_of_its_folder(name: str) -> None:
    [article], _ = read(("a.zip", pack({name: b"The mill was sold."})))

    assert isinstance(article, Article)
    assert article.source.startswith("discord:5/a.zip/")
    assert ".." not in article.source


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no zip", "no whole zip file"),
        (pack({"a.txt": b"x" * 100})[:-30], "no whole zip file"),
        (pack({"a.png": b"PNG"}), "no file in a supported format"),
        (pack({}), "no file in a supported format"),
        (pack({f"{n}.txt": b"x" * 900_000 for n in range(23)}), "unpacks to over 20 MB"),
        (pack({"a.txt": b"x" * 1_000_001}), "over the limit of 1 MB"),
    ],
)
def test_a_zip_file_that_cannot_be_read_is_named_with_its_reason(content: bytes, reason: str) -> None:
    found, _ = read(("a.zip", content))

    assert [reason in each.reason for each in found if isinstance(each, Rejection)] == [True]
    assert not any(isinstance(each, Article) for each in found)


def test_a_zip_file_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_uploads, "MOST_FILES", 3)

    found, _ = read(("a.zip", pack({f"{n}.txt": b"x" for n in range(4)})))

    assert [each.reason for each in found if isinstance(each, Rejection)] == ["holds over 3 files; split it"]


def test_a_file_that_lies_about_its_size_unpacks_to_no_more() -> None:
    zipped = bytearray(pack({"a.txt": b"x" * 900_000}))
    entry = zipped.rindex(b"PK\x01\x02")
    zipped[entry + 24 : entry + 28] = (100).to_bytes(4, "little")

    found, _ = read(("a.zip", bytes(zipped)), limit_bytes=1_000)

    assert [type(each) for each in found] == [Rejection]


def test_one_damaged_file_does_not_keep_the_others_out() -> None:
    zipped = bytearray(pack({"a.txt": b"a mill" * 50, "b.txt": b"The comet was seen."}, zipfile.ZIP_STORED))
    zipped[60] ^= 255

    found, _ = read(("a.zip", bytes(zipped)))

    assert [each.text for each in found if isinstance(each, Article)] == ["The comet was seen."]
    assert ["damaged" in each.reason for each in found if isinstance(each, Rejection)] == [True]


@pytest.mark.parametrize(("end", "expected"), [("", 3), ("\n", 3)])
def test_the_last_line_counts_whether_or_not_it_ends(end: str, expected: int) -> None:
    lines = "\n".join('{"text": "A mill."}' for _ in range(3)) + end

    assert read(("a.jsonl", lines.encode()))[1] == expected


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_progress_never_counts_further_than_its_end(tmp_path: Path, end: bytes) -> None:
    lines = b"\n".join(json.dumps({"headline": f"Story {n}", "body": f"A mill {n}."}).encode() for n in range(7)) + end
    shown: list[Progress] = []

    with (
        Library.open(tmp_path / "here", encoder=FakeEncoder(), create=True) as library,
        read_uploads([("seven.jsonl", lines)], guild_id=GUILD, limit_bytes=1_000, limit_seconds=60) as offered,
    ):
        library.ingest(offered, progress=shown.append)

    counted = [(each.done, each.total) for each in shown if each.stage == "Reading"]
    assert counted[-1] == (7, 7)
    assert all(done <= (total or 0) for done, total in counted)


def test_progress_of_one_large_file_goes_on(tmp_path: Path) -> None:
    text = "\n\n".join(f"On day {n} the mill of Uppsala ground {n} sacks of rye. It was loud." for n in range(6_000))
    shown: list[Progress] = []

    with (
        Library.open(tmp_path / "here", encoder=FakeEncoder(), create=True) as library,
        read_uploads([("mill.txt", text.encode())], guild_id=GUILD, limit_bytes=10**6, limit_seconds=60) as offered,
    ):
        library.ingest(offered, progress=shown.append)

    counted = [each.done for each in shown if each.stage == "Encoding" and each.total]
    assert len(counted) >= 3
    assert counted == sorted(counted)


def test_of_a_file_whose_articles_cannot_be_counted_nothing_is_expected() -> None:
    assert read(("a.txt", b"A mill."), ("a.csv", b"text\nA mill."))[1] == 0
