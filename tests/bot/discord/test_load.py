"""200 questions within 10 seconds from 50 people in 5 servers; `python -m tests.benchmarks.discord_load` asks 2,000."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.discord.load import beside, crossed, load, quantile

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

HEARD = 3.0
"""Seconds after which Discord gives an interaction up."""
BLOCKED = 0.1
"""Seconds that the event loop may be blocked, beyond what another loop on this machine was blocked then."""


@pytest.mark.alone
async def test_a_busy_server_is_acknowledged_and_answered_and_nothing_is_lost_or_crossed(
    tmp_path: Path, models: Path, encoder: SentenceEncoder
) -> None:
    measured = await load(tmp_path, models, encoder, questions=200, each=0.05)

    print(measured.table())
    assert measured.lost == []
    assert measured.crossed == []
    assert measured.faults == []
    assert len(measured.answered) == 200
    assert quantile(measured.acknowledged, 0.99) < HEARD
    assert max(measured.blocked, default=0.0) < BLOCKED
    assert "Traceback" not in measured.log


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Mayor Ada Bellweather [1] Gazette 1: the lighthouse", True),
        ("Mayor Ada Abernathy [1] Gazette 0: the lighthouse", False),
        ("Mayor Ada Bellweather [1] Gazette 1, and Gazette 2", False),
        ("Mayor Ada Bellweather", False),
        ("The articles do not say.", False),
    ],
)
def test_an_answer_from_another_servers_library_shows(text: str, own: bool) -> None:
    assert crossed(text, guild=1) is not own


def test_only_what_a_loop_is_late_by_itself_counts() -> None:
    others = [(1.0, 0.001), (2.0, 0.3), (3.0, 0.001)]

    assert [beside(others, at, 0.2) for at in (1.0, 1.72, 2.2, 2.5, 3.1)] == [0.001, 0.3, 0.3, 0.0, 0.001]
