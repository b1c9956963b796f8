"""Golden files and their questions as plain values, for whoever shows them as tests.

Reads a file, asks a question and says what did not come as expected. Knows nothing of pytest: the plugin calls this in
its own process, or in another one (`golden_process`) where a project's packages hide those of Clippings.
"""

from __future__ import annotations

from contextlib import chdir
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from bot.evaluation.golden.golden_file import read_golden_file
from bot.evaluation.report import explanation
from bot.evaluation.run.archive_cache import LeftOut
from bot.front_end_errors import GoldenInvalid
from bot.settings import load
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluation.results import Gold, Golden
    from bot.evaluation.run.archive_cache import ArchiveCache, Source
    from bot.settings import Settings
    from retrieval.domain import Answer, Ask
    from retrieval.index import Library

K = 5
"""Passages shown of a test's own question."""


class QuestionEntry(TypedDict):
    """What pytest shows of a question before it is asked."""

    id: str
    line: int
    tags: list[str]
    expects: bool


class FileEntry(TypedDict):
    """What reading a golden file gave: its questions, or the faults that make it unusable, a line each."""

    questions: list[QuestionEntry]
    error: str


class GoldenQuestions:
    """The golden files of one pytest session; `root` is the folder whose `.env` holds the settings."""

    def __init__(self, root: Path, archives: ArchiveCache) -> None:
        self.root = root
        self.archives = archives
        self._files: dict[str, _File] = {}

    def read_file(self, path: str, shown: str) -> FileEntry:
        """Read a golden file; `shown` is the path as messages name it."""
        try:
            file = read_golden_file(Path(path))
        except ClippingsError as error:
            return {"questions": [], "error": str(error).replace(path, shown)}
        questions = {golden.id: replace(golden, file=shown) for golden in file.questions}
        self._files[path] = _File(questions, file.articles)
        return {
            "questions": [
                {"id": each.id, "line": each.line, "tags": list(each.tags), "expects": each.expects}
                for each in questions.values()
            ],
            "error": "",
        }

    def find_problem(self, path: str, question_id: str, given: Sequence[str], configured: Sequence[str]) -> str:
        """Ask a question of a file that was read; return what a failed test shows, nothing where all came as expected.

        The articles are the `given` ones, else those that the file names, else the `configured` ones.
        """
        file = self._files[path]
        golden = file.questions[question_id]
        sources = [Path(each) for each in given] or file.articles or [Path(each) for each in configured]
        try:
            return self._ask(golden, file, sources)
        except GoldenInvalid as error:  # which tells file and line
            return "\n".join(explanation.format_error(str(error)))
        except (ClippingsError, LeftOut) as error:  # a warning where the project makes errors of them
            return "\n".join([*explanation.format_error(str(error)), "", *explanation.show_location(golden)])

    def _ask(self, golden: Golden, file: _File, sources: Sequence[Source]) -> str:
        from bot.evaluation.run.outcomes import ask_golden

        settings = load_settings(self.root)
        library = open_library(self.archives, sources, settings)
        answerer = self.archives.build_answerer(library, settings)
        gold = file.find_gold(golden, library)
        came = ask_golden(golden, gold, library, answerer, today=date.today(), ground=False)
        return "" if came.passed else explanation.explain_failure(came)


class _File:
    """A golden file that was read: its questions by id, the articles that it names, and what they hold of answers."""

    def __init__(self, questions: dict[str, Golden], articles: Sequence[Path]) -> None:
        self.questions = questions
        self.articles = articles
        self._gold: dict[str, Gold] | None = None

    def find_gold(self, golden: Golden, library: Library) -> Gold:
        """Return what is known of the right answer; raise GoldenInvalid where the articles can't satisfy it."""
        from bot.evaluation.golden.gold import locate_gold

        if self._gold is None:
            try:
                self._gold = locate_gold(tuple(self.questions.values()), library)
            except GoldenInvalid:  # which is the matter of those questions alone
                self._gold = {}
        return self._gold.get(golden.id) or locate_gold([golden], library)[golden.id]


def load_settings(root: Path) -> Settings:
    """Read the settings as they are now, with the `.env` in a project's root, wherever a test has gone."""
    if root == Path.cwd():
        return load()
    with chdir(root):
        return load()


def open_library(archives: ArchiveCache, sources: Sequence[Source], settings: Settings) -> Library:
    """Return the library of some articles; raise InputError where none are named."""
    if not sources:
        raise InputError(
            "no articles to ask: set clippings_articles in the pytest configuration, give --articles=PATH, or name "
            "them with `articles:` in the golden file or @pytest.mark.archive(...) at the test."
        )
    return archives.open_library(sources, settings)


def describe_retrieved(library: Library, ask: Ask, answer: Answer) -> str:
    """Say what was asked and which passages were ranked for it."""
    from bot.evaluation.run.outcomes import describe_hit
    from retrieval.search.ranking import search

    try:
        hits = search(library, answer.standalone or ask.question, k=K, where=ask.where)
    except Exception as error:  # whatever a test has done to its archive must not end the session
        return f"nothing: {error}"
    found = [describe_hit(hit) for hit in hits]
    return "\n".join([*explanation.show_question(ask.question, ask.history), *explanation.show_retrieved(found)])
