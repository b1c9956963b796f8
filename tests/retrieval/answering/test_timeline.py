"""What happened when."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from retrieval.answering.inquiry import Inquiry
from retrieval.answering.timeline import build_timeline
from retrieval.conversation.subject import find_subject
from retrieval.domain import Article, Understanding

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index import Library
    from tests.retrieval.answering.conftest import AskKind

ILLNESS = (
    Article(
        "wards-shut",
        "Visitors must keep away from two wards of the infirmary. Nineteen patients have come down with vomiting.",
        title="Wards shut",
        published=date(2024, 11, 20),
    ),
    Article(
        "kitchen",
        "The trail leads to the kitchen. What has laid low 34 patients is a bacterium that grows in lukewarm stew.",
        title="It was the stew",
        published=date(2024, 11, 27),
    ),
)


BRIDGE = (
    Article(
        "bridge",
        "The Orrow Bridge was widened in 1961 to carry trams. It crosses the Orrow at its narrowest place. A flood of "
        "1788 took the first bridge away. In the 14th century monks had built it of oak, and it burned twice. The "
        "bridge of today was opened on 4 May 1803.",
        title="Orrow Bridge",
    ),
    Article(
        "quince",
        "The quince came to the valley in 1610. Its fruit is hard and sour. Jam of quinces is sold in October.",
        title="Quince",
    ),
)


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


def test_what_a_sentence_answers_is_told_though_the_subject_is_called_otherwise(small: Callable[..., Library]) -> None:
    library = small(*ILLNESS)
    question = "How did the number of the sick grow?"
    asked = Understanding(question, "timeline", subject=find_subject(question))

    answer = library.read(lambda snapshot: build_timeline(Inquiry(asked, snapshot, library.encoder, threshold=0.4)))

    assert answer
    assert not answer.refused
    assert answer.text.startswith("27 November 2024, It was the stew: ")


def test_articles_without_a_date_are_told_in_the_order_of_the_years_in_them(small: Callable[..., Library]) -> None:
    library = small(*BRIDGE)
    asked = Understanding("What is the history of Orrow Bridge in order?", "timeline", subject="Orrow Bridge")

    answer = library.read(lambda snapshot: build_timeline(Inquiry(asked, snapshot, library.encoder, threshold=0.4)))

    assert answer
    assert re.findall("14th|1788|1803|1961", answer.text) == ["14th", "1788", "1803", "1961"]
    assert answer.text.startswith("Orrow Bridge: ")
    assert "quince" not in {each.article_id for each in answer.citations}


def test_what_no_article_tells_of_has_no_timeline(ask_stories: AskKind) -> None:
    assert ask_stories("timeline", "Give me a chronology of the moon landing").refused
