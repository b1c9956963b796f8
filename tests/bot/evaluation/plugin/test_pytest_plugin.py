"""The plugin as people meet it: golden files that pytest collects, and tests that ask an archive."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pytest_clippings

from bot import wiring
from bot.evaluation.golden import gold
from bot.evaluation.plugin import golden_questions
from bot.evaluation.run import outcomes
from bot.evaluation.run.archive_cache import open_archive
from bot.settings import Settings
from retrieval.domain import Ask
from retrieval.encoder import SentenceEncoder
from tests.test_architecture import HEAVY

__all__ = [
    "gold",
    "golden_questions",
    "outcomes",
]  # imported here once: what a run inside imports is forgotten after it

ROOT = Path(__file__).parents[4]
HARBOUR = (
    "The harbour of Porto was dredged in May. Forty fishing boats had to leave for Leixões. "
    "The mayor of Porto, Ana Prates, said that the work cost 3 million euros."
)
COMET = "The comet Halvorsen was seen from Quito in June. \x1b[31mTwo students\x07 photographed it above the airport."


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("news")
    (folder / "harbour.txt").write_text(f"Harbour dredged\n\n{HARBOUR}\n", "utf-8")
    (folder / "comet.txt").write_text(f"A comet above Quito\n\n{COMET}\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, models: Path, encoder: SentenceEncoder, news: Path) -> Path:
    """A CLIPPINGS_HOME that has the model and the library of the news, and a process that has imported all it needs."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "models").symlink_to(models)
    settings = Settings(home=folder, precision="float32")
    with open_archive([news], settings, encoder=encoder) as library:
        wiring.build_answerer(settings, library).invoke(Ask("When was the harbour of Porto dredged?"))
    return folder


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let runs inside see no plugins but those they name, and the shared home."""
    for name in [name for name in os.environ if name.startswith("CLIPPINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("CLIPPINGS_HOME", str(home))
    monkeypatch.setenv("CLIPPINGS_PRECISION", "float32")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--strict-markers", "-W", "error", *arguments, plugins=[pytest_clippings])


def golden(pytester: pytest.Pytester, text: str, name: str = "news") -> Path:
    path = pytester.path / f"{name}.golden.yaml"
    path.write_text(text, "utf-8")
    return path


QUESTIONS = """
articles: {news}
questions:
  - id: when
    question: When was the harbour of Porto dredged?
    contains: May
    cites: harbour.txt
    tags: [dates]
  - id: boats
    question: How many fishing boats had to leave the harbour?
    answer: [ninety, "90"]
    quotes: Forty fishing boats had to leave for Leixões
    tags: [numbers, near-miss]
  - id: peru
    question: Who is the president of Peru?
    refuses: true
