"""The real bot against a simulated Discord (simcord), with the real encoder and a home of its own in every test.

After each test every REST request that the bot made is held against Discord's own description and against rules that
it leaves out (openapi.py). A test chooses settings by parametrizing `chosen`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord import Env

from bot import wiring
from bot.discord.localisation import use_language
from bot.front_end_errors import QuestionRefused, Undeliverable
from bot.setting_values import Secret
from bot.settings import Settings
from retrieval.errors import ClippingsError
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.bot.discord.fake_api import FakeDiscord
from tests.bot.discord.world import World, unfit
from tests.retrieval.conftest import SEEDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.discord.client import ClippingsBot
    from retrieval.encoder import SentenceEncoder


@pytest.fixture(autouse=True)
def spoken_again() -> Iterator[None]:
    """What language one test speaks, the next does not."""
    yield
    use_language(None)


@pytest.fixture(scope="session")
def seeds_folder(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the seeds, closed: to be copied, not opened."""
    folder = tmp_path_factory.mktemp("discord") / "seeds"
    with Library.open(folder, encoder=encoder, create=True) as library:
        library.ingest(read_articles(sorted(SEEDS.glob("*.txt")), limit_bytes=1_000_000))
    return folder


@pytest.fixture
def chosen() -> dict[str, Any]:
    """What a test sets otherwise than by default; may be parametrized."""
    return {}


@pytest.fixture
def settings(
    tmp_path: Path, chosen: dict[str, Any], encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of a bot that many questions may be asked in a minute; the encoder is the shared one."""
    monkeypatch.setattr(wiring, "build_encoder", lambda settings: encoder)
    patient = {"discord_per_person": "1000/minute", "discord_per_guild": "1000/minute"}
    return Settings(home=tmp_path / "home", discord_token=Secret("not.a.token"), **(patient | chosen))


@pytest.fixture
async def simcord_bot(settings: Settings) -> ClippingsBot:
    """The bot as `clippings discord` builds it; the simulated Discord closes it."""
    return wiring.build_discord_bot(settings)


@pytest.fixture
async def simcord_env(simcord_bot: ClippingsBot, request: pytest.FixtureRequest) -> AsyncIterator[Env]:
    """Discord with the bot logged in; what the bot sent is checked at the end."""
    marker = request.node.get_closest_marker("simcord")
    env = Env(simcord_bot, **({"shard_count": 1, "settle_timeout": 30.0} | (marker.kwargs if marker else {})))
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
        await env.bot.close()
        await simcord_bot.close()  # another one, if the bot was restarted
    if env.check_errors and any(not is_shown_to_people(error) for error in env.errors_since(env._errors_acknowledged)):
        env._raise_errors_since(env._errors_acknowledged)
    assert unfit(env.http_requests) == []


def is_shown_to_people(error: BaseException) -> bool:
    """Return whether an error of a command is one that people see a message about."""
    original = getattr(error, "original", None)
    return isinstance(original, ClippingsError | QuestionRefused | Undeliverable | discord.NotFound)


@pytest.fixture
def world(simcord_env: Env, settings: Settings, seeds_folder: Path) -> World:
    """Servers and people can be made in it."""
    return World(simcord_env, settings, seeds_folder)


# The bot as a process of its own, on the wire


@pytest.fixture(name="discord")
async def discord_on_the_wire() -> AsyncIterator[FakeDiscord]:
    """A Discord that holds every request against Discord's description in the end."""
    async with FakeDiscord() as server:
        yield server
        assert server.faults() == []


@pytest.fixture
def home(tmp_path: Path, models: Path, encoder: SentenceEncoder) -> Path:
    """A home with the shared encoder's export; `encoder` has made it."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    return folder
