"""Two bots with one home would write the same records and answer twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.discord import lifecycle
from bot.setting_values import Secret
from bot.settings import Settings
from retrieval.errors import LibraryLocked
from retrieval.index import hold_lock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_bot_in_the_same_home_names_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord.logs.configure", lambda _: None)
    settings = Settings(home=tmp_path, discord_token=Secret("secret"), lock_wait=0)

    with (
        hold_lock(tmp_path, "discord", wait=0, tell=print, explain=str),
        pytest.raises(LibraryLocked, match=r"process \d+ .* runs a Discord bot with this CLIPPINGS_HOME"),
    ):
        lifecycle.run(settings, lambda: pytest.fail("a second bot was built"))