"""


def test_a_golden_file_has_a_test_for_each_question(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, QUESTIONS.format(news=news))

    listed = run(pytester, "--collect-only", "-q").outlines

    assert listed[:3] == ["news.golden.yaml::when", "news.golden.yaml::boats", "news.golden.yaml::peru"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("news.golden.yml", "- {question: Who is it?, refuses: true}"),
        ("news.golden.jsonl", '{"question": "Who is it?", "refuses": true}'),
    ],
)
def test_golden_files_have_other_extensions_too(pytester: pytest.Pytester, name: str, text: str) -> None:
    (pytester.path / name).write_text(text, "utf-8")

    assert run(pytester, "--collect-only", "-q").outlines[0] == f"{name}::who-is-it"


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["-k", "dates"], ["when"]),
        (["-k", "near-miss"], ["boats"]),
        (["-k", "not numbers"], ["when", "peru"]),
        (["-k", "boats"], ["boats"]),
        (["news.golden.yaml::peru"], ["peru"]),
    ],
)
def test_tags_and_ids_choose_questions(
    pytester: pytest.Pytester, news: Path, arguments: list[str], chosen: list[str]
) -> None:
    golden(pytester, QUESTIONS.format(news=news))

    listed = run(pytester, "--collect-only", "-q", *arguments).outlines

    assert [line.partition("::")[2] for line in listed if "::" in line] == chosen


def test_a_tag_is_no_marker(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, QUESTIONS.format(news=news))

    result = run(pytester, "-m", "dates")

    result.stderr.fnmatch_lines(["*Unknown marker(s) in '-m' expression: dates*"])


def test_a_question_passes_or_shows_what_came_instead(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, QUESTIONS.format(news=news))

    result = run(pytester)

    result.assert_outcomes(passed=2, failed=1)
    start = result.outlines.index("answer: expected ninety or 90")
    end = next(i for i, line in enumerate(result.outlines) if line.startswith("====") and i > start)
    shown = result.outlines[start:end]
    assert "Traceback" not in result.stdout.str()
    assert len(shown) <= 40
    assert max(map(len, shown)) <= 120
    result.stdout.fnmatch_lines(
        [
            "*_ boats _*",
            "answer: expected ninety or 90",
            "  found *Forty fishing boats had to leave for Leixões.*",
            "",
            "  asked      How many fishing boats had to leave the harbour?",
            "  answered   *Forty fishing boats*",
            "             *[[]1]",
            "             (extractive, confidence 0.??)",
            "  cited      [[]1] harbour-*: “*Forty fishing boats had to leave for*",
            "             Leixões.”",
            "  retrieved  [*] 1 *  harbour-*The harbour of Porto was dredged in May.*",
            "               2 *  comet-*",
            "             ([*] holds an expected quote)",
            "  written    news.golden.yaml:9",
            "FAILED news.golden.yaml::boats - Failed: answer: expected ninety or 90",
        ]
    )


def test_the_message_is_the_same_each_time(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, QUESTIONS.format(news=news))

    first, second = (run(pytester, "-k", "boats").outlines for _ in range(2))

    assert [re.sub(r"in [\d.]+s", "", line) for line in first] == [re.sub(r"in [\d.]+s", "", line) for line in second]


def test_history_and_limits_are_asked_and_shown(pytester: pytest.Pytester, news: Path) -> None:
    golden(
        pytester,
        f"""
        articles: {news}
        questions:
          - id: cost
            question: And what did it cost?
            history: [{{question: When was the harbour of Porto dredged?, answer: In May.}}]
            contains: nothing at all
            author: Prates
            since: "2020-01-01"
        """,
    )

    run(pytester).stdout.fnmatch_lines(
        [
            "  asked      And what did it cost?",
            "  after      When was the harbour of Porto dredged? - In May.",
            "  limited to since 2020-01-01, by Prates",
        ]
    )


def test_the_faults_of_a_file_are_reported_line_by_line(pytester: pytest.Pytester) -> None:
    golden(pytester, "- question: Who?\n  anser: he\n- question: [3]\n")

    result = run(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["news.golden.yaml:2: *anser*did you mean answer*", "news.golden.yaml:3: *question*"])
    assert "Traceback" not in result.stdout.str()


def test_a_question_that_expects_nothing_is_skipped(pytester: pytest.Pytester) -> None:
    golden(pytester, "- question: Who is it?\n")

    result = run(pytester, "-rs")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*expects nothing yet: say what a good answer must contain"])


def test_what_the_articles_can_not_satisfy_fails_that_question_alone(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, f"{QUESTIONS.format(news=news)}  - question: Who was there?\n    quotes: Nobody was there\n")

    result = run(pytester, "-k", "who-was or when")

    result.assert_outcomes(passed=1, failed=1, deselected=2)
    result.stdout.fnmatch_lines(["news.golden.yaml:17: who-was-there.quotes: “Nobody was there” is not in*"])
    assert "Traceback" not in result.stdout.str()


MAYOR = """
- id: mayor
  question: Who is the mayor of Porto?
  contains: Ana Prates
