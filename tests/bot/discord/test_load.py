"""200 questions within 10 seconds from 50 people in 5 servers; `python -m tests.benchmarks.discord_load` asks 2,000."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.discord.load import load, quantile

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

HEARD = 3.0
"""Seconds after which Discord gives an interaction up."""
BLOCKED = 0.1
"""Seconds that the event loop may stand still, beyond what another loop on this machine stood still then."""


async def test_a_busy_server_is_heard_and_answered_and_nothing_is_lost_or_crossed(
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
