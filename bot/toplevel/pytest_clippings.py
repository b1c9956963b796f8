"""The pytest plugin: golden questions as test items, and fixtures that answer from an archive.

Every pytest run loads this module wherever Clippings is installed, so it imports nothing but pytest: the rest comes
in with the first golden file, or the first test that uses a fixture. Where a project has packages of its own with the
names of ours, golden questions are answered in another process and the project's tests never meet our packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from bot.evaluation.plugin.golden_questions import FileEntry, GoldenQuestions, QuestionEntry
    from bot.evaluation.run.archive_cache import ArchiveCache, Source
    from bot.settings import Settings
    from bot.testing import assert_cites, assert_grounded, assert_quotes, assert_refuses
    from retrieval.domain import Answer, Ask, Turn
    from retrieval.index import Library

__all__ = ["assert_cites", "assert_grounded", "assert_quotes", "assert_refuses"]

GOLDEN = (".golden.yaml", ".golden.yml", ".golden.jsonl")
"""How the names of golden files end."""
INI = "clippings_articles"
OPTION = "--articles"
MARKER = "archive"
NOTHING_EXPECTED = "expects nothing yet: say what a good answer must contain"

LAST = 2
"""Questions of a failed test of which is shown what was retrieved."""
GRACE = 10
"""Seconds that the other process may take to end."""
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import clippings_packages; "
    "clippings_packages.claim_packages(); from bot.evaluation.plugin.golden_process import serve; serve()"
)
"""What the other process runs; its argument is `sys.path` as JSON."""

_archives = pytest.StashKey["ArchiveCache"]()
_questions = pytest.StashKey["GoldenQuestions | QuestionProcess"]()
_asked = pytest.StashKey[list["tuple[Library, Ask, Answer]"]]()


def __getattr__(name: str) -> object:
    """Return the assertions of `bot.testing`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if hidden := _describe_hidden():
        raise ImportError(hidden)
    from bot import testing

    return getattr(testing, name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line and the configuration say where the articles are."""
    parser.addini(
        INI, f"Folders or files of articles that golden files and `{MARKER}` ask, from rootdir.", type="paths"
    )
    parser.getgroup("clippings", "Clippings: questions to an archive of articles").addoption(
        OPTION,
        action="append",
        default=[],
        metavar="PATH",
        help="Folder or file of articles to ask, instead of those that golden files or the configuration name; "
        "may be repeated. Needs the =, or pytest looks for its configuration beside PATH.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(*articles): what the `{MARKER}` fixture holds: folders or files (from the test file's folder), "
        "articles, or mappings with `text` and maybe `id`, `title`, `author`, `published`, `url`.",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close what was opened."""
    if isinstance(questions := config.stash.get(_questions, None), QuestionProcess):
        questions.close()
    if archives := config.stash.get(_archives, None):
        archives.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect golden files."""
    return GoldenCollector.from_parent(parent, path=file_path) if file_path.name.endswith(GOLDEN) else None


class GoldenCollector(pytest.File):
    """A file of golden questions, about the articles that it names or those of the configuration."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item a question; what is wrong with the file is said line by line."""
        file = choose_questions(self.config, self.path).read_file(str(self.path), self._shown)
        if file["error"]:
            raise self.CollectError(file["error"])
        for entry in file["questions"]:
            yield GoldenItem.from_parent(self, name=entry["id"], entry=entry)

    @property
    def _shown(self) -> str:
        """The file's path as short as whoever started pytest can use it."""
        here = self.config.invocation_params.dir
        return str(self.path.relative_to(here)) if self.path.is_relative_to(here) else str(self.path)


class GoldenItem(pytest.Item):
    """One golden question."""

    def __init__(self, *, entry: QuestionEntry, **options: Any) -> None:
        super().__init__(**options)
        self.line = entry["line"]
        self.extra_keyword_matches.update(entry["tags"])
        if not entry["expects"]:
            self.add_marker(pytest.mark.skip(reason=NOTHING_EXPECTED))

    def runtest(self) -> None:
        """Ask the question; fail with what came of it where that is not what was expected."""
        given = [str(path) for path in given_articles(self.config)]
        configured = [str(path) for path in self.config.getini(INI)]
        questions = choose_questions(self.config, self.path)
        if problem := questions.find_problem(str(self.path), self.name, given, configured):
            pytest.fail(problem, pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the question was written."""
        return self.path, max(self.line - 1, 0), self.name


class QuestionProcess:
    """Golden questions answered in a process of its own, in which no package of the project's hides ours."""

    def __init__(self, root: Path) -> None:
        from clippings_packages import hides_packages

        path = [entry for entry in sys.path if entry and not hides_packages(entry)]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, json.dumps(path)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
        )

    def read_file(self, path: str, shown: str) -> FileEntry:
        """Return the questions of a file, or its faults."""
        reply = self._call("read_file", path, shown)
        file: FileEntry = reply["result"] if "result" in reply else {"questions": [], "error": reply["error"]}
        return file

    def find_problem(self, path: str, question_id: str, given: Sequence[str], configured: Sequence[str]) -> str:
        """Return what a failed test shows, nothing where all came as expected."""
        reply = self._call("find_problem", path, question_id, given, configured)
        try:
            for warning in reply.get("warnings", ()):
                warnings.warn(warning, stacklevel=2)
        except UserWarning as error:  # where the project makes errors of warnings
            return str(error)
        return str(reply["result"] if "result" in reply else reply["error"])

    def close(self) -> None:
        """End the process."""
        with self._errors:
            try:
                self._process.communicate(timeout=GRACE)
            except (OSError, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()

    def _call(self, method: str, *arguments: object) -> dict[str, Any]:
        """Return the process's reply, or an error in one line where it has ended."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"call": method, "arguments": arguments}) + "\n")
            self._process.stdin.flush()
            reply = self._process.stdout.readline()
        except OSError:
            reply = ""
        if reply:
            answer: dict[str, Any] = json.loads(reply)
            return answer
        self._errors.seek(0)
        last = self._errors.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        return {"error": f"Clippings can't answer beside this project's own packages: {last or 'its process ended'}."}


@pytest.fixture(scope="session")
def build_archive(pytestconfig: pytest.Config) -> Callable[..., Library]:
    """Return what builds a library of folders, files (from rootdir), articles or mappings, or finds it built."""
    _require_own_packages()

    def build(*sources: object) -> Library:
        __tracebackhide__ = True
        return open_library(pytestconfig, list_sources(sources, pytestconfig.rootpath))

    return build


@pytest.fixture
def archive(request: pytest.FixtureRequest) -> Library:
    """Return the library that `@pytest.mark.archive(...)` describes, else the one that is configured."""
    __tracebackhide__ = True
    _require_own_packages()
    config = request.config
    return open_library(config, marked_articles(request.node) or given_articles(config) or config.getini(INI))


@pytest.fixture
def ask(request: pytest.FixtureRequest, archive: Library) -> Callable[..., Answer]:
    """Return what answers a question from `archive`, as the settings say."""

    def answer_question(
        question: str,
        *,
        history: Sequence[object] = (),
        since: str = "",
        until: str = "",
        author: str = "",
        as_of: str = "",
        today: str = "",
    ) -> Answer:
        """Answer a question; `history` holds earlier ones with their answers: pairs, mappings or turns.

        Dates are written as on the command line; `today` is the day that "last week" counts from.
        """
        __tracebackhide__ = True
        from datetime import date

        from bot.user_input import build_filter, parse_today, replace_surrogates
        from retrieval.domain import Ask

        day = parse_today(today, date.today())
        where = build_filter({"since": since, "until": until, "author": author, "as_of": as_of}, day)
        turns = tuple(parse_turn(turn) for turn in history)
        answerer = open_archives(request.config).build_answerer(archive, read_settings(request.config))
        asked = Ask(replace_surrogates(question), where, turns, day if today else None)
        answer = answerer.invoke(asked)
        request.node.stash.setdefault(_asked, []).append((archive, asked, answer))
        return answer

    return answer_question


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failed test what was retrieved for its last questions."""
    report = yield
    if call.when == "call" and report.failed and (asked := item.stash.get(_asked, [])):
        from bot.evaluation.plugin.golden_questions import describe_retrieved

        shown = "\n\n".join(describe_retrieved(*each) for each in asked[-LAST:])
        report.sections.append(("Clippings: what was retrieved", shown))
    return report


def choose_questions(config: pytest.Config, path: Path) -> GoldenQuestions | QuestionProcess:
    """Return who asks this session's golden questions: this process, or another where the project hides our packages.

    Once in this process, our packages would be found in place of the project's; so every folder that the project's
    tests may put on `sys.path` counts, although none of them has run yet.
    """
    if _questions not in config.stash:
        from clippings_packages import find_shadows

        root = config.rootpath
        above = [folder for folder in path.parents if folder.is_relative_to(root)]
        below = sorted(folder for folder in root.iterdir() if folder.is_dir())
        if find_shadows([*above, config.invocation_params.dir, root, *below]):
            config.stash[_questions] = QuestionProcess(root)
        else:
            from bot.evaluation.plugin.golden_questions import GoldenQuestions

            config.stash[_questions] = GoldenQuestions(root, open_archives(config))
    return config.stash[_questions]


def open_archives(config: pytest.Config) -> ArchiveCache:
    """Return the libraries of this session."""
    if _archives not in config.stash:
        from bot.evaluation.run.archive_cache import ArchiveCache

        config.stash[_archives] = ArchiveCache()
    return config.stash[_archives]


def read_settings(config: pytest.Config) -> Settings:
    """Read the settings as they are now, with the `.env` beside the project's configuration, wherever a test went."""
    from bot.evaluation.plugin.golden_questions import load_settings

    return load_settings(config.rootpath)


def open_library(config: pytest.Config, sources: Sequence[Source]) -> Library:
    """Return the library of some articles; raise InputError where none are named."""
    from bot.evaluation.plugin import golden_questions

    return golden_questions.open_library(open_archives(config), sources, read_settings(config))


def given_articles(config: pytest.Config) -> Sequence[Path]:
    """Return the articles that the command line names, which win over all but those in a test itself."""
    return [config.invocation_params.dir / path for path in config.getoption(OPTION)]


def marked_articles(node: pytest.Item) -> Sequence[Source]:
    """Return the articles that the nearest marker names."""
    marker = node.get_closest_marker(MARKER)
    return list_sources(marker.args, node.path.parent) if marker else []


def list_sources(sources: Sequence[object], folder: Path) -> list[Source]:
    """Return paths from a folder, articles and mappings as they are, and lists of them in their order."""
    from retrieval.domain import Article
    from retrieval.errors import InputError

    found: list[Source] = []
    for source in sources:
        if isinstance(source, str | Path):
            found.append(folder / Path(source).expanduser())
        elif isinstance(source, Article | Mapping):
            found.append(source)
        elif isinstance(source, Sequence):
            found += list_sources(source, folder)
        else:
            kind = type(source).__name__
            raise InputError(f"{source!r} ({kind}) is no article: give paths, articles, or mappings with `text`.")
    return found


def parse_turn(said: object) -> Turn:
    """Return an earlier question and its answer as a turn; raise InputError for anything else."""
    from bot.user_input import replace_surrogates
    from retrieval.domain import Answer, Turn
    from retrieval.errors import InputError

    match said:
        case Turn(question=str(question), answer=str(answer)):
            pass
        case {"question": str(question), "answer": str(answer)}:
            pass
        case (str(question), str(answer)) | (str(question), Answer(text=answer)):
            pass
        case Answer(question=question, text=answer):
            pass
        case _:
            raise InputError(f"{said!r} is no earlier question: give (question, answer), or what `ask` returned.")
    return Turn(replace_surrogates(question), replace_surrogates(answer))


def _require_own_packages() -> None:
    """End a fixture with one line where the project's packages hide those of Clippings."""
    if hidden := _describe_hidden():
        pytest.fail(f"{hidden} Golden files are answered all the same.", pytrace=False)


def _describe_hidden() -> str:
    from clippings_packages import describe_shadows, find_shadows

    shadows = find_shadows()
    return f"{describe_shadows(shadows)}, so that tests of this project can't import it." if shadows else ""
