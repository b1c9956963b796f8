"""Golden files in pytest: one file is a collector, one question an item, and what failed is told without a traceback.

Imported with the first golden file. What a question is asked, and how it is judged, is running's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.evaluation.golden.golden_file import GoldenInvalid, read
from bot.evaluation.plugin import pytest_plugin
from bot.evaluation.report import explanation
from bot.evaluation.run.archive_cache import LeftOut
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.evaluation.results import Gold, Golden
    from retrieval.domain import Answer, Ask
    from retrieval.index.library import Library

K = 5
"""Passages shown of a test's own question."""
NOTHING_EXPECTED = "expects nothing yet: say what a good answer must contain"


class GoldenFile(pytest.File):
    """A file of golden questions, about the articles that it names or those of the configuration."""

    questions: tuple[Golden, ...] = ()
    articles: tuple[Path, ...] = ()
    _truth: dict[str, Gold] | None = None

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item a question; what is wrong with the file is told line by line."""
        try:
            file = read(self.path)
        except ClippingsError as error:
            raise self.CollectError(str(error).replace(str(self.path), self._shown)) from None
        self.questions = tuple(replace(golden, file=self._shown) for golden in file.questions)
        self.articles = file.articles
        for golden in self.questions:
            yield GoldenItem.from_parent(self, name=golden.id, golden=golden)

    @property
    def _shown(self) -> str:
        """The file's path as short as whoever started pytest can use it."""
        here = self.config.invocation_params.dir
        return str(self.path.relative_to(here)) if self.path.is_relative_to(here) else str(self.path)

    def library(self) -> Library:
        """Return the library that the questions are about."""
        sources = pytest_plugin.given(self.config) or self.articles or pytest_plugin.configured(self.config)
        return pytest_plugin.library(self.config, sources)

    def gold(self, golden: Golden, library: Library) -> Gold:
        """Return what is known of the right answer; raise GoldenInvalid where the articles can't satisfy it."""
        from bot.evaluation.golden.gold import truth

        if self._truth is None:
            try:
                self._truth = truth(self.questions, library)
            except GoldenInvalid:  # which is the matter of those questions alone
                self._truth = {}
        return self._truth.get(golden.id) or truth([golden], library)[golden.id]


class GoldenItem(pytest.Item):
    """One golden question."""

    parent: GoldenFile

    def __init__(self, *, golden: Golden, **options: Any) -> None:
        super().__init__(**options)
        self.golden = golden
        self.extra_keyword_matches.update(golden.tags)
        if not golden.expects:
            self.add_marker(pytest.mark.skip(reason=NOTHING_EXPECTED))

    def runtest(self) -> None:
        """Ask the question; fail with what came of it where that is not what was expected."""
        try:
            problem = self._problem()
        except GoldenInvalid as error:  # which tells file and line
            problem = "\n".join(explanation.problem(str(error)))
        except (ClippingsError, LeftOut) as error:  # a warning where the project makes errors of them
            problem = "\n".join([*explanation.problem(str(error)), "", *explanation.written(self.golden)])
        if problem:
            pytest.fail(problem, pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the question was written."""
        return self.path, max(self.golden.line - 1, 0), self.name

    def _problem(self) -> str:
        from bot.evaluation.run.outcomes import outcome

        library = self.parent.library()
        answerer = pytest_plugin.archives(self.config).answerer(library, pytest_plugin.settings(self.config))
        gold = self.parent.gold(self.golden, library)
        came = outcome(self.golden, gold, library, answerer, today=date.today(), ground=False)
        return "" if came.passed else explanation.failure(came)


def retrieved(library: Library, ask: Ask, answer: Answer) -> str:
    """Say what was asked and which passages were ranked for it."""
    from bot.evaluation.run.outcomes import retrieved_from
    from retrieval.search.ranking import search

    try:
        hits = search(library, answer.standalone or ask.question, k=K, where=ask.where)
    except Exception as error:  # whatever a test has done to its archive must not end the session
        return f"nothing: {error}"
    found = [retrieved_from(hit) for hit in hits]
    return "\n".join([*explanation.asked(ask.question, ask.history), *explanation.retrieved(found)])
