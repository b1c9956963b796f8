"""A process that is killed while it ingests, at fifty moments: nothing complete is lost, and the next ingest mends."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.index import Library
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.crash_child import AFTER, TOKENS, ingest_all
from tests.retrieval.index.kills import (
    QUESTIONS,
    Forker,
    build_before,
    find_passages,
    read_clean,
    start_forker,
    survive,
)
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Article

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with start_forker() as forker:
        yield forker


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_before(tmp_path_factory.mktemp("before") / "library")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read_clean(tmp_path_factory.mktemp("clean") / "library")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", [("ingest", 22), ("rebuild", 8), ("publish", 20)], ids=lambda run: run[0])
def test_a_process_killed_at_any_moment_loses_nothing_and_the_next_ingest_mends(
    forker: Forker, before: Path, clean: dict[str, Any], tmp_path: Path, run: tuple[str, int]
) -> None:
    kind, moments = run
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    _, duration = forker.run(kind, shutil.copytree(before, tmp_path / "whole"))
    assert contents(tmp_path / "whole") == clean
    assert any("@" in article_id for article_id, *_ in clean["articles"])  # earlier texts are among them
    killed = 0
    for moment in range(moments):
        after = duration * (moment + chance.random()) / moments
        context = f"seed {seed}: killed after {after:.4f} s of {duration:.4f} s"
        folder = shutil.copytree(before, tmp_path / str(moment))
        killed += survive(forker, kind, folder, clean, after=after, context=context)
    # The first run, by which the moments are chosen, may take longer than the others on a machine that was busy then.
    assert killed > moments / 4, f"seed {seed}: nearly all processes were done before they were killed"


def test_ctrl_c_ends_cleanly_and_keeps_what_was_complete(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Article]:
        yield make_article(1, sentences=900)
        yield make_article(2)
        raise KeyboardInterrupt

    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as library:
        library.ingest([make_article(0)])
        with pytest.raises(KeyboardInterrupt):
            library.ingest(interrupted())

        assert {info.id for info in library.list_articles()} == {"article-0", "article-1"}
        found = library.read(lambda view: find_passages(view, FakeEncoder(), "comet story1 witness 700"))
        assert "article-1" in {article_id for article_id, *_ in found} <= {"article-0", "article-1"}

        library.ingest([make_article(2)])
        assert library.find_problems() == []
        assert len(library.list_articles()) == 3


def test_a_first_ingest_that_is_killed_keeps_what_was_complete(forker: Forker, tmp_path: Path) -> None:
    _, duration = forker.run("first", tmp_path / "whole")

    forker.run("first", tmp_path / "killed", kill_after=duration * 0.6)

    with Library.open(tmp_path / "killed", encoder=FakeEncoder(), passage_tokens=TOKENS) as library:
        assert 0 < len(library.list_articles()) <= len(AFTER)
        assert library.read(lambda view: find_passages(view, FakeEncoder(), QUESTIONS[0]))
    ingest_all(tmp_path / "killed", rebuild=False)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
