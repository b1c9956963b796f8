import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.cli.batch import answer_lines, parse_line
from retrieval.conversation.request import Request
from retrieval.domain import Turn
from retrieval.errors import ClippingsError, InputError


def echo(request: Request) -> Mapping[str, Any]:
    if request.question == "trouble":
        raise ClippingsError("No answer to trouble.")
    return {"question": request.question, **request.limits}


def replies(*lines: str) -> list[dict[str, Any]]:
    return [reply for reply, _ in answer_lines(lines, echo)]


def test_every_line_is_answered_in_order_with_its_id() -> None:
    assert replies('{"id": 7, "question": "a"}\n', '{"id": "x", "question": "b"}\n') == [
        {"id": 7, "question": "a"},
        {"id": "x", "question": "b"},
    ]


def test_a_line_without_id_is_answered_without_one() -> None:
    assert replies('{"question": "a"}') == [{"question": "a"}]


def test_blank_lines_are_no_questions() -> None:
    assert replies("\n", '{"question": "a"}\n', "  \n") == [{"question": "a"}]


def test_limits_are_handed_on_and_null_is_none() -> None:
    line = '{"question": "a", "since": "2023", "until": null, "author": "Ezba", "history": [], "more": 1}'

    assert parse_line(line) == Request("a", {"since": "2023", "author": "Ezba"})


def test_the_day_of_a_question_and_the_day_it_is_asked_of_are_handed_on() -> None:
    line = '{"question": "a", "as_of": "May 2023", "today": "2023-06-01"}'

    assert parse_line(line) == Request("a", {"as_of": "May 2023"}, today="2023-06-01")


def test_what_was_said_before_is_handed_on() -> None:
    line = '{"question": "And him?", "history": [{"question": "Who?", "answer": "She.", "id": 1}]}'

    assert parse_line(line) == Request("And him?", history=(Turn("Who?", "She."),))


@pytest.mark.parametrize(
    ("name", "meant"),
    [("histroy", "history"), ("sinse", "since"), ("Question", "question"), ("authors", "author")],
)
def test_a_slip_of_the_pen_is_named(name: str, meant: str) -> None:
    with pytest.raises(InputError, match=f'"{name}" is not a field: did you mean "{meant}"?'):
        parse_line(json.dumps({"question": "a", name: "b"}))


@pytest.mark.parametrize("name", ["ids", "_id", "question_id", "author_id", "gold", "answer", "untold stories"])
def test_what_else_a_line_holds_is_its_own(name: str) -> None:
    assert parse_line(json.dumps({"question": "a", name: "b"})) == Request("a")


@pytest.mark.parametrize("history", ["null", "[]"])
def test_a_line_may_have_nothing_said_before(history: str) -> None:
    assert parse_line(f'{{"question": "a", "history": {history}}}') == Request("a")


@pytest.mark.parametrize(
    ("history", "named"),
    [
        ('"b"', "history: must be a list"),
        ("[1]", "history[0]: must be an object"),
        ('[{"role": "user", "content": "a"}]', 'history[0]: {"role", "content"} is not read: write each exchange as'),
        ('[{"question": "a", "answer": "b"}, {"question": "a"}]', "history[1].answer: missing or not a text."),
        ('[{"question": 1, "answer": null}]', "history[0].question, history[0].answer: missing or not a text."),
    ],
)
def test_what_is_wrong_with_the_history_is_named_by_field(history: str, named: str) -> None:
    with pytest.raises(InputError, match=re.escape(named)):
        parse_line(f'{{"question": "a", "history": {history}}}')


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[1]",
        '"text"',
        "{}",
        '{"question": 5}',
        '{"question": null}',
        '{"question": "a", "since": 2023}',
        '{"question": "a", "author": ["b"]}',
        '{"question": "a", "history": "b"}',
        '{"question": "a", "history": {"question": "b", "answer": "c"}}',
        '{"question": "a", "history": false}',
        '{"question": "a", "history": [1]}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_has_its_error_in_its_place(line: str) -> None:
    before, bad, after = answer_lines(['{"question": "a"}', line, '{"question": "b"}'], echo)

    assert (before, after) == (({"question": "a"}, True), ({"question": "b"}, True))
    assert bad[0]["line"] == 2
    assert bad[0]["error"]
    assert not bad[1]


def test_a_question_that_fails_keeps_its_id() -> None:
    assert list(answer_lines(['{"id": 3, "question": "trouble"}'], echo)) == [
        ({"id": 3, "line": 1, "error": "No answer to trouble."}, False)
    ]


def test_a_bad_line_keeps_the_id_that_can_be_read() -> None:
    assert replies(json.dumps({"id": 9})) == [{"id": 9, "line": 1, "error": '"question" is missing or not a text.'}]


def test_parse_says_what_is_wrong() -> None:
    with pytest.raises(InputError, match="not JSON"):
        parse_line("{")
