"""The golden questions on the invented archives: what they expect can be had, and both halves are of every kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.golden.golden_file import GoldenFile, read_golden_file
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks.understanding import ARCHIVES, Archive
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def halves() -> list[GoldenFile]:
    return [read_golden_file(ARCHIVES[0].folder / file) for file in ARCHIVES[0].files.values()]


@pytest.mark.parametrize(("archive", "questions"), [*zip(ARCHIVES, ([170, 170], [168], [75, 75]), strict=True)])
def test_every_article_and_quote_that_is_expected_is_in_the_archive(
    archive: Archive, questions: list[int], tmp_path: Path
) -> None:
    files = [read_golden_file(archive.folder / file) for file in archive.files.values()]
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), create=True) as library:
        library.ingest(read_articles([archive.folder / "articles"]))

        assert [len(locate_gold(file.questions, library)) for file in files] == questions


def test_both_halves_ask_as_many_questions_of_each_sort(halves: list[GoldenFile]) -> None:
    first, second = (Counter(tag for golden in half.questions for tag in golden.tags) for half in halves)

    assert first == second
    assert min(first.values()) >= 8


def test_no_question_is_in_both_halves(halves: list[GoldenFile]) -> None:
    first, second = ({golden.question.lower() for golden in half.questions} for half in halves)

    assert not first & second
