"""Results that a title states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.answering.scores_in_titles import find_title
from retrieval.domain import Article, Span
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index import Library

TITLE = "Mill Rovers 3, Quay Athletic 2"
REPORT = f"""# {TITLE}

Ivo Lind, the coach of Mill Rovers, looked ten years older on Saturday. His side were two up against Quay Athletic
inside twenty minutes. Then they stopped, and only a shin in added time saved them.
"""


@pytest.mark.parametrize(
    "question", ["Mill Rovers against Quay Athletic, final score?", "How did Mill Rovers against Quay Athletic end?"]
)
def test_a_result_is_quoted_from_the_title_that_states_it(small: Callable[..., Library], question: str) -> None:
    library = small(Article("match", REPORT, TITLE), Article("mill", "The mill grinds oats for Quay.", "The mill"))

    answer = answer_question(library, question)

    assert answer.citations[0].quote == TITLE


def test_another_question_is_not_answered_with_the_result(small: Callable[..., Library]) -> None:
    answer = answer_question(small(Article("match", REPORT, TITLE)), "Who is the coach of Mill Rovers?")

    assert TITLE not in {citation.quote for citation in answer.citations}


def test_a_title_that_its_text_does_not_hold_stands_nowhere() -> None:
    assert find_title("The mill grinds oats.", "Mill Rovers 3, Quay Athletic 2") is None
    assert find_title("", "") is None
    assert find_title(f"# {TITLE}", TITLE) == Span(2, 2 + len(TITLE))
