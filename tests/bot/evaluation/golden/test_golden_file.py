from __future__ import annotations

import json
import pickle
import re
import time
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from bot.evaluation.golden.golden_file import GoldenFile, read_golden_file
from bot.evaluation.golden.schema import QuestionSchema, build_json_schema
from bot.front_end_errors import SHOWN_FAULTS, GoldenInvalid
from retrieval.domain import Turn
from retrieval.errors import InputError

CHECKOUT = Path(__file__).parents[4]
SEEDS = CHECKOUT / "tests" / "golden" / "seeds.yaml"
GUIDE = (CHECKOUT / "docs" / "golden.md").read_text("utf-8")
TODAY = date(2026, 1, 15)


def written(folder: Path, text: str | bytes, name: str = "questions.golden.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def good(folder: Path, text: str | bytes, name: str = "questions.golden.yaml") -> GoldenFile:
    return read_golden_file(written(folder, text, name), today=TODAY)


def wrong(folder: Path, text: str | bytes, name: str = "questions.golden.yaml") -> list[str]:
    """Return the faults of a file, without its path."""
    path = written(folder, text, name)
    with pytest.raises(GoldenInvalid) as raised:
        read_golden_file(path, today=TODAY)
    return [line.removeprefix(f"{path}:") for line in str(raised.value).split("\n")]


def test_every_field_of_a_question_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
articles: [../articles, more.jsonl]
questions:
  - id: where
    question: Where did it end?
    answer: [Bali, Beijing]
    contains: two days
    excludes: [Paris]
    cites: the-visit
    quotes:
      - the talks ended
      - in Beijing
    refuses: false
    since: June 2023
    until: 2023-07-01
    author: Walayat
    history:
      - question: Who met?
        answer: Blinken and Qin.
    tags: facts
    note: read on page 2
""",
    )

    file = read_golden_file(path, today=TODAY)

    (golden,) = file.questions
    assert file.articles == (tmp_path / "../articles", tmp_path / "more.jsonl")
    assert (golden.id, golden.question, golden.answer) == ("where", "Where did it end?", ("Bali", "Beijing"))
    assert (golden.contains, golden.excludes, golden.cites) == (("two days",), ("Paris",), ("the-visit",))
    assert (golden.quotes, golden.refuses) == (("the talks ended", "in Beijing"), False)
    assert (golden.since, golden.until, golden.author) == ("June 2023", "2023-07-01", "Walayat")
    assert golden.history == (Turn("Who met?", "Blinken and Qin."),)
    assert (golden.tags, golden.note, golden.file, golden.line) == (("facts",), "read on page 2", str(path), 4)


def test_a_colon_in_a_text_is_put_in_quotes(tmp_path: Path) -> None:
    (fault,) = wrong(tmp_path, "- question: Who said: no?")

    assert fault.endswith('put a text that contains ": " in quotes')


@pytest.mark.parametrize("text", ["questions:\n\t- question: Who?\n", "- question: Who?\n\tanswer: Ada\n"])
def test_tabs_are_called_tabs(tmp_path: Path, text: str) -> None:
    (fault,) = wrong(tmp_path, text)

    assert fault.startswith("2: is not YAML")
    assert fault.endswith("indent with spaces, not with tabs")


def test_a_folder_is_reported_as_one(tmp_path: Path) -> None:
    with pytest.raises(GoldenInvalid, match="is a folder: name a golden file in it"):
        read_golden_file(tmp_path)


@pytest.mark.parametrize("value", ["2021", "no", "2023-06-27", "1.50", "012", "on", "1,200", "12:30"])
def test_an_answer_is_the_text_that_was_written(tmp_path: Path, value: str) -> None:
    (golden,) = good(tmp_path, f"- question: What?\n  answer: {value}\n").questions

    assert golden.answer == (value,)


def test_a_field_without_a_value_is_as_good_as_left_out(tmp_path: Path) -> None:
    (golden,) = good(tmp_path, "- question: What?\n  answer:\n  cites: []\n  note: ~\n  refuses:\n").questions

    assert not golden.expects
    assert golden.note == ""


def test_questions_without_ids_are_named_by_their_words(tmp_path: Path) -> None:
    long = "word " * 30
    file = good(
        tmp_path,
        f"- question: Where's the café?\n- question: WHERES THE CAFE\n- question: 北京?\n- question: {long}\n"
        "- {id: wheres-the-cafe-2, question: Taken}\n- question: Wheres the cafe\n",
    )

    ids = [golden.id for golden in file.questions]
    assert ids[:2] == ["wheres-the-cafe", "wheres-the-cafe-3"]
    assert ids[2].startswith("question-")
    assert ids[3] == "-".join(["word"] * 12)
    assert ids[4:] == ["wheres-the-cafe-2", "wheres-the-cafe-4"]


def test_json_lines_hold_a_question_each(tmp_path: Path) -> None:
    file = good(
        tmp_path,
        '{"question": "How many?", "answer": 2021.50}\r\n\r\n{"question": "Smile \\ud83d\\ude00?", "refuses": true}',
        "questions.jsonl",
    )

    assert [(golden.line, golden.answer, golden.refuses) for golden in file.questions] == [
        (1, ("2021.50",), None),
        (3, (), True),
    ]
    assert file.questions[1].question == "Smile \N{GRINNING FACE}?"


@pytest.mark.parametrize(
    "text",
    ["\ufeff- question: a\n  answer: b\n", "- question: a\r\n  answer: b\r\n", "- question: a\r  answer: b\r"],
    ids=["byte order mark", "CRLF", "CR"],
)
def test_marks_and_line_ends_of_other_systems_are_understood(tmp_path: Path, text: str) -> None:
    (golden,) = good(tmp_path, text).questions

    assert (golden.question, golden.answer, golden.line) == ("a", ("b",), 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: holds no questions"),
        ("# nothing\n", "1: holds no questions"),
        ("questions: []", "1: holds no questions"),
        ("hello", "1: must be a list of questions"),
        ("question: Who?\nanswer: Ada\n", "1: is one question, not a list: put - before it"),
        ("questions: What?", "1: questions: must be a list"),
        ("- What?", "1: questions[0]: must be a mapping such as"),
        ("- question: a\n- [b]", "2: questions[1]: must be a mapping such as"),
        ("- id: x\n  answer: y", "1: questions[0].question: is missing"),
        ("- question: [a]", "1: questions[0].question: must be text, but is a list"),
        ('- question: a\n  answer: [b, ""]', "2: questions[0].answer[1]: is empty"),
        ("- question: a\n  contains: [b, c: d]", "2: questions[0].contains[1]: must be text, but is a mapping: put"),
        ("- question: a\n  refuses: maybe", "2: questions[0].refuses: must be true or false"),
        ("- question: a\n  refuses: true\n  cites: c", "3: questions[0].cites: can't be expected of a refusal"),
        ("- question: a\n  anser: b", "2: questions[0].anser: is not a field: did you mean answer?"),
        ("- question: a\n  zzz: b", "2: questions[0].zzz: is not a field: the fields are question, id,"),
        ("article: x\nquestions: [{question: a}]", "1: article: is not a field: did you mean articles?"),
        ("- question: a\n  answer: b\n  answer: c", "3: questions[0].answer: is there twice: keep one of them"),
        ("- {id: x, question: a}\n- id: x\n  question: b", "2: questions[1].id: x is taken by the question on line 1"),
        ("- question: a\n  id: b::c", "2: questions[0].id: must be one line"),
        ('- question: a\n  id: "b\\nc"', "2: questions[0].id: must be one line"),
        ("- question: a\n  since: neverland", "2: questions[0].since: "),
        ("- question: a\n  since: 2023\n  until: 2022", "3: questions[0].until: since 1 January 2023 is after"),
        ("- question: a\n  history:\n  - role: user", "3: questions[0].history[0].question: is missing"),
        ("- question: a\n  history: b", "2: questions[0].history: must be a list"),
        ("- question: " + "a" * 2001, "1: questions[0].question: the question has 2,001 characters"),
        ("- question: Who said: no?", "1: is not YAML ("),
        ("- question: a\n\tanswer: b", "2: is not YAML"),
        ('- question: a\n- question: "b\n- question: c', "2: is not YAML"),
        ("- question: éé\n- question: b\0\n", "2: holds the character U+0000"),
        ("- question: a\n---\n- question: b", "2: a second document begins"),
        ("- question: !secret a", "1: questions[0].question: the tag !secret is not read"),
        ("- question: &a b\n- question: *a", "2: questions[1].question: *a is not followed"),
        ("- {question: a, ? [b] : c}", "1: questions[0]: a field's name must be a word"),
        ("[" * 100_000, "1: lists and mappings are nested too deeply"),
        ("- " * 100_000, "1: lists and mappings are nested too deeply"),
        ("questions:\n- {a: " + "{a: " * 100_000, "2: lists and mappings are nested too deeply"),
        ("- question: a\n- question: café".encode("latin-1"), "2: is not UTF-8"),
        ("- question: a".encode("utf-16"), "1: is not UTF-8"),
        ('- question: a\n  "b\\nc\\e[2J": d', "2: questions[0].b c: is not a field"),
        (f"- question: a\n  {'b' * 500}: c", f"2: questions[0].{'b' * 107}…: is not a field"),
    ],
)  # fmt: skip
def test_a_fault_names_line_and_field(tmp_path: Path, text: str | bytes, fault: str) -> None:
    faults = wrong(tmp_path, text)

    assert faults[0].startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"question": "a"}\n{"question": }', "2: is not JSON at column 14 ("),
        ('{"question": "a"}\n\n["b"]', "3: must be a mapping such as"),
        ('{"question": "a", "question": "b"}', "1: question: is there twice"),
        ('{"question": "a", "anwser": "b"}', "1: anwser: is not a field: did you mean answer?"),
        ('{"id": "a", "text": "b"}\n{"id": "c", "text": "d"}', "1: holds articles and no questions"),
        ('{"questions": [{"question": "a"}]}', "1: holds a list of questions"),
        ('{"question": "a", "cites": {"b": 1}}', "1: cites[0]: must be text, but is a mapping"),
        ("[" * 100_000, "1: lists and objects are nested too deeply"),
    ],
)
def test_a_fault_of_json_lines_names_its_line(tmp_path: Path, text: str, fault: str) -> None:
    faults = wrong(tmp_path, text, "questions.jsonl")

    assert faults[0].startswith(fault)


def test_all_faults_are_reported_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    faults = wrong(tmp_path, "- question: a\n  x: b\n- cites: c\n- question: d\n  refuses: e\n  quotes: [{}]\n")

    assert [fault.split(":")[0] for fault in faults] == ["2", "3", "5", "6"]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    faults = wrong(tmp_path, "- answer: a\n" * (SHOWN_FAULTS + 5))

    assert len(faults) == SHOWN_FAULTS + 1
    assert faults[-1] == "and 5 more"


def test_the_error_keeps_its_words_between_processes() -> None:
    error = GoldenInvalid([f"fault {n}" for n in range(30)])

    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_aliases_of_aliases_do_not_grow(tmp_path: Path) -> None:
    layers = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

    started = time.process_time()
    faults = wrong(tmp_path, f"a0: &a0 [x]\n{layers}questions: [*a29]\n")

    assert time.process_time() - started < 2
    assert "*a0 is not followed" in faults[2]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: can't be read \(No such file or directory\)"):
        read_golden_file(tmp_path / "none.yaml")


def test_five_thousand_questions_are_read_quickly(tmp_path: Path) -> None:
    question = (
        "- question: What is number {0}?\n  answer: [a{0}, b]\n  cites: art{0}\n  since: June 2023\n  tags: [x, y]\n"
    )
    path = written(tmp_path, "".join(question.format(n) for n in range(5000)))

    started = time.process_time()
    file = read_golden_file(path, today=TODAY)

    assert time.process_time() - started < 3
    assert len({golden.id for golden in file.questions}) == 5000


def shipped() -> dict[str, Any]:
    text = files("bot.evaluation.golden").joinpath("golden.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def test_the_schema_that_ships_is_the_forms() -> None:
    assert shipped() == build_json_schema(), (
        "python -m bot.evaluation.golden.golden_file > bot/evaluation/golden/golden.schema.json"
    )


def test_the_schema_explains_every_field() -> None:
    definitions = build_json_schema()["$defs"]

    fields = [field for form in definitions.values() for field in form["properties"].values()]
    assert len(fields) > 15
    assert all(field["description"] for field in fields)


@pytest.mark.parametrize(
    "data",
    [
        [{"question": "a"}],
        {"articles": "../seeds", "questions": [{"question": "a", "answer": 2021, "refuses": False, "tags": None}]},
        [{"question": "a", "answer": ["b", 5], "history": [{"question": "b", "answer": "c"}], "since": 2023}],
        [{"question": "a", "refuses": True, "excludes": "b", "cites": []}],
        [{"question": "a", "id": True, "history": None}],
    ],
)
def test_what_the_schema_admits_is_read(tmp_path: Path, data: object) -> None:
    jsonschema_rs.validate(shipped(), data)

    assert good(tmp_path, yaml.safe_dump(data)).questions[0].question == "a"


@pytest.mark.parametrize(
    "data",
    [
        [],
        "a",
        ["a"],
        [{"answer": "b"}],
        {"questions": []},
        {"article": "x", "questions": [{"question": "a"}]},
        [{"question": "a", "anser": "b"}],
        [{"question": "a", "answer": {"b": "c"}}],
        [{"question": "a", "answer": [None]}],
        [{"question": "a", "refuses": "perhaps"}],
        [{"question": "a", "refuses": True, "cites": "b"}],
        [{"question": "a", "history": [{"question": "b"}]}],
        [{"question": "a", "id": "b::c"}],
        [{"question": "a", "answer": " "}],
    ],
)
def test_what_the_schema_refuses_is_not_read(tmp_path: Path, data: object) -> None:
    assert not jsonschema_rs.is_valid(shipped(), data)

    assert wrong(tmp_path, yaml.safe_dump(data))


@pytest.mark.skipif(not SEEDS.exists(), reason="the questions on the seed articles are not in this checkout")
def test_the_questions_on_the_seed_articles_follow_the_schema() -> None:
    data = json.loads(json.dumps(yaml.safe_load(SEEDS.read_text("utf-8")), default=str))

    jsonschema_rs.validate(shipped(), data)


@pytest.mark.parametrize("block", re.findall(r"```(yaml|json)\n(.*?)```", GUIDE, re.DOTALL), ids=lambda block: block[0])
def test_the_guides_examples_are_read(tmp_path: Path, block: tuple[str, str]) -> None:
    form, text = block

    assert good(tmp_path, text, f"questions.{'jsonl' if form == 'json' else form}").questions


def test_the_guide_explains_every_field() -> None:
    rows = "".join(re.findall(r"^\| (`.*?) \|", GUIDE, re.MULTILINE))

    assert set(re.findall(r"`(\w+)`", rows)) == set(QuestionSchema.model_fields)
