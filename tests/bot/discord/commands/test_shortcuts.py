from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.discord.commands.shortcuts import phrase_comparison, phrase_summary, phrase_timeline
from retrieval.conversation.question_kind import classify_question
from retrieval.conversation.sides import opposes_sides
from tests.bot.discord.message_content import get_services, read_message

if TYPE_CHECKING:
    from tests.bot.discord.world import World

SUBJECTS = ("the strike at the quays", "how the mayor resigned?", "The mill is sold", "flu in Linmere", "2023")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_questions_of_shortcuts_are_understood_as_what_they_are(subject: str) -> None:
    assert classify_question(phrase_timeline(subject)) == "timeline"
    assert classify_question(phrase_summary(subject)) == "summary"
    assert opposes_sides(phrase_comparison(subject, "the old pass"))


@pytest.mark.parametrize("regard", ["", "taxes", "the strike at the quays", "2023."])
def test_two_sides_are_compared_in_a_regard(regard: str) -> None:
    assert classify_question(phrase_comparison("Dahl", "Lindt", regard)) == "comparison"


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("timeline", {"about": "Blinken's trip to China"}, "timeline"),
        ("summary", {"about": "Blinken's trip to China", "until": "2030"}, "summary"),
        ("compare", {"first": "Blinken", "second": "Xi", "about": "Taiwan"}, "comparison"),
    ],
)
async def test_shortcuts_are_answered_as_any_question(
    world: World, name: str, options: dict[str, Any], kind: str
) -> None:
    server = world.server()

    answer = await server.ann.slash(server.channel, name, **options)
    record = get_services(world).records.find_answer(server.channel.history()[-1].id)

    assert "[1]" in read_message(answer.response)
    assert record is not None
    assert record.answer.understanding is not None
    assert record.answer.understanding.kind == kind
