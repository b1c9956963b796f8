"""The straight line: a question, perhaps after others, to passages and to an answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError
from retrieval.pipeline import search_as_understood
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from retrieval.index import Library

BRIDGE = Turn("How much did the bridge over the Glomma cost?", "A bridge for Halden (2 May 2023): “Nine million.” [1]")


def test_a_follow_up_is_searched_as_it_is_understood(archive: Library) -> None:
    standalone, hits = search_as_understood(archive, Ask("Who opened it?", history=(BRIDGE,)), k=3)

    assert standalone == "Who opened the bridge?"
    assert hits[0].article.id == "bridge"
    assert len(hits) == 3


def test_a_question_that_stands_alone_is_searched_as_it_is(archive: Library) -> None:
    question = "Who won the chess championship?"

    standalone, hits = search_as_understood(archive, Ask(question, history=(BRIDGE,)), k=1)

    assert (standalone, hits[0].article.id) == (question, "chess")


def test_limits_hold_for_what_is_searched(archive: Library) -> None:
    _, given = search_as_understood(archive, Ask("Who measures it?", Filter(author="Nora Vik")), k=10)
    _, stated = search_as_understood(archive, Ask("What was found in June 2023?", today=date(2023, 9, 30)), k=10)

    assert {hit.article.author for hit in given} == {"Nora Vik"}
    assert {get_last_day(hit.article.published).month for hit in stated if hit.article.published} == {6}


def test_an_empty_question_is_an_error(archive: Library) -> None:
    with pytest.raises(InputError):
        search_as_understood(archive, Ask(" "), k=3)
