import json
from dataclasses import dataclass

import pytest

from bot.discord.commands.attachments import UploadedFile, download, find_problem, make_text_file
from retrieval.domain import Rejection
from retrieval.reading import SUFFIXES


@dataclass
class Attached:
    filename: str
    content: bytes = b"A text."
    size: int = 7
    fails: bool = False
    reads: int = 0

    async def read(self) -> bytes:
        self.reads += 1
        if self.fails:
            raise TimeoutError
        return self.content


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_that_is_ingested_may_be_attached(suffix: str) -> None:
    assert find_problem(f"story{suffix.upper()}", 10, limit_mb=1) == ""


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [("a.exe", 10, "format"), ("txt", 10, "format"), ("a.txt", 1_000_001, "limit of 1 MB"), ("a.txt", 0, "empty")],
)
def test_what_cannot_be_taken_in_has_its_reason(name: str, size: int, expected: str) -> None:
    assert expected in find_problem(name, size, limit_mb=1)


async def test_nothing_is_downloaded_that_is_too_large_or_of_another_kind() -> None:
    large, other, good = Attached("a.txt", size=2_000_000), Attached("a.exe"), Attached("b.txt")

    found = [each async for each in download([large, other, good], limit_mb=1)]

    assert [each for each in found if isinstance(each, UploadedFile)] == [("b.txt", b"A text.")]
    assert [each.source for each in found if isinstance(each, Rejection)] == ["a.txt", "a.exe"]
    assert large.reads == other.reads == 0


async def test_a_name_twice_and_a_failed_download_are_named() -> None:
    attached = [Attached("a.txt"), Attached("a.txt"), Attached("b.txt", fails=True)]
    found = [each async for each in download(attached, limit_mb=1)]
    rejected = [each for each in found if isinstance(each, Rejection)]

    assert len(found) - len(rejected) == 1
    assert "rename" in rejected[0].reason
    assert "attach it again" in rejected[1].reason


def test_a_text_is_named_after_its_title_so_that_it_can_be_replaced() -> None:
    first, second = make_text_file("One.", "The Mill: a story", "Ann"), make_text_file("Two.", "The mill: a story")

    assert first.name == second.name
    assert json.loads(first.content) == {"title": "The Mill: a story", "author": "Ann", "text": "One."}
    assert make_text_file("One.").name == make_text_file("One.").name != make_text_file("Two.").name
