"""The pytest plugin: golden questions as test items, and fixtures that answer from an archive.

Every pytest run loads this room wherever Clippings is installed, so it imports nothing but pytest: what is heavy comes
in with the first golden file, or the first test that uses a fixture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import chdir, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from bot.evaluation.run.archive_cache import Archives, Source
    from bot.settings import Settings
    from retrieval.domain import Answer, Ask, Turn
    from retrieval.index.library import Library

GOLDEN = (".golden.yaml", ".golden.yml", ".golden.jsonl")
"""How the names of golden files end."""
INI = "clippings_articles"
OPTION = "--articles"
MARKER = "archive"

LAST = 2
"""Questions of a failed test of which is shown what was retrieved."""

_archives = pytest.StashKey["Archives"]()
_asked = pytest.StashKey[list["tuple[Library, Ask, Answer]"]]()


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
    if archives := config.stash.get(_archives, None):
        archives.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take golden files in."""
    if not file_path.name.endswith(GOLDEN):
        return None
    from bot.evaluation.plugin.golden_items import GoldenFile

    return GoldenFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def build_archive(pytestconfig: pytest.Config) -> Callable[..., Library]:
    """Return what builds a library of folders, files (from rootdir), articles or mappings, or finds it built."""

    def build(*sources: object) -> Library:
        __tracebackhide__ = True
        return library(pytestconfig, sources_of(sources, pytestconfig.rootpath))

    return build


@pytest.fixture
def archive(request: pytest.FixtureRequest) -> Library:
    """Return the library that `@pytest.mark.archive(...)` describes, else the one that is configured."""
    __tracebackhide__ = True
    return library(request.config, marked(request.node) or given(request.config) or configured(request.config))


@pytest.fixture
def ask(request: pytest.FixtureRequest, archive: Library) -> Callable[..., Answer]:
    """Return what answers a question from `archive`, as the settings say."""

    def asked(
        question: str, *, history: Sequence[object] = (), since: str = "", until: str = "", author: str = ""
    ) -> Answer:
        """Answer a question; `history` holds earlier ones with their answers: pairs, mappings or turns."""
        __tracebackhide__ = True
        from datetime import date

        from bot.user_input import filter_of, readable
        from retrieval.domain import Ask

        where = filter_of({"since": since, "until": until, "author": author}, date.today())
        said = tuple(turn_of(turn) for turn in history)
        answerer = archives(request.config).answerer(archive, settings(request.config))
        put = Ask(readable(question), where, said)
        answer = answerer.invoke(put)
        request.node.stash.setdefault(_asked, []).append((archive, put, answer))
        return answer

    return asked


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failed test what was retrieved for its last questions."""
    report = yield
    if call.when == "call" and report.failed and (asked := item.stash.get(_asked, [])):
        from bot.evaluation.plugin.golden_items import retrieved

        shown = "\n\n".join(retrieved(*each) for each in asked[-LAST:])
        report.sections.append(("Clippings: what was retrieved", shown))
    return report


def archives(config: pytest.Config) -> Archives:
    """Return the libraries of this session."""
    if _archives not in config.stash:
        from bot.evaluation.run.archive_cache import Archives

        config.stash[_archives] = Archives()
    return config.stash[_archives]


def settings(config: pytest.Config) -> Settings:
    """Read the settings as they are now, with the `.env` beside the project's configuration, wherever a test went."""
    from bot.settings import load

    with nullcontext() if config.rootpath == Path.cwd() else chdir(config.rootpath):
        return load()


def library(config: pytest.Config, sources: Sequence[Source]) -> Library:
    """Return the library of some articles; raise InputError where none are named."""
    from retrieval.errors import InputError

    if not sources:
        raise InputError(
            f"no articles to ask: set {INI} in the pytest configuration, give {OPTION}=PATH, or name them with "
            f"`articles:` in the golden file or @pytest.mark.{MARKER}(...) at the test."
        )
    return archives(config).library(sources, settings(config))


def given(config: pytest.Config) -> Sequence[Source]:
    """Return the articles that the command line names, which win over all but those in a test itself."""
    return [config.invocation_params.dir / path for path in config.getoption(OPTION)]


def configured(config: pytest.Config) -> Sequence[Source]:
    """Return the articles that the configuration names."""
    return list(config.getini(INI))


def marked(node: pytest.Item) -> Sequence[Source]:
    """Return the articles that the nearest marker names."""
    marker = node.get_closest_marker(MARKER)
    return sources_of(marker.args, node.path.parent) if marker else []


def sources_of(sources: Sequence[object], folder: Path) -> list[Source]:
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
            found += sources_of(source, folder)
        else:
            kind = type(source).__name__
            raise InputError(f"{source!r} ({kind}) is no article: give paths, articles, or mappings with `text`.")
    return found


def turn_of(said: object) -> Turn:
    """Return an earlier question and its answer as a turn; raise InputError for anything else."""
    from bot.user_input import readable
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
    return Turn(readable(question), readable(answer))
