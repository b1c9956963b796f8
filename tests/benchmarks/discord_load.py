"""The Discord bot under load: `python -m tests.benchmarks.discord_load [QUESTIONS] [PER_SECOND]`, 2,000 and 20.

Prints how soon questions were acknowledged and answered, how late the event loop was, and whether memory grows.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from retrieval.encoder import SentenceEncoder
from tests.bot.discord.load import load

ROUND = 200


def main(questions: int = 2_000, per_second: float = 20) -> int:
    """Ask, print the table, and return 1 when anything was lost, crossed or refused."""
    with tempfile.TemporaryDirectory(prefix="clippings-load-") as folder:
        models = Path(folder) / "models"
        encoder = SentenceEncoder(cache=models, precision="float32")
        encoder.prepare()
        rounds = max(1, questions // ROUND)
        measured = asyncio.run(
            load(Path(folder), models, encoder, questions=min(questions, ROUND), each=1 / per_second, rounds=rounds)
        )
    print(measured.table())
    return int(bool(measured.lost or measured.crossed or measured.faults))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