"""


@pytest.fixture
def elsewhere(pytester: pytest.Pytester) -> Path:
    folder = pytester.mkdir("elsewhere")
    (folder / "election.txt").write_text(
        "Election\n\nThe mayor of Porto is now Rui Moreira, elected in July.\n", "utf-8"
    )
    return folder


def test_the_configuration_may_name_the_articles(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, MAYOR)
    pytester.makeini(f"[pytest]\nclippings_articles = {os.path.relpath(news, pytester.path)}\n")

    run(pytester).assert_outcomes(passed=1)


def test_a_golden_file_knows_its_articles_better_than_the_configuration(
    pytester: pytest.Pytester, news: Path, elsewhere: Path
) -> None:
    golden(pytester, f"articles: {news}\nquestions:{MAYOR}")
    pytester.makeini("[pytest]\nclippings_articles = elsewhere\n")

    run(pytester).assert_outcomes(passed=1)


def test_the_command_line_wins(pytester: pytest.Pytester, news: Path, elsewhere: Path) -> None:
    golden(pytester, f"articles: {news}\nquestions:{MAYOR}")

    result = run(pytester, "--articles=elsewhere")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["contains: expected Ana Prates", "  retrieved *election-*Rui Moreira*"])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "no articles to ask: set clippings_articles in the pytest configuration, give --articles=PATH, *"),
        ("clippings_articles = nowhere", "*/nowhere: no such file or folder; check the spelling."),
    ],
)
def test_without_articles_one_line_says_what_to_do(pytester: pytest.Pytester, setting: str, said: str) -> None:
    golden(pytester, MAYOR)
    pytester.makeini(f"[pytest]\n{setting}\n")

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([said, "  written    news.golden.yaml:2"])
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize(("filtered", "outcome"), [("always", "passed"), ("error", "failed")])
def test_a_file_that_is_no_article_is_a_warning(
    pytester: pytest.Pytester, elsewhere: Path, filtered: str, outcome: str
) -> None:
    golden(
        pytester, "articles: elsewhere\nquestions: [{id: mayor, question: Who is the mayor of Porto?, contains: Rui}]"
    )
    (elsewhere / "empty.txt").touch()

    result = run(pytester, "-W", filtered)

    result.assert_outcomes(**{outcome: 1}, warnings=1 if filtered == "always" else 0)
    result.stdout.fnmatch_lines(["*left out of the archive: */empty.txt is empty; fill it, or leave it out."])
    assert "Traceback" not in result.stdout.str()


def test_settings_are_read_beside_the_configuration(
    pytester: pytest.Pytester, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pytester.path / ".env").write_text("CLIPPINGS_CHAT_MODEL=nobody:knows\n", "utf-8")
    pytester.makeini(f"[pytest]\nclippings_articles = {news}\n")
    golden(pytester, MAYOR)
    monkeypatch.chdir(pytester.mkdir("below"))

    result = run(pytester, "..")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["'nobody' is no known provider*CLIPPINGS_CHAT_MODEL.", f"  written    {pytester.path / 'news.golden.yaml'}:2"]
    )
    assert "Traceback" not in result.stdout.str()


def test_junit_reports_the_same_and_stays_xml(pytester: pytest.Pytester, news: Path) -> None:
    golden(
        pytester,
        f"articles: {news}\nquestions:\n- {{id: who, question: Who photographed the comet?, answer: nobody}}\n",
    )

    run(pytester, "--junit-xml=report.xml")

    case = ElementTree.parse(pytester.path / "report.xml").find(".//testcase")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert case.get("name") == "who"
    for part in ("answer: expected nobody", "Two students photographed it", "retrieved", "news.golden.yaml:3"):
        assert part in (failure.text or "")


def test_what_failed_last_is_run_again(pytester: pytest.Pytester, news: Path) -> None:
    golden(pytester, QUESTIONS.format(news=news))
    run(pytester, "-p", "cacheprovider").assert_outcomes(passed=2, failed=1)

    run(pytester, "--lf").assert_outcomes(failed=1)
    run(pytester, "--ff", "-x").assert_outcomes(failed=1)
    run(pytester, "-p", "no:cacheprovider", "-k", "boats").assert_outcomes(failed=1, deselected=2)


def test_a_test_asks_the_articles_that_it_names(pytester: pytest.Pytester, news: Path) -> None:
    (pytester.path / "beside").symlink_to(news)
    pytester.makepyfile(
        """
        import pytest
        from bot.testing import assert_cites, assert_grounded, assert_quotes, assert_refuses
        from retrieval.domain import Article

        REEF = {"id": "reef", "title": "Reef", "text": "The reef near Cairns lost a third of its corals in 2024."}

        @pytest.mark.archive("beside")
        def test_folder(ask, archive):
            answer = ask("When was the harbour of Porto dredged?")
            assert_cites(answer, "Harbour dredged")
            assert_quotes(answer, "dredged in May")
            assert_grounded(answer, archive)
            assert_refuses(ask("Who is the president of Peru?"))

        @pytest.mark.archive(REEF, [Article("buoy", "The buoy off Faro was found in March by Ines Duarte.")])
        class TestArticles:
            def test_mapping(self, ask):
                assert_cites(ask("What did the reef near Cairns lose?"), "reef")

            def test_article(self, ask):
                assert_cites(ask("Who found the buoy off Faro?"), "buoy")

            def test_earlier(self, ask, archive):
                first = ask("Who found the buoy off Faro?")
                for said in (first, (first.question, first), {"question": first.question, "answer": first.text}):
                    assert_cites(ask("When was it found?", history=[said]), "buoy")
                assert_refuses(ask("Who found the buoy off Faro?", since="2020-01-01"))
                assert {info.id for info in archive.list_articles()} == {"reef", "buoy"}
        """
    )

    run(pytester).assert_outcomes(passed=4)


def test_a_test_that_fails_shows_what_was_retrieved_but_not_how_it_was_asked(
    pytester: pytest.Pytester, news: Path
) -> None:
    pytester.makepyfile(
        f"""
        import pytest
        from bot.testing import assert_cites

        @pytest.mark.archive({str(news)!r})
        def test_it(ask):
            assert_cites(ask("When was the harbour of Porto dredged?"), "comet.txt")
        """
    )

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: cites: expected comet.txt",
            "E         found harbour-*",
            "E         cited      [[]1] harbour-*",
            "*: AssertionError",
            "*- Clippings: what was retrieved -*",
            "  asked      When was the harbour of Porto dredged?",
            "  retrieved    1 *harbour-*",
        ]
    )
    assert "testing.py" not in result.stdout.str()


def test_an_error_of_the_archive_is_raised_where_it_was_asked(pytester: pytest.Pytester, news: Path) -> None:
    pytester.makepyfile(
        f"""
        import pytest
        from retrieval.errors import InputError

        pytestmark = pytest.mark.archive({str(news)!r})

        def test_caught(ask):
            with pytest.raises(InputError):
                ask("Who?", since="no day")

        def test_history(ask):
            ask("Who?", history=[3])
        """
    )

    result = run(pytester)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*InputError: 3 is no earlier question: give (question, answer), *"])
    assert "def asked" not in result.stdout.str()


def test_a_project_may_make_its_own_archive(pytester: pytest.Pytester, news: Path) -> None:
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.fixture(scope="session")
        def archive(build_archive):
            return build_archive({str(news)!r})
        """
    )
    pytester.makepyfile(
        """
        def test_one(ask, archive, build_archive):
            assert "May" in ask("When was the harbour of Porto dredged?").text
            assert build_archive([info.source for info in archive.list_articles()]) is not archive

        def test_other(archive):
            assert len(archive.list_articles()) == 2
        """
    )

    run(pytester).assert_outcomes(passed=2)


