"""What becomes of a question to a small archive."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.domain import Answer, Citation
from tests.benchmarks.archives import OTHER, REFUSED, RIGHT, SUPERSEDED, SmallArchive, judge

ASKED = {
    "question": "When does the rink open?",
    "answers": [{"article": 1, "sentences": ["The right date is 9 November."]}],
    "stale": [{"article": 0, "sentences": ["The rink will open on 6 November."]}],
}


def quote(*quotes: str) -> Answer:
    cited = tuple(
        Citation(n, "a", "A title", "", None, "", "", text, 0, len(text)) for n, text in enumerate(quotes, start=1)
    )
    return Answer("", "", cited, not quotes, 0.9 if quotes else 0.1, "extractive", 0.0)


@pytest.mark.parametrize(
    ("quotes", "came"),
    [
        (["“The right date is 9 November.”"], RIGHT),
        (["Readers asked. The right date is 9 November."], RIGHT),
        (["The rink will open on 6 November.", "The right date is 9 November."], SUPERSEDED),
        (["The rink has a café."], OTHER),
        ([], REFUSED),
    ],
)
def test_the_first_quote_tells_what_became_of_a_question(quotes: list[str], came: str) -> None:
    assert judge(ASKED, quote(*quotes)) == came


@pytest.mark.parametrize(("quotes", "came"), [([], "rightly refused"), (["The rink."], "wrongly answered")])
def test_a_question_without_an_answer_is_to_be_refused(quotes: list[str], came: str) -> None:
    assert judge({**ASKED, "answers": []}, quote(*quotes)) == came


def test_an_archive_is_asked_on_the_day_after_its_last_article() -> None:
    archive = SmallArchive("one", ({"date": "2024-02-28"}, {"date": "2024-02-29"}), ())
    assert archive.today == date(2024, 3, 1)
