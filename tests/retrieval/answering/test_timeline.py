"""What happened when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.retrieval.answering.conftest import AskKind


def test_a_story_is_told_oldest_first_a_line_an_article(ask_stories: AskKind) -> None:
    answer = ask_stories("timeline", "What happened when with the tram line?")

    assert [line.partition(": ")[0] for line in answer.text.splitlines()] == [
        "5 March 2024, Council votes for a tram to Vessel Hill",
        "2 April 2025, Tram line late because wheels are too wide",
        "9 November 2025, First tram climbs Vessel Hill",
    ]


def test_a_reprint_tells_nothing_again(ask_stories: AskKind) -> None:
    answer = ask_stories("timeline", "How did the tram line develop?")

    assert "tram-late-again" not in {citation.article_id for citation in answer.citations}


def test_a_live_report_is_told_in_its_order_with_the_hours(ask_stories: AskKind) -> None:
    answer = ask_stories("timeline", "What happened when in the storm?")

    assert re.findall(r"\*\*(\d\d:\d\d)\*\*", answer.text) == ["16:10", "17:30", "18:05", "19:45", "21:20"]
    assert "Posts say that the lighthouse has fallen. It has not." in answer.text


def test_what_no_article_tells_of_has_no_timeline(ask_stories: AskKind) -> None:
    assert ask_stories("timeline", "Give me a chronology of the moon landing").refused