def test_the_examples_of_the_documentation_pass(pytester: pytest.Pytester) -> None:
    text = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    code, questions = (re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)[0] for kind in ("python", "yaml"))
    (pytester.path / "articles").symlink_to(ROOT / "seeds")
    tests = pytester.mkdir("tests")
    (tests / "test_archive.py").write_text(code, "utf-8")
    (tests / "news.golden.yaml").write_text(questions, "utf-8")

    run(pytester).assert_outcomes(passed=3)


def test_processes_share_one_library(pytester: pytest.Pytester, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In random order, under the plugins that a project may have besides."""
    own = pytester.mkdir("home")
    (own / "models").symlink_to(models)
    articles = pytester.mkdir("articles")
    (articles / "harbour.txt").write_text(f"Harbour dredged\n\n{HARBOUR}\n", "utf-8")
    golden(pytester, QUESTIONS.format(news="articles"))
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.archive("articles")
        async def test_it(ask):
            assert "May" in ask("When was the harbour of Porto dredged?").text
        """
    )
    monkeypatch.setenv("CLIPPINGS_HOME", str(own))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    result = pytester.runpytest_subprocess(
        *("-p", "xdist", "-p", "xdist.looponfail", "-p", "randomly", "-p", "asyncio"),
        *(
            "-p",
            "pytest_clippings",
            "-n",
            "2",
            "--import-mode=importlib",
            "-W",
            "error",
            "--strict-markers",
        ),
        *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function", "-rA"),
    )

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines_random(
        ["answer: expected ninety or 90", "FAILED news.golden.yaml::boats - Failed: answer: expected ninety or 90"]
    )
    assert len([each for each in (own / "evaluation").iterdir() if each.is_dir()]) == 1


def test_a_project_without_golden_questions_pays_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    light = {"bot", "prompts", "retrieval", "yaml", *HEAVY}
    probe = (
        "import json, sys, pytest\n"
        "status = pytest.main(['-q', '-W', 'error', '-p', 'pytest_clippings', "
        "'-p', 'no:cacheprovider'])\n"
        "print(json.dumps([int(status), sorted({name.partition('.')[0] for name in sys.modules})]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    status, imported = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    assert "pytest_clippings" in imported
    assert light & set(imported) == set()


def test_pytest_finds_the_plugin_by_its_own_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["entry-points"]["pytest11"] == {pytest_clippings.__name__: pytest_clippings.__name__}
