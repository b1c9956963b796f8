"""Runs as files: nothing is lost, and what can't be used says so in one line."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.metrics.comparison import compare
from bot.evaluation.run import run_file
from retrieval.errors import InputError
from tests.bot.evaluation import sample_runs
from tests.bot.evaluation.sample_outcomes import make_outcome, make_run


def read_error(path: Path) -> str:
    """Return the error of reading a file that is not a run, without its path."""
    with pytest.raises(InputError) as raised:
        run_file.read_run(path)
    return str(raised.value).removeprefix(f"{path}: ")


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = sample_runs.make_run(sample_runs.make_sixty_outcomes()[:-1])
    path = tmp_path / "run.json"

    path.write_bytes(run_file.serialize_run(made))

    assert run_file.read_run(path) == made


def test_what_is_no_character_does_not_cost_the_run(tmp_path: Path) -> None:
    path = tmp_path / "run.json"

    path.write_bytes(run_file.serialize_run(make_run(make_outcome(file="caf\udce9.golden.yaml"))))

    assert run_file.read_run(path).outcomes[0].golden.file == "caf?.golden.yaml"


def test_numbers_that_json_has_no_sign_for_survive(tmp_path: Path) -> None:
    seconds = {"answer": math.inf, "search": -math.inf, "draft": math.nan}
    path = tmp_path / "run.json"

    path.write_bytes(run_file.serialize_run(make_run(make_outcome(seconds=seconds))))

    assert repr(run_file.read_run(path).outcomes[0].seconds) == repr(seconds)


def test_a_run_of_an_earlier_version_which_knew_less_is_read(tmp_path: Path) -> None:
    made = make_run(make_outcome())
    data = json.loads(run_file.serialize_run(made))
    del data["outcomes"][0]["claims"], data["judge"]
    path = tmp_path / "run.json"
    path.write_text(json.dumps(data), "utf-8")

    assert run_file.read_run(path) == made


@pytest.mark.parametrize(
    ("where", "described"),
    [
        ((), "holds added"),
        (("outcomes", 0, "golden"), "holds outcomes.0.golden.added"),
        (("outcomes", 0, "answer"), "holds outcomes.0.answer.added"),
    ],
)
def test_what_a_later_version_added_is_named(tmp_path: Path, where: tuple[Any, ...], described: str) -> None:
    data = json.loads(run_file.serialize_run(make_run(make_outcome())))
    inner = data
    for each in where:
        inner = inner[each]
    inner["added"] = 1
    path = tmp_path / "run.json"
    path.write_text(json.dumps(data), "utf-8")

    assert (
        read_error(path)
        == f"{described}, which this version does not know: update clippings, or run the evaluation again."
    )


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"at": "2026', b"[" * 10_000])
def test_a_file_that_is_no_run_says_so_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)

    message = read_error(path)

    assert message.startswith("not a run that `clippings eval --json` wrote (")
    assert "\n" not in message


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert read_error(tmp_path / "none.json") == "can't be read (No such file or directory): check the path."


def test_a_run_of_version_0_1_is_read_and_compared() -> None:
    before = run_file.read_run(Path(__file__).with_name("run_of_version_0_1.json"))

    compared = compare(before, before, draws=50)

    assert before.version == "0.1.0"
    assert [(each.answer.refused if each.answer else None, len(each.retrieved)) for each in before.outcomes] == [
        (False, 2),
        (True, 2),
        (False, 2),
    ]
    assert {each.verdict for each in compared.differences} == {"no difference shown"}
