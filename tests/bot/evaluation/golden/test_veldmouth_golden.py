"""The golden questions on the invented archive: what they expect can be had, and both halves are of every kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.golden.golden_file import GoldenFile, read_golden_file
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks.understanding import FOLDER, HALVES
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def halves() -> list[GoldenFile]:
    return [read_golden_file(FOLDER / f"{name}.yaml") for name in HALVES]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("veldmouth")
    with Library.open(folder, encoder=FakeEncoder(), create=True) as opened:
        opened.ingest(read_articles([FOLDER / "articles"]))
        yield opened


def test_every_article_and_quote_that_is_expected_is_in_the_archive(halves: list[GoldenFile], library: Library) -> None:
    assert [len(locate_gold(half.questions, library)) for half in halves] == [170, 170]


def test_both_halves_ask_as_many_questions_of_each_sort(halves: list[GoldenFile]) -> None:
    first, second = (Counter(tag for golden in half.questions for tag in golden.tags) for half in halves)

    assert first == second
    assert min(first.values()) >= 8


def test_no_question_is_in_both_halves(halves: list[GoldenFile]) -> None:
    first, second = ({golden.question.lower() for golden in half.questions} for half in halves)

    assert not first & second
