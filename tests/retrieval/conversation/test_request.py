import re
from datetime import date
from typing import Any

import pytest

from retrieval.conversation.request import Request, parse_ask, parse_request
from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError

EARLIER = ({"question": "Who?", "answer": "She."},)


@pytest.mark.parametrize(
    "given",
    [
        Ask("When?", Filter(date(2023, 5, 1), None, "Vik"), (Turn("Who?", "She."),)),
        {"question": "When?", "since": "2023-05-01", "author": "Vik", "history": EARLIER},
        {"question": "When?", "since": date(2023, 5, 1), "until": None, "author": "Vik", "history": EARLIER},
        {"question": "When?", "where": Filter(date(2023, 5, 1), None, "Vik"), "history": [Turn("Who?", "She.")]},
    ],
)
def test_a_question_comes_in_several_forms(given: Any) -> None:
    assert parse_ask(given) == Ask("When?", Filter(date(2023, 5, 1), None, "Vik"), (Turn("Who?", "She."),))


def test_a_text_is_a_question_without_limits() -> None:
    assert parse_ask("When?") == Ask("When?")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (3, 'a mapping with a "question"'),
        ({"question": "a", "since": "whenever"}, "since=whenever is not a date: write it like 2023-06-27."),
        ({"question": "a", "where": "2023"}, "where: must be a Filter"),
        ({"question": "a", "context": "b"}, "unknown: context"),
        ({"question": "a", "sinse": "2023"}, '"sinse" is not a field: did you mean "since"?'),
        ({"question": "a", "history": [{"question": "Who?"}]}, "history[0].answer: missing or not a text."),
    ],
)
def test_the_field_at_fault_is_named(given: Any, named: str) -> None:
    with pytest.raises(InputError, match=re.escape(named)):
        parse_ask(given)


def test_a_question_says_the_day_it_is_asked_of_and_on() -> None:
    given = {"question": "a", "as_of": date(2023, 5, 31), "today": "2023-06-01"}

    assert parse_ask(given) == Ask("a", Filter(as_of=date(2023, 5, 31)), today=date(2023, 6, 1))


def test_limits_are_kept_as_they_were_written() -> None:
    assert parse_request({"question": "a", "since": "last month"}) == Request("a", {"since": "last month"})
