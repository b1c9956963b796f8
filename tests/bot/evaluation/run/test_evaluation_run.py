"""`clippings eval` as it is typed: a small archive, the real encoder, everything from the file to the exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import wiring
from bot.cli import main
from bot.evaluation.run import evaluation_run, run_file
from retrieval.encoder import SentenceEncoder
from retrieval.errors import InputError

TEXT = "Talks were held at the old mill. Ada Byron said that nothing was signed. The harbour is closed till March."
MILL = json.dumps({"id": "mill", "title": "Talks at the mill", "text": TEXT, "published": "2023-06-27"})
GOLDEN = """\
articles: articles.jsonl
questions:
  - question: Where were the talks held?
    id: where
    answer: old mill
    quotes: held at the old mill
    tags: [facts]
  - question: How long is the harbour closed?
    cites: mill
    contains: March
    tags: [facts, dates]
  - question: Who won the cricket world cup in 1992?
    refuses: true
    tags: [near-miss]
"""
WRONG = "  - question: What did Ada Byron say?\n    id: signed\n    answer: everything was signed\n"

Eval = Callable[..., int]


@pytest.fixture
def evaluate(encoder: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Eval:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "build_encoder", lambda _: encoder)
    (tmp_path / "articles.jsonl").write_text(MILL, "utf-8")
    (tmp_path / "golden.yaml").write_text(GOLDEN, "utf-8")
    return lambda *arguments: main.run(["eval", *map(str, arguments)])


def test_questions_that_pass_are_measured_and_all_is_well(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    status = evaluate("golden.yaml", "--fail-under", "passed=1", "--fail-under", "hit@1=1", "--fail-under", "brier=0.5")

    shown = capsys.readouterr().out
    assert status == 0
    assert "3 questions · articles.jsonl: 1 article, 1 passage" in shown
    assert "refusal-f1" in shown
    assert "near-miss" in shown
    assert "failed" not in shown


def test_a_missed_threshold_sets_the_exit_status_and_shows_the_value(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("golden.yaml").write_text(GOLDEN + WRONG, "utf-8")

    status = evaluate("golden.yaml", "--fail-under", "passed=0.8")

    shown = capsys.readouterr().out
    assert status == 1
    assert "Below the threshold: passed is 0.750, below its threshold of 0.8" in shown
    assert f"What did Ada Byron say?  golden.yaml:{len(GOLDEN.splitlines()) + 1}" in shown
    assert "answer: expected everything was signed" in shown


def test_a_run_is_written_read_back_and_compared(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evaluate("golden.yaml", "--json", "before.json") == 0
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "1")
    assert evaluate("golden.yaml", "--json", "after.json", "--against", "before.json", "--report", "report.html") == 0

    shown = capsys.readouterr().out
    before, after = run_file.read_run(Path("before.json")), run_file.read_run(Path("after.json"))
    assert [each.passed for each in before.outcomes] == [True, True, True]
    assert [each.passed for each in after.outcomes] == [False, False, True]
    assert "2 questions broken" in shown
    assert "threshold: unset -> 1.0" in shown
    assert "<html" in Path("report.html").read_text("utf-8")
    assert {path.name for path in Path().iterdir()} == {
        "articles.jsonl",
        "golden.yaml",
        "before.json",
        "after.json",
        "report.html",
        "home",
    }


def test_only_questions_with_the_tag_are_asked(evaluate: Eval) -> None:
    assert evaluate("golden.yaml", "--tag", "dates", "--tag", "near-miss", "--json", "run.json") == 0

    asked = [each["golden"]["question"] for each in json.loads(Path("run.json").read_text("utf-8"))["outcomes"]]
    assert asked == ["How long is the harbour closed?", "Who won the cricket world cup in 1992?"]


def test_ids_of_two_files_are_distinguished(evaluate: Eval) -> None:
    Path("more.yaml").write_text(GOLDEN, "utf-8")

    assert evaluate("golden.yaml", "more.yaml", "--json", "run.json") == 0

    ids = [each.golden.id for each in run_file.read_run(Path("run.json")).outcomes]
    assert {ids[0], ids[3]} == {"golden.yaml/where", "more.yaml/where"}
    assert len(set(ids)) == 6


def test_a_named_library_or_folder_is_asked_instead_of_the_files_own(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other.jsonl").write_text(MILL.replace("old mill", "old barn"), "utf-8")
    assert main.run(["ingest", "--library", "mine", "articles.jsonl"]) == 0

    assert evaluate("golden.yaml", "--library", "mine") == 0
    assert "mine: 1 article" in capsys.readouterr().out
    assert evaluate("golden.yaml", "--articles", "other.jsonl") == 1
    assert "golden.yaml:3: where.quotes: “held at the old mill” is not in any" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("golden.yaml", "--fail-under", "hit@6=1"), "is not a measure"),
        (("golden.yaml", "--fail-under", "hit@5"), "is not a threshold"),
        (("golden.yaml", "--tag", "fact"), "no question has the tag 'fact'; there are: dates, facts, near-miss"),
        (("golden.yaml", "--against", "golden.yaml"), "golden.yaml: not a run that `clippings eval --json` wrote"),
        (("golden.yaml", "--against", "none.json"), "none.json: can't be read (No such file"),
        (("golden.yaml", "--report", "none/report.html"), "there is no folder"),
        (("golden.yaml", "--library", "empty"), "the library 'empty' is empty"),
        (("none.yaml",), "none.yaml"),
        (("articles.jsonl",), "articles.jsonl:1"),
    ],
)
def test_unusable_input_is_reported_in_one_line_before_anything_is_asked(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    status = evaluate(*arguments)

    said = capsys.readouterr()
    assert status == 1
    assert message in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name a file of golden questions"),
        (("",), "it is empty: name a file or folder"),
        (("golden.yaml", "--articles", ""), "it is empty: name a file or folder"),
        (("golden.yaml", "--report", ""), "it is empty: name a file or folder"),
        (("golden.yaml", "--library", "a", "--articles", "b"), "Give either"),
    ],
)
def test_wrong_usage_is_reported(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert evaluate(*arguments) == 2
    assert message in capsys.readouterr().err


def test_candidates_are_asked_and_not_judged(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    Path("candidates.yaml").write_text("articles: articles.jsonl\nquestions:\n- question: Who spoke?\n", "utf-8")

    assert evaluate("candidates.yaml") == 0
    assert "1 question without expectations: asked, not judged." in capsys.readouterr().out


def test_all_that_is_wrong_with_a_file_is_reported_line_by_line(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("golden.yaml").write_text("- qestion: Who?\n- question: Where?\n  until: never\n", "utf-8")

    status = evaluate("golden.yaml")

    messages = capsys.readouterr().err.splitlines()
    assert status == 1
    assert [each.split(": ")[:2] for each in messages] == [["clippings", f"golden.yaml:{line}"] for line in (1, 1, 3)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--report", "golden.yaml"], "golden.yaml holds the questions: name another file"),
        (["--json", "./golden.yaml"], "golden.yaml holds the questions: name another file"),
        (["--json", "run", "--report", "run"], "run: --report and --json need a file each"),
        (["--json", "-"], "- is no file"),
    ],
)
def test_nothing_is_written_over_what_is_needed(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    status = evaluate("golden.yaml", *options)

    assert status == 1
    assert message in capsys.readouterr().err
    assert Path("golden.yaml").read_text("utf-8") == GOLDEN


def test_a_file_that_can_not_be_written_in_the_end_does_not_cost_what_was_found(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise InputError(f"{path} can't be written (No space left on device): name another file.")

    monkeypatch.setattr(evaluation_run, "replace_file", full)

    status = evaluate("golden.yaml", "--json", "run.json")

    shown = capsys.readouterr().out
    assert status == 1
    assert "refusal-f1" in shown
    assert "run.json can't be written (No space left on device)" in shown


def test_articles_that_several_files_name_are_one_library(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    Path("more.yaml").write_text("articles: ./articles.jsonl\nquestions:\n  - question: Who spoke?\n", "utf-8")

    evaluate("golden.yaml", "more.yaml")

    assert "4 questions · articles.jsonl: 1 article, 1 passage" in capsys.readouterr().out


def test_missing_articles_are_reported_with_the_file_that_names_them(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("golden.yaml").write_text("articles: nowhere\nquestions:\n  - question: Who?\n", "utf-8")

    status = evaluate("golden.yaml")

    assert status == 1
    assert "golden.yaml: articles: nowhere: no such file or folder" in capsys.readouterr().err


def test_questions_about_no_articles_say_how_to_name_some(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    Path("golden.yaml").write_text("- question: Who?\n", "utf-8")

    status = evaluate("golden.yaml")

    assert status == 1
    assert "or give --articles PATH, or `articles:` in golden.yaml" in capsys.readouterr().err


def test_files_are_not_silently_left_out_beside_from_feedback(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    status = evaluate("golden.yaml", "--from-feedback", "candidates.yaml")

    assert status == 2
    assert "Give either files of golden questions or --from-feedback" in capsys.readouterr().err
